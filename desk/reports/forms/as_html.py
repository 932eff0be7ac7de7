"""A report as one HTML file that needs nothing else: charts as SVG inside, print styles, no script.

Everything from documents and people is escaped by the template; a policy in the page forbids whatever a browser could
still be made to load.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from desk.reports.forms.cells import NUMERIC, TONES, clean, marked, shown
from desk.reports.forms.drawing import Drawing, Rect, Rule, draw
from desk.reports.sheet import Cell, Form, Sheet, Table
from dossier.wording import Lang, say

MOST_ROWS: Final = 20_000
"""Rows of a table in HTML: a browser still opens it; a note says what is left out."""
_ROOMY: Final = {"w3": 3.0, "w2": 2.0}
"""Classes of columns that keep some room, by how wide a column is at least."""
_WIDE: Final = 520.0
"""Points of a chart: two stand side by side on a wide screen, their text about as large as the page's."""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    style: str = ""
    """Its class: ``r`` a number, ``n`` what is not to be broken, the tone of a status."""


@dataclass(frozen=True, slots=True)
class _Shown:
    id: str
    title: str
    head: list[_Cell]
    rows: list[list[_Cell]]
    total: list[_Cell]
    cut: str


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("desk.reports", "forms"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_html(sheet: Sheet, lang: Lang) -> bytes:
    """Return the report as an HTML document in UTF-8."""
    text = (
        _environment()
        .get_template("report.html.j2")
        .render(
            lang=lang,
            sheet=sheet,
            charts=[
                svg(draw(chart, _WIDE, say("report.others", lang, count="{count}")))
                for chart in sheet.charts
                if not chart.empty
            ],
            tables=[_table(table, lang) for table in sheet.tables if table.rows],
            nothing=say("report.nothing", lang) if not any(table.rows for table in sheet.tables) else "",
            drawn_up=say("report.drawn-up", lang),
        )
    )
    return text.encode("utf-8")


def _table(table: Table, lang: Lang) -> _Shown:
    places = table.shown(Form.HTML)
    head = [_Cell(table.columns[place].title, "r" if _number(table, place) else "") for place in places]
    rows = [
        [_Cell(marked(table, row, place, lang), _style(table, row[place], place)) for place in places]
        for row in table.rows[:MOST_ROWS]
    ]
    last: list[_Cell] = []
    if table.total is not None:
        for place in places:
            text = shown(table.total[place], table.columns[place].type, lang)
            last.append(_Cell(text, "r" if _number(table, place) else ""))
    cut = "" if len(table.rows) <= MOST_ROWS else say("report.truncated", lang, shown=MOST_ROWS, rows=len(table.rows))
    return _Shown(table.id, table.title, head, rows, last, cut)


def _number(table: Table, place: int) -> bool:
    return table.columns[place].type in NUMERIC


def _style(table: Table, cell: Cell, place: int) -> str:
    match table.columns[place].type:
        case "status":
            return f"n {TONES.get(str(cell), '')}".strip()
        case "day":
            return "n"
        case _ if _number(table, place):
            return "r"
        case _:
            return next((name for name, least in _ROOMY.items() if table.columns[place].width >= least), "")


def svg(drawing: Drawing) -> Markup:
    """Return a drawing as an SVG element; texts are escaped."""
    parts = [
        Markup('<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {} {}" aria-label="{}">').format(
            _n(drawing.width), _n(drawing.height), clean(drawing.title)
        )
    ]
    for shape in drawing.shapes:
        match shape:
            case Rect():
                box = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}">').format(
                    _n(shape.x), _n(shape.y), _n(shape.width), _n(shape.height), shape.fill
                )
                said = Markup("<title>{}</title>").format(clean(shape.says)) if shape.says else Markup("")
                parts.append(box + said + Markup("</rect>"))
            case Rule():
                parts.append(
                    Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>').format(
                        _n(shape.x1), _n(shape.y1), _n(shape.x2), _n(shape.y2), shape.stroke
                    )
                )
            case _:
                weight = Markup(' font-weight="600"') if shape.bold else Markup("")
                place = Markup('<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}"{}>').format(
                    _n(shape.x), _n(shape.y), _n(shape.size), shape.anchor, shape.fill, weight
                )
                parts.append(place + escape(clean(shape.text)) + Markup("</text>"))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
