"""Nothing readable lies on disk outside the drop folder: a text goes through everything and is then looked for."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document

from ocr.specimen import FontsMissing, encode, vehicle_papers
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.finding_text import hiding_places, holding

ROOT = Path(__file__).parents[2]
MARKERS = ("鱷魚藍檸檬紙鳶特長", "zqxvjpoundwharf")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of its own: home directory, temporary folder, drop folder, archive and backup."""

    top: Path
    markers: tuple[str, ...]

    @property
    def drop(self) -> Path:
        """The drop folder: what lies in it is the user's own."""
        return self.top / "drop"

    def start(self, *arguments: str | Path) -> "subprocess.Popen[bytes]":
        """Begin a command as a user of this machine would."""
        places = {"HOME": "user", "TMPDIR": "tmp", "XDG_CACHE_HOME": "user/cache", "XDG_RUNTIME_DIR": "tmp"}
        environment = os.environ | {name: str(self.top / folder) for name, folder in places.items()}
        environment |= {"JUANZONG_PASSPHRASE": PASSPHRASE, "JUANZONG_HOME": str(self.top / "archive")}
        code = "from cli.main import main; main()"
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments: str | Path) -> str:
        """Run a command to its end and return what it printed."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, (arguments, err.decode())
        return out.decode()

    def shown(self) -> list[str]:
        """Return where a marker can be read, outside the drop folder."""
        found, files = holding([self.top], self.markers, skip=[self.drop])
        assert files > 10
        return found


def papers(drop: Path) -> tuple[str, ...]:
    """Put papers into a drop folder; return texts that are on them."""
    document = Document()
    document.add_paragraph(f"SPECIMEN {MARKERS[0]} {MARKERS[1]}")
    document.save(str(drop / "memo.docx"))
    (invoice,) = vehicle_papers("marker", kinds=("purchase-invoice",))
    (drop / "scan.pdf").write_bytes(encode(invoice.pages, "pdf", invoice.dpi))
    fields = {name: str(value) for name, value in invoice.truth.fields.items()}
    return (*MARKERS, fields["vin"], fields["engine_number"])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A new archive on a machine with two papers in its drop folder."""
    for name in ("user", "tmp", "drop"):
        (tmp_path / name).mkdir(mode=0o700)
    try:
        made = Machine(tmp_path, papers(tmp_path / "drop"))
    except FontsMissing as missing:
        pytest.skip(str(missing))
    made.run("init")
    return made


@pytest.mark.parametrize("text", MARKERS)
def test_what_looks_for_it_finds_it(tmp_path: Path, text: str) -> None:
    """The search itself sees through every encoding and compression it claims to."""
    for name, octets in hiding_places(text).items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "file").write_bytes(octets)
        found, files = holding([folder], [text])
        assert files == 1
        assert found, name
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / f"{text}.txt").touch()
    assert holding([tmp_path / "named"], [text])[0]
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "file").write_bytes(os.urandom(100_000))
    assert holding([tmp_path / "clean"], [text]) == ([], 1)


def test_nothing_readable_is_left_behind(machine: Machine) -> None:
    """Taken, read, filed, searched, rotated, backed up, rebuilt, destroyed: only the drop folder shows it."""
    taken = json.loads(machine.run("watch", "--once", "--json", machine.drop))["captures"]
    assert {one["state"] for one in taken} <= {"filed", "review"}
    assert holding([machine.drop], machine.markers)[0], "the drop folder keeps the scans in done/"
    for marker in machine.markers[1:3]:  # an unsearchable text would prove nothing
        assert json.loads(machine.run("search", marker, "--json"))["total"] >= 1
    for command in (
        ("review", "list"),
        ("dossier", "list"),
        ("report", "completeness"),
        ("vault", "verify"),
        ("vault", "backup", machine.top / "backup"),
        ("vault", "rotate", "ordinary"),
        ("vault", "backup", machine.top / "backup"),
        ("index", "rebuild"),
        ("doctor",),
    ):
        machine.run(*command)
    assert machine.shown() == []
    people = ("--decided-by", "Ng", "--decided-by", "Li")
    numbers = [one["id"] for one in taken]
    gone = machine.run(
        "vault", "destroy", *numbers, "--reason", "specimen", *people, "-o", machine.top / "certificate.pdf"
    )
    assert "done" in gone
    assert machine.shown() == []
    assert holding([machine.drop], machine.markers)[0] == [], "copies in done/ went with the documents"


@pytest.mark.slow
def test_nothing_readable_is_left_by_a_kill(machine: Machine) -> None:
    """Killed in the middle of reading, the watcher leaves nothing readable either."""
    process = machine.start("watch", "--once", machine.drop)
    _wait_until_sealed(machine.top / "archive" / "store", process)
    time.sleep(1.5)  # reading has begun, or is about to
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert machine.shown() == []
    machine.run("watch", "--once", machine.drop)
    assert machine.shown() == []


def _wait_until_sealed(store: Path, process: "subprocess.Popen[bytes]", wanted: Sequence[str] = ("keys",)) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if all((store / name).exists() for name in wanted):
            return
        time.sleep(0.05)
    assert process.poll() is None, process.communicate()
