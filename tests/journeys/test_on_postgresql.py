"""The whole desk with its index on PostgreSQL: one setting, the same journey; and there and back again."""

from pathlib import Path

import pytest

from desk import backups, capture, keeping, lookup, migration, retrieval, saving, setup
from desk.archive import Archive
from desk.home import Home
from desk.reports.completeness import completeness
from index.errors import IndexExists
from ocr.specimen import FontsMissing, encode, vehicle_papers
from tests.journeys.conftest import PASSPHRASE, no_tick
from tests.servers.postgres import Postgres
from vault.keyfile import FAST


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Two papers of one car."""
    files = []
    try:
        drawn = vehicle_papers("postgresql", kinds=("purchase-invoice", "vehicle-certificate"))
    except FontsMissing as lacking:
        pytest.skip(str(lacking))
    for paper in drawn:
        files.append(tmp_path / f"{paper.kind}.pdf")
        files[-1].write_bytes(encode(paper.pages, "pdf", paper.dpi))
    return files


def test_the_journey_on_postgresql(server: Postgres, papers: list[Path], tmp_path: Path) -> None:
    """Papers are taken, read, filed, found, judged and given out; a backup and a move carry all of it."""
    home, address = Home(tmp_path / "home"), server.database()
    setup.make(home, PASSPHRASE, database=address, cost=FAST)
    assert not home.index.exists()
    with pytest.raises(IndexExists):
        setup.make(Home(tmp_path / "another"), PASSPHRASE, database=address, cost=FAST)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        taken = capture.ingest(archive, papers, tick=no_tick)
        assert len(taken) == len(papers)
        before = _seen(archive)
        assert before[0] >= len(papers)
        saving.save(archive, "車", "發票 OR 合格證")
        assert list(keeping.rebuild_index(archive))[-1].failed == ()
        assert keeping.check_index(archive) == []
        assert _seen(archive) == before
        document = taken[0].documents[0].id
        retrieval.save(archive, document, tmp_path / "out.pdf")
        backups.backup(archive, str(tmp_path / "backup"))
    assert (tmp_path / "out.pdf").read_bytes() == (tmp_path / taken[0].name).read_bytes()
    restored = Home(tmp_path / "restored")
    backups.restore(restored, str(tmp_path / "backup"), PASSPHRASE, cost=FAST)
    with Archive.open(restored, restored.settings(), PASSPHRASE) as archive:
        assert _seen(archive) == before
        assert migration.move(archive, server.database(), no_tick).moved is not None
    with Archive.open(restored, restored.settings(), PASSPHRASE) as archive:
        assert archive.index.engine.dialect.name == "postgresql"
        assert _seen(archive) == before
        assert saving.query_of(archive, "車") == "發票 OR 合格證"
        assert keeping.check_index(archive) == []


def _seen(archive: Archive) -> tuple[int, list[str], list[str]]:
    """Return what a person sees: hits, dossiers, and how their requirements stand."""
    found = lookup.search(archive, "车辆 OR 发票 OR 合格证")
    judged = completeness(archive)
    return (
        found.total,
        [row.key for row in lookup.dossiers(archive)],
        [line.verdict.status.value for one in judged.dossiers for line in one.lines],
    )
