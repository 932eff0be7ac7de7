"""A list of dossiers to open (a sales list from a spreadsheet): read whole or refused whole, with every problem told.

A column's heading is the id or the title, in any of the three languages, of the dossier kind's key, another identifier,
a fact or an event. Cells are texts as a CSV file or a spreadsheet gives them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from dossier.conditions import value_of
from dossier.errors import ExitCode, JuanzongError
from dossier.folding import fold
from dossier.identifiers import is_credit_code, is_plate, is_resident_id, is_vin, normal
from dossier.model import Event
from dossier.pack import IDENTIFIERS, OPENED, DossierKind, FactRule, Identifier
from dossier.problems import Problem
from dossier.wording import LANGS, Lang, say

_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "vin": is_vin,
    "plate": is_plate,
    "id_number": is_resident_id,
    "credit_code": is_credit_code,
}
_YES_NO: Final = {"是": "yes", "否": "no", "y": "yes", "n": "no"}


_EARLIEST: Final = date(1990, 1, 1)
_AHEAD: Final = timedelta(days=366)
_LONGEST: Final = 500
"""Characters a cell may have: names and numbers are short, a pasted page is a slip of the hand."""


class ListWrong(JuanzongError):
    """A list that cannot be taken over; ``problems`` are all of them, and nothing of it was opened."""

    exit_code = ExitCode.USAGE
    wording = "policy.list_wrong"

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(source=source, count=len(problems))
        self.problems = problems

    def say(self, lang: Lang) -> str:
        """Return the sentence with every problem on a line of its own."""
        return "\n".join((super().say(lang), *(problem.say(lang) for problem in self.problems)))


@dataclass(frozen=True, slots=True)
class Opening:
    """A dossier a list asks to open (or to complete, where it stands already); ``row`` counts from 1, the heading."""

    row: int
    key_type: Identifier
    key: str
    opened: date | None
    identifiers: Mapping[str, str]
    facts: Mapping[str, str]
    events: tuple[Event, ...]


def headings_known(heading: Sequence[str], kind: DossierKind) -> int:
    """Return how many of these texts are headings of a list of dossiers of ``kind``."""
    names = _names(kind)
    return sum(_folded(text) in names for text in heading)


def read_list(
    source: str, rows: Iterable[Sequence[str]], kind: DossierKind, *, today: date | None = None
) -> tuple[Opening, ...]:
    """Read a heading and its rows; empty rows and empty cells are passed over.

    With ``today``, days further from it than lists of dossiers reach are taken for slips of the hand.

    Raises:
        ListWrong: a heading is unknown or twice there, a key missing or twice there, a cell no value of its column.
    """
    reader = _Reader(source, kind, today)
    openings = reader.read(iter(rows))
    if reader.problems:
        raise ListWrong(source, tuple(reader.problems))
    return openings


@dataclass(frozen=True, slots=True)
class _Reader:
    source: str
    kind: DossierKind
    today: date | None = None
    problems: list[Problem] = field(default_factory=list)

    def complain(self, row: int, wording: str, **facts: object) -> None:
        self.problems.append(Problem(self.source, row, f"policy.{wording}", facts))

    def read(self, rows: Iterator[Sequence[str]]) -> tuple[Opening, ...]:
        columns = self._columns(next(rows, ()))
        found: list[Opening] = []
        keys: dict[str, int] = {}
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            opening = self._row(number, columns, row)
            if opening is None:
                continue
            if opening.key in keys:
                self.complain(number, "list_key_twice", value=opening.key, first=keys[opening.key])
            keys.setdefault(opening.key, number)
            found.append(opening)
        if not found and not self.problems:
            self.complain(1, "list_empty")
        return tuple(found)

    def _columns(self, heading: Sequence[str]) -> list[str]:
        """Return the id each column stands for, empty for a column to pass over."""
        names = _names(self.kind)
        columns: list[str] = []
        for text in heading:
            name = names.get(_folded(text), "")
            if text.strip() and not name:
                self.complain(
                    1, "list_column_unknown", value=text.strip(), known=", ".join(sorted(set(names.values())))
                )
            if name and name in columns:
                self.complain(1, "list_column_twice", value=text.strip())
            columns.append(name)
        if not set(columns) & set(self.kind.key):
            self.complain(1, "list_no_key", keys=", ".join(self.kind.key))
        return columns

    def _row(self, number: int, columns: Sequence[str], row: Sequence[str]) -> Opening | None:
        cells: dict[str, str] = {}
        for place, text in enumerate(row):
            name = columns[place] if place < len(columns) else ""
            if text.strip() and place >= len(columns):
                self.complain(number, "list_cell_beyond", value=text.strip())
            if name and text.strip():
                cells[name] = text.strip()[:_LONGEST]
                if len(text.strip()) > _LONGEST:
                    self.complain(number, "list_cell_long", column=name, most=_LONGEST)
        identifiers: dict[str, str] = {
            name: self._identifier(number, name, cells[name]) for name in IDENTIFIERS if name in cells
        }
        events = [Event(name, day) for name in self.kind.events if (day := self._day(number, name, cells)) is not None]
        facts = {name: self._fact(number, rule, cells[name]) for name, rule in self.kind.facts.items() if name in cells}
        opened = self._day(number, OPENED, cells)
        key_type = next((name for name in self.kind.key if identifiers.get(name)), None)
        if key_type is None:
            if set(columns) & set(self.kind.key):
                self.complain(number, "list_row_without_key", keys=", ".join(self.kind.key))
            return None
        return Opening(number, key_type, identifiers[key_type], opened, identifiers, facts, tuple(events))

    def _identifier(self, row: int, name: str, text: str) -> str:
        value = normal(text)
        if name == "plate" and value:
            # Lists of offices that write traditional characters have 滬 where the plate itself has 沪.
            value = fold(value[0]).upper() + value[1:]
        check = _CHECKS.get(name)
        if check is not None and not check(value):
            self.complain(row, "list_identifier_wrong", column=name, value=text)
        return value

    def _day(self, row: int, name: str, cells: Mapping[str, str]) -> date | None:
        text = cells.get(name)
        if text is None:
            return None
        match = _DAY.fullmatch(text)
        day = value_of(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}", "date") if match else None
        if not isinstance(day, date):
            self.complain(row, "list_day_wrong", column=name, value=text)
            return None
        if self.today is not None and not _EARLIEST <= day <= self.today + _AHEAD:
            self.complain(row, "list_day_far", column=name, value=day)
        return day

    def _fact(self, row: int, rule: FactRule, text: str) -> str:
        value = text
        if rule.type == "choice":
            value = _choices(rule).get(_folded(text), "")
        elif rule.type == "yes-no":
            value = _YES_NO.get(text.casefold(), text)
        elif rule.type == "date":
            day = self._day(row, rule.id, {rule.id: text})
            return "" if day is None else day.isoformat()
        if not value or value_of(value, rule.type) is None:
            self.complain(row, "list_value_wrong", column=rule.id, value=text, known=_allowed(rule))
        return value


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-:：()（）]+", "", fold(text))


def _names(kind: DossierKind) -> dict[str, str]:
    """Return the headings a list may have: folded text → id. Ids win over titles, the earlier over the later."""
    titles: dict[str, Sequence[str]] = {OPENED: [say("policy.opened", lang) for lang in LANGS]}
    for identifier in dict.fromkeys((*kind.key, *kind.attached_by)):
        texts = [other for lang in LANGS for other in say(f"policy.identifier_{identifier}", lang).split("|")]
        titles[identifier] = texts
    titles |= {name: [*titles.get(name, ()), *rule.title.values(), *rule.headings] for name, rule in kind.facts.items()}
    titles |= {
        name: [*title.values(), *(_dated(title[lang], lang) for lang in LANGS)] for name, title in kind.events.items()
    }
    found: dict[str, str] = {_folded(name): name for name in titles}
    for name, called in titles.items():
        for text in called:
            found.setdefault(_folded(text), name)
    return found


def _dated(title: str, lang: Lang) -> str:
    return say("policy.event_day", lang, event=title)


def _choices(rule: FactRule) -> dict[str, str]:
    found = {_folded(value): value for value in rule.values}
    for value, titles in rule.named.items():
        for text in titles.values():
            found.setdefault(_folded(text), value)
    return found


def _allowed(rule: FactRule) -> str:
    """Return what a fact takes, choices with what people call them."""
    if not rule.values:
        return rule.type
    return ", ".join(" = ".join(dict.fromkeys((value, *rule.named.get(value, {}).values()))) for value in rule.values)
