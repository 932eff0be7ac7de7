"""Amounts as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.amounts import amount, numeral


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.56", "1234.56"),
        ("¥１，２３４．５６", "1234.56"),
        ("RMB 500元", "500"),
        ("1.2萬", "12000"),
        ("3k", "3000"),
        ("壹萬貳仟叁佰肆拾伍元陸角柒分", "12345.67"),
        ("人民幣叁佰元整", "300"),
        ("一百零五", "105"),
        ("十二万", "120000"),
        ("-5", "-5"),
        ("MOP$1,200.50", "1200.50"),
        ("港幣 1,200 元整", "1200"),
        ("300 USD", "300"),
        ("澳門元：叁佰", "300"),
        ("2百萬", "2000000"),
        ("12萬5千", "125000"),
        ("29萬4850", "294850"),
        ("3万5", "35000"),
        ("1亿2000万", "120000000"),
        ("两万五", "25000"),
        ("一百二", "120"),
        ("十五", "15"),
        ("一点五万元", "15000"),
        ("參拾圓", "30"),
        ("lots", None),
        ("", None),
        ("1" * 40, None),
    ],
)
def test_amounts(text: str, expected: str | None) -> None:
    """An amount in any usual writing is the decimal it states; anything else is none."""
    assert amount(text) == (None if expected is None else Decimal(expected))


@given(st.text(st.sampled_from("〇一二十百千万亿零壹0 123点.,-元角分港币整"), max_size=20))
def test_no_text_breaks_them(text: str) -> None:
    """Whatever is typed gives a value of the right sort or none."""
    assert amount(text) is None or isinstance(amount(text), Decimal)
    assert numeral(text) is None or isinstance(numeral(text), int)
