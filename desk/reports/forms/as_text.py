"""A report as plain text for a file: columns lined up, with a full-width character taking two places."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from desk.reports.forms.cells import NUMERIC, marked, shown
from desk.reports.sheet import Form, Sheet, Table
from dossier.wording import Lang

_WIDE: Final = frozenset("WF")


def as_text(sheet: Sheet, lang: Lang) -> bytes:
    """Return the report as UTF-8 text."""
    lines = [sheet.title, "  ".join(f"{name}: {value}" for name, value in sheet.facts), "", *sheet.summary]
    for table in sheet.tables:
        if table.rows:
            lines += ["", table.title, *_lined_up(table, lang)]
    lines += ["", *sheet.notes]
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8")


def _lined_up(table: Table, lang: Lang) -> list[str]:
    places = table.shown(Form.TABLE)
    head = [table.columns[place].title for place in places]
    rows = [[marked(table, row, place, lang) for place in places] for row in table.rows]
    if table.total is not None:
        rows.append([shown(table.total[place], table.columns[place].type, lang) for place in places])
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(head, *rows, strict=True)]
    right = [table.columns[place].type in NUMERIC for place in places]
    rule = "  ".join("-" * width for width in widths)
    return [_line(head, widths, right), rule, *(_line(row, widths, right) for row in rows)]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    pieces = []
    for cell, width, flush in zip(cells, widths, right, strict=True):
        space = " " * (width - _width(cell))
        pieces.append(space + cell if flush else cell + space)
    return "  ".join(pieces)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)
