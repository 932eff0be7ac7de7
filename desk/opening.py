"""What is put in order whenever the archive is opened: failed log-ins, grants, loans that ran out, the clock."""

from datetime import UTC, datetime, timedelta
from typing import Final

from desk.archive import Archive
from desk.cards import Cards
from desk.users import regrant
from index.tables import Heartbeat

CLOCK: Final = "clock"
SLACK: Final = timedelta(minutes=5)
"""A clock that differs by less was merely set right."""
STEP: Final = timedelta(hours=1)


def settle(archive: Archive) -> None:
    """Put in order what waited for somebody with keys; cheap when there is nothing to do."""
    failures = Cards(archive.home).failures()
    if failures:
        with archive.index.write() as session:
            for failure in failures:
                facts = {"given": failure.name, "at": failure.at.isoformat()}
                archive.note(session, "login-failed", failure.name, facts)
    watch_clock(archive)
    regrant(archive)


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
