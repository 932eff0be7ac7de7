"""The same journey with its parts apart: a watcher that queues, workers that read, and all of them may die."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from sqlmodel import select

from desk.archive import Archive
from desk.home import QueueSettings
from dossier.errors import ExitCode
from index import queue, schema
from index.tables import Capture
from tests.journeys.site import Site, assert_each_once, count_ended, ended, papers
from tests.journeys.test_process import pages
from tests.servers.postgres import Postgres
from tests.vault.stores.swift import free_ports

SHORT = 16
LOGGED = {
    *("at", "event", "host", "process", "capture", "state", "documents", "pages", "seconds", "reason"),
    *("taken_back", "written", "set_aside"),
}
"""All that a line of a worker's log may hold."""


@pytest.fixture
def site(server: Postgres, tmp_path: Path) -> Iterator[Site]:
    """A site whose watcher queues."""
    made = Site.make(server, tmp_path)
    yield made
    made.remove()


def test_everything_is_filed_once_whoever_dies(site: Site) -> None:
    """A worker killed with -9 while it reads, PostgreSQL restarted, the store gone for a while: nothing is lost."""
    waiting = list(enumerate(papers(SHORT)))

    def drop(count: int) -> None:
        for number, content in [waiting.pop() for _ in range(count)]:
            (site.drop / f"{number}.docx").write_bytes(content)

    drop(6)
    (port,) = free_ports(1)
    site.start("watch", "watch")
    site.worker("one")
    site.worker("two")
    site.until(lambda archive: count_ended(archive) >= 1, within=60)
    site.kill("one")
    site.worker("three", "--metrics", str(port))
    drop(5)
    site.until(lambda archive: count_ended(archive) >= 6, within=60)
    site.until(lambda _: bool(site.events("three")), within=60)  # it has begun: one that cannot is another matter
    site.server.stop()
    site.server.start()
    drop(5)
    away = site.home.store.rename(site.home.store.with_name("away"))
    time.sleep(2)
    away.rename(site.home.store)
    site.until(lambda archive: ended(archive, SHORT), within=120)
    site.until(lambda archive: not list(site.drop.glob("*.docx")), within=30)
    figures = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    assert f'juanzong_captures{{state="filed"}} {SHORT}.0' in figures
    assert "juanzong_queue_waiting 0.0" in figures
    assert "juanzong_workers 2.0" in figures
    assert "juanzong_read_seconds_count" in figures
    assert [site.ask(name) for name in ("watch", "two", "three")] == [0, 0, 0]
    assert_each_once(site, SHORT)
    for name in ("one", "two", "three"):
        assert all(set(event) <= LOGGED for event in site.events(name)), "a log tells of captures, never of content"


def test_a_stop_gives_back_what_was_in_hand(site: Site) -> None:
    """Asked to stop while it reads, a worker ends soon and well; the capture waits again, untried."""
    (site.drop / "long.pdf").write_bytes(pages("STOP", 12))
    site.start("watch", "watch")
    site.worker("one")
    site.until(lambda archive: _stands(archive).reading == 1, within=60)
    began = time.monotonic()
    assert site.ask("one", within=60) == 0
    assert time.monotonic() - began < 30  # on a busy machine; a second and a half of it is grace
    with site.opened() as archive:
        assert (_stands(archive).waiting, _stands(archive).reading) == (1, 0)
        with archive.index.read() as session:
            (capture,) = session.exec(select(Capture)).all()
    assert (capture.state, capture.attempts) == ("sealed", 0)
    assert site.ask("watch") == 0


def test_workers_of_the_version_before_leave_a_migrated_database(site: Site) -> None:
    """Tables changed under workers, busy or idle: each says so and ends, and its job waits, untried, for a new one."""
    (site.drop / "long.pdf").write_bytes(pages("STEP", 12))
    site.start("watch", "watch")
    site.worker("busy")
    site.worker("idle")
    site.until(lambda archive: _stands(archive).reading == 1, within=60)
    assert site.ask("watch") == 0
    _change(site, 'ALTER TABLE page RENAME "engine" TO "reader"', "9999")
    for name in ("busy", "idle"):
        assert site.processes.pop(name).wait(30) == ExitCode.INDEX
        assert "index.too-new" in site.log(name).read_text()
    _change(site, 'ALTER TABLE page RENAME "reader" TO "engine"', schema.REVISIONS[-1])
    with site.opened() as archive:
        assert (_stands(archive).waiting, _stands(archive).reading) == (1, 0)
        with archive.index.read() as session:
            (capture,) = session.exec(select(Capture)).all()
    assert capture.attempts == 0
    site.worker("new")
    site.until(lambda archive: count_ended(archive) == 1, within=120)
    assert site.ask("new") == 0


def test_the_watcher_rests_while_the_queue_is_long(site: Site) -> None:
    """Without workers, no more is taken over than the settings say; the rest stays in the drop folder."""
    settings = site.home.settings()
    site.home.write(settings.model_copy(update={"queue": QueueSettings(workers=True, most_waiting=3)}))
    for number, content in enumerate(papers(8)):
        (site.drop / f"{number}.docx").write_bytes(content)
    site.start("watch", "watch")
    site.until(lambda archive: _stands(archive).waiting >= 3, within=60)
    time.sleep(2)
    with site.opened() as archive:
        assert _stands(archive).waiting <= 4
    assert site.ask("watch") == 0
    assert len(list(site.drop.glob("*.docx"))) == 8


def _change(site: Site, step: str, revision: str) -> None:
    """Do what a migration does: a step and its version, in one transaction."""
    with psycopg.connect(site.home.settings().database, options="-c search_path=juanzong") as connection:
        connection.execute(step.encode())
        connection.execute("UPDATE alembic_version SET version_num = %s", [revision])


def _stands(archive: Archive) -> queue.Waiting:
    with archive.index.read() as session:
        return queue.waiting(session, datetime.now(UTC))
