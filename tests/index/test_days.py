"""Dates as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.days import span

TODAY = date(2026, 11, 23)


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
        ("二○二六年三月卅日", ("2026-03-30", "2026-03-30")),
        ("民國一百一十五年三月", ("2026-03-01", "2026-03-31")),
        ("民国元年", ("1912-01-01", "1912-12-31")),
        ("23-11-2026", ("2026-11-23", "2026-11-23")),
        ("23 Nov 2026", ("2026-11-23", "2026-11-23")),
        ("November 23rd, 2026", ("2026-11-23", "2026-11-23")),
        ("sept. 2026", ("2026-09-01", "2026-09-30")),
        ("11月", ("2026-11-01", "2026-11-30")),
        ("12月1日", ("2025-12-01", "2025-12-01")),
        ("前天", ("2026-11-21", "2026-11-21")),
        ("去年", ("2025-01-01", "2025-12-31")),
        ("上個月", ("2026-10-01", "2026-10-31")),
        ("2026-02-30", None),
        ("9999y", None),
        ("soon", None),
    ],
)
def test_dates(text: str, expected: tuple[str, str] | None) -> None:
    """A date, month or year means its first to its last day; anything else nothing."""
    wanted = None if expected is None else tuple(map(date.fromisoformat, expected))
    assert span(text, TODAY) == wanted


@given(st.text(st.sampled_from("〇一二十百千万亿零壹元0 123年月日.,-d前民国上本去JanFeb"), max_size=20))
def test_no_text_breaks_them(text: str) -> None:
    """Whatever is typed gives two days in order, or none."""
    found = span(text, TODAY)
    assert found is None or found[0] <= found[1]
