"""A report as a PDF on lying A4 pages: what it covers, charts, tables; Chinese font embedded."""

from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from desk.print.page import Look, frame_width, gap, look, pdf
from desk.reports.forms.cells import NUMERIC, marked, shown
from desk.reports.forms.drawing import Drawing, Rect, Rule, draw
from desk.reports.sheet import Form, Sheet, Table
from dossier.wording import Lang, say

MOST_ROWS: Final = 4_000
"""Rows of a table on paper, about 250 pages; a note says what is left out."""
_LINES: Final = 34
"""Lines of a cell on paper: a row must fit a page, below its heading."""
_SIGN: Final = 8.5
"""Points that a full-width character takes in a table."""


def as_pdf(sheet: Sheet, lang: Lang) -> bytes:
    """Return the report as a PDF.

    Raises:
        PrintFontMissing: no Chinese font is installed.
    """
    page = look(lang)
    story: list[Flowable] = [
        page.text(sheet.title, "title"),
        page.text("    ".join(f"{name}: {value}" for name, value in sheet.facts)),
        *(page.text(line) for line in sheet.summary),
        gap(3),
    ]
    width = frame_width(wide=True)
    more = say("report.others", lang, count="{count}")
    for chart in sheet.charts:
        if not chart.empty:
            story += [_Drawn(draw(chart, min(width, 640.0), more), page.font), gap(4)]
    if not any(table.rows for table in sheet.tables):
        story.append(page.text(say("report.nothing", lang)))
    for table in sheet.tables:
        if table.rows:
            story += [page.text(table.title, "heading"), _table(table, page, lang)]
            if len(table.rows) > MOST_ROWS:
                story.append(page.text(say("report.truncated", lang, shown=MOST_ROWS, rows=len(table.rows))))
    story += [gap(5), *(page.text(note, "small") for note in sheet.notes)]
    foot = f"{sheet.title}  {sheet.as_of.isoformat()}"
    return pdf(sheet.title, story, lang, wide=True, foot=foot)


def _table(table: Table, page: Look, lang: Lang) -> Flowable:
    places = table.shown(Form.PDF)
    shares = [table.columns[place].width for place in places]
    each = frame_width(wide=True) / sum(shares)
    most = {place: _LINES * max(1, int((each * part - 8) / _SIGN)) for place, part in zip(places, shares, strict=True)}
    rows = [[_cut(table.columns[place].title, most[place] // 3) for place in places]]
    rows += [[_cut(marked(table, row, at, lang), most[at]) for at in places] for row in table.rows[:MOST_ROWS]]
    if table.total is not None:
        rows.append([shown(table.total[place], table.columns[place].type, lang) for place in places])
    right = [at for at, place in enumerate(places) if table.columns[place].type in NUMERIC]
    return page.table(rows, shares, wide=True, right=right)


def _cut(text: str, most: int) -> str:
    """Return a text on one line and no longer than so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


class _Drawn(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A chart among paragraphs."""

    def __init__(self, drawing: Drawing, font: str) -> None:
        super().__init__()
        self._drawing, self._font = drawing, font
        self.width, self.height = drawing.width, drawing.height

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        for shape in self._drawing.shapes:
            match shape:
                case Rect():
                    canvas.setFillColor(HexColor(shape.fill))
                    canvas.rect(shape.x, self.height - shape.y - shape.height, shape.width, shape.height, 0, 1)
                case Rule():
                    canvas.setStrokeColor(HexColor(shape.stroke))
                    canvas.setLineWidth(0.6)
                    canvas.line(shape.x1, self.height - shape.y1, shape.x2, self.height - shape.y2)
                case _:
                    canvas.setFillColor(HexColor(shape.fill))
                    canvas.setFont(self._font, shape.size)
                    write = {
                        "start": canvas.drawString,
                        "middle": canvas.drawCentredString,
                        "end": canvas.drawRightString,
                    }[shape.anchor]
                    write(shape.x, self.height - shape.y, shape.text)
