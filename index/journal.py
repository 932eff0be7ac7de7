"""The journal: where each capture stands, from the claim of its bytes to its place in a dossier.

Every step may be taken twice, so that a run after a crash simply goes on; a step out of order raises. Nothing here
commits: steps join the session's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Literal

from sqlalchemy import func, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from index.errors import IllegalTransition, NoSuchThing
from index.tables import ORDINARY, Capture, Sighting, new_id


class State(StrEnum):
    """Where a capture stands."""

    CLAIMED = "claimed"
    """Its bytes are ours to take; they still lie in the drop folder only."""
    SEALED = "sealed"
    """The original is in the vault and was read back."""
    READ = "read"
    """Its pages were read and the reading is in the vault."""
    FILED = "filed"
    REVIEW = "review"
    """Read; a person must decide on at least one of its documents."""
    QUARANTINED = "quarantined"
    """It cannot go on by itself; ``error`` says why."""
    LOCKED = "locked"
    """It wants a password first."""


NEXT: Final[Mapping[State, frozenset[State]]] = {
    State.CLAIMED: frozenset({State.SEALED}),
    State.SEALED: frozenset({State.READ, State.QUARANTINED, State.LOCKED}),
    State.READ: frozenset({State.FILED, State.REVIEW, State.QUARANTINED}),
    State.REVIEW: frozenset({State.FILED, State.SEALED}),
    State.FILED: frozenset({State.REVIEW, State.SEALED}),
    State.QUARANTINED: frozenset({State.SEALED}),
    State.LOCKED: frozenset({State.SEALED}),
}
"""Which state may follow which; back to ``sealed`` is how a capture is read again."""

UNFINISHED: Final = (State.CLAIMED, State.SEALED, State.READ)
"""States that a run takes further by itself."""

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)

Outcome = Literal["new", "resumed", "duplicate"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim found: a capture of its own, one begun earlier from the same scan, or the same bytes again."""

    outcome: Outcome
    capture: Capture
    sighting: Sighting | None = None

    @property
    def new(self) -> bool:
        """Whether these bytes were never seen before."""
        return self.outcome == "new"


def claim(
    session: Session,
    digest: str,
    *,
    name: str,
    size: int,
    format: str,  # noqa: A002 (the word of the table and of the contract)
    sha256: str,
    at: datetime,
    folder: str = "",
    subfolder: str = "",
    batch: str = "",
    level: str = ORDINARY,
    parent: str | None = None,
    number: str | None = None,
    original: str | None = None,
    record: str | None = None,
) -> Claim:
    """Take over the bytes with this keyed digest, once however many ask at the same time.

    The same scan (folder and name) not yet released is ``resumed``, and so is the same member of the same ``parent``;
    the same bytes elsewhere, or after release, are a ``duplicate`` and are noted as a sighting: a member once, however
    often it is taken out of its container. ``original`` and ``record`` are the objects to come of a new capture, and
    ``number`` is its own where another machine gave it one.
    """
    capture = Capture(
        id=number or new_id(),
        digest=digest,
        name=name,
        size=size,
        format=format,
        sha256=sha256,
        folder=folder,
        subfolder=subfolder,
        batch=batch,
        parent=parent,
        level=level,
        state=State.CLAIMED,
        claimed=at,
        original=original,
        record=record,
    )
    try:
        with session.begin_nested():
            session.add(capture)
        return Claim("new", capture)
    except IntegrityError:
        known = session.exec(select(Capture).where(Capture.digest == digest)).one()
    waits = known.released is None or parent is not None
    if waits and (known.parent, known.folder, known.subfolder, known.name) == (parent, folder, subfolder, name):
        return Claim("resumed", known)
    seen = Sighting(capture=known.id, name=f"{subfolder}/{name}" if subfolder else name, folder=folder, seen=at)
    since = find(session, parent).claimed if parent is not None else None
    return Claim("duplicate", known, _sighting(session, seen, since))


def sealed(session: Session, capture: str, *, original: str, record: str | None, at: datetime) -> Capture:
    """Note that the original is in the vault, verified, as object ``original``; ``record`` is the object of its data.

    Raises:
        IllegalTransition, NoSuchThing
    """
    row = _move(session, capture, State.SEALED)
    row.original = original
    row.record = record
    row.sealed = row.sealed or at
    return _kept(session, row)


def released(session: Session, capture: str, *, at: datetime, sighting: int | None = None) -> Capture:
    """Note that the scan was moved out of the drop folder (that of a duplicate, if ``sighting`` is given).

    Raises:
        IllegalTransition: the original is not in the vault yet.
        NoSuchThing
    """
    row = find(session, capture)
    if row.state == State.CLAIMED:
        raise IllegalTransition(capture=capture, before=row.state, after="released")
    if sighting is None:
        row.released = row.released or at
    else:
        seen = session.get(Sighting, sighting)
        if seen is None or seen.capture != capture:
            raise NoSuchThing(id=sighting)
        seen.released = seen.released or at
        session.add(seen)
    return _kept(session, row)


def read(session: Session, capture: str, *, reading: str | None, at: datetime) -> Capture:
    """Note that the capture was read and that its reading is sealed as object ``reading``.

    Raises:
        IllegalTransition, NoSuchThing
    """
    row = _move(session, capture, State.READ)
    row.reading = reading
    row.read = at
    return _kept(session, row)


def filed(session: Session, capture: str, *, at: datetime) -> Capture:
    """Note that all documents of the capture have their place.

    Raises:
        IllegalTransition, NoSuchThing
    """
    row = _move(session, capture, State.FILED)
    row.filed = row.filed or at
    row.attempts = 0
    return _kept(session, row)


def review(session: Session, capture: str) -> Capture:
    """Note that a person must decide on a document of the capture.

    Raises:
        IllegalTransition, NoSuchThing
    """
    return _kept(session, _move(session, capture, State.REVIEW))


def quarantine(session: Session, capture: str, *, error: str, facts: Mapping[str, Any] | None = None) -> Capture:
    """Set the capture aside with a wording key and the facts its sentence names.

    Raises:
        IllegalTransition, NoSuchThing
    """
    row = _move(session, capture, State.QUARANTINED)
    row.error, row.error_facts, row.next_retry = error, _plain(facts), None
    return _kept(session, row)


def lock(session: Session, capture: str, *, error: str, facts: Mapping[str, Any] | None = None) -> Capture:
    """Set the capture aside until somebody gives its password.

    Raises:
        IllegalTransition, NoSuchThing
    """
    row = _move(session, capture, State.LOCKED)
    row.error, row.error_facts, row.next_retry = error, _plain(facts), None
    return _kept(session, row)


def reopen(session: Session, capture: str) -> Capture:
    """Send a capture back to be read again: from quarantine, with a password, or after a better engine came.

    Raises:
        IllegalTransition: it is not in the vault yet.
        NoSuchThing
    """
    row = _move(session, capture, State.SEALED)
    row.error, row.error_facts, row.next_retry, row.attempts = None, {}, None, 0
    return _kept(session, row)


def attempt(session: Session, capture: str, *, at: datetime) -> int:
    """Count an attempt before it starts, so that one that kills its process counts as well; return which it is.

    Until ``unfinished`` gives the capture again, a time passes that doubles with each attempt.
    """
    row = find(session, capture)
    row.attempts += 1
    row.next_retry = at + backoff(row.attempts)
    _kept(session, row)
    return row.attempts


def postpone(session: Session, capture: str, *, error: str, facts: Mapping[str, Any] | None, at: datetime) -> Capture:
    """Note why an attempt failed and leave the capture where it stands until its next one."""
    row = find(session, capture)
    row.error, row.error_facts = error, _plain(facts)
    row.next_retry = at + backoff(max(row.attempts, 1))
    return _kept(session, row)


def abandon(session: Session, capture: str) -> None:
    """Forget a claim whose scan went away before it was sealed.

    Raises:
        IllegalTransition: it is in the vault.
        NoSuchThing
    """
    row = find(session, capture)
    if row.state != State.CLAIMED:
        raise IllegalTransition(capture=capture, before=row.state, after="abandoned")
    for seen in session.exec(select(Sighting).where(Sighting.capture == capture)):
        session.delete(seen)
    session.flush()
    session.delete(row)
    session.flush()


def find(session: Session, capture: str) -> Capture:
    """Return the capture with this id.

    Raises:
        NoSuchThing
    """
    row = session.get(Capture, capture)
    if row is None:
        raise NoSuchThing(id=capture)
    return row


def by_digest(session: Session, digest: str) -> Capture | None:
    """Return the capture of these bytes, if they were ever taken over."""
    return session.exec(select(Capture).where(Capture.digest == digest)).one_or_none()


def lineage(session: Session, capture: Capture) -> list[str]:
    """Return the containers that a capture came out of, the nearest first."""
    found: list[str] = []
    while capture.parent is not None and capture.parent not in found:
        found.append(capture.parent)
        capture = find(session, capture.parent)
    return found


def offspring(session: Session, capture: str) -> int:
    """Return how many captures came out of a container, however deep."""
    count, parents = 0, [capture]
    while parents:
        parents = list(session.exec(select(Capture.id).where(col(Capture.parent).in_(parents))))
        count += len(parents)
    return count


def unfinished(session: Session, *, now: datetime | None = None, limit: int = 1_000) -> Sequence[Capture]:
    """Return what a run must take further, oldest first; with ``now``, only what need not wait for its next attempt."""
    statement = select(Capture).where(col(Capture.state).in_(UNFINISHED))
    if now is not None:
        statement = statement.where(or_(col(Capture.next_retry).is_(None), col(Capture.next_retry) <= now))
    return session.exec(statement.order_by(col(Capture.claimed), col(Capture.id)).limit(limit)).all()


def unreleased(session: Session) -> Sequence[Capture]:
    """Return captures that are safe in the vault while their scan still lies in the drop folder."""
    statement = select(Capture).where(col(Capture.released).is_(None), col(Capture.state) != State.CLAIMED)
    return session.exec(statement.order_by(col(Capture.claimed), col(Capture.id))).all()


def unreleased_sightings(session: Session) -> Sequence[Sighting]:
    """Return duplicates whose scan still lies in the drop folder while its bytes are safe."""
    statement = (
        select(Sighting)
        .join(Capture, col(Capture.id) == col(Sighting.capture))
        .where(col(Sighting.released).is_(None), col(Capture.state) != State.CLAIMED)
    )
    return session.exec(statement.order_by(col(Sighting.id))).all()


def in_state(session: Session, *states: State, limit: int = 10_000) -> Sequence[Capture]:
    """Return captures in any of these states, oldest first."""
    statement = select(Capture).where(col(Capture.state).in_(states))
    return session.exec(statement.order_by(col(Capture.claimed), col(Capture.id)).limit(limit)).all()


def tally(session: Session) -> dict[State, int]:
    """Return how many captures stand where; states without any are there with 0."""
    counted = session.exec(select(Capture.state, func.count()).group_by(Capture.state)).all()
    found = {State(state): number for state, number in counted}
    return {state: found.get(state, 0) for state in State}


def comings(row: Capture) -> list[str]:
    """Return the ids under which an attempt may have sealed a reading that is not in force: the latest first."""
    return (row.coming or "").split()


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after this many attempts: 30 s, doubling, at most an hour."""
    return LONGEST_WAIT if attempts > 8 else min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))


def _move(session: Session, capture: str, after: State) -> Capture:
    row = find(session, capture)
    before = State(row.state)
    if before is not after and after not in NEXT[before]:
        raise IllegalTransition(capture=capture, before=before, after=after)
    row.state = after
    if before is not after and after in {State.READ, State.FILED, State.REVIEW}:
        row.error, row.error_facts, row.next_retry = None, {}, None
    return row


def _kept(session: Session, row: Capture) -> Capture:
    session.add(row)
    session.flush()
    return row


def _plain(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in (facts or {}).items()
    }


def _sighting(session: Session, seen: Sighting, since: datetime | None) -> Sighting:
    """Return the note that these bytes were seen there: that of the scan which still lies there, else this new one.

    ``since`` is when the container was claimed that they came out of: taken out of it again, they are not seen again.
    """
    same = select(Sighting).where(
        Sighting.capture == seen.capture, Sighting.name == seen.name, Sighting.folder == seen.folder
    )
    noted = col(Sighting.released).is_(None) if since is None else col(Sighting.seen) >= since
    before = session.exec(same.where(noted)).first()
    if before is None:
        session.add(seen)
        session.flush()
    return before or seen
