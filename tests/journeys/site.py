"""A site with a real PostgreSQL, one watcher and workers that can be killed: every part a process of its own."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import docx
from sqlmodel import col, func, select

from desk import keeping, setup
from desk.archive import Archive
from desk.home import Home, IntakeSettings, QueueSettings
from index import queue, record
from index.tables import Capture, Document, Dossier
from ocr.specimen.dice import Dice
from ocr.specimen.numbers import vin
from tests.journeys.conftest import PASSPHRASE
from tests.servers.postgres import Postgres
from vault.keyfile import FAST

STALLED_SECONDS = 4.0
_VIN = "VINVINVINVINVINVI"
_LINES = (
    "机动车销售统一发票",
    "SPECIMEN 样本",
    "开票日期 2026-10-12",
    "购买方名称 林样本",
    f"车辆识别代号/车架号码 {_VIN}",
    "价税合计 ¥123,456.00",
)


def papers(count: int, seed: str = "site") -> list[bytes]:
    """Return small papers of as many cars, each of which opens a dossier of its own."""
    made = docx.Document()
    for line in _LINES:
        made.add_paragraph(line)
    target = io.BytesIO()
    made.save(target)
    dice = Dice(seed)
    return [_with(target.getvalue(), vin(dice, 2026)) for _ in range(count)]


def _with(form: bytes, number: str) -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(form)), io.BytesIO()
    with source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as filled:
        for name in source.namelist():
            filled.writestr(name, source.read(name).replace(_VIN.encode(), number.encode()))
    return target.getvalue()


@dataclass
class Site:
    """An archive on PostgreSQL, its drop folder, and the processes that work for it."""

    server: Postgres
    home: Home
    drop: Path
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @staticmethod
    def make(server: Postgres, folder: Path, store: str = "local", **environment: str) -> "Site":
        """Make the archive and its drop folder."""
        home, drop = Home(folder / "home"), folder / "drop"
        drop.mkdir()
        setup.make(home, PASSPHRASE, database=server.database(), store=store, cost=FAST)
        changes = {
            "queue": QueueSettings(workers=True, most_waiting=50, stalled_seconds=STALLED_SECONDS),
            "intake": IntakeSettings(drop=(str(drop),), quiet_seconds=0, reserve_mib=0),
        }
        home.write(home.settings().model_copy(update=changes))
        return Site(server, home, drop, {**os.environ, **environment, "JUANZONG_PASSPHRASE": PASSPHRASE})

    def start(self, name: str, *arguments: str) -> None:
        """Start one of the product's commands as a process by this name; its log lies beside the archive."""
        code = "from cli.main import main; main()"
        command = [sys.executable, "-c", code, *arguments, "--home", str(self.home.path)]
        with self.log(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def worker(self, name: str, *options: str) -> None:
        """Start a worker."""
        self.start(name, "worker", "--places", "1", *options)

    def log(self, name: str) -> Path:
        """Return where a process by this name logs."""
        return self.home.path.parent / f"{name}.log"

    def events(self, name: str) -> list[dict[str, object]]:
        """Return what a process logged."""
        return [json.loads(line) for line in self.log(name).read_text().splitlines()]

    def kill(self, name: str) -> None:
        """End a process without warning."""
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def ask(self, name: str, *, within: float = 30) -> int:
        """Ask a process to end, and return how it ended."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(within)

    def remove(self) -> None:
        """End what still runs."""
        for process in self.processes.values():
            process.kill()
            process.wait()

    def opened(self) -> Archive:
        """Return a context that opens the archive."""
        return Archive.open(self.home, self.home.settings(), PASSPHRASE)  # type: ignore[return-value]

    def until(self, told: Callable[[Archive], bool], *, within: float) -> None:
        """Wait until ``told`` says so of the archive."""
        end = time.monotonic() + within
        with self.opened() as archive:
            while not told(archive):
                if time.monotonic() > end:
                    raise TimeoutError(self.how_it_stands(archive))
                time.sleep(0.25)

    def how_it_stands(self, archive: Archive) -> str:
        """Return states of captures, the queue, and the ends of all logs, for whoever reads a failed test."""
        with archive.index.read() as session:
            states = Counter(session.exec(select(Capture.state)).all())
            stands = queue.waiting(session, datetime.now(UTC))
        tails = {file.name: file.read_text()[-600:] for file in self.home.path.parent.glob("*.log")}
        return f"{dict(states)} {stands} {tails}"


def count_ended(archive: Archive) -> int:
    """Return how many captures are at their end."""
    still = col(Capture.state).in_(["claimed", "sealed", "read"])
    with archive.index.read() as session:
        return session.exec(select(func.count()).select_from(Capture).where(~still)).one()


def ended(archive: Archive, count: int) -> bool:
    """Tell whether so many captures are there, and all at their end."""
    with archive.index.read() as session:
        return count_ended(archive) == count == session.exec(select(func.count()).select_from(Capture)).one()


def assert_each_once(site: Site, count: int) -> None:
    """Every capture is filed, once; its dossier is its own; chain, vault, index and queue are sound."""
    with site.opened() as archive:
        with archive.index.read() as session:
            captures = session.exec(select(Capture)).all()
            documents = session.exec(select(Document)).all()
            dossiers = session.exec(select(Dossier)).all()
            record.verify(session)
            stands = queue.waiting(session, datetime.now(UTC))
        assert Counter(one.state for one in captures) == {"filed": count}
        assert len({one.digest for one in captures}) == count
        assert Counter(one.capture for one in documents) == dict.fromkeys((one.id for one in captures), 1)
        assert len(dossiers) == count
        assert {one.dossier for one in documents} == {one.id for one in dossiers}
        assert all(one.coming is None for one in captures)
        assert (stands.waiting, stands.reading, stands.failing) == (0, 0, 0)
        found = keeping.verify(archive)
        assert list(found.damaged) == []
        known = {one for row in captures for one in (row.original, row.record, row.reading)}
        rests = [(one.role, one.document) for one in archive.vault.objects() if one.object_id not in known]
        assert rests == [], "an original, a record and a reading of each, and no rest of anything"
        assert found.objects == 3 * count
        assert keeping.check_index(archive) == []
