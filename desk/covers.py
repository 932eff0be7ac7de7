"""Cover sheets: a page to lay on a stack before scanning, whose code says which dossier the papers behind it go to."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph
from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.print.files import write_file
from desk.print.page import gap, look, pdf
from desk.rights import dossier_for, needs
from dossier.rights import Deed
from dossier.wording import Lang, say
from index.tables import Dossier
from ocr.split import cover_code

QR_SIDE: Final = 75 * mm
"""Large enough to be read through folds, stamps and 150 dpi."""


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """A cover sheet that was made: the dossier's key and label, and what the code on it says."""

    dossier: str
    label: str
    code: str
    content: bytes

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, without the page itself."""
        return {"dossier": self.dossier, "label": self.label, "code": self.code}


@needs(Deed.LIST)
def save(archive: Archive, dossier: str, output: Path, lang: Lang, *, replace: bool = False) -> CoverSheet:
    """Write the cover sheet of a dossier to a new PDF.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        OutputExists, OutputIsFolder, OutputFailed: the file cannot be written.
        PrintFontMissing: no Chinese font is installed.
    """
    sheet = cover_sheet(archive, dossier, lang)
    write_file(output, sheet.content, replace=replace)
    return sheet


@needs(Deed.LIST)
def cover_sheet(archive: Archive, dossier: str, lang: Lang) -> CoverSheet:
    """Make the cover sheet of a dossier.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        PrintFontMissing: no Chinese font is installed.
    """
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.LIST, dossier)
        code = cover_code(row.id if _shared(session, row.key) else row.key)
        title = archive.packs[row.pack].dossiers[row.kind].title[lang] if row.pack in archive.packs else row.kind
        key, label = row.key, row.label
        archive.note(session, "cover-sheet", row.id, {})
    return CoverSheet(key, label, code, _drawn(key, label, title, code, lang))


def _shared(session: Session, key: str) -> bool:
    """Tell whether several dossiers have this key, so that it says of none of them which is meant."""
    return len(session.exec(select(Dossier.id).where(col(Dossier.key) == key).limit(2)).all()) > 1


def _drawn(key: str, label: str, kind: str, code: str, lang: Lang) -> bytes:
    page, heading = look(lang), say("print.cover-sheet", lang)
    square = QrCodeWidget(code, barLevel="Q")
    square.barWidth = square.barHeight = QR_SIDE
    drawing = Drawing(QR_SIDE, QR_SIDE, square)
    drawing.hAlign = "CENTER"
    rows = [
        [say("print.cover-kind", lang), kind],
        [say("print.cover-day", lang), date.today().isoformat()],  # noqa: DTZ011  # a day where the office is
    ]
    big = ParagraphStyle("big", page.styles["title"], fontSize=24, leading=32, alignment=TA_CENTER)
    small = ParagraphStyle("code", page.styles["plain"], alignment=TA_CENTER)
    story = [
        Paragraph(escape(heading), ParagraphStyle("head", page.styles["title"], alignment=TA_CENTER)),
        gap(4),
        drawing,
        gap(2),
        # In letters too: a code that a stamp or a fold made unreadable can still be read.
        Paragraph(escape(code), small),
        gap(6),
        Paragraph(escape(key), big),
        Paragraph(escape(label if label != key else ""), big),
        gap(6),
        page.table(rows, (1, 3)),
        gap(8),
        page.text(say("print.cover-how", lang)),
    ]
    return pdf(f"{heading} {key}", story, lang, foot=key)
