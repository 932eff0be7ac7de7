"""How fast the page answers twenty people at once, on an archive of 100,000 pages and 10,000 dossiers.

    .venv/bin/python -m bench.web.load [--pages 100000] [--dossiers 10000] [--people 20] [--requests 10000]
        [--keep FOLDER]

Makes the archive (with ``--keep`` it stays in FOLDER, and is taken from there the next time), serves it with
``juanzong serve`` in a process of its own, signs people in and lets them go through searches, dossiers, the overview
and pages' pictures. Prints percentiles beside the limits; ends with 1 where a limit is missed or a request failed.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
from sqlmodel import col, select

from bench.completeness.seeding import PASSPHRASE, make_home, seed
from bench.search.pages import Made, make
from desk import capture
from desk.archive import Archive
from desk.home import Home
from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from index import filing
from index.tables import Capture, Document
from ocr.specimen import encode, vehicle_papers

PORT: Final = 8433
BATCH: Final = 500
LIMITS_MS: Final = {"search": 150.0, "dossier": 100.0, "completeness": 300.0, "first picture": 400.0}
FIRST_LOAD_BYTES: Final = 150_000
COOKIE: Final = re.compile("(__Host-juanzong=[^;]+)")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--dossiers", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = asked.keep or Path(scratch)
        home = folder / f"home-{asked.pages}-{asked.dossiers}"
        if not home.exists():
            _fill(home, asked.pages, asked.dossiers)
        scans = _scans(home)
        with _Served(home):
            return _measure(home, asked.people, asked.requests, asked.pages, scans)


def _fill(path: Path, pages: int, dossiers: int) -> None:
    home = make_home(path)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        with archive.index.write() as session:
            seed(session, dossiers, date.today())  # noqa: DTZ011
        made = make(pages)
        number = 0
        while batch := list(islice(made, BATCH)):
            with archive.index.write() as session:
                session.add_all([_capture(number + place) for place in range(len(batch))])
            with archive.index.write() as session:
                day = date(2026, 1, 1)
                reads = [filing.Read(f"c{number + at:07}", _reading(one), day) for at, one in enumerate(batch)]
                filing.save_readings(session, reads)
            number += len(batch)
            print(f"\r{number} pages", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)


def _scans(home: Path) -> list[str]:
    """Take a few drawn scans over for real, so that there are pages to look at, and return their documents."""
    place = Home(home)
    with Archive.open(place, place.settings(), PASSPHRASE) as archive, tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for at, paper in enumerate(vehicle_papers("bench", dpi=200)):
            file = Path(folder) / f"{at}.pdf"
            file.write_bytes(encode(paper.pages, "pdf", 200))
            files.append(file)
        taken = capture.ingest(archive, files, tick=lambda *_: None)
        return [document.id for one in taken for document in one.documents] or _known(
            archive, [one.sha256 for one in taken]
        )


def _known(archive: Archive, digests: Sequence[str]) -> list[str]:
    with archive.index.read() as session:
        captures = select(Capture.id).where(col(Capture.sha256).in_(list(digests)))
        return list(session.exec(select(Document.id).where(col(Document.capture).in_(captures))).all())


def _capture(number: int) -> Capture:
    return Capture(
        id=f"c{number:07}",
        digest=sha256(f"digest {number}".encode()).hexdigest(),
        name="scan.pdf",
        size=1,
        format="PDF",
        sha256=sha256(f"scan {number}".encode()).hexdigest(),
        state="filed",
        claimed=datetime(2026, 1, 1, tzinfo=UTC),
        reading="reading",
    )


def _reading(made: Made) -> Reading:
    lines = tuple(
        Line(line, (180, 120 + 60 * row, 180 + 40 * len(line), 164 + 60 * row), 0.93)
        for row, line in enumerate(made.text.split("\n"))
    )
    page = Page(1, 2480, 3508, 300, 0, "ocr", "bench", made.text, lines)
    fields = {name: FieldValue(value, 0.9, 1) for name, value in made.fields.items()}
    return Reading((page,), (Recognised(made.kind, "other", 0.9, False, fields, (1,)),))


class _Served:
    """The page in a process of its own, as people start it."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __enter__(self) -> None:
        command = ["-c", "from cli.main import main; main()", "serve", "--home", str(self._home), "--port", str(PORT)]
        self._process = subprocess.Popen([sys.executable, *command], env=os.environ | {"PYTHONPATH": str(Path.cwd())})
        for _ in range(300):
            if _answers():
                return
            time.sleep(0.1)
        raise SystemExit("the page does not start")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=30)


def _answers() -> bool:
    try:
        return httpx.get(f"http://localhost:{PORT}/health").status_code == 200
    except httpx.TransportError:
        return False


def _measure(home: Path, people: int, requests: int, pages: int, scans: Sequence[str]) -> int:
    keys = _keys(home)
    sample = list(islice(make(pages), 2_000))
    times: dict[str, list[float]] = defaultdict(list)
    failed: list[str] = []
    lock, left = threading.Lock(), iter(range(requests))
    clients = [_signed_in() for _ in range(people)]
    weight = _first_load(clients[0])
    clients[0].get("/completeness")
    clients[0].get("/dossiers")

    def visit(client: httpx.Client, dice: random.Random) -> None:
        while True:
            with lock:
                if next(left, None) is None:
                    return
            what, path = _drawn(dice, sample, keys, scans)
            began = time.perf_counter()
            try:
                answer = client.get(path)
                problem = "" if answer.status_code == 200 else f"{answer.status_code} {path[:80]}"
            except httpx.HTTPError as fault:
                problem = f"{fault!r} {path[:80]}"
            took = (time.perf_counter() - began) * 1000
            with lock:
                times[what].append(took)
                if problem:
                    failed.append(problem)

    began = time.perf_counter()
    threads = [threading.Thread(target=visit, args=(one, random.Random(at))) for at, one in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    print(f"{requests} requests of {people} people in {wall:.0f} s: {requests / wall:.0f}/s, {len(failed)} failed")
    for problem in failed[:5]:
        print("  ", problem)
    print(f"{'':16}{'count':>7}{'p50':>8}{'p95':>8}{'max':>8}{'limit p95':>11}{'ratio':>7}   ms")
    missed = bool(failed)
    for what, limit in LIMITS_MS.items():
        found = sorted(times[what])
        p95 = found[len(found) * 95 // 100]
        missed |= p95 > limit
        row = f"{what:16}{len(found):7}{found[len(found) // 2]:8.0f}{p95:8.0f}{found[-1]:8.0f}"
        print(f"{row}{limit:11.0f}{p95 / limit:7.2f}")
    missed |= weight > FIRST_LOAD_BYTES
    print(f"first load {weight} bytes, limit {FIRST_LOAD_BYTES}, ratio {weight / FIRST_LOAD_BYTES:.2f}")
    return int(missed)


def _signed_in() -> httpx.Client:
    client = httpx.Client(base_url=f"http://localhost:{PORT}", timeout=120)
    answer = client.post("/signin", data={"name": "", "password": PASSPHRASE})
    found = COOKIE.search(answer.headers.get("set-cookie", ""))
    if found is None:
        raise SystemExit(f"nobody gets in: {answer.status_code}")
    client.headers["cookie"] = found[1]
    return client


def _first_load(client: httpx.Client) -> int:
    """Return the bytes of the first page with everything it names."""
    page = client.get("/search")
    names = re.findall('(?:href|src)="(/static/[^"]+)"', page.text)
    return len(page.content) + sum(len(client.get(name).content) for name in names)


def _keys(home: Path) -> list[str]:
    place = Home(home)
    with Archive.open(place, place.settings(), PASSPHRASE) as archive, archive.index.read() as session:
        return [one.key for _, one in filing.dossiers(session, packs=list(archive.packs), open_only=True)][:2_000]


def _drawn(dice: random.Random, sample: Sequence[Made], keys: Sequence[str], scans: Sequence[str]) -> tuple[str, str]:
    turn = dice.random()
    if turn < 0.4:
        text = "".join(char for char in dice.choice(sample).text if "一" <= char <= "鿿")
        at, length = dice.randrange(max(1, len(text) - 4)), dice.choice((1, 2, 2, 3, 4))
        return "search", "/search?q=" + quote(text[at : at + length] or "合同")
    if turn < 0.75:
        return "dossier", "/dossiers/of?name=" + quote(dice.choice(keys))
    if turn < 0.85:
        return "completeness", "/completeness"
    return "first picture", f"/documents/{dice.choice(scans)}/pages/1.png"


if __name__ == "__main__":
    sys.exit(main())
