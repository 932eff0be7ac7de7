"""Amounts in figures and in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.validators.amounts import amount, amount_words, currency, plain, words_amount

cents = st.integers(1, 10**14 - 1).map(lambda n: Decimal(n) / 100)


@given(cents)
def test_words_say_what_was_written(value: Decimal) -> None:
    """Any amount comes back from its words."""
    assert words_amount(amount_words(value)) == value


@given(cents)
def test_traditional_words_say_the_same(value: Decimal) -> None:
    """萬, 億, 圓, 貳, 參 and 陸 are read like their simplified forms."""
    words = amount_words(value).translate(str.maketrans("万亿元贰叁陆", "萬億圓貳參陸"))
    assert words_amount(words) == value


@given(cents)
def test_figures_in_any_grouping_are_the_same(value: Decimal) -> None:
    """English, German and plain writing of one amount are one number."""
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert amount(english) == amount(german) == amount(f"{value:.2f}") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("RM 30.90", "30.90"),
        ("-RM 0.01", "-0.01"),
        ("(12.50)", "-12.50"),
        ("0.50-", "-0.50"),
        (".01", "0.01"),
        ("￥77-10元", "77.10"),
        ("1,234", "1234"),
        ("2,779.5", "2779.5"),
        ("10 000,00 EUR", "10000.00"),
        ("人民币４４４９．００元", "4449.00"),
    ],
)
def test_figures_as_papers_print_them(text: str, value: str) -> None:
    """Signs, currencies, missing zeros, full-width digits."""
    assert amount(text) == Decimal(value)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("壹拾贰万捌仟元整", "128000"),
        ("⊗伍拾贰圆柒角", "52.70"),
        ("拾万元整", "100000"),
        ("玖佰伍拾元整", "950"),
        ("叁分", "0.03"),
        ("人民币壹亿零叁佰万零伍拾元零伍分", "103000050.05"),
    ],
)
def test_words_as_papers_print_them(words: str, value: str) -> None:
    """With marks before them, without a leading one, with zeros between."""
    assert words_amount(words) == Decimal(value)


@pytest.mark.parametrize("text", ["", "合计", "元", "no figure"])
def test_no_amount_is_none(text: str) -> None:
    """Texts without a figure or words give nothing."""
    assert amount(text) is None
    assert words_amount(text) is None


def test_words_beyond_the_form_are_refused() -> None:
    """Fractions of a cent and negative amounts have no words."""
    with pytest.raises(ValueError, match=r"1\.005"):
        amount_words(Decimal("1.005"))
    with pytest.raises(ValueError, match="-1"):
        amount_words(Decimal(-1))


def test_currencies_are_named_by_code() -> None:
    """The first currency that is named counts; plain form has two places."""
    assert currency("Total NT$750") == "TWD"
    assert currency("Summe 34,73 €") == "EUR"
    assert currency("合计￥1.00") == "CNY"
    assert currency("42") is None
    assert plain(Decimal("8.5")) == "8.50"
