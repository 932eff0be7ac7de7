"""What is put in order whenever the archive is opened: failed log-ins, the clock, grants, loans that ran out."""

from desk.archive import Archive
from desk.cards import Cards
from desk.clock import watch_clock
from desk.loans import sweep
from desk.users import regrant


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
    sweep(archive)
