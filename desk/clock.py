"""The latest moment an archive has seen: a clock set back lengthens no loan, and a jump either way goes on record."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from desk.archive import Archive
from index.tables import Heartbeat

CLOCK: Final = "clock"
SLACK: Final = timedelta(minutes=5)
"""A clock that differs by less was merely set right."""
STEP: Final = timedelta(hours=1)
_MACHINES: Final = 8
"""Machines that share an archive and whose running time is kept."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long a machine has run since it was started, asleep or not; ``boot`` tells one start from another."""

    boot: str
    seconds: float


def uptime() -> Uptime | None:
    """Return how long this machine has run; None where the system does not say (Linux does)."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, AttributeError):
        return None


def watch_clock(archive: Archive, now: datetime | None = None, ran: Uptime | None = None) -> datetime:
    """Return the latest moment this archive has seen; a clock that jumped goes on record, once for each jump.

    Backward it jumped when it is earlier than what was seen; forward when it has gone further than the machine has run.
    A machine that was off meanwhile may have slept any time: there only what was seen counts.
    """
    moment, ran = now or datetime.now(UTC), ran or uptime()
    with archive.index.read() as session:
        row = session.get(Heartbeat, CLOCK)
    latest = row.at if row is not None else moment
    facts = dict(row.facts) if row is not None else {}
    behind, noted = moment < latest - SLACK, bool(facts.get("behind"))
    leap = _leap(facts, moment, ran)
    ahead = leap is not None and leap > SLACK
    known = ran is None or ran.boot in facts.get("boots", {})
    if row is not None and known and behind == noted and not ahead and moment < latest + STEP:
        return max(latest, moment)
    with archive.index.write() as session:
        row = session.get(Heartbeat, CLOCK) or Heartbeat(who=CLOCK, at=moment)
        told = {"seen": row.at.isoformat(timespec="seconds"), "now": moment.isoformat(timespec="seconds")}
        if behind and not noted:
            archive.note(session, "clock-back", archive.keys.public.archive, told)
        if ahead and leap is not None:
            archive.note(
                session, "clock-ahead", archive.keys.public.archive, {**told, "seconds": round(leap.total_seconds())}
            )
        row.at, row.facts = max(row.at, moment), {"behind": behind, "boots": _anchored(facts, moment, ran)}
        session.add(row)
    return max(latest, moment)


def _leap(facts: Mapping[str, Any], moment: datetime, ran: Uptime | None) -> timedelta | None:
    """Return how much further the clock has gone than the machine has run since both were noted."""
    anchor = facts.get("boots", {}).get(ran.boot) if ran is not None else None
    if anchor is None or ran is None:
        return None
    return moment - datetime.fromisoformat(anchor["at"]) - timedelta(seconds=ran.seconds - anchor["ran"])


def _anchored(facts: Mapping[str, Any], moment: datetime, ran: Uptime | None) -> dict[str, Any]:
    """Return clock and running time of the machines seen last, this one's as they are now."""
    kept = dict(facts.get("boots", {}))
    if ran is not None:
        kept.pop(ran.boot, None)
        kept[ran.boot] = {"at": moment.isoformat(), "ran": ran.seconds}
    return dict(list(kept.items())[-_MACHINES:])


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
            row.at, row.facts = (
                datetime.now(UTC),
                {"behind": False, "boots": _anchored({}, datetime.now(UTC), uptime())},
            )
            session.add(row)
        archive.note(session, "clock-set", archive.keys.public.archive, {"seen": seen.isoformat(timespec="seconds")})
    return seen
