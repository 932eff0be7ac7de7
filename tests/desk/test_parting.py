"""What people set right about pages and fields: on record, filed anew, and learned from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import capture, lookup, parting, review
from desk.archive import Archive
from desk.parting import NotAPage, OfTwoScans
from desk.taken import Taken
from index import record
from ocr.specimen import draw, encode, vehicle_papers
from ocr.specimen.case import sale
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, opened."""
    home = new_home(tmp_path)
    with Archive.open(home, home.settings(), PASSPHRASE) as opened:
        yield opened


def ingest(archive: Archive, *files: Path) -> list[Taken]:
    return capture.ingest(archive, files, tick=no_tick)


def test_pages_are_set_right_and_the_original_stays(archive: Archive, tmp_path: Path) -> None:
    """Merge, split and turn two papers of one scan: each step is on record, and the dossier follows."""
    stack = tmp_path / "stack.pdf"
    papers = list(vehicle_papers("parting", kinds=("vehicle-certificate", "purchase-invoice"), dpi=150))
    stack.write_bytes(encode([page for paper in papers for page in paper.pages], "pdf", 150))
    (taken,) = ingest(archive, stack)
    first, second = (one.id for one in taken.documents)
    dossier = str(taken.documents[0].dossier)

    joined = parting.merge(archive, [first, second])
    assert joined.document.pages == (1, 2)
    assert [one.id for one in lookup.dossier(archive, dossier).documents] == [first]

    parts = parting.split(archive, first, [2])
    assert [(one.document.kind, one.document.pages, one.document.dossier) for one in parts] == [
        ("vehicle-certificate", (1,), dossier),
        ("purchase-invoice", (2,), dossier),
    ]
    lying = parting.rotate(archive, first, 1, 90)
    upright = parting.rotate(archive, first, 1, 270)
    assert set(lying.document.fields) < set(upright.document.fields)
    assert upright.document.fields["vin"].value == dossier

    with archive.index.read() as session:
        done = [entry.what for entry in record.entries(session) if entry.what in {"merge", "split", "rotate"}]
    assert done == ["merge", "split", "rotate", "rotate"]
    with pytest.raises(NotAPage):
        parting.rotate(archive, first, 2, 90)
    (again,) = ingest(archive, stack)
    assert again.state == "duplicate"


def test_a_field_is_corrected_once_for_a_layout(archive: Archive, tmp_path: Path) -> None:
    """What a person set right on one sheet is right on the next of the same form, about another car."""
    sheets = []
    for number in (1, 2):
        paper = draw("settlement-sheet", sale("teach", number), script="en", variant=1, dpi=150, seed=number)
        sheets.append((tmp_path / f"{number}.jpg", paper.truth.fields))
        sheets[-1][0].write_bytes(encode(list(paper.pages), "jpeg", 150))
    (one, told), (other, wanted) = sheets
    (first,) = ingest(archive, one)
    given = {"total": told["total"], "name": told["name"], "invoice_number": ""}
    review.set_right(archive, first.documents[0].id, fields=given)
    (second,) = ingest(archive, other)
    found = second.documents[0].fields
    assert {name: found[name].value for name in ("total", "name")} == {name: wanted[name] for name in ("total", "name")}
    assert "invoice_number" not in found
    with pytest.raises(OfTwoScans):
        parting.merge(archive, [first.documents[0].id, second.documents[0].id])


def test_a_paper_of_no_dossier_can_be_kept(archive: Archive, tmp_path: Path) -> None:
    """Accepted without a dossier it waits no longer, and nothing files it by itself."""
    scrap = tmp_path / "scrap.jpg"
    scrap.write_bytes(encode(list(draw("receipt", sale("kept"), script="zh-Hans", dpi=150).pages), "jpeg", 150))
    (taken,) = ingest(archive, scrap)
    assert taken.state == "review"
    kept = review.accept(archive, taken.documents[0].id, apart=True)
    assert (kept.document.review, kept.document.dossier, kept.document.doubts) == (False, None, ("filing.kept-apart",))
    assert review.waiting(archive) == []
