"""A report as a workbook: real numbers and days, headings that stay, filters, native charts; nothing that computes."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from desk.reports.forms.cells import clean, shown
from desk.reports.forms.drawing import PALETTE
from desk.reports.sheet import Cell, Chart, Form, Sheet, Table, Type
from dossier.wording import Lang, say

MOST_ROWS: Final = 1_000_000
"""Rows of one worksheet (Excel takes 1,048,576); a longer table goes on on a further one."""
_LONGEST: Final = 32_000
"""Characters of one cell; Excel takes 32,767."""
_FORMATS: Final[dict[Type, str]] = {
    "number": "#,##0",
    "share": "0.0%",
    "money": "#,##0.00",
    "day": "yyyy-mm-dd",
}
_PROVISIONAL: Final = 'yyyy-mm-dd"*"'
_TITLE: Final = 31
_SPECIAL: Final = ("=", "#")
"""What openpyxl takes for a formula or an error: such text needs a cell that says it is text."""
_FORBIDDEN: Final = re.compile(r"[\\/*?:\[\]]")


def as_xlsx(sheet: Sheet, lang: Lang) -> bytes:
    """Return the report as an XLSX workbook: a page about it with its charts, and one worksheet a table."""
    book = Workbook(write_only=True)
    book.properties.title = clean(sheet.title)
    book.properties.creator = "Juanzong"
    names: set[str] = set()
    _about(book, sheet, lang, names)
    for table in sheet.tables:
        for number, start in enumerate(range(0, max(1, len(table.rows)), MOST_ROWS), start=1):
            title = table.title if number == 1 else f"{table.title} {number}"
            part = table.rows[start : start + MOST_ROWS]
            _worksheet(book, table, part, _named(title, names), lang, last=start + MOST_ROWS >= len(table.rows))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _named(title: str, names: set[str]) -> str:
    """Return a worksheet name that Excel takes and no other worksheet has."""
    plain = _FORBIDDEN.sub(" ", clean(title)).strip(" '")[:_TITLE] or "-"
    name, number = plain, 2
    while name.casefold() in names:
        ending = f" {number}"
        name, number = plain[: _TITLE - len(ending)] + ending, number + 1
    names.add(name.casefold())
    return name


def _worksheet(book: Workbook, table: Table, rows: Any, name: str, lang: Lang, *, last: bool) -> None:
    places = table.shown(Form.XLSX)
    paper = book.create_sheet(name)
    # All that stands before the rows in the file has to be said before the first row is written.
    paper.freeze_panes = "A2"
    end = get_column_letter(len(places))
    paper.auto_filter.ref = f"A1:{end}{max(1, len(rows)) + 1}"
    paper.print_title_rows = "1:1"
    paper.page_setup.orientation = "landscape"
    paper.page_setup.fitToHeight = 0
    paper.sheet_properties.pageSetUpPr.fitToPage = True
    for at, place in enumerate(places, start=1):
        paper.column_dimensions[get_column_letter(at)].width = 6 + 8 * table.columns[place].width
    paper.append([_heading(paper, table.columns[place].title) for place in places])
    cells = _Cells(paper, table, places, lang)
    for row in rows:
        paper.append(list(cells.row(row)))
    if last and table.total is not None:
        paper.append(list(cells.row(table.total, bold=True)))


def _heading(paper: Any, text: str) -> WriteOnlyCell:
    cell = _text(paper, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", start_color="FFEEF1F4")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


class _Cells:
    """Makes the cells of one worksheet's rows; a formatted cell is made once a column and filled anew for each row.

    openpyxl writes a row as soon as it is appended, and making a styled cell costs more than writing it.
    """

    def __init__(self, paper: Any, table: Table, places: list[int], lang: Lang) -> None:
        self._paper, self._table, self._places, self._lang = paper, table, places, lang
        self._made: dict[tuple[int, str], Any] = {}

    def row(self, row: tuple[Cell, ...], *, bold: bool = False) -> Iterator[Any]:
        """Yield the cells of a row."""
        for place in self._places:
            of, value = self._table.columns[place].type, row[place]
            if value is None or isinstance(value, str):
                text = clean(shown(value, of, self._lang))[:_LONGEST]
                yield _text(self._paper, text, bold=bold) if bold or text.startswith(_SPECIAL) else text or None
                continue
            mark = self._table.mark_of(place) if isinstance(value, date) else None
            style = _PROVISIONAL if mark is not None and row[mark] else _FORMATS.get(of, "General")
            cell = self._cell(place, style, bold=bold)
            cell.value = float(value) if isinstance(value, Decimal) else value
            # Giving a day to a cell sets a format of its own.
            cell.number_format = style
            yield cell

    def _cell(self, place: int, style: str, *, bold: bool) -> Any:
        if bold:
            cell = WriteOnlyCell(self._paper)
            cell.font = Font(bold=True)
            return cell
        if (place, style) not in self._made:
            self._made[place, style] = WriteOnlyCell(self._paper)
        return self._made[place, style]


def _text(paper: Any, text: str, *, bold: bool = False) -> WriteOnlyCell:
    """Return a cell of text; what looks like a formula stays text, in the file and when somebody edits the cell."""
    cell = WriteOnlyCell(paper, clean(text)[:_LONGEST] or None)
    if cell.data_type in {"f", "e"}:
        cell.data_type = "s"
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _about(book: Workbook, sheet: Sheet, lang: Lang, names: set[str]) -> None:
    paper = book.create_sheet(_named(say("report.about", lang), names))
    paper.column_dimensions["A"].width = 34
    heading = _text(paper, sheet.title)
    heading.font = Font(bold=True, size=14)
    rows: list[list[Any]] = [[heading]]
    rows += [[_text(paper, name), _text(paper, value)] for name, value in sheet.facts]
    rows += [[_text(paper, line)] for line in (*sheet.summary, *sheet.notes)]
    placed: list[tuple[Chart, int]] = []
    charts = [chart for chart in sheet.charts if not chart.empty]
    for chart in charts:
        rows.append([])
        placed.append((chart, len(rows) + 1))
        rows.append([_heading(paper, text) for text in (chart.title, *(each.name for each in chart.series))])
        for place, label in enumerate(chart.labels):
            values = [WriteOnlyCell(paper, each.values[place]) for each in chart.series]
            for value in values:
                value.number_format = _FORMATS[chart.unit]
            rows.append([_text(paper, label), *values])
    widest = max((len(chart.series) for chart in charts), default=0) + 3
    for number, (chart, top) in enumerate(placed):
        paper.add_chart(_native(paper, chart, top), f"{get_column_letter(widest + 1)}{2 + number * 18}")
    for row in rows:
        paper.append(row)


def _native(paper: Any, chart: Chart, top: int) -> BarChart:
    """Return a chart over the block of cells that begins at row ``top``."""
    made = BarChart()
    made.type = "bar" if chart.shape == "bars" else "col"
    made.title = clean(chart.title)
    made.height, made.width = 8.5, 18
    bottom = top + len(chart.labels)
    made.add_data(
        Reference(paper, min_col=2, max_col=1 + len(chart.series), min_row=top, max_row=bottom), titles_from_data=True
    )
    made.set_categories(Reference(paper, min_col=1, min_row=top + 1, max_row=bottom))
    for place, series in enumerate(made.series):
        series.graphicalProperties.solidFill = PALETTE[place % len(PALETTE)].removeprefix("#")
    if chart.stacked:
        made.grouping, made.overlap = "stacked", 100
    if chart.shape == "bars":
        made.x_axis.scaling.orientation = "maxMin"
    if len(chart.series) == 1:
        made.legend = None
    made.y_axis.numFmt = _FORMATS[chart.unit]
    made.x_axis.delete = made.y_axis.delete = False
    made.dataLabels = DataLabelList(showVal=False)
    return made
