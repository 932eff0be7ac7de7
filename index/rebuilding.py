"""Make the projection again from sealed readings, and check that index and vault agree.

A rebuild replaces one batch of captures after the other, each in a transaction of its own: searches go on meanwhile,
memory stays bounded, and a run that was broken off goes on where it was.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, select

from dossier.errors import DocumentFailed
from dossier.folding import FOLDING
from dossier.reading import Reading
from index import projection, texts
from index.engine import Index
from index.projection import Read
from index.tables import Capture, Document, DocumentField, Meta, Page

BATCH: Final = 50
"""Captures in one transaction."""
_MARKER: Final = "rebuild"

Load = Callable[[str, str], Reading]
"""Return the reading of a capture (its id) from the vault (the reading's object id)."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How far a rebuild is: captures done and to do in this run, and those whose reading could not be had."""

    done: int
    of: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that a check found: a wording key and the id it is about."""

    wording: str
    id: str


def rebuild(index: Index, load: Load, *, anew: bool = False) -> Iterator[Rebuilt]:
    """Make the projection again, yielding after every batch.

    A run that was broken off goes on after its last batch, unless ``anew``. A capture whose reading cannot be had
    keeps what the index has of it and is named in the result. Afterwards the texts are folded with the table in force.
    """
    with index.write() as session:
        marker = session.get(Meta, _MARKER)
        if anew and marker is not None:
            session.delete(marker)
            marker = None
        after = marker.value if marker else ""
    with index.read() as session:
        statement = select(Capture.id).where(col(Capture.reading).is_not(None), col(Capture.id) > after)
        todo = session.exec(statement.order_by(col(Capture.id))).all()
    failed: list[str] = []
    for start in range(0, len(todo), BATCH):
        batch = todo[start : start + BATCH]
        failed += _replace(index, load, batch)
        yield Rebuilt(min(start + BATCH, len(todo)), len(todo), tuple(failed))
    with index.write() as session:
        _drop_unread(session)
        session.merge(Meta(key="folding", value=FOLDING))
        for marker in session.exec(select(Meta).where(Meta.key == _MARKER)):
            session.delete(marker)


def check(index: Index, sealed: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """Yield what is not as it should be.

    ``sealed`` are the vault's readings as (capture, object); index and vault are compared both ways, then the index's
    own parts with each other.
    """
    held = dict(sealed)
    with index.read() as session:
        known = dict(session.exec(select(Capture.id, Capture.reading).where(col(Capture.reading).is_not(None))).all())
        for capture in sorted(held.keys() - known.keys()):
            yield Flaw("index.flaw-not-indexed", capture)
        for capture in sorted(known.keys() - held.keys()):
            yield Flaw("index.flaw-not-sealed", capture)
        for capture in sorted(known.keys() & held.keys()):
            if known[capture] != held[capture]:
                yield Flaw("index.flaw-other-reading", capture)
        for capture in projection.unindexed(session):
            yield Flaw("index.flaw-no-pages", capture)
        for level in session.info["levels"]:
            for page in texts.astray(session, level):
                yield Flaw("index.flaw-text", f"{level}/{page}")
    for part in index.damaged_parts():
        yield Flaw("index.flaw-damaged", part)


def last_rebuild(session: Session) -> datetime | None:
    """Return when a rebuild that is not finished began or last went on, None if there is none."""
    marker = session.get(Meta, f"{_MARKER}-at")
    return datetime.fromisoformat(marker.value) if marker and session.get(Meta, _MARKER) else None


def _replace(index: Index, load: Load, batch: Iterable[str]) -> list[str]:
    failed: list[str] = []
    with index.write() as session:
        wanted = select(Capture).where(col(Capture.id).in_(list(batch))).order_by(col(Capture.id))
        captures = session.exec(wanted).all()
        reads: list[Read] = []
        for capture in captures:
            try:
                reading = load(capture.id, capture.reading or "")
            except DocumentFailed:
                failed.append(capture.id)
            else:
                reads.append(Read(capture.id, reading, capture.claimed.date()))
        projection.save_readings(session, reads)
        session.merge(Meta(key=_MARKER, value=max(capture.id for capture in captures)))
        session.merge(Meta(key=f"{_MARKER}-at", value=datetime.now(UTC).isoformat()))
    return failed


def _drop_unread(session: Session) -> None:
    """Take away pages and fields of captures that have no reading (any more)."""
    unread = select(Capture.id).where(col(Capture.reading).is_(None))
    for level, page in session.exec(select(Page.level, Page.id).where(col(Page.capture).in_(unread))).all():
        texts.remove(session, level, [page or 0])
    session.execute(delete(Page).where(col(Page.capture).in_(unread)))
    documents = select(Document.id).where(col(Document.capture).in_(unread))
    session.execute(delete(DocumentField).where(col(DocumentField.document).in_(documents)))
