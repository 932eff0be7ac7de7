"""The page to print and lock away: the recovery code as characters, as words and as a QR code, and how to use it."""

from datetime import date

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desk.print.page import gap, look, pdf
from dossier.wording import Lang, say
from vault.recovery import recovery_words

SIDE: float = 52 * mm


def recovery_sheet(code: str, archive: str, lang: Lang, *, made: date) -> bytes:
    """Return the page as a PDF; whoever holds it holds the archive.

    Raises:
        PrintFontMissing: no Chinese font is installed.
    """
    style, title = look(lang), say("keeping.sheet-title", lang)
    story = [
        style.text(title, "title"),
        style.text(say("keeping.sheet-what", lang, archive=archive, day=made.isoformat())),
        gap(),
        style.text(say("keeping.sheet-code", lang), "heading"),
        style.text(code, "title"),
        style.text(say("keeping.sheet-words", lang), "heading"),
        style.text(recovery_words(code), "heading"),
        gap(),
        _qr(code),
        gap(),
        style.text(say("keeping.sheet-how", lang), "heading"),
        style.text(say("keeping.sheet-steps", lang)),
    ]
    return pdf(title, story, lang, foot=archive)


def _qr(code: str) -> Flowable:
    # Level Q: a quarter of the modules may be lost to a stain or a fold.
    widget = QrCodeWidget(code, barLevel="Q", barBorder=4, barWidth=SIDE, barHeight=SIDE)
    drawing = Drawing(SIDE, SIDE)
    drawing.add(widget)
    return drawing
