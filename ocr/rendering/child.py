"""What a rendering child does: open one file and send page after page to the process that holds no parser."""

import io
import socket
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

import cv2
import numpy as np
from PIL import Image

from ocr.children.frames import Frame, receive, send
from ocr.children.limits import allow_cpu
from ocr.digital.containers import held_files
from ocr.digital.office_locks import is_under_a_password
from ocr.engines import Pixels
from ocr.formats import CONTAINERS, IMAGES, Format, sniff_bytes
from ocr.rendering import FileFailed, PageFailed, RenderingSettings, Sheet
from ocr.rendering.images import ImageFileSheets
from ocr.rendering.ofd import OfdSheets
from ocr.rendering.office import OFFICE_FORMATS, office_pdf
from ocr.rendering.pdf import PdfSheets, attachments
from ocr.rendering.poppler import PopplerSheets
from ocr.rendering.text import Bundle, Sheets, open_text
from ocr.rendering.viewing import viewed

TEXT_FORMATS: Final = frozenset({Format.DOCX, Format.EML, Format.XML, Format.HTML, Format.TEXT})
MOST_ENCLOSED: Final = 50
"""Files attached to a PDF that are looked at."""
_REFUSED: Final = {
    Format.EMPTY: "ocr.empty",
    Format.LOCKED_OFFICE: "ocr.locked",
    Format.ZIP: "ocr.archive",
    Format.SEVENZIP: "ocr.archive",
    Format.RAR: "ocr.archive",
    Format.GZIP: "ocr.archive",
    Format.TAR: "ocr.archive",
}


MOST_IN_VAIN: Final = 20
"""Empty pages in a row on which the second renderer saw nothing either; the next ones are taken for empty."""


class SecondChance:
    """A PDF by PDFium; a page that PDFium fails at is drawn by poppler."""

    def drawn(self, number: int, dpi: int) -> Pixels:
        """Return page ``number`` as it looks.

        Raises:
            PageFailed: neither renderer can draw it.
        """
        try:
            return self._first.drawn(number, dpi)
        except PageFailed:
            pixels = self.sheet(number).pixels
            if pixels is None:
                raise
            return pixels

    def __init__(self, first: PdfSheets, content: bytes, password: str | None, settings: RenderingSettings) -> None:
        self._first = first
        self._second = partial(PopplerSheets, content, password, settings)
        self._in_vain = 0
        self.count = first.count

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``.

        Raises:
            PageFailed: neither renderer can draw it; the reason is PDFium's.
        """
        if self._in_vain >= MOST_IN_VAIN and self._first.draws_nothing(number):
            return self._first.empty_sheet(number)
        try:
            sheet = self._first.sheet(number)
        except PageFailed as failed:
            if failed.reason not in {"ocr.page_damaged", "ocr.page_wrong_size"}:
                raise
            try:
                return self._second().sheet(number)
            except (FileFailed, PageFailed):
                raise failed from None
        return self._seen_otherwise(number, sheet) if is_white(sheet) else sheet

    def _seen_otherwise(self, number: int, sheet: Sheet) -> Sheet:
        """Return a page that came out empty as poppler draws it where it sees something, else as it is.

        Raises:
            PageFailed: neither shows a thing, and the page holds a picture that cannot be decoded.
        """
        second = sheet
        if self._in_vain < MOST_IN_VAIN:
            with suppress(FileFailed, PageFailed):
                second = self._second().sheet(number)
        if not is_white(second):
            self._in_vain = 0
            return second
        self._in_vain += 1
        if self._first.holds_broken_picture(number):
            raise PageFailed("ocr.page_damaged")
        return sheet if self._in_vain <= MOST_IN_VAIN else replace(sheet, pixels=None)


def is_white(sheet: Sheet) -> bool:
    """Tell whether nothing at all is on a page: no line, and not one pixel that differs from the others."""
    return sheet.pixels is not None and not sheet.lines and bool(sheet.pixels.min() == sheet.pixels.max())


def open_pdf(content: bytes, password: str | None, settings: RenderingSettings) -> Sheets:
    """Open a PDF with PDFium, with poppler where PDFium cannot.

    Raises:
        FileFailed: neither can; the reason is PDFium's unless poppler knows that there are no pages.
    """
    try:
        return SecondChance(PdfSheets(content, password, settings), content, password, settings)
    except FileFailed as failed:
        if failed.reason != "ocr.damaged":
            raise
        try:
            return PopplerSheets(content, password, settings)
        except FileFailed as second:
            raise FileFailed("ocr.no_pages" if second.reason == "ocr.no_pages" else failed.reason) from None


def open_file(
    content: bytes,
    password: str | None,
    settings: RenderingSettings,
    *,
    enclosed: bool = False,
    alone: bool = False,
) -> Sheets:
    """Open a file as what its bytes say it is, with what it encloses; an ``enclosed`` one came inside another.

    ``alone`` leaves out the files attached to a mail.

    Raises:
        FileFailed: it is none of the formats we read, damaged, or locked.
    """
    kind = sniff_bytes(content)
    if kind is Format.PDF:
        opened = open_pdf(content, password, settings)
        return opened if enclosed else with_attachments(opened, content, password, settings)
    if kind is Format.OFD:
        return OfdSheets(content, settings)
    if kind in IMAGES:
        return ImageFileSheets(content, kind, settings)
    if kind in OFFICE_FORMATS:
        return PdfSheets(open_office_pdf(content, kind, password), None, settings)
    if kind in TEXT_FORMATS:
        single = enclosed or (alone and kind is Format.EML)
        return open_text(content, kind, lambda held: open_file(held, None, settings, enclosed=True), enclosed=single)
    if kind is Format.LOCKED_OFFICE and password is not None:
        raise FileFailed("ocr.office_stays_locked")
    raise FileFailed(_REFUSED.get(kind, "ocr.not_a_document"))


def open_office_pdf(content: bytes, kind: Format, password: str | None) -> bytes:
    """Return an Office file as PDF.

    Raises:
        FileFailed: it is under a password, or damaged, or there is no LibreOffice to read it.
    """
    try:
        return office_pdf(content, kind)
    except FileFailed:
        # Asked only now: LibreOffice opens those whose password is the one that Excel gives by itself.
        if is_under_a_password(content, kind):
            raise FileFailed("ocr.locked" if password is None else "ocr.office_stays_locked") from None
        raise


def with_attachments(opened: Sheets, content: bytes, password: str | None, settings: RenderingSettings) -> Sheets:
    """Return a PDF followed by the documents attached to it; what is attached and no document is left out."""
    parts = [opened]
    for held in attachments(content, password)[:MOST_ENCLOSED]:
        try:
            parts.append(open_file(held, None, settings, enclosed=True))
        except FileFailed:
            continue
    return Bundle(parts) if len(parts) > 1 else opened


def serve_members(channel: socket.socket, content: bytes, password: str | None, cpu_seconds: int) -> None:
    """Send the files that a container holds, one after the other."""
    kind = sniff_bytes(content)
    if kind not in CONTAINERS:
        send(channel, Frame("failed", {"reason": _REFUSED.get(kind, "ocr.not_a_document")}))
        return
    try:
        for held in held_files(content, kind, password):
            send(channel, Frame("member", {"name": held.name, "reason": held.refused}, held.content))
            allow_cpu(cpu_seconds)
    except (FileFailed, MemoryError) as failed:
        reason = failed.reason if isinstance(failed, FileFailed) else "ocr.member_too_large"
        send(channel, Frame("failed", {"reason": reason}))
        return
    send(channel, Frame("end", {}))


def serve(channel: socket.socket) -> None:
    """Answer one order: the file's page count, then its pages from ``first`` on, or the files that it holds."""
    order = receive(channel)
    settings = RenderingSettings(**order.facts["settings"])
    allow_cpu(settings.page_cpu_seconds * 2)
    content, password = bytes(order.payload), order.facts["password"]
    if order.facts.get("unpack"):
        serve_members(channel, content, password, settings.page_cpu_seconds)
        return
    try:
        if order.facts["second"]:
            sheets: Sheets = PopplerSheets(content, password, settings)
        else:
            sheets = open_file(content, password, settings, alone=order.facts["alone"])
    except FileFailed as failed:
        send(channel, Frame("failed", {"reason": failed.reason}))
        return
    count = min(sheets.count, settings.most_pages)
    starts = sheets.starts if isinstance(sheets, Bundle) else [1]
    send(channel, Frame("opened", {"count": count, "whole": sheets.count, "starts": starts}))
    if order.facts["view"]:
        send(channel, view_frame(sheets, order.facts["first"], order.facts["view"]))
        return
    for number in range(order.facts["first"], min(count, order.facts["last"] or count) + 1):
        allow_cpu(settings.page_cpu_seconds)
        try:
            send(channel, sheet_frame(number, sheets.sheet(number)))
        except PageFailed as failed:
            send(channel, Frame("page_failed", {"number": number, "reason": failed.reason}))
        except MemoryError:
            send(channel, Frame("page_failed", {"number": number, "reason": "ocr.page_too_big"}))


def view_frame(sheets: Sheets, number: int, view: int) -> Frame:
    """Return the frame that carries a picture of a page to look at: PNG at ``view`` dpi, JPEG where it is negative."""
    dpi = abs(view)
    try:
        image = Image.fromarray(viewed(sheets, number, dpi))
    except PageFailed as failed:
        return Frame("page_failed", {"number": number, "reason": failed.reason})
    shown = io.BytesIO()
    if view < 0:
        image.convert("RGB").save(shown, "JPEG", quality=92, dpi=(dpi, dpi))
    else:
        image.save(shown, "PNG", compress_level=3, dpi=(dpi, dpi))
    return Frame("view", {"number": number}, shown.getvalue())


def sheet_frame(number: int, sheet: Sheet) -> Frame:
    """Return the frame that carries a sheet."""
    pixels = None if sheet.pixels is None else carried(sheet.pixels)
    facts = {
        "number": number,
        "width": sheet.width,
        "height": sheet.height,
        "dpi": sheet.dpi,
        "shape": [] if pixels is None else list(pixels.shape),
        "lines": [[line.text, line.box, line.confidence] for line in sheet.lines],
        "source": sheet.source,
        "engine": sheet.engine,
        "codes": [[code.symbology, code.text, code.box] for code in sheet.codes],
        "covers": sheet.covers,
        "doubted": sheet.doubted,
        "rotation": sheet.rotation,
        "structured": dict(sheet.structured),
    }
    return Frame("page", facts, b"" if pixels is None else np.ascontiguousarray(pixels).data)


def carried(pixels: Pixels) -> Pixels:
    """Return an image as it is handed over: one channel instead of three where the page has no colour."""
    if pixels.ndim == 2 or np.ptp(pixels[::16, ::16].astype(np.int16), axis=2).any():
        return pixels
    red, green, blue = cv2.split(pixels)
    colourless = all(not cv2.norm(red, other, cv2.NORM_INF) for other in (green, blue))
    return np.asarray(red, np.uint8) if colourless else pixels
