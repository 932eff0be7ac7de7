"""The forms of a report: what a spreadsheet, a browser and a printer make of it, hostile names included."""

import csv
import zipfile
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.reports.forms.as_csv import as_csv
from desk.reports.forms.as_html import as_html, svg
from desk.reports.forms.as_pdf import as_pdf
from desk.reports.forms.as_text import as_text
from desk.reports.forms.as_xlsx import as_xlsx
from desk.reports.forms.cells import harmless
from desk.reports.forms.drawing import Rect, Rule, Text, draw, text_width, ticks
from desk.reports.sheet import DATA, Chart, Column, Form, Series, Sheet, Table

HOSTILE = (
    '=HYPERLINK("http://specimen.test","樣本")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "#REF!",
    "<script>alert('樣本')</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "]]><!--",
    'line\r\nbreak, "quoted"',
    "nul\x00bell\x07 \ud800",
    "樣" * 40_000,
)


DAY = datetime(2027, 2, 9)  # noqa: DTZ001  # a spreadsheet has no zones


def sheet_of(*names: str) -> Sheet:
    """A report whose first column is these names."""
    columns = (
        Column("name", names[0] if len(names) == 1 else "名稱"),
        Column("due", "期限", "day"),
        Column("provisional", "暫定", forms=DATA),
        Column("count", "項數", "number"),
        Column("rate", "及時率", "share"),
        Column("amount", "金額", "money"),
        Column("status", "狀態", "status"),
    )
    rows = [(name, date(2027, 2, 9), "是", 1234, 0.5, Decimal("1250.50"), "late") for name in names]
    rows.append(("空", None, "", None, None, None, ""))  # type: ignore[arg-type]
    total = ("合計", None, "", 1234, 0.5, Decimal("1250.50"), "")
    table = Table("lines", "尚缺/項目: [樣本]", columns, rows, total, {"due": "provisional"})
    chart = Chart("各人", "bars", names, (Series(names[0], tuple(1.0 for _ in names)),))
    return Sheet(
        "trial", "樣本報表", date(2026, 11, 23), (("截至", "2026-11-23"),), ("一句話",), (table,), (chart,), ("附註",)
    )


def test_csv_opens_in_excel_and_runs_nothing() -> None:
    """UTF-8 with its mark; formulas are text, numbers and days are plain, quotes and breaks survive."""
    content = as_csv(sheet_of(*HOSTILE), "zh-Hant")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 1 + len(HOSTILE) + 1
    cells = [row[0] for row in rows[1:]]
    assert not [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "-", "@"}]
    assert cells[0] == "'" + HOSTILE[0]
    assert cells[11] == HOSTILE[11]
    assert rows[1][1:] == ["2027-02-09", "是", "1234", "0.5", "1250.50", "逾期"]


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    """Whatever somebody is called, its cell does not begin as a formula does."""
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@"))


def test_xlsx_has_real_values_and_no_formula() -> None:
    """Days are days, amounts numbers; headings stay, filters are set; what looks like a formula is text."""
    content = as_xlsx(sheet_of(*HOSTILE), "zh-Hant")
    book = openpyxl.load_workbook(BytesIO(content))
    about, paper = book.worksheets
    assert (paper.freeze_panes, paper.auto_filter.ref) == ("A2", f"A1:G{len(HOSTILE) + 2}")
    assert len(about._charts) == 1  # type: ignore[attr-defined]
    first = [cell.value for cell in paper[2]]
    assert first == [HOSTILE[0], DAY, "是", 1234, 0.5, 1250.5, "逾期"]
    assert paper["B2"].number_format == 'yyyy-mm-dd"*"'
    assert [cell.value for cell in paper[len(HOSTILE) + 3]][3:6] == [1234, 0.5, 1250.5]
    assert all(cell.data_type in {"s", "n", "d", "inlineStr"} for row in paper.iter_rows() for cell in row)
    for name in zipfile.ZipFile(BytesIO(content)).namelist():
        if name.startswith("xl/worksheets/"):
            text = zipfile.ZipFile(BytesIO(content)).read(name)
            assert b"<f>" not in text
            ET.fromstring(text)  # we wrote it


def test_a_table_longer_than_a_worksheet_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut off; the next worksheet has its own heading."""
    monkeypatch.setattr("desk.reports.forms.as_xlsx.MOST_ROWS", 4)
    book = openpyxl.load_workbook(BytesIO(as_xlsx(sheet_of(*HOSTILE), "zh-Hant")))
    papers = book.worksheets[1:]
    assert [paper.max_row for paper in papers] == [5, 5, 5, 5]
    assert len({paper.title for paper in papers}) == 4


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_needs_nothing_else_and_runs_nothing() -> None:
    """One file: no script, no address to load from, names escaped in text, titles and charts alike."""
    page = _Page()
    content = as_html(sheet_of(*HOSTILE[:-1]), "zh-Hant").decode("utf-8")
    page.feed(content)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "a", "base"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "src"]
    assert "http" not in "".join(
        str(value)
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name != "xmlns"
        for value in [value]
    )
    assert any("<script>alert('樣本')</script>" in text for text in page.texts)
    assert any("{{ 7 * 7 }}" in text for text in page.texts)
    assert (
        "meta",
        {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"},
    ) in page.tags
    assert "2027-02-09*" in content


def test_an_svg_is_well_formed() -> None:
    """A chart of hostile names parses as XML."""
    chart = Chart(
        HOSTILE[7], "columns", HOSTILE[:13], (Series(HOSTILE[8], tuple(map(float, range(13)))),), stacked=True
    )
    ET.fromstring(str(svg(draw(chart, 400, "{count}"))))  # we wrote it


@pytest.mark.parametrize("lang", ["zh-Hant", "zh-Hans", "en"])
def test_a_pdf_can_be_read_and_searched(lang: Any) -> None:
    """Chinese text comes out of the PDF as it went in; long cells are cut so that a row fits its page."""
    document = pypdfium2.PdfDocument(as_pdf(sheet_of(*HOSTILE), lang))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "樣本報表" in text
    assert "2027-02-09*" in text
    assert "1,250.50" in text
    assert len(document) < 6


def test_text_lines_up_with_wide_characters() -> None:
    """Each line of a table is as wide as its rule."""
    lines = as_text(sheet_of("樣本甲", "short", "a longer name"), "en").decode().splitlines()
    rule = next(line for line in lines if line.startswith("---"))
    assert any(line.startswith("樣本甲         2027-02-09*  1,234") for line in lines), lines
    assert rule.startswith("-" * len("a longer name"))


def test_a_long_table_is_cut_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """People's forms say how many rows they left out."""
    monkeypatch.setattr("desk.reports.forms.as_html.MOST_ROWS", 3)
    monkeypatch.setattr("desk.reports.forms.as_pdf.MOST_ROWS", 3)
    names = [f"樣本{number}" for number in range(9)]
    assert "The first 3 of 10 rows" in as_html(sheet_of(*names), "en").decode()
    document = pypdfium2.PdfDocument(as_pdf(sheet_of(*names), "en"))
    assert "The first 3 of 10 rows" in "".join(page.get_textpage().get_text_range() for page in document)


charts = st.builds(
    lambda shape, unit, stacked, table: Chart(
        "樣本",
        shape,
        tuple(f"樣本{place}" for place in range(len(table))),
        tuple(Series(f"序列{place}", values) for place, values in enumerate(zip(*table, strict=True))),
        unit,
        stacked,
    ),
    st.sampled_from(("bars", "columns")),
    st.sampled_from(("number", "share", "money")),
    st.booleans(),
    st.lists(st.tuples(*[st.integers(0, 1000).map(lambda part: part / 1000)] * 3), min_size=1, max_size=60)
    | st.lists(st.tuples(*[st.integers(0, 10**7).map(float)] * 2), min_size=1, max_size=60),
)


@given(charts, st.sampled_from((300.0, 520.0, 700.0)))
def test_nothing_is_drawn_off_the_canvas(chart: Chart, width: float) -> None:
    """Bars, rules and texts keep to the canvas, and a bar is never negative."""
    if chart.unit == "share":
        most = max((value for each in chart.series for value in each.values), default=0)
        if most * (len(chart.series) if chart.stacked else 1) > 1:
            return
    drawing = draw(chart, width, "另 {count} 項")
    for shape in drawing.shapes:
        match shape:
            case Rect():
                assert shape.height >= 0
                assert shape.width >= 0
                assert -0.1 <= shape.x <= shape.x + shape.width <= width + 0.1
                assert -0.1 <= shape.y <= shape.y + shape.height <= drawing.height + 0.1
            case Rule():
                assert max(shape.x1, shape.x2) <= width + 0.1
            case Text():
                assert -0.1 <= shape.y <= drawing.height + 0.1


@given(st.floats(0.01, 1e12), st.booleans())
def test_an_axis_reaches_the_most_with_few_round_ticks(most: float, whole: bool) -> None:
    """From 0 to at least the most, no more than seven ticks, evenly apart."""
    found = ticks(most, whole=whole)
    assert found[0] == 0
    assert found[-1] >= most * (1 - 1e-9)
    assert 2 <= len(found) <= 7


def test_a_full_width_character_is_wider() -> None:
    """Labels are measured before they are cut."""
    assert text_width("卷宗") > text_width("ab") * 1.5


def test_columns_hidden_from_a_form_are_not_in_it() -> None:
    """The column that marks provisional days is data; people see the mark."""
    table = sheet_of("樣本").tables[0]
    assert 2 in table.shown(Form.CSV)
    assert 2 not in table.shown(Form.PDF)
