"""Run commands as a user would, in this process, and see what the screen showed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from desk import setup
from desk.home import Home
from vault.keyfile import FAST

PASSPHRASE = "specimen heron violet anchor"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``juanzong`` with these arguments in English, without a terminal."""
    for name in ("JUANZONG_HOME", "JUANZONG_PASSPHRASE", "JUANZONG_LANG", "JUANZONG_DEBUG", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C")

    def go(*arguments: object, passphrase: str | None = PASSPHRASE) -> Ran:
        if passphrase is not None:
            monkeypatch.setenv("JUANZONG_PASSPHRASE", passphrase)
        else:
            monkeypatch.delenv("JUANZONG_PASSPHRASE", raising=False)
        capsys.readouterr()
        try:
            main([str(argument) for argument in arguments])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return go


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty archive, its passphrase made cheap to check."""
    place = Home(tmp_path / "home")
    setup.make(place, PASSPHRASE, cost=FAST)
    return place.path
