"""A file under a password, from the drop folder to its pages: ``review unlock``."""

from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from cli import reviewing
from dossier.errors import ExitCode
from tests.cli.conftest import Run
from tests.journeys.conftest import new_home
from tests.journeys.hostile import typed


def test_a_locked_file_is_read_once_its_password_is_given(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept sealed as locked; without or with a wrong password it says so and fails; with the right one it is read."""
    home, file = new_home(tmp_path), tmp_path / "letter.pdf"
    file.write_bytes(typed("SPECIMEN under a password", encrypt=StandardEncryption("geheim", "owner", strength=128)))
    (taken,) = run("ingest", file, "--json", "--home", home.path).json["captures"]
    assert (taken["state"], taken["reason"]) == ("locked", "ingest.needs-password")
    unlock = ("review", "unlock", taken["id"], "--home", home.path)
    without = run(*unlock)
    assert without.code == ExitCode.PARTLY
    assert "protected by a password" in without.err
    wrong = run(*unlock, "--password", "offen")
    assert wrong.code == ExitCode.PARTLY
    assert "does not open this file" in wrong.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked: list[str] = []
    monkeypatch.setattr(reviewing, "getpass", lambda text: asked.append(text) or "geheim")
    right = run(*unlock, "--json")
    assert asked == ["Password of the file (Enter if it has none): "]
    assert right.code == 0
    (read,) = right.json["captures"]
    assert read["state"] in {"filed", "review"}
    assert len(read["documents"]) == 1
