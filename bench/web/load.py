"""How fast the page answers twenty people at once, on an archive of 100,000 pages and 10,000 dossiers.

    .venv/bin/python -m bench.web.load [--pages 100000] [--dossiers 10000] [--requests 10000] [--paced 2000]
        [--think 1.0] [--keep FOLDER]

Makes the archive (with ``--keep`` it stays in FOLDER, and is taken from there the next time), serves it with
``juanzong serve`` in a process of its own and signs twenty people of all roles in. Each goes through searches (40 of
100), dossiers (30), the overview (10) and pictures of pages (20), only of what their role reaches; every picture is
one that the server has not drawn lately; who holds no keys to papers looks at dossiers instead. This is done twice:

- *paced*, which is what twenty people are: each thinks before the next click, for an exponentially distributed time of
  ``--think`` seconds in the mean; the limits are about this;
- *without pause*, which is what the server can do at most: each asks again as soon as the answer is there. How long an
  answer then takes follows from how many ask at once, so that only the answers a second say anything.

Prints percentiles beside the limits, and who took how much of the cores: all clients run in one further process on the
same machine. Ends with 1 where a limit is missed or a request failed.
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
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import httpx

from bench.search.pages import Made, make
from bench.web.stock import PASSWORD, Desk, desks, fill

PORT: Final = 8433
START_SECONDS: Final = 60
LIMITS_MS: Final = {"search": 150.0, "dossier": 100.0, "completeness": 300.0, "first picture": 400.0}
FIRST_LOAD_BYTES: Final = 150_000
COOKIE: Final = re.compile("(__Host-juanzong=[^;]+)")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--dossiers", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--paced", type=int, default=2_000, help="how many of them with time to think")
    parser.add_argument("--think", type=float, default=1.0, help="mean seconds between an answer and the next click")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with ExitStack() as closing:
        folder: Path = asked.keep or Path(closing.enter_context(tempfile.TemporaryDirectory()))
        home = folder / f"home-{asked.pages}-{asked.dossiers}"
        if not home.exists():
            fill(home, asked.pages, asked.dossiers)
        sample = list(islice(make(asked.pages), 2_000))
        people = [_Person(desk, sample) for desk in desks(home)]
        served = closing.enter_context(_Served(home))
        for person in people:
            person.sign_in()
        weight = _first_load(people[0].client)
        for person in people:  # what the server keeps in memory is made at the first look, not in every click
            person.client.get("/completeness")
        missed = _run(people, asked.paced, asked.think, served, limited=True)
        missed |= _run(people, asked.requests - asked.paced, 0.0, served, limited=False)
    print(f"first load {weight} bytes, limit {FIRST_LOAD_BYTES}, ratio {weight / FIRST_LOAD_BYTES:.2f}")
    return int(missed or weight > FIRST_LOAD_BYTES)


class _Served:
    """The page in a process of its own, as people start it."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __enter__(self) -> Self:
        command = ["-c", "from cli.main import main; main()", "serve", "--home", str(self._home), "--port", str(PORT)]
        self._process = subprocess.Popen([sys.executable, *command], env=os.environ | {"PYTHONPATH": str(Path.cwd())})
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if _answers():
                return self
            time.sleep(0.1)
        self._process.kill()
        raise SystemExit("the page does not start")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=60)

    def spent(self) -> "Spent":
        """Return the processor time taken so far."""
        own, ended = _seconds(self._process.pid)
        return Spent(own, ended + sum(map(sum, map(_seconds, _below(self._process.pid)))), time.process_time())


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time: of the page, of the children that draw and judge for it, and of all clients."""

    page: float
    children: float
    clients: float

    def since(self, before: "Spent") -> "Spent":
        """Return what was spent since then."""
        return Spent(self.page - before.page, self.children - before.children, self.clients - before.clients)


class _Person:
    """One of those who use the page; ``dice`` makes what they ask the same in every run."""

    def __init__(self, desk: Desk, sample: Sequence[Made]) -> None:
        self.desk, self.sample = desk, sample
        self.dice = random.Random(desk.name)
        self.scans = cycle(desk.scans)
        self.client = httpx.Client(base_url=f"http://localhost:{PORT}", timeout=120)

    def sign_in(self) -> None:
        """Sign in as people do."""
        answer = self.client.post("/signin", data={"name": self.desk.name, "password": PASSWORD})
        found = COOKIE.search(answer.headers.get("set-cookie", ""))
        if found is None:
            raise SystemExit(f"{self.desk.name} does not get in: {answer.status_code}")
        self.client.headers["cookie"] = found[1]  # httpx sends no cookie that is for TLS to a plain address

    def next(self) -> tuple[str, str]:
        """Return what is asked for next, and its address."""
        turn = self.dice.random()
        if turn < 0.4:
            text = "".join(char for char in self.dice.choice(self.sample).text if "一" <= char <= "鿿")
            at, length = self.dice.randrange(max(1, len(text) - 4)), self.dice.choice((1, 2, 2, 3, 4))
            return "search", "/search?q=" + quote(text[at : at + length] or "合同")
        if turn < 0.7 or (turn >= 0.8 and not self.desk.scans):
            return "dossier", "/dossiers/of?name=" + quote(self.dice.choice(self.desk.keys))
        if turn < 0.8:
            return "completeness", "/completeness"
        return "first picture", f"/documents/{next(self.scans)}/pages/1.png"


@dataclass(slots=True)
class _Tally:
    """What is left to ask, how long answers took in milliseconds, and what failed."""

    left: int
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Take one of what is left."""
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def note(self, what: str, took: float, problem: str) -> None:
        """Note an answer."""
        with self.lock:
            self.times[what].append(took * 1000)
            if problem:
                self.failed.append(problem)


def _run(people: Sequence[_Person], requests: int, think: float, served: _Served, *, limited: bool) -> bool:
    """Let everybody ask until that many requests are done; print, and tell whether something was missed."""
    tally = _Tally(requests)
    began, before = time.perf_counter(), served.spent()
    threads = [threading.Thread(target=_ask, args=(one, tally, think)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, used = time.perf_counter() - began, served.spent().since(before)
    how = f"thinking {think:g} s in the mean" if think else "without pause"
    print(
        f"{requests} requests of {len(people)} people {how}: {wall:.0f} s, {requests / wall:.1f} a second, "
        f"{used.page / requests * 1000:.1f} ms of the server's processor each, {len(tally.failed)} failed"
    )
    cores = (os.cpu_count() or 1) * wall
    print(
        f"of {os.cpu_count()} cores the page took {used.page / cores:.0%}, the children that draw for it "
        f"{used.children / cores:.0%}, these clients {used.clients / cores:.0%}"
    )
    for problem in tally.failed[:5]:
        print("  ", problem)
    print(
        f"{'':16}{'count':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}" + f"{'limit p95':>11}{'ratio':>7}   ms" * limited
    )
    missed = bool(tally.failed)
    for what, limit in LIMITS_MS.items():
        found = sorted(tally.times[what]) or [0.0]
        p50, p95, p99 = (found[len(found) * share // 100] for share in (50, 95, 99))
        missed |= limited and p95 > limit
        row = f"{what:16}{len(found):7}{p50:8.0f}{p95:8.0f}{p99:8.0f}{found[-1]:8.0f}"
        print(row + f"{limit:11.0f}{p95 / limit:7.2f}" * limited, flush=True)
    return missed


def _ask(person: _Person, tally: _Tally, think: float) -> None:
    while tally.take():
        if think:
            time.sleep(person.dice.expovariate(1 / think))
        what, path = person.next()
        began = time.perf_counter()
        try:
            answer = person.client.get(path)
            problem = "" if answer.status_code == 200 else f"{answer.status_code} {person.desk.name} {path[:80]}"
        except httpx.HTTPError as fault:
            problem = f"{fault!r} {person.desk.name} {path[:80]}"
        tally.note(what, time.perf_counter() - began, problem)


def _seconds(process: int) -> tuple[float, float]:
    """Return the processor time of a process, and of its children that ended; none where it is gone (proc(5))."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    user, system, ended_user, ended_system = (int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15])
    return user + system, ended_user + ended_system


def _below(process: int) -> Iterator[int]:
    """Yield the living processes that a process started, and those they started (proc(5))."""
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, thread.read_text().split()):
            yield child
            yield from _below(child)


def _answers() -> bool:
    try:
        return httpx.get(f"http://localhost:{PORT}/health").status_code == 200
    except httpx.TransportError:
        return False


def _first_load(client: httpx.Client) -> int:
    """Return the bytes of the first page with everything it names."""
    page = client.get("/search")
    names = re.findall('(?:href|src)="(/static/[^"]+)"', page.text)
    return len(page.content) + sum(len(client.get(name).content) for name in names)


if __name__ == "__main__":
    sys.exit(main())
