"""The demo's batch holds what the demo promises."""

import io
from collections import Counter
from datetime import date

import pypdfium2
import pytest
from PIL import Image

from ocr.specimen import REQUIRED, demo_batch, general_papers, larger_batch, stack, vehicle_papers

TODAY = date(2026, 11, 23)


def test_the_demo_has_three_dossiers_as_promised() -> None:
    """One whole, one in Traditional characters that lacks three, one mixed with a paper that nobody can tell."""
    batch = demo_batch(today=TODAY)
    kinds = {number: {order.kind for order in batch.orders if order.dossier == number} for number in (0, 1, 2, 3)}
    assert 28 <= len(batch) <= 36
    assert kinds[1] == set(REQUIRED)
    assert set(REQUIRED) - kinds[2] == {
        "insurance-policy",
        "derived-services-list",
        "delivery-photo",
        "other-certificate",
    }
    assert {order.script for order in batch.orders if order.dossier == 2} == {"zh-Hant"}
    assert {order.script for order in batch.orders if order.dossier == 3} == {"zh-Hans", "en"}
    assert [order.kind for order in batch.orders if order.undecidable] == ["unclear"]
    assert kinds[0] == {"contract", "id-card", "vat-invoice", "e-invoice"}
    assert [(TODAY - batch.cases[number].sold).days for number in (1, 2, 3)] == [2, 28, 1]
    assert batch.cases[3].company is not None


def test_names_are_a_scanners_and_each_stands_once() -> None:
    """No two files share a name, and no name tells what is in the file."""
    batch = demo_batch(today=TODAY)
    names = [order.name for order in batch.orders]
    assert Counter(names).most_common(1)[0][1] == 1
    assert {"SCAN0003.pdf", "扫描_20261123_0001.jpg"} <= set(names)
    assert len({name.rsplit(".", 1)[1] for name in names}) >= 4


def test_no_date_on_a_demo_paper_lies_ahead() -> None:
    """Papers are signed and issued by today; only terms end later."""
    batch = demo_batch("other", today=TODAY)
    for place in (2, 5, 8, 26):
        assert batch[place].documents[0].fields.get("issue_date", "") <= TODAY.isoformat()


def test_scans_are_drawn_when_they_are_taken() -> None:
    """The same scan comes out each time, and it is a picture."""
    batch = demo_batch(today=TODAY)
    first = batch[0]
    assert first == batch[0]
    assert Image.open(io.BytesIO(first.content)).format == "JPEG"
    assert first.documents[0].dossier == 1


def test_papers_of_a_sale_tell_of_the_same_car() -> None:
    """The VIN is one and the same on all that show it."""
    papers = list(vehicle_papers("one", dpi=60))
    assert [paper.kind for paper in papers] == list(REQUIRED)
    assert len({paper.truth.fields["vin"] for paper in papers if "vin" in paper.truth.fields}) == 1


def test_general_and_larger_batches_go_through_the_kinds() -> None:
    """Every kind has its turn, each about another case."""
    kinds = ["receipt", "letter", "blank"]
    assert [paper.kind for paper in general_papers(kinds=kinds, dpi=60)] == kinds
    batch = larger_batch(9, "x", kinds=kinds)
    assert Counter(order.kind for order in batch.orders) == dict.fromkeys(kinds, 3)
    assert len({order.case.vehicle.vin for order in batch.orders}) == 9


@pytest.mark.parametrize(("parted_by", "pages"), [(None, 4), (0, 6), (3, 6)])
def test_a_stack_holds_its_documents_and_the_separators(parted_by: int | None, pages: int) -> None:
    """Separators stand between documents only, and are none themselves."""
    made = stack(kinds=["green-card", "sales-contract", "receipt"], parted_by=parted_by, severity="clean")
    assert [truth.kind for truth in made.documents] == ["green-card", "sales-contract", "receipt"]
    assert sum(len(truth.texts) for truth in made.documents) == 4
    assert len(pypdfium2.PdfDocument(made.content)) == pages
