"""Real scans nobody here made: every file ends in a stated state, none is lost, none stops the others."""

from pathlib import Path

import pytest

from desk import capture
from desk.archive import Archive
from desk.taken import Taken
from index import journal
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus" / "dev"
STATES = {"filed", "review", "quarantined", "duplicate", "locked"}
GROUPS = ("ocr_zh", "fields_zh", "classify")

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real scans is not beside the project")


def documents(group: str) -> list[Path]:
    return sorted(p for p in (CORPUS / group).rglob("*") if p.is_file() and p.suffix not in {".txt", ".json"})


def ingest(folder: Path, files: list[Path]) -> list[Taken]:
    home = new_home(folder)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        taken = capture.ingest(archive, files, tick=no_tick)
        with archive.index.read() as session:
            assert journal.unfinished(session) == []
            assert sum(journal.tally(session).values()) == len({one.id for one in taken})
    return taken


def check(files: list[Path], taken: list[Taken]) -> None:
    assert sorted(one.name for one in taken) == sorted(path.name for path in files)
    for one in taken:
        assert one.state in STATES, one.name
        assert one.documents or one.error or one.state == "duplicate", one.name
        assert not one.error or one.note("en"), one.name
    assert all(path.exists() for path in files)


@needs_corpus
def test_a_few_of_each_group(tmp_path: Path) -> None:
    """Two files of each group go through the whole journey."""
    files = [path for group in GROUPS for path in documents(group)[:2]]
    assert len(files) == 2 * len(GROUPS)
    check(files, ingest(tmp_path, files))


@needs_corpus
@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_every_file_of_a_group(tmp_path: Path, group: str) -> None:
    """Every file of the group goes through the whole journey."""
    files = documents(group)
    assert len(files) > 5
    check(files, ingest(tmp_path, files))
