"""Drop thousands of small real scans at once on `juanzong watch`, read and file each, and see that memory stays flat.

    nice .venv/bin/python -m bench.intake.load [--scans N] [--minutes M]

Draws N one-page scans (default 5,000; taxi and train tickets at 110 dpi, each another), opens the dossiers of fifty
cars, and lets four writers drop the scans at once, each into the sub-folder named by its car, below the folder that a
`juanzong watch` of its own process watches with the real reader. Waits until all are at their end, M minutes at most.
Prints, at every tenth of the way, scans a minute and the memory of the watcher and of all its processes together; then
asks the watcher to stop, and counts what is there. Fails where a scan was lost, taken twice, set aside, left lying or
not filed with its car, where the memory of the watcher grew by more than a tenth from the middle to the end, or where
stopping took more than ten seconds.
"""

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlmodel import select

from desk import dossiers, setup
from desk.archive import Archive
from desk.home import Home
from index import journal
from index.journal import State
from index.tables import Capture, Document, Dossier, Sighting
from ocr.specimen import draw, encode
from ocr.specimen.case import sale
from ocr.specimen.dice import Dice
from ocr.specimen.numbers import vin
from vault.keyfile import FAST

PASSPHRASE: Final = "specimen heron violet anchor"
WRITERS: Final = 4
CARS: Final = 50
DPI: Final = 110
LOOK_SECONDS: Final = 2.0
KEPT_IN: Final = ("done", "quarantine", ".juanzong")
STOP_SECONDS: Final = 10.0
MOST_GROWTH: Final = 1.10
ENDED: Final = (State.FILED, State.REVIEW, State.QUARANTINED, State.LOCKED)


@dataclass(frozen=True, slots=True)
class Look:
    """How it stood: seconds since the drop, scans at their end, and MiB of the watcher and of it with its children."""

    seconds: float
    done: int
    watcher: float
    together: float


def drawn(folder: Path, scans: int, cars: list[str]) -> list[Path]:
    """Draw the scans, no two the same, and return their files; each lies in the folder of its car."""
    for car in cars:
        (folder / car).mkdir(parents=True)
    known: set[str] = set()
    made: list[Path] = []
    number = 0
    while len(made) < scans:
        number += 1
        paper = draw("ticket", sale("load", number), dpi=DPI, seed=number)
        content = encode(paper.pages, "jpeg", DPI)
        digest = hashlib.sha256(content).hexdigest()
        if digest not in known:
            known.add(digest)
            made.append(folder / cars[len(made) % len(cars)] / f"{len(made):06}.jpg")
            made[-1].write_bytes(content)
    return made


def drop_all(scans: list[Path], drop: Path) -> None:
    """Copy the scans into their sub-folders, by four writers at once."""

    def write(writer: int) -> None:
        for path in scans[writer::WRITERS]:
            (drop / path.parent.name).mkdir(exist_ok=True)
            shutil.copyfile(path, drop / path.parent.name / path.name)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()


def family(process: int) -> Iterator[int]:
    """Yield a process and all that it started, however deep."""
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def share_mib(process: int) -> float:
    """Return the memory of a process, with its share of what it has in common with others, in MiB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0  # it has just ended
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def followed(archive: Archive, watcher: "subprocess.Popen[bytes]", scans: int, minutes: float) -> list[Look]:
    """Look until all is done or time is up; return a look for each tenth of the way, the first and the last."""
    began, looks = time.monotonic(), list[Look]()
    while watcher.poll() is None:
        with archive.index.read() as session:
            tally = journal.tally(session)
        done, seconds = sum(tally[state] for state in ENDED), time.monotonic() - began
        ended = done >= scans or seconds > minutes * 60
        if ended or done >= max(1, scans * len(looks) // 10):
            shares = [share_mib(one) for one in family(watcher.pid)]
            looks.append(Look(seconds, done, shares[0], sum(shares)))
            rate = done / seconds * 60
            print(
                f"{done:6} of {scans} at {seconds:7.0f} s, {rate:5.0f} scans a minute; "
                f"memory MiB: watcher {shares[0]:.0f}, with its children {sum(shares):.0f}",
                flush=True,
            )
        if ended:
            return looks
        time.sleep(LOOK_SECONDS)
    raise SystemExit(f"the watcher ended by itself with {watcher.returncode}")


def faults(archive: Archive, drop: Path, scans: list[Path], *, whole: bool) -> list[str]:
    """Return what is not as it must be: each scan captured once, its bytes sealed once, filed once with its car."""
    with archive.index.read() as session:
        captures = list(session.exec(select(Capture)).all())
        sightings = len(session.exec(select(Sighting)).all())
        filed = session.exec(select(Document.capture, Dossier.key).where(Document.dossier == Dossier.id)).all()
    said = []
    files = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in scans}
    taken = Counter(row.sha256 for row in captures)
    originals = Counter(one.document for one in archive.vault.objects() if one.role == "original")
    kept = Counter(path.name for path in (drop / "done").rglob("*.jpg"))
    waiting = {path.name for path in drop.rglob("*.jpg") if path.relative_to(drop).parts[0] not in KEPT_IN}
    states = Counter(row.state for row in captures)
    print("states:", dict(states), "| sealed originals:", len(originals), "| in done:", sum(kept.values()))
    if set(taken) - set(files) or any(count > 1 for count in taken.values()):
        said.append("something was taken twice, or was never dropped")
    if any(count > 1 for count in (*originals.values(), *kept.values())) or sightings:
        said.append("something was kept twice")
    if {path.name for digest, path in files.items() if digest not in taken} - waiting:
        said.append("something is neither captured nor in the drop folder")
    sealed = {row.id for row in captures if row.state != State.CLAIMED}
    if not sealed <= set(originals):
        said.append("something captured is not in the vault")
    right = Counter((row.id, files[row.sha256].parent.name) for row in captures if row.sha256 in files)
    if Counter((capture, car) for capture, car in filed) - right:
        said.append("something was filed twice, or with another car")
    print(f"filed with their car: {len(filed)} of {len(scans)}")
    if whole and (len(filed) != len(scans) or waiting or set(states) != {State.FILED}):
        said.append(f"not everything was filed; {len(waiting)} wait")
    return said


def main() -> int:
    """Drop, follow, stop, count; 1 where anything is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=240.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home, drop = Home(Path(temporary, "home")), Path(temporary, "drop")
        drop.mkdir()
        setup.make(home, PASSPHRASE, cost=FAST)
        dice = Dice("load")
        cars = [vin(dice, 2026) for _ in range(CARS)]
        scans = drawn(Path(temporary, "drawn"), given.scans, cars)
        with Archive.open(home, home.settings(), PASSPHRASE) as archive, Path(temporary, "log").open("wb") as log:
            for car in cars:
                dossiers.open_by_hand(archive, "new-vehicle", car)
            command = [sys.executable, "-c", "from cli.main import main; main()", "watch", str(drop)]
            watcher = subprocess.Popen(
                [*command, "--home", str(home.path)],
                env=os.environ | {"JUANZONG_PASSPHRASE": PASSPHRASE},
                stdout=log,
                stderr=log,
            )
            try:
                drop_all(scans, drop)
                looks = followed(archive, watcher, given.scans, given.minutes)
                asked = time.monotonic()
                watcher.send_signal(signal.SIGTERM)
                watcher.wait(timeout=60)
                stopped = time.monotonic() - asked
            finally:
                watcher.kill()
            said = faults(archive, drop, scans, whole=looks[-1].done >= given.scans)
    start, middle, end = looks[0], looks[len(looks) // 2], looks[-1]
    print(f"memory MiB at start, middle, end: {start.watcher:.0f}, {middle.watcher:.0f}, {end.watcher:.0f} (watcher)")
    print(f"                      with children: {start.together:.0f}, {middle.together:.0f}, {end.together:.0f}")
    print(f"stopped in {stopped:.1f} s, exit code {watcher.returncode}")
    if end.watcher > middle.watcher * MOST_GROWTH:
        said.append("the watcher's memory grows")
    if stopped > STOP_SECONDS:
        said.append("it did not stop in time")
    print("\n".join(said) or f"{end.done} of {given.scans} filed, each once")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
