"""One archive for all journeys of a run: a vehicle's papers, drawn, dropped, taken over, read and filed once."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from desk import capture, setup
from desk.archive import Archive
from desk.home import Home
from desk.taken import Taken
from ocr.specimen import FontsMissing, Scan, demo_batch
from tests.servers.postgres import Postgres, missing
from vault.keyfile import FAST

PASSPHRASE = "specimen heron violet anchor"
TODAY = date.today()  # noqa: DTZ011  (the day of the place, as the desk reckons)


@dataclass(frozen=True, slots=True)
class Office:
    """An archive after a batch went through it: the scans dropped, by name, and what became of each."""

    home: Home
    drop: Path
    scans: dict[str, Scan]
    taken: list[Taken]

    def opened(self) -> Archive:
        """Return a context that opens the archive."""
        return Archive.open(self.home, self.home.settings(), PASSPHRASE)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL of the module's own: its tests may stop it."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    made = Postgres.make()
    yield made
    made.remove()


def new_home(folder: Path) -> Home:
    """Make an empty archive in ``folder``."""
    home = Home(folder / "home")
    setup.make(home, PASSPHRASE, cost=FAST)
    return home


def no_tick(done: int, total: int, at_hand: str = "") -> None:
    """Show no progress."""


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The demo's scans, taken over by one pass of the watcher."""
    folder = tmp_path_factory.mktemp("office")
    drop = folder / "drop"
    drop.mkdir()
    try:
        scans = {scan.name: scan for scan in demo_batch(today=TODAY)}
    except FontsMissing as missing:
        pytest.skip(str(missing))
    for name, scan in scans.items():
        (drop / name).write_bytes(scan.content)
    home = new_home(folder)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        taken = capture.watch_once(archive, [drop], stop=threading.Event(), tick=no_tick)
    return Office(home, drop, scans, taken)
