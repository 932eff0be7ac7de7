"""An index moves whole from either database to the other, and the copy is proven."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from index import filing, journal, moving, record
from index import postgres as on_postgres
from index.engine import Index, Shelf, create
from index.errors import IndexDiffers, LevelClosed
from index.search import search
from index.tables import Capture, Document
from tests.index.conftest import KEY, NOW, TODAY, put, sealers
from tests.servers.postgres import Postgres


@pytest.fixture
def target(index: Index, postgres: Postgres, tmp_path: Path) -> Iterator[Index]:
    """An empty index on the other database."""
    if index.engine.dialect.name == "sqlite":
        made = on_postgres.create(postgres.database(), sealers())
    else:
        shelves = {level: Shelf(tmp_path / f"to-{level}.db", bytes(32)) for level in ("confidential", "secret")}
        made = create(tmp_path / "to.db", KEY, shelves)
    yield made
    made.close()


def fill(index: Index) -> list[str]:
    """Put documents of every level, a dossier, a decision, a capture out of another and entries of the record in."""
    with index.write() as session:
        fields = {"vin": "LSVAM4187C2184841", "total": "12500.00", "buyer_name": "王\0小明"}
        documents = [put(session, ["購車發票", "第二頁"], fields=fields)]
        documents += [put(session, [f"{level} 的內容"], level=level) for level in ("confidential", "secret")]
        first, second = session.exec(select(Capture).order_by(col(Capture.id)).limit(2)).all()
        first.parent = second.id
        session.add(first)
        dossier = filing.open_dossier(session, key="LSV", kind="vehicle", pack="p", opened=TODAY, at=NOW)
        filing.assign(session, documents[0], dossier.id, by="li", at=NOW)
        journal.claim(session, "again", name="b.pdf", size=1, format="PDF", sha256="x", at=NOW, folder="in")
        record.append(session, "li", "view", documents[0])
    return documents


def test_everything_is_on_the_other_side(index: Index, target: Index) -> None:
    """Rows, texts of all levels, decisions and the record are there, and work goes on with new numbers."""
    documents = fill(index)
    told: list[tuple[int, int]] = []
    then: list[str] = []
    moved = moving.copy(
        index, target, lambda done, of: told.append((done, of)), then=lambda: then.append("the copy is the same")
    )
    assert len(then) == 1
    assert moved.pages == 4
    assert told[-1][0] == moved.rows + moved.pages
    with target.write() as session:
        assert {hit.document for hit in search(session, "内容").hits} == set(documents[1:])
        assert search(session, "vin:LSVAM4I87C 发票 amount:12500 dossier:LSV").total == 1
        assert session.get_one(Document, documents[0]).decided_by == "li"
        assert record.verify(session).size == 1
        new = put(session, ["新的一頁"])
        capture = session.exec(select(Capture).where(Capture.digest == "again")).one()
        seen = journal.claim(session, "again", name="c.pdf", size=1, format="PDF", sha256="x", at=NOW, folder="else")
        assert (seen.outcome, seen.capture.id) == ("duplicate", capture.id)
        record.append(session, "li", "view", new)
        assert {hit.document for hit in search(session, "新的").hits} == {new}


def test_nothing_moves_without_every_key(index: Index, target: Index, postgres: Postgres, tmp_path: Path) -> None:
    """A level that is open on one side alone stops the move before anything is written."""
    fill(index)
    some = create(tmp_path / "some.db", KEY)
    with pytest.raises(LevelClosed):
        moving.copy(index, some)
    with some.read() as session:
        assert session.exec(select(Capture)).all() == []
    some.close()


def test_a_copy_that_differs_is_refused(index: Index, target: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed on the way is found by the comparison."""
    fill(index)
    put_in = moving._put

    def changed(connection: object, table: object, rows: object) -> None:
        put_in(connection, table, rows)  # type: ignore[arg-type]
        if str(table) == "document":
            connection.execute(text("UPDATE document SET received = '2020-01-01'"))  # type: ignore[attr-defined]

    monkeypatch.setattr(moving, "_put", changed)
    with pytest.raises(IndexDiffers) as caught:
        moving.copy(index, target)
    assert caught.value.facts["part"] == "document"
    assert date(2020, 1, 1) != TODAY


def test_a_text_that_differs_is_refused(index: Index, target: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a page whose text is another."""
    fill(index)

    def shortened(session: Session, level: str, pages: dict[int, object]) -> None:
        add(session, level, dict(list(pages.items())[1:]))  # type: ignore[arg-type]

    add = moving.texts.add
    monkeypatch.setattr(moving.texts, "add", shortened)
    with pytest.raises(IndexDiffers):
        moving.copy(index, target)
