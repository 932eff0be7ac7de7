"""Filing: what was read goes into the tables, documents go into dossiers, dossiers come out for the completeness check.

Nothing here commits: steps join the session's transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session

from dossier import model
from dossier.reading import Reading
from index.tables import Document, Dossier


def save_reading(session: Session, capture: str, reading: Reading, *, received: date) -> tuple[Document, ...]:
    """Put a capture's pages, documents, fields and text into the index, in place of what an earlier reading gave.

    Documents keep their ids (``CAPTURE-1`` …); what a person decided (kind, dossier, corrected fields) stays.

    Raises:
        LevelClosed: the capture's level has no open shelf for its text.
        NoSuchThing
    """
    raise NotImplementedError


def assign(session: Session, document: str, dossier: str | None, *, by: str | None = None, at: datetime) -> Document:
    """Put a document into a dossier (both by id), or out of any; ``by`` is the person who decided, None the machine."""
    raise NotImplementedError


def decide(
    session: Session,
    document: str,
    *,
    by: str,
    at: datetime,
    kind: str | None = None,
    family: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Document:
    """Take a person's word on a document: its kind, its fields; it then no longer waits in review."""
    raise NotImplementedError


def in_review(session: Session, *, limit: int = 1_000) -> Sequence[Document]:
    """Return the documents that wait for a person, oldest first."""
    raise NotImplementedError


def open_dossier(
    session: Session,
    *,
    key: str,
    kind: str,
    pack: str,
    opened: date,
    at: datetime,
    label: str = "",
    department: str = "",
    identifiers: Mapping[str, Collection[str]] | None = None,
    by: str = "",
) -> Dossier:
    """Open a dossier, or return the one that this pack, kind and key already have, with these identifiers added."""
    raise NotImplementedError


def find_dossiers(
    session: Session, identifiers: Mapping[str, Collection[str]], *, pack: str | None = None, kind: str | None = None
) -> Sequence[Dossier]:
    """Return dossiers that any of these identifiers (type → values) means, forgiving confusable characters.

    Dossiers matched by more, or by exact, identifiers come first.
    """
    raise NotImplementedError


def dossier_by(session: Session, name: str, *, pack: str | None = None) -> Dossier:
    """Return the one dossier that a person means by ``name``: id, key, identifier or label.

    Raises:
        NoSuchThing: none, or more than one.
    """
    raise NotImplementedError


def identify(session: Session, dossier: str, type: str, value: str) -> None:  # noqa: A002
    """Note one more identifier (``vin``, ``plate``, ``credit_code`` …) that means this dossier."""
    raise NotImplementedError


def set_fact(session: Session, dossier: str, name: str, value: str | None, *, by: str, at: datetime) -> None:
    """Enter a fact, in place of an earlier one of that name; None takes it away."""
    raise NotImplementedError


def add_event(session: Session, dossier: str, event: model.Event) -> None:
    """Enter an event; the same event twice is there once."""
    raise NotImplementedError


def waive(session: Session, dossier: str, waiver: model.Waiver) -> None:
    """Let a requirement go."""
    raise NotImplementedError


def relabel(session: Session, dossier: str, label: str, *, by: str, at: datetime) -> None:
    """Give a dossier another label; the earlier one stays in its history."""
    raise NotImplementedError


def close_dossier(session: Session, dossier: str, on: date | None) -> None:
    """Close a dossier on a day, or open it again with None."""
    raise NotImplementedError


def dossiers(
    session: Session,
    *,
    ids: Collection[str] | None = None,
    packs: Collection[str] | None = None,
    departments: Collection[str] | None = None,
    open_only: bool = False,
) -> tuple[tuple[Dossier, model.Dossier], ...]:
    """Return dossiers (all, or those asked for) as completeness sees them, with their rows; few queries for many."""
    raise NotImplementedError


def fields_of(session: Session, documents: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the values of these documents' fields: document id → name → value."""
    raise NotImplementedError
