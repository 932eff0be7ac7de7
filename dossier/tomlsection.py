"""One table of a TOML file read strictly: every key must be known and of its type."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar

from dossier.problems import Source
from dossier.tomllines import Path
from dossier.wording import LANGS, Lang

Choice = TypeVar("Choice", bound=str)

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_YEARS: Final = range(1900, 2200)
"""Years a date in a file may have; another one is a slip of the hand."""
_LONGEST: Final = 366
"""Days that one span of days may have."""


def _scalar(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, (str, int, float)) or type(value) is date else None


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 10**12:
        return None
    return Decimal(str(value))


class Section:
    """One table of a file; each ``take`` checks a key and remembers it, ``done`` complains of keys nobody took."""

    def __init__(self, table: Mapping[str, object], path: Path, source: Source) -> None:
        self.table, self.path, self.source = table, path, source
        self.taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.table

    @property
    def line(self) -> int:
        """The line on which the table begins."""
        return self.source.line(self.path)

    def complain(self, key: str, wording: str, /, **facts: object) -> None:
        """Note a problem at one of the table's keys."""
        self.source.complain((*self.path, key), wording, key=key, **facts)

    def _get(self, key: str, *, needed: bool) -> object:
        self.taken.add(key)
        value = self.table.get(key)
        if value is None and needed:
            self.complain(key, "missing_key")
        return value

    def text(self, key: str, *, needed: bool = True) -> str:
        """Take a text; empty when it is not there."""
        value = self._get(key, needed=needed)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.complain(key, "not_text")
            return ""
        return value

    def name(self, key: str, *, needed: bool = True) -> str:
        """Take an id: lower-case letters, digits, ``-`` and ``_``."""
        value = self.text(key, needed=needed)
        if value and not _NAME.fullmatch(value):
            self.complain(key, "not_a_name", value=value)
            return ""
        return value

    def choice(self, key: str, among: Sequence[Choice], default: Choice | None = None) -> Choice:
        """Take one of a few words; without a default it must be there."""
        value = self._get(key, needed=default is None)
        if value is None:
            return among[0] if default is None else default
        for word in among:
            if value == word:
                return word
        self.complain(key, "not_among", value=value, among=", ".join(among))
        return among[0] if default is None else default

    def whole(self, key: str, default: int | None = None, *, least: int = 0, most: int = 1_000_000) -> int:
        """Take a whole number within bounds."""
        value = self._get(key, needed=default is None)
        if value is None:
            return least if default is None else default
        if type(value) is not int or not least <= value <= most:
            self.complain(key, "not_whole", least=least, most=most)
            return least
        return value

    def wholes(self, key: str, *, needed: bool = False, least: int = 0, most: int = 1_000_000) -> tuple[int, ...]:
        """Take a list of whole numbers within bounds."""
        value = self._get(key, needed=needed)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(type(item) is int and least <= item <= most for item in value):
            self.complain(key, "not_wholes", least=least, most=most)
            return ()
        return tuple(value)

    def amount(self, key: str) -> Decimal:
        """Take a number that is not negative, as a decimal."""
        value = self._get(key, needed=True)
        if value is None:
            return Decimal(0)
        amount = _amount(value)
        if amount is None:
            self.complain(key, "not_amount")
            return Decimal(0)
        return amount

    def amounts(self, key: str) -> tuple[Decimal, Decimal]:
        """Take an amount, or a range of two as ``[least, most]``."""
        value = self._get(key, needed=True)
        ends = [_amount(each) for each in (value if isinstance(value, list) else (value, value))]
        match ends:
            case [Decimal() as least, Decimal() as most] if least <= most:
                return least, most
        if value is not None:
            self.complain(key, "not_amounts")
        return Decimal(0), Decimal(0)

    def flag(self, key: str) -> bool:
        """Take true or false; false when it is not there."""
        value = self._get(key, needed=False)
        if value is not None and not isinstance(value, bool):
            self.complain(key, "not_flag")
        return value is True

    def day(self, key: str, default: date | None = None) -> date:
        """Take a date."""
        value = self._get(key, needed=default is None)
        if value is None and default is not None:
            return default
        if type(value) is date:
            if value.year not in _YEARS:
                self.complain(key, "day_out_of_range", value=value, least=_YEARS[0], most=_YEARS[-1])
            return value
        if value is not None:
            self.complain(key, "not_day")
        return default or date.min

    def days(self, key: str) -> frozenset[date]:
        """Take a list of dates and spans of dates, ``{ from = …, to = … }``; empty when it is not there."""
        value = self._get(key, needed=False)
        if value is None:
            return frozenset()
        if not isinstance(value, list) or not all(type(item) is date or isinstance(item, dict) for item in value):
            self.complain(key, "not_days")
            return frozenset()
        found: set[date] = set()
        for place, item in enumerate(value):
            table = item if isinstance(item, dict) else {"from": item, "to": item}
            span = Section(table, (*self.path, key, place), self.source)
            first, last = span.day("from"), span.day("to")
            span.done()
            if not 0 <= (last - first).days < _LONGEST:
                span.complain("to", "span_wrong", most=_LONGEST)
                continue
            found.update(first + timedelta(days=step) for step in range((last - first).days + 1))
        return frozenset(found)

    def maybe_day(self, key: str) -> date | None:
        """Take a date that may be absent."""
        self.taken.add(key)
        return self.day(key) if key in self.table else None

    def names(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """Take a list of different ids, not empty when it is there."""
        if needed and key not in self.table:
            self.complain(key, "missing_key")
        found = self.texts(key)
        for item in found:
            if not _NAME.fullmatch(item):
                self.complain(key, "not_a_name", value=item)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of different texts, not empty when it is there."""
        value = self._get(key, needed=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            self.complain(key, "not_texts")
            return ()
        if len(set(value)) < len(value):
            self.complain(key, "twice", value=next(item for item in value if value.count(item) > 1))
        return tuple(value)

    def titles(self, key: str = "title") -> Mapping[Lang, str]:
        """Take a text in the three languages."""
        section = self.section(key)
        if section is None:
            return MappingProxyType(dict.fromkeys(LANGS, ""))
        found: Mapping[Lang, str] = MappingProxyType({lang: section.text(lang) for lang in LANGS})
        section.done()
        return found

    def scalar(self, key: str) -> str | None:
        """Take a text, number, date or flag, given back as text; None when it is not there."""
        value = self._get(key, needed=False)
        if value is None:
            return None
        found = _scalar(value)
        if found is None:
            self.complain(key, "not_scalar")
        return found

    def scalars(self, key: str) -> Mapping[str, str]:
        """Take a table of texts, numbers, dates and flags, each given back as text."""
        section = self.section(key, needed=False)
        if section is None:
            return MappingProxyType({})
        found: dict[str, str] = {}
        for name in section.table:
            if (value := section.scalar(name)) is not None:
                found[name] = value
        return MappingProxyType(found)

    def section(self, key: str, *, needed: bool = True) -> "Section | None":
        """Take a table."""
        value = self._get(key, needed=needed)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.complain(key, "not_table")
            return None
        return Section(value, (*self.path, key), self.source)

    def sections(self, key: str, *, needed: bool = False) -> tuple["Section", ...]:
        """Take a list of tables; it must hold one at least when it is needed."""
        value = self._get(key, needed=needed)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.complain(key, "not_tables")
            return ()
        if needed and not value:
            self.complain(key, "empty_list")
        return tuple(Section(item, (*self.path, key, place), self.source) for place, item in enumerate(value))

    def named(self, key: str, *, needed: bool = False) -> Mapping[str, "Section"]:
        """Take a table of tables, each under an id of its own."""
        section = self.section(key, needed=needed)
        found: dict[str, Section] = {}
        for name in section.table if section is not None else ():
            if section is not None and (inner := section.section(name)) is not None:
                if not _NAME.fullmatch(name):
                    section.complain(name, "not_a_name", value=name)
                found[name] = inner
        return found

    def done(self) -> None:
        """Complain of every key that nobody took."""
        for key in self.table:
            if key not in self.taken:
                self.complain(key, "unknown_key", known=", ".join(sorted(self.taken)))
