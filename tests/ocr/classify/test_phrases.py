"""Finding phrases in text that was read with mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.classify.phrases import PhraseIndex, allowed_errors, best_match, distance

letters = st.text(alphabet="abcd", max_size=9)


def nearest(phrase: str, text: str) -> int:
    """Return the fewest mistakes with which ``phrase`` occurs anywhere in ``text``, by trying every part of it."""
    spans = ((start, end) for start in range(len(text) + 1) for end in range(start, len(text) + 1))
    return min(distance(phrase, text[start:end]) for start, end in spans)


@given(st.text(alphabet="abc", min_size=2, max_size=6), letters)
def test_the_nearest_occurrence_is_found(phrase: str, text: str) -> None:
    """The bit-parallel search agrees with trying every part of the text, and its span has that many mistakes."""
    allowed = len(phrase) - 1
    found = best_match(phrase, text, allowed)
    fewest = nearest(phrase, text)
    if fewest > allowed:
        assert found is None
    else:
        assert found is not None
        errors, start, end = found
        assert (errors, distance(phrase, text[start:end])) == (fewest, fewest)


@given(letters, letters)
def test_distance_is_symmetric(one: str, other: str) -> None:
    """Turning one text into another costs as much as the way back."""
    assert distance(one, other) == distance(other, one)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("机动车销售统一发票", 0),
        ("机动军销售统一发粟", 2),
        ("机动车销售统发票", 1),
        ("国家税务总局机动车销售统一发票发票联", 0),
    ],
)
def test_a_misread_title_is_found(text: str, errors: int) -> None:
    """A long title with some wrong or missing characters still counts as that title."""
    index = PhraseIndex([("机动车销售统一发票", "purchase-invoice"), ("行驶证", "vehicle-licence")])
    assert [(hit.owner, hit.errors) for hit in index.find(text)] == [("purchase-invoice", errors)]


def test_short_phrases_must_be_exact() -> None:
    """Three characters carry no room for a mistake."""
    assert allowed_errors("行驶证") == 0
    assert PhraseIndex([("行驶证", 1)]).find("行使证") == []


def test_a_phrase_of_one_character_is_found() -> None:
    """A title may be a single character, as 函 is."""
    assert [hit.owner for hit in PhraseIndex([("函", "letter")]).find("关于付款的函")] == ["letter"]
