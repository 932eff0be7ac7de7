"""Draw copies to look at: pages as pictures with their text below, invisible and searchable, after a contents list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from desk.print.fonts import register_font

INVISIBLE: Final = 3
"""PDF text rendering mode: neither filled nor stroked (ISO 32000-1, 9.3.6)."""
POINTS: Final = 72
_LINE: Final = 16
rl_config.useA85 = 0  # pictures as they are, not a quarter larger in letters and slow to write
_WRAP: Final = 46


@dataclass(frozen=True, slots=True)
class CopiedPage:
    """A page of a copy: its picture (JPEG) at so many dots per inch, and its lines of text with their boxes.

    Boxes are in a page ``width`` × ``height`` wide, whatever the picture's size. Without a picture, ``says`` is printed
    in its place.
    """

    jpeg: bytes
    pixels: tuple[int, int]
    dpi: int
    lines: Sequence[tuple[str, tuple[int, int, int, int]]] = ()
    width: int = 0
    height: int = 0
    says: str = ""


def copy_pdf(
    title: str, marks: Sequence[str], pages: Iterable[CopiedPage], *, contents: Sequence[Sequence[str]] = ()
) -> bytes:
    """Return a PDF: the contents list, if there is one, then the pages, in order.

    ``marks`` say who got the copy, when and why; they stand in the file's properties and on the contents list, and the
    caller has stamped them into the pictures.

    Raises:
        PrintFontMissing: no Chinese font is installed.
    """
    font, out = register_font(), BytesIO()
    canvas = Canvas(out, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor("Juanzong")
    canvas.setSubject("; ".join(marks))
    if contents:
        _contents(canvas, font, title, marks, contents)
    for page in pages:
        _page(canvas, font, page)
    canvas.save()
    return out.getvalue()


class _Picture(ImageReader):  # type: ignore[misc]  # reportlab has no types
    """A JPEG that goes into the file as it is: reportlab would decode all of it only to give it a name."""

    def __init__(self, octets: bytes) -> None:
        super().__init__(BytesIO(octets))
        self._octets = octets
        self._dataA = None

    def getRGBData(self) -> bytes:  # noqa: N802  # reportlab's name
        return self._octets


def _page(canvas: Any, font: str, page: CopiedPage) -> None:
    if not page.jpeg:
        canvas.setPageSize(A4)
        canvas.setFont(font, 11)
        _wrapped(canvas, page.says, 20 * mm, A4[1] / 2)
        canvas.showPage()
        return
    wide, high = (side * POINTS / page.dpi for side in page.pixels)
    canvas.setPageSize((wide, high))
    canvas.drawImage(_Picture(page.jpeg), 0, 0, wide, high)
    if page.width and page.height:
        across, down = wide / page.width, high / page.height
        for text, (left, top, right, bottom) in page.lines:
            size = max(1.0, (bottom - top) * down * 0.8)
            place = (left * across, high - bottom * down + size * 0.2, (right - left) * across)
            _hidden(canvas, (font, size), text, place)
    canvas.showPage()


def _hidden(canvas: Any, font: tuple[str, float], text: str, place: tuple[float, float, float]) -> None:
    """Lay a line of text under its picture: from left and bottom, as wide as the line is."""
    natural = stringWidth(text, *font)
    if not text.strip() or natural <= 0 or place[2] <= 0:
        return
    line = canvas.beginText()
    line.setTextRenderMode(INVISIBLE)
    line.setFont(*font)
    line.setHorizScale(100 * place[2] / natural)
    line.setTextOrigin(place[0], place[1])
    line.textOut(text)
    canvas.drawText(line)


def _contents(canvas: Any, font: str, title: str, marks: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    left, top = 20 * mm, A4[1] - 25 * mm
    shares = (0, 12 * mm, 95 * mm, 125 * mm)

    def heading() -> float:
        canvas.setPageSize(A4)
        canvas.setFont(font, 15)
        canvas.drawString(left, top, title[:60])
        canvas.setFont(font, 9)
        canvas.drawString(left, top - 18, "  ".join(marks)[:110])
        return float(top - 44)

    at = heading()
    for row in rows:
        if at < 25 * mm:
            canvas.showPage()
            at = heading()
        canvas.setFont(font, 10)
        for cell, share in zip(row, shares, strict=False):
            canvas.drawString(left + share, at, cell[:42])
        at -= _LINE
    canvas.showPage()


def _wrapped(canvas: Any, text: str, left: float, top: float) -> None:
    for number, start in enumerate(range(0, len(text), _WRAP)):
        canvas.drawString(left, top - number * _LINE, text[start : start + _WRAP])
