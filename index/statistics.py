"""Count what the archive holds: captures, documents, pages, dossiers, by month, kind and state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Integer, String, cast, false, func
from sqlmodel import Session, col, select

from index.tables import Capture, Document, Dossier, Page, Sighting

Count = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """What may be counted: documents of these levels in these dossiers (by id; None: in all, and in none yet).

    Captures are counted by document, so whoever may not know of every dossier is told of none.
    """

    levels: frozenset[str]
    dossiers: frozenset[str] | None

    def captures(self) -> list[Any]:
        """Return the conditions on captures."""
        return [col(Capture.level).in_(sorted(self.levels)), *(() if self.dossiers is None else (false(),))]

    def documents(self) -> list[Any]:
        """Return the conditions on documents."""
        level = col(Document.level).in_(sorted(self.levels))
        return [level] if self.dossiers is None else [level, col(Document.dossier).in_(sorted(self.dossiers))]

    def of_dossiers(self) -> list[Any]:
        """Return the conditions on dossiers."""
        return [] if self.dossiers is None else [col(Dossier.id).in_(sorted(self.dossiers))]


def captures_by_month(session: Session, within: Within, begins: date | None, ends: date) -> list[Count]:
    """Return (month in UTC, state, captures, bytes), by month."""
    month = _month(Capture.claimed)
    statement = select(month, Capture.state, func.count(), func.sum(Capture.size)).where(*within.captures())
    statement = statement.where(*_between(Capture.claimed, begins, ends)).group_by(month, col(Capture.state))
    return sorted(tuple(row) for row in session.exec(statement))


def documents_by_month(session: Session, within: Within, begins: date | None, ends: date) -> list[Count]:
    """Return (month received, kind, family, documents, in review), by month."""
    month = _month(Document.received)
    waiting = func.sum(cast(Document.review, Integer))
    statement: Any = select(month, Document.kind, Document.family, func.count(), waiting)  # type: ignore[call-overload]
    statement = statement.where(*within.documents(), *_days(Document.received, begins, ends))
    statement = statement.group_by(month, col(Document.kind), col(Document.family))
    return sorted(tuple(row) for row in session.exec(statement))


def pages(session: Session, within: Within, begins: date | None, ends: date) -> int:
    """Return how many pages were captured."""
    statement = select(func.count()).select_from(Page).join(Capture, col(Capture.id) == col(Page.capture))
    return session.exec(statement.where(*within.captures(), *_between(Capture.claimed, begins, ends))).one()


def repeats(session: Session, within: Within, begins: date | None, ends: date) -> int:
    """Return how many scans turned up that were there already."""
    statement = select(func.count()).select_from(Sighting).join(Capture, col(Capture.id) == col(Sighting.capture))
    return session.exec(statement.where(*within.captures(), *_between(Sighting.seen, begins, ends))).one()


def in_review(session: Session, within: Within, ends: date) -> list[Count]:
    """Return (kind, documents, earliest day received) of what waits for a person, most first."""
    statement = select(Document.kind, func.count(), func.min(Document.received)).where(*within.documents())
    statement = statement.where(col(Document.review).is_(True), col(Document.received) <= ends)
    return sorted((tuple(row) for row in session.exec(statement.group_by(Document.kind))), key=_most)


def set_aside(session: Session, within: Within, states: Sequence[str], ends: date) -> list[Count]:
    """Return (reason, captures, earliest moment claimed) of captures in these states, most first."""
    statement = select(Capture.error, func.count(), func.min(Capture.claimed)).where(*within.captures())
    statement = statement.where(col(Capture.state).in_(list(states)), *_between(Capture.claimed, None, ends))
    return sorted((tuple(row) for row in session.exec(statement.group_by(col(Capture.error)))), key=_most)


def dossiers_by_kind(session: Session, within: Within, ends: date) -> list[Count]:
    """Return (pack, kind, opened, closed) of dossiers as of a day."""
    opened = select(Dossier.pack, Dossier.kind, func.count()).where(col(Dossier.opened) <= ends, *within.of_dossiers())
    shut = opened.where(col(Dossier.closed) <= ends).group_by(Dossier.pack, Dossier.kind)
    closed = {(pack, kind): count for pack, kind, count in session.exec(shut)}
    every = sorted(session.exec(opened.group_by(Dossier.pack, Dossier.kind)))
    return [(pack, kind, count, closed.get((pack, kind), 0)) for pack, kind, count in every]


def _most(row: Count) -> tuple[int, str]:
    return (-row[1], str(row[0]))


def _month(column: Any) -> Any:
    # Both engines write a date or time cast to text with the year and month first.
    return func.substr(cast(column, String), 1, 7)


def _days(column: Any, begins: date | None, ends: date) -> list[Any]:
    return [col(column) <= ends, *((col(column) >= begins,) if begins else ())]


def _between(column: Any, begins: date | None, ends: date) -> list[Any]:
    """Return the conditions that a moment lies on these days, in UTC."""
    bounds = [col(column) < datetime.combine(ends + timedelta(days=1), time(), UTC)]
    return bounds if begins is None else [*bounds, col(column) >= datetime.combine(begins, time(), UTC)]
