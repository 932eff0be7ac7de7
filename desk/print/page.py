"""Lay out pages: title, headings, lines and tables, page numbers at the foot; yields the bytes of a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from typing import Any, Final, Literal
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)

from desk.print.fonts import FONT, register_font
from dossier.wording import Lang, say

Style = Literal["title", "heading", "plain", "small", "right"]

MARGIN: Final = 18 * mm
INK: Final = colors.HexColor("#1a1a1a")
RULE: Final = colors.HexColor("#b8b8b8")
BAND: Final = colors.HexColor("#eef1f4")


@dataclass(frozen=True, slots=True)
class Look:
    """The styles of one language, and the font they use."""

    lang: Lang
    font: str
    styles: dict[Style, ParagraphStyle]

    def text(self, text: str, style: Style = "plain") -> Paragraph:
        """Return a paragraph of plain text; nothing in it is taken for markup."""
        return Paragraph(escape(text).replace("\n", "<br/>"), self.styles[style])

    def table(
        self,
        rows: Sequence[Sequence[str | Flowable]],
        shares: Sequence[float],
        *,
        wide: bool = False,
        right: Sequence[int] = (),
        row_height: float | None = None,
    ) -> Flowable:
        """Return a table whose first row is its heading, repeated on each page.

        ``shares`` divide the width of the page (of a ``wide`` one where the pages lie), ``right`` are columns of
        numbers, ``row_height`` in points is kept by every row below the heading (room to sign).
        """
        whole = frame_width(wide=wide) / sum(shares)
        cells = [
            [self._cell(cell, "right" if place in right else "small") for place, cell in enumerate(row)] for row in rows
        ]
        heights = None if row_height is None else [None, *[row_height] * (len(cells) - 1)]
        made = LongTable(cells, [whole * share for share in shares], heights, repeatRows=1)
        made.setStyle(
            TableStyle(
                [
                    ("BACKGROUND", (0, 0), (-1, 0), BAND),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
                    ("LINEABOVE", (0, 0), (-1, 0), 0.8, INK),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE" if row_height else "TOP"),
                    ("LEFTPADDING", (0, 0), (-1, -1), 3),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ]
            )
        )
        return made

    def _cell(self, cell: str | Flowable, style: Style) -> Flowable:
        return self.text(cell, style) if isinstance(cell, str) else cell


@cache
def look(lang: Lang) -> Look:
    """Return the look of pages in ``lang``.

    Raises:
        PrintFontMissing: no Chinese font is installed.
    """
    font = register_font()
    # Chinese breaks between any two characters; English only between words, and inside what is too long.
    wrap = None if lang == "en" else "CJK"
    base = ParagraphStyle("plain", fontName=font, fontSize=9.5, leading=14, textColor=INK, wordWrap=wrap)
    return Look(
        lang,
        font,
        {
            "title": ParagraphStyle("title", base, fontSize=16, leading=22, spaceAfter=2 * mm),
            "heading": ParagraphStyle("heading", base, fontSize=12, leading=17, spaceBefore=5 * mm, spaceAfter=2 * mm),
            "plain": base,
            "small": ParagraphStyle("small", base, fontSize=8.5, leading=11.5),
            "right": ParagraphStyle("right", base, fontSize=8.5, leading=11.5, alignment=TA_RIGHT),
        },
    )


def gap(millimetres: float = 4) -> Flowable:
    """Return empty space."""
    return Spacer(1, millimetres * mm)


def frame_width(*, wide: bool = False) -> float:
    """Return the width between the margins in points."""
    return float((landscape(A4) if wide else A4)[0] - 2 * MARGIN)


def pdf(title: str, story: Sequence[Flowable], lang: Lang, *, wide: bool = False, foot: str = "") -> bytes:
    """Return a PDF of A4 pages (lying ones when ``wide``) with ``foot`` and the page number below each.

    The title is the document's; a story that should show it begins with it.

    Raises:
        PrintFontMissing: no Chinese font is installed.
    """
    register_font()
    out = BytesIO()
    pages = landscape(A4) if wide else A4
    document = BaseDocTemplate(out, pagesize=pages, title=title, author="Juanzong", lang=lang, initialFontName=FONT)
    # A frame keeps 6 points inside its edges unless told otherwise; text and tables should stand on one line.
    none = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    frame = Frame(MARGIN, MARGIN, pages[0] - 2 * MARGIN, pages[1] - 2 * MARGIN, **none)
    document.addPageTemplates([PageTemplate("page", [frame])])
    document.build(list(story), canvasmaker=partial(_Numbered, foot=foot, look=look(lang)))
    return out.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]  # reportlab has no types
    """A canvas that writes the foot of each page once the number of pages is known."""

    def __init__(self, *arguments: Any, foot: str, look: Look, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._foot, self._look = foot, look
        self._held: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        held = self._held
        for number, state in enumerate(held, start=1):
            self.__dict__.update(state)
            width = self._pagesize[0]
            self.setFont(self._look.font, 8)
            self.setFillColor(INK)
            self.drawString(MARGIN, 10 * mm, self._foot)
            place = say("print.page-of", self._look.lang, page=number, pages=len(held))
            self.drawRightString(width - MARGIN, 10 * mm, place)
            super().showPage()
        super().save()
