"""What waits, what comes again, and what a person sets right."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desk import capture, lookup, review
from desk.archive import Archive
from desk.taken import Taken
from index import record
from ocr.specimen import draw, encode, vehicle_papers
from ocr.specimen.case import sale
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three clean papers of one car, as files by kind."""
    folder = tmp_path_factory.mktemp("papers")
    found = {}
    for paper in vehicle_papers("second look", kinds=("id-card", "purchase-invoice", "vehicle-certificate")):
        found[paper.kind] = folder / f"{paper.kind}.pdf"
        found[paper.kind].write_bytes(encode(paper.pages, "pdf", paper.dpi))
    return found


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, opened."""
    home = new_home(tmp_path)
    with Archive.open(home, home.settings(), PASSPHRASE) as opened:
        yield opened


def ingest(archive: Archive, *files: Path) -> list[Taken]:
    return capture.ingest(archive, files, tick=no_tick)


def test_an_early_id_card_files_itself_when_its_car_comes(archive: Archive, papers: dict[str, Path]) -> None:
    """The card waits for a dossier with its number; the invoice opens one, and nobody needs to touch the card again."""
    (card,) = ingest(archive, papers["id-card"])
    assert card.state == "review"
    assert card.documents[0].doubts == ("filing.no-dossier/id_number",)
    (invoice,) = ingest(archive, papers["purchase-invoice"])
    assert invoice.state == "filed"
    assert review.waiting(archive) == []
    view = lookup.dossier(archive, str(invoice.documents[0].dossier))
    assert {document.kind for document in view.documents} == {"id-card", "purchase-invoice"}


def test_the_same_bytes_are_captured_once(archive: Archive, papers: dict[str, Path], tmp_path: Path) -> None:
    """Another name does not make another capture; where the first one came from is told."""
    (first,) = ingest(archive, papers["vehicle-certificate"])
    again = tmp_path / "again.pdf"
    again.write_bytes(papers["vehicle-certificate"].read_bytes())
    second, third = ingest(archive, again, papers["vehicle-certificate"])
    assert (second.state, third.state) == ("duplicate", "duplicate")
    assert {second.id, third.id} == {first.id}
    assert second.first_seen_as == "vehicle-certificate.pdf"


def test_a_person_sets_a_document_right(archive: Archive, papers: dict[str, Path]) -> None:
    """A decision on kind and fields files the paper, stays, and is on record."""
    (invoice,) = ingest(archive, papers["purchase-invoice"])
    key = str(invoice.documents[0].dossier)
    (card,) = ingest(archive, papers["vehicle-certificate"])
    number = card.documents[0].id
    decided = review.set_right(archive, number, kind="pdi-checklist", dossier=key)
    assert (decided.document.kind, decided.document.dossier, decided.document.review) == ("pdi-checklist", key, False)
    with archive.index.read() as session:
        assert "decide" in [entry.what for entry in record.entries(session, about=number)]
        record.verify(session)


def test_what_a_person_enters_opens_a_dossier(archive: Archive, papers: dict[str, Path]) -> None:
    """A waiting paper files itself once somebody enters the number it lacked."""
    (card,) = ingest(archive, papers["id-card"])
    vin = "WVWZZZ1JZXW000001"
    decided = review.set_right(archive, card.documents[0].id, kind="purchase-invoice", fields={"vin": vin})
    assert decided.document.dossier == vin


def test_a_correction_is_not_needed_twice(archive: Archive, tmp_path: Path) -> None:
    """A form that nothing tells is decided once; the next of the same layout is recognised by that."""
    pages = []
    for seed in ("first", "second"):
        paper = draw("unclear", sale(seed, 1, sold=date(2026, 3, 2)), script="zh-Hans", variant=0, dpi=200, seed=seed)
        pages.append(tmp_path / f"{seed}.pdf")
        pages[-1].write_bytes(encode(paper.pages, "pdf", paper.dpi))
    (first,) = ingest(archive, pages[0])
    assert first.documents[0].kind == "other"
    decided = review.set_right(archive, first.documents[0].id, kind="visit-report")
    assert decided.document.kind == "visit-report"
    (second,) = ingest(archive, pages[1])
    assert second.documents[0].kind == "visit-report"
