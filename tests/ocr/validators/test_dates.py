"""Dates in the writings of the trade."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.validators.dates import find_dates, iso_date, order_evidence

days = st.dates(date(1970, 1, 1), date(2068, 12, 31))
WRITINGS = (
    "{d:%Y-%m-%d}",
    "{d:%Y/%m/%d}",
    "{d:%Y.%m.%d}",
    "{d.year}年{d.month}月{d.day}日",
    "{d:%Y} 年 {d:%m} 月 {d:%d} 日",
    "{d:%Y%m%d}",
    "{d:%d %B %Y}",
    "{d:%B} {d.day}, {d:%Y}",
    "{d:%d-%b-%Y}",
    "{d.day}. {d:%B} {d:%Y}",
    "民國{roc}年{d.month}月{d.day}日",
    "{d:%d/%m/%Y}",
)


@given(
    days,
    st.sampled_from(WRITINGS),
    st.sampled_from(["", "日期：", "Date: "]),
    st.sampled_from(["", " 13:58", "，以上"]),
)
def test_a_date_in_any_writing_is_found(day: date, writing: str, before: str, after: str) -> None:
    """Twelve writings, alone or among words and times, come back as the day they were."""
    if "roc" in writing and day.year < 1912:
        return
    text = before + writing.format(d=day, roc=day.year - 1911) + after
    assert iso_date(text, "day-first") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("二〇二一年十二月廿三日", "2021-12-23"),
        ("二○一九年一月十日", "2019-01-10"),
        ("109年11月19日", "2020-11-19"),
        ("20年6月18日", "2020-06-18"),
        ("09/02/201811:40", "2018-02-09"),
        ("[Sales]2018-01-0522:55:25", "2018-01-05"),
        ("TAIPEI: 3O. SEP. 2O22", "2022-09-30"),
        ("7. Mai 2014", "2014-05-07"),
        ("29 maart 2014", "2014-03-29"),
        ("du 02 Juillet 2015", "2015-07-02"),
        ("this 22nd day of June, 2016", "2016-06-22"),
        ("12 AUGUST/AOUT 74", "1974-08-12"),
        ("9/21/2020", "2020-09-21"),
        ("020-06-18", "2020-06-18"),
    ],
)
def test_dates_as_papers_print_them(text: str, iso: str) -> None:
    """Han numerals, ROC years, glued times, letters for digits, other languages, both names of a month."""
    assert iso_date(text) == iso


@pytest.mark.parametrize(
    "text", ["03-62587191", "192.168.10.20", "2021-13-45", "31/02/2018", "1.2.3.4", "发票号码 75505018"]
)
def test_other_numbers_are_no_dates(text: str) -> None:
    """Telephones, addresses of computers, days that never were, invoice numbers."""
    assert find_dates(text) == ()


def test_the_order_is_what_the_reader_prefers_or_the_document_shows() -> None:
    """03/04/2018 has two readings; 25/08/2017 beside it decides."""
    assert iso_date("03/04/2018") == "2018-04-03"
    assert iso_date("03/04/2018", "month-first") == "2018-03-04"
    assert iso_date("20-06-18", "year-first") == "2020-06-18"
    assert order_evidence(["03/04/2018", "25/08/2017"]) == "day-first"
    assert order_evidence(["12/25/2017"]) == "month-first"
    assert order_evidence(["12/25/2017", "25/12/2017"]) is None
    assert not find_dates("03/04/2018")[0].sure
