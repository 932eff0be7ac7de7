"""The learned model: shipped, small, reproducible, and able to learn from a correction."""

from importlib.resources import files

import numpy as np
import pytest

from dossier.catalogue import FAMILIES
from ocr.classify.grams import DIMENSIONS, features
from ocr.classify.model import SHIPPED, load, shipped, train
from ocr.classify.samples.papers import samples
from ocr.classify.sight import look
from tests.ocr.classify.papers import CLAUSES, NDA, RECEIPT, page


def test_the_shipped_model_is_small_and_of_our_families() -> None:
    """It fits in three megabytes and knows only families of the catalogue."""
    content = (files("ocr.classify") / SHIPPED).read_bytes()
    assert len(content) < 3_000_000
    assert set(load(content).families) <= set(FAMILIES)


def test_a_model_comes_back_as_it_was_written() -> None:
    """Writing and reading a model changes nothing."""
    again = load(shipped().dump())
    assert again.families == shipped().families
    assert np.array_equal(again.weights, shipped().weights)


def test_a_model_of_another_shape_is_refused() -> None:
    """Arrays that do not fit each other are not a model."""
    model = shipped()
    broken = type(model)(model.families[1:], model.weights, model.scale, model.bias)
    with pytest.raises(ValueError, match=str(DIMENSIONS)):
        load(broken.dump())


def test_it_tells_papers_it_has_not_seen() -> None:
    """On fresh synthetic papers it is right nine times in ten."""
    unseen = [(family, shipped().shares(features(look((sample,))))) for family, sample in samples(99, 120)]
    right = sum(max(shares, key=lambda name: shares[name]) == family for family, shares in unseen)
    assert right >= 108


def test_prose_and_slips_are_told_without_a_title() -> None:
    """Clauses look like a contract and prices like a receipt, by their characters alone."""
    for rows, family, wide in ((CLAUSES, "contract", 1240), (NDA[1:], "contract", 1240), (RECEIPT, "receipt", 420)):
        shares = shipped().shares(features(look((page(*rows, wide=wide),))))
        assert max(shares, key=lambda name: shares[name]) == family


def test_shares_add_up() -> None:
    """The shares of all families together are one, and a page without text has none."""
    shares = shipped().shares(features(look((page(*NDA),))))
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shipped().shares({}) == {}


def test_training_is_deterministic_and_learns() -> None:
    """The same examples give the same model, and it has learned them."""
    examples = [
        ("letter", features(look((page("Dear Anna,", "sincerely yours"),)))),
        ("receipt", features(look((page("cash 5.00", "change 1.00"),)))),
    ] * 3
    one, other = train(examples), train(examples)
    assert one.dump() == other.dump()
    for family, told in examples:
        shares = one.shares(told)
        assert max(shares, key=lambda name: shares[name]) == family


def test_samples_are_reproducible() -> None:
    """A seed always gives the same papers."""
    assert list(samples(3, 12)) == list(samples(3, 12))
