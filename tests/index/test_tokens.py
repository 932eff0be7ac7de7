"""The searchable form, its tokens, and the phrases that queries ask for."""

from hypothesis import given
from hypothesis import strategies as st

from index.tokens import Phrase, classed, form, phrase, searchable, tokens

MIXED = st.text(st.one_of(st.characters(), st.sampled_from("车輛合同，。 \n-_ab1２é日カ")), max_size=40)


def test_the_searchable_form() -> None:
    """Spaces between Han characters go, other gaps become one space, and none stands between unlike characters."""
    assert searchable("合 同\n编号：HT-2024 號碼 Ａ1， 甲、乙").text == "合同编号ht 2024号码a1甲 乙"
    assert searchable("，。 —").text == ""


def test_tokens_one_for_each_character() -> None:
    """Pairs in Han runs, threes in runs of letters and digits, shorter at a run's end."""
    assert tokens("合同ab 2024号") == ["合同", "同", "ab", "b", "202", "024", "24", "4", "号"]


def test_phrases_end_open_or_closed() -> None:
    """A phrase whose last run is shorter than a token stays open to what follows."""
    assert phrase("合同") == Phrase("合同", ("合同",), open=False)
    assert phrase("合同ab") == Phrase("合同ab", ("合同", "同", "ab"), open=True)
    assert phrase("車") == Phrase("车", ("车",), open=True)
    assert phrase("invoice") == Phrase("invoice", ("inv", "nvo", "voi", "oic", "ice"), open=False)
    assert phrase("、") is None


@given(MIXED)
def test_spans_lead_back_to_the_original(text: str) -> None:
    """Every character of the searchable form comes from the character at its source."""
    form = searchable(text)
    for offset, character in enumerate(form.text):
        if character != " ":
            assert searchable(text[form.source(offset)]).text == character


@given(MIXED)
def test_each_character_but_spaces_has_its_token(text: str) -> None:
    """Tokens begin with the characters of the form, in order."""
    form = searchable(text).text
    assert "".join(token[0] for token in tokens(form)) == form.replace(" ", "")


@given(MIXED)
def test_a_phrase_keeps_the_form(text: str) -> None:
    """What is looked for is the whole form: its tokens begin with its characters, the last token reaching its end."""
    found = phrase(text)
    if found is None:
        assert searchable(text).text == ""
        return
    begun = "".join(token[0] for token in found.tokens[:-1]) + found.tokens[-1]
    assert begun == found.form.replace(" ", "") == searchable(text).text.replace(" ", "")


@given(MIXED)
def test_the_quick_form_is_the_form(text: str) -> None:
    """Indexing and querying go different ways to the same form."""
    assert form(classed(text)) == searchable(text).text
