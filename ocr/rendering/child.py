"""What a rendering child does: open one file and send page after page to the process that holds no parser."""

import socket
from typing import Protocol

import numpy as np

from ocr.children.frames import Frame, receive, send
from ocr.children.limits import allow_cpu
from ocr.formats import IMAGES, Format, sniff_bytes
from ocr.rendering import FileFailed, PageFailed, RenderingSettings, Sheet
from ocr.rendering.images import ImageFileSheets
from ocr.rendering.ofd import OfdSheets
from ocr.rendering.pdf import PdfSheets


class Sheets(Protocol):
    """An open file."""

    @property
    def count(self) -> int:
        """How many pages it has."""

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``, from 1.

        Raises:
            PageFailed: it cannot be rendered.
        """


def open_file(content: bytes, password: str | None, settings: RenderingSettings) -> Sheets:
    """Open a file as what its bytes say it is.

    Raises:
        FileFailed: it is none of the formats we read, damaged, or locked.
    """
    kind = sniff_bytes(content)
    if kind is Format.PDF:
        return PdfSheets(content, password, settings)
    if kind is Format.OFD:
        return OfdSheets(content, settings)
    if kind in IMAGES:
        return ImageFileSheets(content, kind, settings)
    raise FileFailed("ocr.empty" if kind is Format.EMPTY else "ocr.not_a_document")


def serve(channel: socket.socket) -> None:
    """Answer one order: the file's page count, then its pages from ``first`` on."""
    order = receive(channel)
    settings = RenderingSettings(**order.facts["settings"])
    allow_cpu(settings.page_cpu_seconds * 2)
    try:
        sheets = open_file(bytes(order.payload), order.facts["password"], settings)
    except FileFailed as failed:
        send(channel, Frame("failed", {"reason": failed.reason}))
        return
    count = min(sheets.count, settings.most_pages)
    send(channel, Frame("opened", {"count": count, "whole": sheets.count}))
    for number in range(order.facts["first"], min(count, order.facts["last"] or count) + 1):
        allow_cpu(settings.page_cpu_seconds)
        try:
            send(channel, sheet_frame(number, sheets.sheet(number)))
        except PageFailed as failed:
            send(channel, Frame("page_failed", {"number": number, "reason": failed.reason}))
        except MemoryError:
            send(channel, Frame("page_failed", {"number": number, "reason": "ocr.page_too_big"}))


def sheet_frame(number: int, sheet: Sheet) -> Frame:
    """Return the frame that carries a sheet."""
    facts = {
        "number": number,
        "width": sheet.width,
        "height": sheet.height,
        "dpi": sheet.dpi,
        "shape": list(sheet.pixels.shape) if sheet.pixels is not None else [],
        "lines": [[line.text, line.box, line.confidence] for line in sheet.lines],
        "source": sheet.source,
        "engine": sheet.engine,
        "codes": [[code.symbology, code.text, code.box] for code in sheet.codes],
        "covers": sheet.covers,
        "doubted": sheet.doubted,
        "structured": dict(sheet.structured),
    }
    payload = np.ascontiguousarray(sheet.pixels).data if sheet.pixels is not None else b""
    return Frame("page", facts, payload)
