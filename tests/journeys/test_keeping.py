"""Keeping the vault: verified, rotated, backed up, restored elsewhere, destroyed for good, the index made again."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from desk import backups, capture, destroying, keeping, lookup, retrieval
from desk.archive import Archive
from desk.destroying import TwoPeople
from desk.home import Home
from desk.retrieval import NoSuchDocument
from index import record
from ocr.specimen import encode, vehicle_papers
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick
from vault.errors import WrongPassphrase
from vault.keyfile import FAST
from vault.levels import Level

WORDS = "車輛識別代號 OR 合格證 OR 身份"
NEW_PASSPHRASE = "specimen otter copper ladder"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two papers of one car."""
    folder = tmp_path_factory.mktemp("papers")
    files = []
    for paper in vehicle_papers("keeping", kinds=("purchase-invoice", "vehicle-certificate")):
        files.append(folder / f"{paper.kind}.pdf")
        files[-1].write_bytes(encode(paper.pages, "pdf", paper.dpi))
    return files


@pytest.fixture
def archive(tmp_path: Path, papers: list[Path]) -> Iterator[Archive]:
    """An archive with both papers filed."""
    home = new_home(tmp_path)
    with Archive.open(home, home.settings(), PASSPHRASE) as opened:
        taken = capture.ingest(opened, papers, tick=no_tick)
        assert [one.state for one in taken] == ["filed", "filed"]
        yield opened


def restored(source: Path, folder: Path) -> Home:
    """Restore a backup at a new home with the passphrase."""
    home = Home(folder)
    done = backups.restore(home, str(source), PASSPHRASE, cost=FAST)
    assert (done.missing, done.damaged) == ((), ())
    return home


def original(archive: Archive, document: str) -> bytes:
    target = BytesIO()
    retrieval.write_to(archive, document, target)
    return target.getvalue()


def test_a_life_of_an_archive(archive: Archive, papers: list[Path], tmp_path: Path) -> None:
    """Verify, back up, restore, rotate, destroy: what stays is whole, what is destroyed is gone, everywhere."""
    hits = {hit.kind: hit.document for hit in lookup.search(archive, WORDS).hits}
    assert set(hits) == {"purchase-invoice", "vehicle-certificate"}
    found = keeping.verify(archive)
    assert (found.objects, found.damaged, found.keyless) == (6, (), ())
    assert keeping.check_index(archive) == []

    backup = tmp_path / "backup"
    assert backups.backup(archive, str(backup)).carried == 6
    elsewhere = restored(backup, tmp_path / "elsewhere")
    with Archive.open(elsewhere, elsewhere.settings(), PASSPHRASE) as second:
        assert {hit.document for hit in lookup.search(second, WORDS).hits} == set(hits.values())
        assert original(second, hits["purchase-invoice"]) == papers[0].read_bytes()

    rotated = keeping.rotate(archive, Level.ORDINARY)
    assert (rotated.rewrapped, rotated.damaged) == (6, ())
    with Archive.open(archive.home, archive.settings, PASSPHRASE) as again:
        assert original(again, hits["purchase-invoice"]) == papers[0].read_bytes()

        with pytest.raises(TwoPeople):
            destroying.destroy(again, [hits["purchase-invoice"]], reason="retention", decided_by=["Ng", " ng "])
        gone = destroying.destroy(again, [hits["purchase-invoice"]], reason="retention", decided_by=["Ng", "Li"])
        assert gone.certificate.signed(again.keys.public)
        assert [hit.kind for hit in lookup.search(again, WORDS).hits] == ["vehicle-certificate"]
        with pytest.raises(NoSuchDocument):
            original(again, hits["purchase-invoice"])
        assert keeping.check_index(again) == []
        backups.backup(again, str(backup))
        with again.index.read() as session:
            record.verify(session)

    third = restored(backup, tmp_path / "third")
    with Archive.open(third, third.settings(), PASSPHRASE) as opened:
        assert [hit.kind for hit in lookup.search(opened, WORDS).hits] == ["vehicle-certificate"]
        assert {envelope.document for envelope in opened.vault.objects()} == {
            hits["vehicle-certificate"].rpartition("-")[0]
        }


def test_the_index_is_made_again_from_the_vault(archive: Archive) -> None:
    """A rebuild gives the same hits."""
    before = lookup.search(archive, WORDS).as_json()
    steps = list(keeping.rebuild_index(archive))
    assert (steps[-1].done, steps[-1].failed) == (2, ())
    assert lookup.search(archive, WORDS).as_json() == before


def test_a_changed_passphrase(archive: Archive) -> None:
    """The new one opens, the old one no longer."""
    keeping.set_passphrase(archive.home, PASSPHRASE, NEW_PASSPHRASE, cost=FAST)
    with Archive.open(archive.home, archive.settings, NEW_PASSPHRASE) as again:
        assert lookup.search(again, WORDS).total == 2
    with pytest.raises(WrongPassphrase), Archive.open(archive.home, archive.settings, PASSPHRASE):
        pass
