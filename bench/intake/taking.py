"""Drop thousands of one-page scans at once and measure what taking them over costs, reading aside.

    nice .venv/bin/python -m bench.intake.taking [--scans N] [--kib SIZE]

Four writers drop N scans of SIZE KiB (default 5,000 of 60) into a watched folder; each is settled, claimed, sealed,
read back, journalled, filed and released, by the same code as `juanzong watch`, with a reader that returns at once.
Prints wall and CPU milliseconds a scan, of all threads, user and system, and the memory at the start, middle and end:
- the whole journey: all of the above;
- intake: the same without what comes after reading (classes, fields, dossier, search index): what the watcher costs;
- the watcher alone: settle and move, nothing sealed;
- by hand in the same run, what other programs do: hash, move, one committed row in a database; no seal, no read-back.
Fails where a scan was lost or taken twice, or where intake costs more CPU than the target.
"""

import argparse
import hashlib
import os
import resource
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from desk import capture, setup
from desk.archive import Archive
from desk.home import Home
from dossier.filing import Shelf
from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from index.journal import State
from ingest.journey import Journey, Stand
from ingest.pipeline import Done
from ingest.scan import Scan
from ingest.settle import SettleSettings
from ingest.source import ReleasePolicy, release
from ingest.taking import Taking
from ingest.watch import WatchSettings, watch
from ocr.reader import Reader
from vault.keyfile import FAST

PASSPHRASE = "specimen heron violet anchor"
WRITERS = 4
TARGET_CPU_MS = 20.0


class InstantReader:
    """Finds one paper on one page in any bytes, in no time."""

    def __init__(self) -> None:
        line = Line("SPECIMEN 樣本", (0, 0, 10, 10), 0.99)
        self._page = Page(1, 100, 100, 72, 0, "ocr", "instant", line.text, (line,))

    def abandon(self) -> None:
        pass

    def read(self, content: bytes, name: str = "", **_: object) -> Reading:
        del content
        number = FieldValue(name.removesuffix(".pdf"), 0.99, 1)
        paper = Recognised("vat-invoice", "invoice", 0.99, False, {"invoice_number": number}, (1,))
        return Reading((self._page,), (paper,))


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall and of CPU."""

    wall: float
    cpu: float


@contextmanager
def measured() -> Iterator[list[Cost]]:
    """Give a list that holds the cost of the block once it is done."""
    found: list[Cost] = []
    wall, cpu = time.perf_counter(), time.process_time()
    yield found
    found.append(Cost(time.perf_counter() - wall, time.process_time() - cpu))


def drop_all(drop: Path, scans: int, kib: int) -> None:
    """Write the scans, by four writers at once."""

    def write(writer: int) -> None:
        for number in range(writer, scans, WRITERS):
            body = os.urandom(kib * 1024)
            content = b"%PDF-1.4\n% SPECIMEN\n" + body + b"\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
            (drop / f"{number:06}.pdf").write_bytes(content)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()


def resident_mib() -> float:
    """Return the memory the process holds now, in MiB; the peak where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def instant_journey(taking: Taking, _: Reader, shelves: Sequence[Shelf]) -> Journey:
    """Return the journey of the product with a reader that returns at once: reading is measured elsewhere."""
    return Journey(taking, cast("Reader", InstantReader()), shelves)


class NoJourney(Journey):
    """Ends where the journey begins: what is sealed counts as done."""

    def go_on(self, number: str, **_: object) -> Stand:
        del number
        return Stand(State.REVIEW)


def taken_in(folder: Path, scans: int, kib: int, journeys: capture.Journeys) -> tuple[Cost, list[float], int]:
    """Take everything over as `juanzong watch` does; return cost, memory at three times, and how many were filed."""
    folder.mkdir()
    home, drop = Home(folder / "home"), folder / "drop"
    drop.mkdir()
    setup.make(home, PASSPHRASE, cost=FAST)
    stop, memory, states = threading.Event(), [resident_mib()], list[str]()

    def on_done(one: Done) -> None:
        states.append(one.state)
        if len(states) == scans // 2:
            memory.append(resident_mib())
        if len(states) == scans:
            memory.append(resident_mib())
            stop.set()

    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        drop_all(drop, scans, kib)
        with measured() as cost:
            capture.watch(archive, [drop], stop=stop, on_done=on_done, on_notice=lambda _: None, journeys=journeys)
    return cost[0], memory, sum(state in {"filed", "review"} for state in states)


def watcher_alone(folder: Path, scans: int, kib: int) -> Cost:
    """Settle and release everything, sealing nothing."""
    drop = folder / "watched"
    drop.mkdir()
    drop_all(drop, scans, kib)

    def take(scan: Scan) -> None:
        with scan.path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        release(scan, digest, ReleasePolicy(), today=datetime.now(UTC).date())

    settings = WatchSettings(settle=SettleSettings.for_one_pass())
    with measured() as cost:
        watch([drop], settings, take, threading.Event(), once=True)
    return cost[0]


def by_hand(folder: Path, scans: int, kib: int) -> Cost:
    """Hash, move and record, as simpler programs do."""
    drop, kept = folder / "plain", folder / "kept"
    drop.mkdir()
    kept.mkdir()
    drop_all(drop, scans, kib)
    database = sqlite3.connect(folder / "plain.db")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, name TEXT, digest TEXT UNIQUE)")
    with measured() as cost:
        for path in sorted(drop.iterdir()):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            with database:
                database.execute("INSERT INTO document (name, digest) VALUES (?, ?)", (path.name, digest))
            shutil.move(path, kept / path.name)
    database.close()
    return cost[0]


def main() -> int:
    """Measure, print, and fail where scans were lost or a scan costs more CPU than the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=5000)
    parser.add_argument("--kib", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        journey, memory, kept = taken_in(folder / "whole", given.scans, given.kib, instant_journey)
        shutil.rmtree(folder / "whole")
        print("memory MiB at start, middle, end:", ", ".join(f"{value:.0f}" for value in memory))
        print(f"taken once each: {kept} of {given.scans}", flush=True)
        intake, _, _ = taken_in(folder / "intake", given.scans, given.kib, NoJourney)
        alone = watcher_alone(folder, given.scans, given.kib)
        plain = by_hand(folder, given.scans, given.kib)
    costs = {"whole journey": journey, "intake": intake, "watcher alone": alone, "hash, move, record": plain}
    for name, cost in costs.items():
        wall, cpu = cost.wall / given.scans * 1000, cost.cpu / given.scans * 1000
        print(f"{name:20} {wall:8.2f} ms wall a scan {cpu:8.2f} ms CPU a scan {given.scans / cost.wall:8.0f} scans/s")
    against = ", ".join(f"{name} {cost.cpu / plain.cpu:.1f}x" for name, cost in costs.items() if cost is not plain)
    print(f"CPU against by hand: {against}")
    share = intake.cpu / given.scans * 1000 / TARGET_CPU_MS
    print(f"CPU of intake against the target of {TARGET_CPU_MS} ms: {share:.2f}x")
    return 0 if kept == given.scans and share <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
