"""The systemd unit is one that systemd takes, and restarts for what a restart can cure."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from dossier.errors import ExitCode

UNIT = Path(__file__).parents[2] / "deploy/juanzong-watch.service"


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(UNIT.read_text())
    return parser


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_it(tmp_path: Path) -> None:
    """Every line is understood; only the program is not where it will be installed."""
    copy = tmp_path / UNIT.name
    program = unit()["Service"]["ExecStart"].split()[0]
    copy.write_text(UNIT.read_text().replace(program, "/bin/true"))
    found = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_it_does_not_restart_for_what_a_person_must_mend() -> None:
    """Wrong command line, no archive, passphrase, keys, policy: the codes are those of the product."""
    codes = {int(code) for code in unit()["Service"]["RestartPreventExitStatus"].split()}
    named = (ExitCode.USAGE, ExitCode.HOME, ExitCode.PASSPHRASE, ExitCode.KEYS, ExitCode.POLICY)
    assert codes == {int(code) for code in named}
    assert int(unit()["Service"]["TimeoutStopSec"]) > 10
