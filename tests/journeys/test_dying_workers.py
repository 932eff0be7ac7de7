"""The proof of the queue: thousands of captures, workers killed without end, database and store away in between."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.errors import ExitCode
from tests.journeys.site import Site, assert_each_once, count_ended, ended, papers
from tests.servers.postgres import Postgres
from tests.servers.postgres import missing as no_postgres
from tests.vault.stores import swift
from tests.vault.stores.wire import Wire

COUNT = int(os.environ.get("JUANZONG_PROOF", "2000"))
KILL_SECONDS = 10.0
AWAY_SECONDS = 20.0
WITHIN_SECONDS = 3 * 3600
NAMES = ("one", "two", "three")


class _Cut:
    """Cuts every connection of a wire while it is set."""

    def __init__(self) -> None:
        self.on = False

    def __call__(self, _wire: Wire, _number: int, piece: bytes) -> bytes | None:
        return None if self.on else piece


@pytest.fixture
def cut() -> _Cut:
    """What takes the store away."""
    return _Cut()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: _Cut) -> Iterator[Site]:
    """A site with PostgreSQL and an S3 server behind a wire."""
    reason = no_postgres() or swift.missing()
    if reason:
        pytest.skip(reason)
    (tmp_path / "s3").mkdir()
    credentials = {"JUANZONG_S3_ACCESS_KEY": swift.ACCESS_KEY, "JUANZONG_S3_SECRET_KEY": swift.SECRET_KEY}
    for name, value in credentials.items():
        monkeypatch.setenv(name, value)
    server, objects = Postgres.make(), swift.start(tmp_path / "s3")
    made = None
    try:
        with Wire(objects.endpoint, cut) as wire:
            made = Site.make(server, tmp_path, f"s3://{wire.endpoint}/papers?tls=no&style=path", **credentials)
            yield made
    finally:
        if made is not None:
            made.remove()
        objects.stop()
        server.remove()


class _Killing(threading.Thread):
    """Kills one worker after the other with -9, each once it has read something, and starts another in its place."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self._site = site
        self._over = threading.Event()
        self.killed = 0

    def run(self) -> None:
        while True:
            for name in NAMES:
                before = self._read(name)
                while self._read(name) == before:
                    if self._over.wait(0.5):
                        return
                if self._over.wait(KILL_SECONDS):
                    return
                self._site.kill(name)
                self.killed += 1
                self._site.worker(name)

    def _read(self, name: str) -> int:
        log = self._site.log(name)
        return log.read_bytes().count(b'"event": "read"') if log.exists() else 0

    def end(self) -> None:
        """Kill no more."""
        self._over.set()
        self.join()


@pytest.mark.slow
def test_every_capture_is_filed_exactly_once(site: Site, cut: _Cut) -> None:
    """Three workers, one killed every few seconds; PostgreSQL restarted twice; the store away for twenty seconds."""
    for number, content in enumerate(papers(COUNT)):
        (site.drop / f"{number}.docx").write_bytes(content)
    site.start("watch", "watch")
    for name in NAMES:
        site.worker(name)
    killing = _Killing(site)
    killing.start()
    for share, what in ((4, "restart"), (2, "away"), (4 / 3, "restart")):
        wanted = int(COUNT / share)
        site.until(lambda archive, wanted=wanted: count_ended(archive) >= wanted, within=WITHIN_SECONDS)  # type: ignore[misc]
        if what == "restart":
            site.server.stop()
            site.server.start()
        else:
            cut.on = True
            time.sleep(AWAY_SECONDS)
            cut.on = False
    site.until(lambda archive: ended(archive, COUNT), within=WITHIN_SECONDS)
    killing.end()
    site.until(lambda archive: not list(site.drop.glob("*.docx")), within=120)
    assert site.ask("watch", within=60) == 0
    # One that was started while store or database were away says so and ends; a service manager starts it again.
    assert {site.ask(name, within=60) for name in NAMES} <= {0, ExitCode.VAULT, ExitCode.INDEX}
    assert killing.killed >= min(3, COUNT // 50)
    assert_each_once(site, COUNT)
