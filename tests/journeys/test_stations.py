"""A scan goes from a scanner PC to its dossier, whatever breaks on the way, and the PC can open none of it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from desk import setup
from desk.archive import Archive
from desk.home import Home
from desk.stationing import Ears
from index import record
from index.tables import Sighting
from ingest.station.line import LineDown, SendingRefused
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.crashing import stand
from tests.journeys.machine import NAME, WORDS, Cable, Machine, Working, check_filed, far, pdf, sealed_here, until
from tests.journeys.site import Site, assert_each_once, count_ended, ended, papers
from tests.servers.postgres import Postgres
from tests.servers.scanner import Scanner
from tests.vault.stores.swift import free_ports
from tests.web.conftest import served
from vault.keyfile import FAST


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """An archive, served by a process with TLS."""
    with far(tmp_path) as made:
        yield made


def test_a_scan_waits_sealed_while_the_machine_is_away(machine: Machine) -> None:
    """Sealed at once, let go only when stored; nothing readable on the PC, not even its name; then filed as dropped."""
    machine.kill()
    scanner = machine.scanner("front desk")
    working = Working(scanner, machine.url, machine.certificate)
    working.start()
    (scanner.drop / "A 單位").mkdir()
    (scanner.drop / "A 單位" / NAME).write_bytes(pdf())
    until(lambda: sealed_here(scanner))
    time.sleep(1.5)
    assert (scanner.drop / "A 單位" / NAME).read_bytes() == pdf()
    held = scanner.on_disk()
    assert WORDS not in held
    assert NAME.encode() not in held
    machine.start()
    until(lambda: not (scanner.drop / "A 單位" / NAME).exists())
    until(lambda: not sealed_here(scanner))
    code, log = working.ask()
    assert code == 0
    events = re.findall('"event": "([a-z-]+)"', log)
    assert (events[0], events[-1]) == ("started", "stopped")
    assert {"started", "sealed", "trouble", "stored", "stopped"} <= set(events)
    assert NAME not in log
    machine.pass_on()
    check_filed(machine, pdf())
    with Archive.open(machine.home, machine.home.settings(), PASSPHRASE) as archive:
        (capture,) = stand(machine.home, machine.home.path.parent / "own drop").captures
        assert (capture.name, capture.subfolder, capture.format) == (NAME, "A 單位", "pdf")
        assert capture.folder == f"station:front desk:{scanner.drop}"
        assert archive.vault.envelope(str(capture.original)).capture.station != archive.keys.station.signing.public.id
        with archive.index.read() as session:
            assert "station-enrolled" in {one.what for one in record.entries(session)}


def test_what_broke_off_goes_on_where_it_stopped(machine: Machine) -> None:
    """The cable is cut in the middle of an object; the station sends the rest, not all of it again."""
    scanner, content = machine.scanner("front"), pdf(20 * 1024**2)
    (scanner.drop / NAME).write_bytes(content)
    cable = Cable(machine.port)
    cable.cut_at = 11 * 1024**2
    with pytest.raises(LineDown):
        scanner.one_pass(f"https://localhost:{cable.port}", machine.certificate)
    assert scanner.waiting() == [NAME]
    (stored,) = scanner.one_pass(f"https://localhost:{cable.port}", machine.certificate).stored
    cable.close()
    assert scanner.waiting() == []
    assert len(content) < cable.passed < len(content) + 5 * 1024**2, "at most the piece that was cut goes twice"
    machine.pass_on()
    check_filed(machine, content)
    assert stand(machine.home, scanner.drop).captures[0].id == stored


def test_both_ends_die_in_the_middle(machine: Machine) -> None:
    """The machine is killed with -9 while an object comes, the station while it waits; both go on where they were."""
    scanner, content = machine.scanner("front"), pdf(48 * 1024**2)
    working = Working(scanner, machine.url, machine.certificate)
    working.start()
    (scanner.drop / NAME).write_bytes(content)
    parts = machine.home.path / "receiving"
    until(lambda: any(part.stat().st_size > 4 * 1024**2 for part in parts.glob("*/original.part")))
    machine.kill()
    assert scanner.waiting() == [NAME]
    working.kill()
    machine.start()
    working.start()
    until(lambda: scanner.waiting() == [], 90)
    assert working.ask()[0] == 0
    machine.pass_on()
    check_filed(machine, content)


def test_only_the_machine_that_is_meant_is_sent_to(machine: Machine, tmp_path: Path) -> None:
    """A certificate nobody trusts, another archive behind the address, a way without TLS: nothing leaves, all stays."""
    scanner = machine.scanner("front")
    (scanner.drop / NAME).write_bytes(pdf())
    with pytest.raises(LineDown, match="CERTIFICATE"):
        scanner.one_pass(machine.url)
    other = Home(tmp_path / "other")
    setup.make(other, PASSPHRASE, cost=FAST)
    (port,) = free_ports(1)
    stranger = Machine(other, machine.certificate, machine.key, port)
    stranger.start()
    try:
        with pytest.raises(SendingRefused):
            scanner.one_pass(stranger.url, machine.certificate)
    finally:
        stranger.kill()
    assert not list(other.store.rglob("received/*"))
    assert scanner.waiting() == [NAME]
    told: list[str] = []
    machine.send(scanner, ears=Ears(on_stored=lambda held: told.append(held.capture)))
    assert len(told) == 1


def test_workers_read_what_stations_sent(server: Postgres, tmp_path: Path) -> None:
    """On PostgreSQL, by a watcher without a drop folder that dies once; a station enrolled meanwhile is known."""
    site, folder = Site.make(server, tmp_path), tmp_path / "pcs"
    intake = site.home.settings().intake.model_copy(update={"drop": ()})
    site.home.write(site.home.settings().model_copy(update={"intake": intake}))
    contents = papers(6, "stations")
    try:
        with served(site.home) as url:
            one = Scanner.enrolled(site.home, PASSPHRASE, folder / "one", "one")
            site.start("watch", "watch")
            site.worker("worker")
            two = Scanner.enrolled(site.home, PASSPHRASE, folder / "two", "two")
            for scanner, some in ((one, contents[:3]), (two, contents[2:])):
                for number, content in enumerate(some):
                    (scanner.drop / f"{number}.docx").write_bytes(content)
            assert len(one.one_pass(url).stored) == 3
            site.until(lambda archive: count_ended(archive) >= 1, within=90)
            site.kill("watch")
            assert len(two.one_pass(url).stored) == 4
            site.start("watch", "watch")
            site.until(lambda archive: ended(archive, 6), within=90)
            notes = site.home.store / "received"
            until(lambda: not any(notes.iterdir()), 30)
        assert [site.ask(name) for name in ("watch", "worker")] == [0, 0]
        assert_each_once(site, 6)
        with site.opened() as archive, archive.index.read() as session:
            assert len(session.exec(select(Sighting)).all()) == 1
    finally:
        site.remove()
