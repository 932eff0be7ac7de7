"""Versions derived from captures: a redacted copy is a capture of its own, and this is what it was made from.

The documents of a version have the ordinals of the documents they were made from, so that each is found from the other.
The rows outlive the versions: they are the history of what was redacted, when, by whom and why.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, bindparam
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from index.tables import Capture, Document, Moment, new_id, no_items

_MANY: Final = 500
"""More ids than this do not go into one statement; versions are few, so that all of them are looked through then."""


class Version(SQLModel, table=True):
    """A redacted version ``capture`` of the capture ``source``.

    ``areas`` are ``[page, left, top, right, bottom, turned]``, the last how many degrees the page was turned by then.
    ``named`` are the fields that were asked for by name, never their values. ``made`` is empty until the version is in
    the index, ``ended`` until another took its place or the redaction was lifted. ``objects`` are sealed objects that
    are to go when either did not come about or is over.
    """

    __tablename__ = "version"

    capture: str = Field(default_factory=new_id, primary_key=True)
    source: str = Field(index=True)
    by: str
    at: datetime = Field(sa_type=Moment)
    reason: str
    areas: list[list[int]] = Field(default_factory=no_items, sa_type=JSON)
    named: list[str] = Field(default_factory=no_items, sa_type=JSON)
    objects: list[Any] = Field(default_factory=no_items, sa_type=JSON)
    made: datetime | None = Field(default=None, sa_type=Moment)
    ended: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""


def of_source(session: Session, source: str) -> Version | None:
    """Return the version in force of a capture."""
    return session.exec(_in_force().where(Version.source == source)).first()


def of_version(session: Session, capture: str) -> Version | None:
    """Return what a capture is a version of; None when it is a scan as it came."""
    return session.exec(_in_force().where(Version.capture == capture)).first()


def history(session: Session, source: str) -> Sequence[Version]:
    """Return every version there ever was of a capture, oldest first."""
    statement = select(Version).where(Version.source == source, col(Version.made).is_not(None))
    return session.exec(statement.order_by(col(Version.at), col(Version.capture))).all()


def unsettled(session: Session) -> Sequence[Version]:
    """Return versions with sealed objects that are to go: not made in the end, or over."""
    rows = session.exec(select(Version).where(col(Version.made).is_(None) | col(Version.ended).is_not(None))).all()
    return [row for row in rows if row.objects]


def versions_among(session: Session, captures: Collection[str]) -> dict[str, str]:
    """Return which of these captures are versions in force, and of what."""
    return dict(_about(session, captures, *_BY_VERSION))


def sources_among(session: Session, captures: Collection[str]) -> dict[str, str]:
    """Return which of these captures have a version in force, and which one."""
    return dict(_about(session, captures, *_BY_SOURCE))


def version_of(session: Session, document: Document) -> Document | None:
    """Return the document's redacted version in force."""
    found = of_source(session, document.capture)
    return session.get(Document, f"{found.capture}-{document.ordinal}") if found is not None else None


def source_of(session: Session, document: Document) -> str | None:
    """Return the id of the document that a document is the redacted version of."""
    found = of_version(session, document.capture)
    return f"{found.source}-{document.ordinal}" if found is not None else None


def _about(session: Session, captures: Collection[str], some: Any, every: Any) -> list[tuple[str, str]]:
    asked = frozenset(captures)
    few = len(asked) <= _MANY
    rows = session.execute(some, {"asked": list(asked)}) if few else session.execute(every)
    return [(one, another) for one, another in rows if one in asked]


def _in_force() -> SelectOfScalar[Version]:
    """Select the versions in force: those whose capture is there, so a destroyed one needs no entry of its own.

    Versions are few and captures many: asked this way, no database looks at the captures first.
    """
    there = select(Capture.id).where(col(Capture.id) == col(Version.capture)).exists()
    return select(Version).where(col(Version.ended).is_(None), there)


def _pairs(column: Any, other: Any) -> tuple[Any, Any]:
    """Return the statements for pairs of these columns of versions in force: of those ``asked`` for, and of all."""
    every = _in_force().with_only_columns(column, other)
    return every.where(column.in_(bindparam("asked", expanding=True))), every


_BY_VERSION: Final = _pairs(col(Version.capture), col(Version.source))
_BY_SOURCE: Final = _pairs(col(Version.source), col(Version.capture))
