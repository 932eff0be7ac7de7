"""What the main index keeps of documents above ordinary: sealed under their level's key, useless to its own.

A veiled text is a mark, its level and the sealed octets; whoever reads the column gets the text where the level's key
is at hand, and nothing where it is not. What only comparing columns could use (forms, numbers, days, amounts) is left
out: such documents are found by the words on their level's shelf.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Protocol

from sqlalchemy import JSON, ColumnElement, Dialect, Index, String, TypeDecorator, and_, literal_column, text
from sqlmodel import Session

from index.errors import LevelClosed

ORDINARY: Final = "ordinary"
MARK: Final = "\x1a"
"""Begins a veiled text; no value that was read has it (vault-format §13)."""
SEALERS: Final = "juanzong_sealers"
"""Under this name an engine's dialect carries the sealers of the open levels: column types see nothing else."""
_TEXTS: Final = ("value", "raw")
_COMPARED: Final[Mapping[str, Any]] = {"folded": "", "hundredths": None, "day": None, "box": None}
_DERIVED: Final = ("issued", "expires", "amount")
ISSUED: Final = ("issue_date", "effective_date")
EXPIRES: Final = "expiry_date"


class Sealer(Protocol):
    """What a level's key does to small texts; ``vault.shelfkey.ShelfKey`` is one."""

    def seal(self, octets: bytes, about: str) -> bytes:
        """Return a text sealed for one place."""

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed for that place.

        Raises:
            ValueError: it is not what was written, or not where it was written.
        """


class Veiled(TypeDecorator[str]):
    """A text that may be veiled; whoever reads it gets it in the clear, or empty when its level is closed."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text itself."""
        if not value or value[0] != MARK:
            return value
        return lifted(value, getattr(dialect, SEALERS, {}))


class VeiledEvidence(TypeDecorator[list[dict[str, Any]]]):
    """Evidence whose texts may be veiled, read likewise."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the evidence itself."""
        sealers = getattr(dialect, SEALERS, {})
        return [{**one, "text": lifted(str(one.get("text", "")), sealers)} for one in value] if value else value


def only_above(name: str) -> Index:
    """Return the index by level of the rows above ordinary, of which there are few."""
    few = text(f"level <> '{ORDINARY}'")
    return Index(name, "level", sqlite_where=few, postgresql_where=few)


def above_ordinary(column: Any, level: str) -> ColumnElement[bool]:
    """Return the condition that a row is of a level above ordinary, in the words of that index."""
    return and_(column == level, column != literal_column(f"'{ORDINARY}'"))


def lifted(value: str, sealers: Mapping[str, Sealer]) -> str:
    """Return a veiled text in the clear, empty when nobody here can open it; any other text as it is."""
    if not value.startswith(MARK):
        return value
    level, _, sealed = value[1:].partition(":")
    sealer = sealers.get(level)
    return sealer.open(b64decode(sealed), _about(level)).decode() if sealer else ""


def veiled(session: Session, level: str, value: str) -> str:
    """Return a text as the main index keeps it of a document of this level."""
    sealer = _sealer(session, level)
    if sealer is None or not value or value.startswith(MARK):
        return value
    return f"{MARK}{level}:{b64encode(sealer.seal(value.encode(), _about(level))).decode('ascii')}"


def veiled_field(session: Session, level: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field's row as the main index keeps it of a document of this level."""
    if _sealer(session, level) is None:
        return dict(row)
    return {**row, **_COMPARED, **{name: veiled(session, level, row[name]) for name in _TEXTS}}


def veiled_document(session: Session, level: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document's row likewise: what it says of the paper's content is veiled or left out."""
    if _sealer(session, level) is None:
        return dict(row)
    evidence = [{**one, "text": veiled(session, level, str(one.get("text", "")))} for one in row["evidence"]]
    return {**row, "evidence": evidence, "dated": row["received"], **dict.fromkeys(_DERIVED)}


def is_veiled(session: Session, level: str) -> bool:
    """Tell whether what is said of documents of this level is veiled here."""
    return level != ORDINARY and bool(session.info.get("sealers"))


def days(fields: Mapping[str, str]) -> tuple[date | None, date | None]:
    """Return when a veiled document was issued and when it expires, as its fields (read in the clear) say."""
    issued = next((found for name in ISSUED if (found := _day(fields.get(name, ""))) is not None), None)
    return issued, _day(fields.get(EXPIRES, ""))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == len("2026-11-23") else None
    except ValueError:
        return None


def _sealer(session: Session, level: str) -> Sealer | None:
    """Return the level's sealer; None for ordinary, and where an index was opened to veil nothing.

    Raises:
        LevelClosed: the index veils, and this level's key is not at hand: nothing of it is written in the clear.
    """
    sealers: Mapping[str, Sealer] = session.info.get("sealers", {})
    if level == ORDINARY or not sealers:
        return None
    if level not in sealers:
        raise LevelClosed(level=level)
    return sealers[level]


def _about(level: str) -> str:
    return f"main index, {level}"
