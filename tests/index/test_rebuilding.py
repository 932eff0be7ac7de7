"""The projection is made again from readings, in steps that may be broken off, and a check finds what disagrees."""

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from dossier.errors import DocumentFailed
from dossier.reading import Reading
from index import filing, rebuilding
from index.engine import Index
from index.rebuilding import Flaw, check, rebuild
from index.search import search
from index.tables import Capture, Document, DocumentField, Page
from tests.index.conftest import NOW, TODAY, put, reading


class Lost(DocumentFailed):
    """A reading that the vault does not give."""

    wording = "index.not-found"


def fill(index: Index, count: int = 5) -> list[str]:
    """Put captures in and return their ids in order of id."""
    with index.write() as session:
        documents = [put(session, [f"卷宗 {number} 舊文"]) for number in range(count)]
    return sorted(document.rpartition("-")[0] for document in documents)


def test_a_rebuild_gives_the_new_texts_and_keeps_decisions(index: Index) -> None:
    """Texts come from the readings given; kind, dossier and corrections by persons stay."""
    captures = fill(index)
    with index.write() as session:
        dossier = filing.open_dossier(session, key="K", kind="k", pack="p", opened=TODAY, at=NOW)
        filing.assign(session, f"{captures[0]}-1", dossier.id, by="li", at=NOW)
        filing.decide(session, f"{captures[0]}-1", by="li", at=NOW, kind="letter", fields={"name": "王小明"})
    steps = list(rebuild(index, lambda capture, object_id: reading(["新文"])))
    assert (steps[-1].done, steps[-1].of, steps[-1].failed) == (5, 5, ())
    with index.read() as session:
        assert search(session, "旧文").total == 0
        assert search(session, "新文").total == 5
        (hit,) = search(session, "王小明").hits
        assert (hit.document, hit.kind, hit.dossier) == (f"{captures[0]}-1", "letter", "K")


def test_a_broken_off_rebuild_goes_on(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a crash only the batches not done are read again; searches in between see the old or the new text."""
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    captures = fill(index)
    asked: list[str] = []

    def load(capture: str, object_id: str) -> Reading:
        asked.append(capture)
        return reading(["新文"])

    next(rebuild(index, load))
    with index.read() as session:
        assert (search(session, "新文").total, search(session, "旧文").total) == (2, 3)
        assert rebuilding.last_rebuild(session) is not None
    list(rebuild(index, load))
    assert asked == captures
    with index.read() as session:
        assert search(session, "新文").total == 5
        assert rebuilding.last_rebuild(session) is None
    list(rebuild(index, load, anew=True))
    assert asked == captures * 2


def test_a_lost_reading_keeps_what_was_there(index: Index) -> None:
    """A capture whose reading cannot be had is named and stays searchable; one without a reading loses its pages."""
    captures = fill(index, 3)
    with index.write() as session:
        session.get_one(Capture, captures[2]).reading = None

    def load(capture: str, object_id: str) -> Reading:
        if capture == captures[0]:
            raise Lost(id=capture)
        return reading(["新文"])

    (last,) = rebuild(index, load)
    assert last.failed == (captures[0],)
    with index.read() as session:
        assert search(session, "旧文").hits[0].capture == captures[0]
        assert {page.capture for page in session.exec(select(Page))} == set(captures[:2])
        assert not session.exec(select(DocumentField).join(Document).where(col(Document.capture) == captures[2])).all()


def test_a_sound_index_has_no_flaw(index: Index) -> None:
    """An index that agrees with the vault passes."""
    captures = fill(index)
    with index.write() as session:
        put(session, ["secret"], level="secret")
        captures = [row.id for row in session.exec(select(Capture))]
    assert list(check(index, [(capture, "reading") for capture in captures])) == []


def test_a_check_finds_each_difference(sealed_index: Index) -> None:
    """Missing and surplus captures, other readings, missing pages and texts astray are all named."""
    first, second, third, fourth, fifth = fill(sealed_index)
    with sealed_index.write() as session:
        page = session.exec(select(Page.id).where(Page.capture == fourth)).one()
        session.execute(text("DELETE FROM page_words WHERE rowid = :page"), {"page": page})
        pages = session.exec(select(Page).where(Page.capture == fifth)).all()
        for row in pages:
            session.delete(row)
    sealed = [(first, "reading"), (second, "another"), (fourth, "reading"), (fifth, "reading"), ("new", "reading")]
    flaws = set(check(sealed_index, sealed))
    assert flaws == {
        Flaw("index.flaw-not-indexed", "new"),
        Flaw("index.flaw-not-sealed", third),
        Flaw("index.flaw-other-reading", second),
        Flaw("index.flaw-no-pages", fifth),
        Flaw("index.flaw-text", f"ordinary/{page}"),
        Flaw("index.flaw-text", f"ordinary/{pages[0].id}"),
    }


def test_a_damaged_full_text_index_is_named(sealed_index: Index) -> None:
    """Blocks of the full-text index that do not fit each other are found."""
    captures = fill(sealed_index)
    with sealed_index.write() as session:
        session.execute(text("UPDATE page_words_data SET block = zeroblob(length(block)) WHERE id > 10"))
    flaws = list(check(sealed_index, [(capture, "reading") for capture in captures]))
    assert Flaw("index.flaw-damaged", "ordinary/page_words") in flaws
