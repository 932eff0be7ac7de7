"""The systemd units: systemd takes them, their commands are there, they restart for what a restart can cure."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app
from dossier.errors import ExitCode

ROOT = Path(__file__).parents[1]
UNITS = sorted((ROOT / "deploy").glob("*.service"))
MENDED_BY_PEOPLE = {ExitCode.USAGE, ExitCode.HOME, ExitCode.PASSPHRASE, ExitCode.KEYS, ExitCode.POLICY}
PROGRAM = "/opt/juanzong/.venv/bin/juanzong"


def test_each_part_that_runs_for_long_has_one() -> None:
    """Page, scanner PC, watcher and worker."""
    names = ["juanzong-serve", "juanzong-station", "juanzong-watch", "juanzong-worker"]
    assert [unit.stem for unit in UNITS] == names


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_it(unit: Path, tmp_path: Path) -> None:
    """Every line is understood; only the program is not where it will be installed."""
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    found = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_its_command_is_there(unit: Path) -> None:
    """The command and each option are understood."""
    program, verb, *words = _read(unit)["Service"]["ExecStart"].split()
    assert program == PROGRAM
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    found = command.commands[verb]
    if isinstance(found, TyperGroup):
        found = found.commands[words[0]]
    known = {option for one in found.params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_it_restarts_for_what_a_restart_can_cure(unit: Path) -> None:
    """Not for what a person must mend; a store or a database that is away is waited for."""
    service = _read(unit)["Service"]
    codes = {int(code) for code in service["RestartPreventExitStatus"].split()}
    needs_passphrase = "juanzong-passphrase" in unit.read_text().partition("[Service]")[2]
    assert codes == {int(code) for code in MENDED_BY_PEOPLE - (set() if needs_passphrase else {ExitCode.PASSPHRASE})}
    assert service["Restart"] == "on-failure"
    assert int(service["TimeoutStopSec"]) > 10


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_it_is_confined_as_the_others(unit: Path) -> None:
    """What keeps a document's words from disks, and the machine from the program, is the same for all, or stricter."""
    wanted, found = (_confinement(one) for one in (ROOT / "deploy/juanzong-watch.service", unit))
    assert found.items() >= wanted.items()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_each_credential_it_uses_is_loaded(unit: Path) -> None:
    """What a command line or a variable takes from the credentials' folder is put there."""
    text = unit.read_text().partition("[Unit]")[2]
    loaded = {line.partition(":")[0] for line in re.findall(r"^LoadCredential(?:Encrypted)?=(\S+)", text, re.MULTILINE)}
    assert set(re.findall(r"%d/([\w-]+)", text)) <= loaded


def _confinement(unit: Path) -> dict[str, str]:
    service = _read(unit)["Service"]
    names = re.compile("Protect|Private|Restrict|NoNew|Lock|Capability|LimitCORE|MemorySwap|UMask|User|Group")
    return {name: value for name, value in service.items() if names.match(name)}


def _read(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(unit.read_text())
    return parser
