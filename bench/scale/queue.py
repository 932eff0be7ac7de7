"""What it costs to have workers read: the queue alone, a capture against the one-machine path, pages with more workers.

    .venv/bin/python -m bench.scale.queue [--jobs N] [--papers N] [--pages N] [--workers 1,2,4]

Needs PostgreSQL's programs; starts a server of its own, on a socket, without syncing to disk. Three measurements:
- the queue alone: N jobs written, each in a transaction with its journal row, then fetched, done and deleted by one
  worker whose journeys return at once: jobs a second, and milliseconds of each step;
- a capture against the one-machine path: the same N small papers that need no OCR, with the index in sealed files and
  everything in one process, and with PostgreSQL, a watcher and one worker: milliseconds a capture, and the ratio;
- pages a minute with 1, 2 and 4 workers of one reader each, over drawn pages that need OCR. On a machine with fewer
  cores than workers, what more workers bring shows what the queue costs them, not what more machines would bring.
"""

import argparse
import os
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from desk import capture, setup
from desk.archive import Archive
from desk.home import Home, IntakeSettings
from index import queue
from index.journal import State
from index.tables import Capture
from ingest.journey import Journey, Stand
from ingest.worker import Heard, Worker, WorkerSettings
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.site import Site, count_ended, ended, papers
from tests.journeys.test_process import page
from tests.servers.postgres import Postgres, missing
from vault.keyfile import FAST

IN_HAND = 3


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A journey that ends at once."""

    taking: object
    reader: object = field(default_factory=lambda: SimpleNamespace(abandon=lambda: None))

    def go_on(self, number: str, *, fresh: Capture | None = None) -> Stand:  # noqa: ARG002  # a journey's shape
        return Stand(State.FILED)


def queue_alone(server: Postgres, folder: Path, jobs: int) -> None:
    """Write and work off jobs."""
    home, now = Home(folder / "alone"), datetime.now(UTC)
    setup.make(home, PASSPHRASE, database=server.database(), workers=True, cost=FAST)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        began = time.perf_counter()
        for number in range(jobs):
            with archive.index.write() as session:
                row = Capture(id=f"c{number}", digest=f"d{number}", name="n", size=1, format="pdf", sha256="s",
                              state="sealed", claimed=now, sealed=now)  # fmt: skip
                session.add(row)
                session.flush()
                queue.enqueue(session, row.id)
        written = time.perf_counter() - began
        stop, done = threading.Event(), list[float]()

        def on_done(_: object) -> None:
            done.append(time.perf_counter())
            if len(done) == jobs:
                stop.set()

        taking = SimpleNamespace(index=archive.index, locks=home.locks, clock=lambda: datetime.now(UTC))
        journey = cast("Journey", _Nothing(taking))
        began = time.perf_counter()
        Worker(journey, archive.settings.database, WorkerSettings(IN_HAND), stop, Heard(on_done)).run()
        worked = done[-1] - began
    print(f"queue alone     {jobs} jobs: written with their rows {1000 * written / jobs:.2f} ms each, "
          f"fetched, ended {1000 * worked / jobs:.2f} ms each: {jobs / worked:.0f} jobs/s by one worker")  # fmt: skip


def against_one_machine(server: Postgres, folder: Path, count: int) -> None:
    """Take, read and file the same papers both ways."""
    content = papers(count + 1, "bench")
    home, drop = Home(folder / "one"), folder / "one-drop"
    drop.mkdir()
    setup.make(home, PASSPHRASE, cost=FAST)
    intake = IntakeSettings(quiet_seconds=0, reserve_mib=0)
    home.write(home.settings().model_copy(update={"intake": intake}))
    stop = threading.Event()
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        capture.ingest(archive, [_put(drop, "warm", content[count])], tick=lambda *_: None)
        (drop / "warm.docx").unlink()
        for number in range(count):
            _put(drop, str(number), content[number])
        began, times = time.perf_counter(), list[float]()

        def heard(_: object) -> None:
            times.append(time.perf_counter())
            if len(times) == count:
                stop.set()

        capture.watch(archive, [drop], stop=stop, on_done=heard, on_notice=lambda _: None)
        alone = times[-1] - began
    site = _site(server, folder / "many")
    try:
        _put(site.drop, "warm", content[count])
        site.until(lambda archive: ended(archive, 1), within=600)
        for number in range(count):
            _put(site.drop, str(number), content[number])
        began = time.perf_counter()
        site.until(lambda archive: ended(archive, count + 1), within=1800)
        apart = time.perf_counter() - began
    finally:
        site.remove()
    print(f"a capture       one machine {1000 * alone / count:.0f} ms; PostgreSQL, watcher and one worker "
          f"{1000 * apart / count:.0f} ms; ratio {apart / alone:.2f} (over {count} papers without OCR)")  # fmt: skip


def with_workers(server: Postgres, folder: Path, count: int, workers: int) -> float:
    """Return pages a minute."""
    site = _site(server, folder / f"workers{workers}", workers)
    try:
        for number in range(workers):
            (site.drop / f"warm{number}.pdf").write_bytes(page(f"WARM {number}"))
        site.until(lambda archive: ended(archive, workers), within=600)
        for number in range(count):
            (site.drop / f"{number}.pdf").write_bytes(page(f"PAGE {number:05d} OF {workers}"))
        began = time.perf_counter()
        site.until(lambda archive: count_ended(archive) == workers + count, within=1800)
        return 60 * count / (time.perf_counter() - began)
    finally:
        site.remove()


def _site(server: Postgres, folder: Path, workers: int = 1) -> Site:
    folder.mkdir()
    site = Site.make(server, folder)
    site.start("watch", "watch")
    for number in range(workers):
        site.worker(f"worker{number}")
    return site


def _put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / f"{name}.docx"
    path.write_bytes(content)
    return path


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jobs", type=int, default=2000)
    options.add_argument("--papers", type=int, default=200)
    options.add_argument("--pages", type=int, default=60)
    options.add_argument("--workers", default="1,2,4")
    chosen = options.parse_args()
    reason = missing()
    if reason:
        raise SystemExit(reason)
    server = Postgres.make()
    try:
        with tempfile.TemporaryDirectory(prefix="jz-scale-") as made:
            folder = Path(made)
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
            if chosen.jobs:
                queue_alone(server, folder, chosen.jobs)
            if chosen.papers:
                against_one_machine(server, folder, chosen.papers)
            first = None
            for workers in [int(one) for one in chosen.workers.split(",") if one and chosen.pages]:
                rate = with_workers(server, folder, chosen.pages, workers)
                first = first or rate
                print(f"{workers} workers       {rate:.0f} pages a minute, {rate / first:.2f} of the first")
    finally:
        server.remove()


if __name__ == "__main__":
    main()
