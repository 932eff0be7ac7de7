"""A clock that jumps, back or forward, is on record once; time that merely passed is none of it."""

from datetime import UTC, datetime, timedelta

from desk.archive import Archive
from desk.clock import CLOCK, Uptime, clock_is_right, uptime, watch_clock
from index import record
from index.tables import Heartbeat
from tests.desk.office import Office


def told(archive: Archive) -> list[str]:
    """Return what is on record of the clock."""
    with archive.index.read() as session:
        return [entry.what for entry in record.entries(session) if entry.what.startswith("clock-")]


def test_jumps_go_on_record_either_way(office: Office) -> None:
    """Forward against the machine's running time, back against what was seen; each once."""
    start = datetime.now(UTC)
    with office.owner() as archive:
        with archive.index.write() as session:
            session.merge(Heartbeat(who=CLOCK, at=start, facts={}))
        watch_clock(archive, start, Uptime("a", 100.0))
        watch_clock(archive, start + timedelta(hours=9), Uptime("a", 100.0 + 9 * 3600))
        assert told(archive) == []
        ahead = start + timedelta(days=40)
        assert watch_clock(archive, ahead, Uptime("a", 100.0 + 9 * 3600 + 60)) == ahead
        watch_clock(archive, ahead + timedelta(seconds=30), Uptime("a", 100.0 + 9 * 3600 + 90))
        assert told(archive) == ["clock-ahead"]
        assert watch_clock(archive, start, Uptime("a", 40_000.0)) == ahead
        watch_clock(archive, start, Uptime("a", 40_001.0))
        assert told(archive) == ["clock-ahead", "clock-back"]
        clock_is_right(archive)
        assert told(archive) == ["clock-ahead", "clock-back", "clock-set"]


def test_a_machine_that_was_off_did_not_jump(office: Office) -> None:
    """Another start, or another machine: how long it was off nobody knows."""
    start = datetime.now(UTC)
    with office.owner() as archive:
        with archive.index.write() as session:
            session.merge(Heartbeat(who=CLOCK, at=start, facts={}))
        watch_clock(archive, start, Uptime("a", 100.0))
        watch_clock(archive, start + timedelta(days=3), Uptime("b", 5.0))
        watch_clock(archive, start + timedelta(days=3), Uptime("a", 100.0 + 3 * 86400))
        assert told(archive) == []
        for number in range(20):
            watch_clock(archive, start + timedelta(days=4), Uptime(f"m{number}", 5.0))
        with archive.index.read() as session:
            assert len(session.get_one(Heartbeat, CLOCK).facts["boots"]) == 8


def test_this_machine_says_how_long_it_has_run() -> None:
    """On Linux it does, and the time goes on."""
    first, second = uptime(), uptime()
    if first is not None and second is not None:
        assert first.boot == second.boot
        assert first.seconds <= second.seconds
