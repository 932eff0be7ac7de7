"""Every form is drawn in every script and layout, tells the truth about itself and says that it is a specimen."""

import unicodedata
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from dossier.catalogue import catalogue
from dossier.errors import ExitCode
from ocr.specimen import FORMS, Paper, UnknownKind, draw
from ocr.specimen.case import sale

DPI = 72
SHOWN = (
    "vin",
    "plate",
    "credit_code",
    "invoice_number",
    "invoice_code",
    "policy_number",
    "certificate_number",
    "engine_number",
    "phone",
)
"""Fields that a paper shows just as the contract writes them."""


def papers(name: str) -> Iterator[Paper]:
    """Draw a form in every script it is made in and in every layout."""
    made = FORMS[name]
    for script in made.scripts:
        for variant in range(made.variants):
            case = sale("forms", name, variant, for_company=bool(variant % 2))
            yield draw(name, case, script=script, variant=variant, dpi=DPI)


def squeezed(text: str) -> str:
    """Return text without spaces and middle dots."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("·", "")


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_layout_is_drawn_and_true(name: str) -> None:
    """Each page holds ink, says SPECIMEN, and shows the identifiers that its truth names."""
    for paper in papers(name):
        text = squeezed("".join(paper.truth.texts))
        assert len(paper.pages) == len(paper.truth.texts) >= 1
        for page, said in zip(paper.pages, paper.truth.texts, strict=True):
            if name != "blank":
                assert np.asarray(page.convert("L")).std() > 3
                assert "SPECIMEN／樣本" in said
        for field in SHOWN:
            assert squeezed(paper.truth.fields.get(field, "")) in text, (paper.truth.script, paper.truth.variant, field)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_kind_is_one_of_the_catalogue(name: str) -> None:
    """A paper's kind is a kind that documents are filed as."""
    assert catalogue().kind(FORMS[name].kind).id == FORMS[name].kind


def test_the_same_seed_draws_the_same_page_and_another_does_not() -> None:
    """Chance comes from the seed alone."""
    first, again = (draw("green-card", sale("a"), dpi=DPI, seed=1) for _ in range(2))
    other = draw("green-card", sale("b"), dpi=DPI, seed=1)
    assert first.truth == again.truth
    assert [page.tobytes() for page in first.pages] == [page.tobytes() for page in again.pages]
    assert first.truth != other.truth


def test_a_case_is_consistent() -> None:
    """Dates follow each other and none passes today; net and tax make the price."""
    today = date(2026, 5, 6)
    for seed in range(30):
        case = sale("whole", seed, sold=date(2026, 5, 4), today=today)
        assert case.vehicle.made < case.sold <= case.delivered <= case.registered <= today
        assert case.net + case.tax == case.price


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    """The message names what can be drawn."""
    with pytest.raises(UnknownKind) as refused:
        draw("dog-licence", sale("a"))
    assert refused.value.exit_code is ExitCode.USAGE
    assert "dog-licence" in str(refused.value)
    assert "green-card" in refused.value.say("zh-Hant")
