"""A report before it takes a form: tables of typed columns, charts, notes; the same for screen, file and printer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

Cell = str | int | float | Decimal | date | None
"""None is *nothing to say*: no rate where nothing was due."""

Type = Literal["text", "number", "share", "money", "day", "status"]
"""``share`` is 0…1; ``status`` the id of a verdict's status."""


class Form(StrEnum):
    """How a report is given out."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"


EVERYWHERE: Final = frozenset(Form)
JSON: Final = frozenset({Form.JSON})
DATA: Final = frozenset({Form.JSON, Form.CSV, Form.XLSX})
FILES: Final = frozenset({Form.CSV, Form.XLSX, Form.HTML, Form.PDF})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``id`` is its name in JSON, ``title`` what people read; ``width`` its share of a page."""

    id: str
    title: str
    type: Type = "text"
    width: float = 1.0
    forms: frozenset[Form] = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. ``marks`` name for a day's column the column that tells whether the day is provisional."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    total: tuple[Cell, ...] | None = None
    marks: Mapping[str, str] | None = None

    def shown(self, form: Form) -> list[int]:
        """Return the places of the columns that a form shows."""
        return [place for place, column in enumerate(self.columns) if form in column.forms]

    def mark_of(self, place: int) -> int | None:
        """Return the place of the column that tells whether the day in this one is provisional."""
        name = (self.marks or {}).get(self.columns[place].id)
        return next((at for at, column in enumerate(self.columns) if column.id == name), None) if name else None


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart and its values, one per label."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars to look at: ``columns`` stand side by side (months), ``bars`` lie under each other (people)."""

    title: str
    shape: Literal["columns", "bars"]
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Literal["number", "share", "money"] = "number"
    stacked: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.labels or not any(any(series.values) for series in self.series)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole report: ``facts`` say what it covers, ``summary`` what it found, ``notes`` how to read it."""

    id: str
    title: str
    as_of: date
    facts: tuple[tuple[str, str], ...]
    summary: tuple[str, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the tables as lists of objects under their names, with the day the report speaks of."""
        return {"as_of": self.as_of.isoformat(), **{table.id: _objects(table) for table in self.tables}}


def _objects(table: Table) -> list[dict[str, object]]:
    shown = table.shown(Form.JSON)
    return [{table.columns[place].id: plain(row[place]) for place in shown} for row in table.rows]


def plain(cell: Cell) -> object:
    """Return a cell as JSON has it: ISO dates, amounts as plain decimals in text, shares to six places."""
    match cell:
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell:f}"
        case float():
            return round(cell, 6)
        case _:
            return cell


def share(part: int, whole: int) -> float | None:
    """Return a share 0…1, None of nothing."""
    return part / whole if whole else None


def total(rows: Iterable[Sequence[int]]) -> list[int]:
    """Return the sum of each place."""
    return [sum(column) for column in zip(*rows, strict=True)]
