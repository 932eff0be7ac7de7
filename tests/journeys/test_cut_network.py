"""Two hosts with a network between them that is cut and healed: nothing is lost, doubled, or waits for ever."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from index.reaching import ASK_SECONDS, ASK_TIMES, QUIET_SECONDS, UNANSWERED_SECONDS
from tests.journeys.site import Site, assert_each_once, count_ended, ended, papers
from tests.servers import hosts
from tests.servers.hosts import FAR, NEAR, Hosts
from tests.servers.postgres import Postgres
from tests.servers.postgres import missing as no_postgres
from tests.vault.stores import swift

COUNT = 40
AFTER = 10
NOTICED_SECONDS = QUIET_SECONDS + ASK_SECONDS * ASK_TIMES + UNANSWERED_SECONDS + 15
"""When the database must have given up what the cut left half open, on a busy machine."""
TOLD_SECONDS = 150
"""When the worker must have: the store is asked five times, which takes a minute (``vault.stores.s3.S3Settings``)."""
CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE client_addr = %s"


@pytest.fixture
def two() -> Iterator[Hosts]:
    """Two hosts."""
    reason = no_postgres() or swift.missing() or hosts.missing()
    if reason:
        pytest.skip(reason)
    made = Hosts.make()
    yield made
    made.remove()


@pytest.fixture
def site(two: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site whose servers are on the far host."""
    credentials = {"JUANZONG_S3_ACCESS_KEY": swift.ACCESS_KEY, "JUANZONG_S3_SECRET_KEY": swift.SECRET_KEY}
    for name, value in credentials.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "s3").mkdir()
    with two.on(two.far):
        server, objects = Postgres.make(FAR), swift.start(tmp_path / "s3", FAR)
        made = None
        try:
            made = Site.make(server, tmp_path, f"s3://{objects.endpoint}/papers?tls=no&style=path", **credentials)
            yield made
        finally:
            if made is not None:
                made.remove()
            objects.stop()
            server.remove()


@pytest.mark.slow
def test_a_cut_network_loses_and_doubles_nothing(site: Site, two: Hosts) -> None:
    """The watcher and a worker lose database and store in mid-work, another worker goes on, and then they are back."""
    waiting = list(enumerate(papers(COUNT + AFTER)))
    for number, content in waiting[:COUNT]:
        (site.drop / f"{number}.docx").write_bytes(content)
    with two.on(two.near):
        site.start("watch", "watch")
        site.worker("near")
    site.worker("far")
    site.until(lambda archive: count_ended(archive) >= COUNT // 8 and _read(site, "near") > 0, within=300)
    two.cut()
    began = time.monotonic()
    with psycopg.connect(site.server.url("postgres"), autocommit=True) as asking:
        while asking.execute(CONNECTED, (NEAR,)).fetchone() != (0,):
            assert time.monotonic() - began < NOTICED_SECONDS, "the server still holds what nobody is at the end of"
            time.sleep(0.5)
    while not _in_trouble(site, "near"):
        assert time.monotonic() - began < TOLD_SECONDS, "the worker still waits for an answer that will not come"
        time.sleep(0.5)
    before = _read(site, "near")
    two.heal()
    healed = time.monotonic()
    for number, content in waiting[COUNT:]:
        (site.drop / f"{number}.docx").write_bytes(content)
    site.until(lambda archive: ended(archive, COUNT + AFTER), within=300)
    site.until(lambda _: not list(site.drop.glob("*.docx")), within=120)
    assert site.ask("far", within=60) == 0
    late = papers(4, "late")
    for number, content in enumerate(late):
        (site.drop / f"late{number}.docx").write_bytes(content)
    site.until(lambda archive: ended(archive, COUNT + AFTER + len(late)), within=300)
    assert _read(site, "near") >= before + 1, f"{time.monotonic() - healed:.0f} s after the network is back"
    site.until(lambda _: not list(site.drop.glob("*.docx")), within=120)
    assert [site.ask(name, within=60) for name in ("watch", "near")] == [0, 0]
    assert_each_once(site, COUNT + AFTER + len(late))


def _read(site: Site, name: str) -> int:
    return sum(event["event"] == "read" for event in site.events(name))


def _in_trouble(site: Site, name: str) -> bool:
    return any(event["event"] == "trouble" for event in site.events(name))
