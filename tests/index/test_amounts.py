"""Dates and amounts as people type them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.amounts import amount, numeral, span

TODAY = date(2026, 11, 23)


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
        ("lots", None),
        ("", None),
        ("1" * 40, None),
    ],
)
def test_amounts(text: str, expected: str | None) -> None:
    """An amount in any usual writing is the decimal it states; anything else is none."""
    assert amount(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23", ("2026-11-23", "2026-11-23")),
        ("2026/1/5", ("2026-01-05", "2026-01-05")),
        ("2026.02", ("2026-02-01", "2026-02-28")),
        ("2026年2月", ("2026-02-01", "2026-02-28")),
        ("二〇二六年十一月二十三日", ("2026-11-23", "2026-11-23")),
        ("20261123", ("2026-11-23", "2026-11-23")),
        ("23/11/2026", ("2026-11-23", "2026-11-23")),
        ("民國115年3月", ("2026-03-01", "2026-03-31")),
        ("2026", ("2026-01-01", "2026-12-31")),
        ("今天", ("2026-11-23", "2026-11-23")),
        ("30d", ("2026-10-24", "2026-10-24")),
        ("3個月前", ("2026-08-23", "2026-08-23")),
        ("1y", ("2025-11-23", "2025-11-23")),
        ("2026-02-30", None),
        ("9999y", None),
        ("soon", None),
    ],
)
def test_dates(text: str, expected: tuple[str, str] | None) -> None:
    """A date, month or year means its first to its last day; anything else nothing."""
    wanted = None if expected is None else tuple(map(date.fromisoformat, expected))
    assert span(text, TODAY) == wanted


@given(st.text(st.sampled_from("〇一二十百千万亿零壹0 123年月日.,-元角分d前民国"), max_size=20))
def test_no_text_breaks_them(text: str) -> None:
    """Whatever is typed gives a value of the right sort or none."""
    assert amount(text) is None or isinstance(amount(text), Decimal)
    assert span(text, TODAY) is None or span(text, TODAY) == tuple(sorted(span(text, TODAY) or ()))
    assert numeral(text) is None or isinstance(numeral(text), int)
