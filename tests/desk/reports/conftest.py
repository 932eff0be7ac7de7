"""An archive with a few dozen synthetic dossiers, shared by the tests that only read it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bench.completeness.seeding import PASSPHRASE, make_home, seed
from desk.archive import Archive

TODAY = date(2026, 11, 23)
DOSSIERS = 80


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An opened archive of 80 dossiers over four departments and a year; reports put themselves on record in it."""
    home = make_home(tmp_path_factory.mktemp("seeded") / "home")
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        with archive.index.write() as session:
            seed(session, DOSSIERS, TODAY)
        yield archive


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Archive]:
    """An opened archive with nothing in it, to change at will."""
    home = make_home(tmp_path / "home")
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        yield archive
