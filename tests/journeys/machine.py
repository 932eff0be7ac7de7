"""The archive's machine, a scanner PC that works for it, and the cable between them: each may be killed or cut."""

import os
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
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import pytest

from desk import setup
from desk.home import Home, IntakeSettings
from index.journal import State
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.crashing import one_pass, stand
from tests.servers.scanner import Scanner
from tests.vault.stores.swift import free_ports
from tests.web.conftest import served
from vault.keyfile import FAST

ROOT = Path(__file__).parents[2]
NAME = "購車發票-陳樣本.pdf"
WORDS = b"SPECIMEN words of a purchase invoice"
COMMAND = [sys.executable, "-c", "from cli.main import main; main()"]


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


@contextmanager
def near(folder: Path) -> Iterator[Machine]:
    """Make an archive and serve it to this machine alone from this process."""
    home = _archive(folder)
    with served(home) as url:
        yield Machine(home, folder, folder, 0, near=url)


def nowhere() -> str:
    """Return an address where nobody answers."""
    return f"http://localhost:{free_ports(1)[0]}"


@contextmanager
def far(folder: Path) -> Iterator[Machine]:
    """Make an archive and serve it with TLS from a process of its own."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    home = _archive(folder)
    certificate, key = folder / "cert.pem", folder / "key.pem"
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


def check_filed(machine: Machine, *contents: bytes) -> None:
    """Every one of these was captured once and filed; nothing else is in the store, and no note is left."""
    found = stand(machine.home, machine.home.path.parent / "own drop")
    assert found.originals == Counter(contents)
    assert [capture.state for capture in found.captures] == [State.FILED] * len(contents)
    assert (found.loose, found.litter, found.sightings) == ([], 0, [])
    assert all(capture.released is not None for capture in found.captures)
