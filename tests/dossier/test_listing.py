"""A sales list becomes dossiers to open, or is refused whole with everything that is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.identifiers import vin_check
from dossier.listing import ListWrong, read_list
from dossier.model import Event
from dossier.policy import load_pack
from dossier.wording import LANGS

NEW = load_pack("auto-dealer").dossiers["new-vehicle"]


def vin(serial: int) -> str:
    body = f"LSVAA418_E2{serial:06d}"
    return body.replace("_", vin_check(body.replace("_", "0")))


def wrong(rows: list[list[str]]) -> list[tuple[int, str]]:
    with pytest.raises(ListWrong) as caught:
        read_list("sales.csv", rows, NEW)
    assert all(caught.value.say(lang).count("\n") == len(caught.value.problems) for lang in LANGS)
    return [(problem.line, problem.wording.removeprefix("policy.list_")) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "heading",
    [
        ["VIN", "Customer", "Type of customer", "Sale date", "Sales consultant", "plate"],
        ["車架號", "客戶", "客戶類型", "銷售日期", "銷售顧問", "車牌號"],
        ["车架号", "客户", "客户类型", "销售日期", "销售顾问", "车牌号"],
        ["vin", "customer", "customer_type", "sale", "consultant", "plate"],
    ],
)
@pytest.mark.parametrize("day", ["2026-03-05", "2026/3/5", "2026年3月5日", "2026-03-05 00:00:00"])
def test_a_sales_list_opens_a_dossier_per_row(heading: list[str], day: str) -> None:
    """Headings in three languages or as ids, dates as people and spreadsheets write them."""
    rows = [heading, [vin(1), "樣本公司", "公司", day, "李明", "沪A12345"], ["", " ", "", "", "", ""]]
    (opening,) = read_list("sales.csv", rows, NEW)
    assert (opening.row, opening.key_type, opening.key) == (2, "vin", vin(1))
    assert opening.identifiers == {"vin": vin(1), "plate": "沪A12345"}
    assert opening.facts == {"customer": "樣本公司", "customer_type": "company", "consultant": "李明"}
    assert opening.events == (Event("sale", date(2026, 3, 5)),)


def test_everything_wrong_is_told_at_once() -> None:
    """Unknown column, wrong check digit, no date, no such type, a key twice, a row without one."""
    bad = vin(1)[:-1] + "9"
    rows = [
        ["VIN", "colour", "sale", "customer_type"],
        [bad, "red", "2026-03-05", "person"],
        [vin(2), "", "2026-02-30", "robot"],
        [vin(2), "", "", ""],
        ["", "", "2026-03-05", ""],
        [vin(3), "", "", "", "stray"],
    ]
    assert wrong(rows) == [
        (1, "column_unknown"),
        (2, "identifier_wrong"),
        (3, "day_wrong"),
        (3, "value_wrong"),
        (4, "key_twice"),
        (5, "row_without_key"),
        (6, "cell_beyond"),
    ]


def test_a_cell_with_a_page_in_it_is_refused() -> None:
    """Five hundred characters of a name are taken, one more is not."""
    assert read_list("sales.csv", [["vin", "customer"], [vin(1), "長" * 500]], NEW)
    assert wrong([["vin", "customer"], [vin(1), "長" * 501]]) == [(2, "cell_long")]


def test_a_list_without_key_or_rows_is_refused() -> None:
    """A list has to say which dossiers it speaks of."""
    assert wrong([["customer"], ["樣本"]]) == [(1, "no_key")]
    assert wrong([["vin"]]) == [(1, "empty")]
    assert wrong([["vin", "車架號"], [vin(1), vin(1)]]) == [(1, "column_twice")]
    assert wrong([]) == [(1, "no_key")]


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=5))
def test_any_table_is_read_or_refused(rows: list[list[str]]) -> None:
    """Whatever the cells hold, the answer is openings or problems."""
    table = [["VIN", "sale", "customer_type", "special_customer"], *rows]
    try:
        openings = read_list("any.csv", table, NEW)
    except ListWrong as refused:
        openings = ()
        assert refused.problems  # noqa: PT017  # either outcome is right, an empty refusal is not
    assert all(opening.key for opening in openings)
