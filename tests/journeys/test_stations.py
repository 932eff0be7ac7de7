"""A scan goes from a scanner PC to its dossier, whatever breaks on the way, and the PC can open none of it."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import pytest

from desk import backups, keeping, setup, stations
from desk.archive import Archive
from desk.home import Home, IntakeSettings
from desk.stationing import Ears
from index import record
from index.journal import State
from ingest.station.line import LineDown, SendingRefused
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.crashing import one_pass, stand
from tests.servers.scanner import Caller, Scanner, Sealed
from tests.vault.stores.swift import free_ports
from tests.web.conftest import served
from vault.errors import Locked, NoAccess, Tampered, Unknown
from vault.keyfile import FAST
from vault.levels import Level
from vault.stores.local import LocalStore
from vault.vault import Vault
from vault.wrap import keyring

ROOT = Path(__file__).parents[2]
NAME = "購車發票-陳樣本.pdf"
WORDS = b"SPECIMEN words of a purchase invoice"
COMMAND = [sys.executable, "-c", "from cli.main import main; main()"]

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")


def pdf(size: int = 0, seed: int = 0) -> bytes:
    """Return bytes that begin and end as a PDF, with ``size`` bytes between that do not compress."""
    return b"%PDF-1.4\n% " + WORDS + Random(seed).randbytes(size) + b"\ntrailer\nstartxref\n9\n%%EOF\n"


@dataclass(slots=True)
class Machine:
    """The archive's machine: a real ``juanzong serve`` with TLS, which may die and come back at the same address."""

    home: Home
    certificate: Path
    key: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)
    near: str = ""
    """The address of a page that this process serves itself, where no machine has to die."""

    @property
    def url(self) -> str:
        """Its address."""
        return self.near or f"https://localhost:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = ["--home", self.home.path, "--port", self.port]
        options += ["--tls-certificate", self.certificate, "--tls-key", self.key]
        self.process = _started("serve", *options)
        trust = ssl.create_default_context(cafile=str(self.certificate))
        until(lambda: _answers(f"{self.url}/health", trust))

    def kill(self) -> None:
        """End it without warning."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()
        self.process = None

    def pass_on(self) -> None:
        """Take over what came, as the watcher of the archive does; its drop folder is empty."""
        drop = self.home.path.parent / "own drop"
        drop.mkdir(exist_ok=True)
        one_pass(self.home, drop)

    def scanner(self, name: str) -> Scanner:
        """Enrol another scanner PC."""
        return Scanner.enrolled(self.home, PASSPHRASE, self.home.path.parent / name, name)

    def send(self, scanner: Scanner, **options: object) -> list[str]:
        """Have a scanner PC seal and send once, and return what is stored."""
        trust = None if self.near else self.certificate
        return list(scanner.one_pass(self.url, trust, **options).stored)  # type: ignore[arg-type]


def _started(*arguments: object) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    environment.pop("JUANZONG_PASSPHRASE", None)
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _answers(url: str, trust: ssl.SSLContext) -> bool:
    try:
        return httpx.get(url, verify=trust).status_code == 200
    except httpx.TransportError:
        return False


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def _archive(folder: Path) -> Home:
    home = Home(folder / "home")
    setup.make(home, PASSPHRASE, cost=FAST)
    home.write(home.settings().model_copy(update={"intake": IntakeSettings(reserve_mib=0)}))
    return home


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Machine]:
    """An archive, served to this machine alone by this process."""
    home = _archive(tmp_path)
    with served(home) as url:
        yield Machine(home, tmp_path, tmp_path, 0, near=url)


def nowhere() -> str:
    """Return an address where nobody answers."""
    return f"http://localhost:{free_ports(1)[0]}"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """An archive, served by a process with TLS."""
    home = _archive(tmp_path)
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, *named, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    (port,) = free_ports(1)
    made_machine = Machine(home, certificate, key, port)
    made_machine.start()
    yield made_machine
    if made_machine.process is not None:
        made_machine.kill()


@dataclass(slots=True)
class Working:
    """A real ``juanzong station watch`` on a scanner PC."""

    scanner: Scanner
    address: str
    certificate: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        """Start it."""
        options = ["--station", self.scanner.place, "--server", self.address, "--ca-file", self.certificate]
        self.process = _started("station", "watch", self.scanner.drop, *options)

    def kill(self) -> None:
        """End it without warning."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()

    def ask(self) -> tuple[int, str]:
        """Ask it to end; return its exit code and its log."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        log = self.process.communicate(timeout=30)[1].decode()
        return self.process.returncode, log


def sealed_here(scanner: Scanner) -> bool:
    """Tell whether something waits sealed on the PC."""
    return any((scanner.place / "waiting").glob("*.json"))


def check_filed(machine: Machine, *contents: bytes) -> None:
    """Every one of these was captured once and filed; nothing else is in the store, and no note is left."""
    found = stand(machine.home, machine.home.path.parent / "own drop")
    assert found.originals == Counter(contents)
    assert [capture.state for capture in found.captures] == [State.FILED] * len(contents)
    assert (found.loose, found.litter, found.sightings) == ([], 0, [])
    assert all(capture.released is not None for capture in found.captures)


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


class Cable:
    """A cable between a station and the machine: counts what goes through, and can be cut after so many bytes."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.passed = 0
        self.cut_at: int | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            for source, sink, counted in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(source, sink, counted), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while octets := source.recv(65536):
                if counted and self.cut_at is not None and self.passed + len(octets) > self.cut_at:
                    self.cut_at = None
                    break
                self.passed += len(octets) * counted
                sink.sendall(octets)
        except OSError:
            pass
        for end in (source, sink):
            end.close()

    def close(self) -> None:
        """Take it away."""
        self._listening.close()


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


def test_two_stations_bring_the_same_paper(desk: Machine) -> None:
    """It is captured once; the second is noted where it was, and what came of it is taken away."""
    one, two = desk.scanner("one"), desk.scanner("two")
    for scanner in (one, two, one):
        (scanner.drop / NAME).write_bytes(pdf())
        desk.send(scanner)
        assert scanner.waiting() == []
        desk.pass_on()
    found = stand(desk.home, one.drop)
    assert found.originals == Counter([pdf()])
    assert sorted(seen.folder.split(":")[1] for seen in found.sightings) == ["one", "two"]
    assert (len(found.captures), found.documents, found.loose, found.litter) == (1, 1, [], 0)
    assert all(seen.released is not None for seen in found.sightings)


def test_a_stolen_station_opens_nothing(desk: Machine) -> None:
    """With every key and byte of a PC whose spool is full, nothing opens, nor what it sent; its word can be ended."""
    scanner = desk.scanner("front")
    (scanner.drop / "sent.pdf").write_bytes(pdf(seed=1, size=9))
    desk.send(scanner)
    (scanner.drop / NAME).write_bytes(pdf())
    with pytest.raises(LineDown):
        scanner.one_pass(nowhere())
    keys, station = scanner.keys()
    stores = [LocalStore(place, archive=keys.archive) for place in (scanner.place / "spool", desk.home.store)]
    opened = 0
    for store in stores:
        for vault in (
            Vault(store, keys, station=station),
            Vault(store, keys, station=station, reader=keyring()),
        ):
            for sealed in vault.objects():
                with pytest.raises((Locked, NoAccess)):
                    vault.open(sealed.object_id, document=sealed.document, role=sealed.role)
                opened += 1
    assert opened == 2 * (2 + 2)
    held = scanner.on_disk()
    assert WORDS not in held
    assert NAME.encode() not in held
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        secrets = [key.octets for ring in archive.keys.level_keys.values() for key in ring]
        secrets += [archive.keys.station.signing.seed, archive.keys.station.digest_key, archive.keys.archive.seed]
        assert not [one for one in secrets if one in held or one.hex().encode() in held]
        stations.revoke(archive, "front")
    with pytest.raises(SendingRefused, match="struck off"):
        desk.send(scanner)
    assert scanner.waiting() == [NAME]
    desk.pass_on()
    check_filed(desk, pdf(seed=1, size=9))


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


def test_a_spool_that_rots_is_sealed_anew(desk: Machine) -> None:
    """What the disk changed in the spool is noticed, and nothing let go: the scan is there, and is sealed again."""
    scanner = desk.scanner("front")
    (scanner.drop / NAME).write_bytes(pdf(1000))
    with pytest.raises(LineDown):
        scanner.one_pass(nowhere())
    for path in (scanner.place / "spool" / "objects").rglob("o*"):
        if path.is_file() and path.stat().st_size > 300:
            path.write_bytes(path.read_bytes()[:-1] + b"x")
    told: list[type] = []
    desk.send(scanner, ears=Ears(on_trouble=lambda one: told.append(type(one))))
    assert scanner.waiting() == [NAME]
    assert [one.__name__ for one in told] == ["SpoiledHere"]
    desk.send(scanner)
    assert scanner.waiting() == []
    desk.pass_on()
    check_filed(desk, pdf(1000))


def test_keys_that_were_turned_reach_the_station(desk: Machine) -> None:
    """After a rotation the station seals to the new key, which it was told by the machine it sends to."""
    scanner = desk.scanner("front")
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        keeping.rotate(archive, Level.ORDINARY)
    (scanner.drop / "a.pdf").write_bytes(pdf(seed=1, size=5))
    desk.send(scanner)
    (scanner.drop / "b.pdf").write_bytes(pdf(seed=2, size=5))
    desk.send(scanner)
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        keys = archive.keys.public
        used = {one.key_id for sealed in archive.vault.objects() for one in sealed.recipients}
        assert {key.public.id for key in keys.reading[Level.ORDINARY]} <= used
    assert scanner.keys()[0].serial == keys.serial
    desk.pass_on()
    check_filed(desk, pdf(seed=1, size=5), pdf(seed=2, size=5))


def test_what_cannot_be_taken_over_stays_and_is_told(desk: Machine) -> None:
    """A number that is another capture's, a ticket of no form: left as it came, the others go on."""
    scanner = desk.scanner("front")
    (scanner.drop / NAME).write_bytes(pdf())
    (first,) = desk.send(scanner)
    desk.pass_on()
    keys, station = scanner.keys()
    with httpx.Client(timeout=30) as client:
        caller = Caller(desk.url, keys.archive, station, client=client)
        shutil.rmtree(desk.home.path / "receiving")
        bad = Sealed.by(keys, station, pdf(seed=3, size=9), capture=first)
        assert caller.deliver(bad).json() == {"state": "stored"}
        good = Sealed.by(keys, station, pdf(seed=4, size=9), name="good.pdf")
        assert caller.deliver(good).json() == {"state": "stored"}
        odd = Sealed.by(keys, station, pdf(seed=5, size=9), name="../../x.pdf")
        assert caller.deliver(odd).json() == {"state": "stored"}
    desk.pass_on()
    found = stand(desk.home, scanner.drop)
    assert {capture.id for capture in found.captures} == {first, good.capture}
    assert found.originals[pdf()] == 1
    assert found.originals[pdf(seed=3, size=9)] == 1, "nothing that came is thrown away because it is odd"
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        (row,) = [capture for capture in found.captures if capture.id == first]
        assert archive.vault.open_bytes(str(row.original), document=first, role="original") == pdf()
        with pytest.raises((Tampered, Unknown)):
            archive.vault.open_bytes(str(row.original), document=good.capture, role="original")


def test_what_nobody_took_over_survives_the_loss_of_the_machine(desk: Machine, tmp_path: Path) -> None:
    """A backup made between receiving and taking over: restored elsewhere, the scan is taken over there, once."""
    scanner = desk.scanner("front")
    (scanner.drop / "a.pdf").write_bytes(pdf(seed=1, size=9))
    desk.send(scanner)
    desk.pass_on()
    (scanner.drop / NAME).write_bytes(pdf())
    desk.send(scanner)
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        backups.backup(archive, str(tmp_path / "copy"))
    shutil.rmtree(desk.home.path)
    again = Home(tmp_path / "again" / "home")
    backups.restore(again, str(tmp_path / "copy"), PASSPHRASE, cost=FAST)
    restored = Machine(again, tmp_path, tmp_path, 0)
    restored.pass_on()
    check_filed(restored, pdf(seed=1, size=9), pdf())
