"""The latest moment an archive has seen: a clock set back lengthens no loan, and goes on record."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlmodel import Session

from desk.archive import Archive
from index.tables import Heartbeat

CLOCK: Final = "clock"
SLACK: Final = timedelta(minutes=5)
"""A clock that differs by less was merely set right."""
STEP: Final = timedelta(hours=1)


def watch_clock(archive: Archive, now: datetime | None = None) -> datetime:
    """Return the latest moment this archive has seen; a clock set back goes on record, once for each setting back."""
    moment = now or datetime.now(UTC)
    with archive.index.read() as session:
        row = session.get(Heartbeat, CLOCK)
    latest = row.at if row is not None else moment
    behind = moment < latest - SLACK
    noted = bool(row and row.facts.get("behind"))
    if row is not None and behind == noted and moment < latest + STEP:
        return max(latest, moment)
    with archive.index.write() as session:
        row = session.get(Heartbeat, CLOCK) or Heartbeat(who=CLOCK, at=moment)
        if behind and not noted:
            facts = {"seen": row.at.isoformat(timespec="seconds"), "now": moment.isoformat(timespec="seconds")}
            archive.note(session, "clock-back", archive.keys.public.archive, facts)
        row.at, row.facts = max(row.at, moment), {"behind": behind}
        session.add(row)
    return max(latest, moment)


def latest(session: Session, now: datetime | None = None) -> datetime:
    """Return the latest moment this archive has seen, without noting anything."""
    row = session.get(Heartbeat, CLOCK)
    moment = now or datetime.now(UTC)
    return max(row.at, moment) if row is not None else moment


def clock_is_right(archive: Archive) -> datetime:
    """Take the clock as it stands for right from now on, where it was once ahead; return what had been seen."""
    with archive.index.write() as session:
        row = session.get(Heartbeat, CLOCK)
        seen = row.at if row is not None else datetime.now(UTC)
        if row is not None:
            row.at, row.facts = datetime.now(UTC), {"behind": False}
            session.add(row)
        archive.note(session, "clock-set", archive.keys.public.archive, {"seen": seen.isoformat(timespec="seconds")})
    return seen
