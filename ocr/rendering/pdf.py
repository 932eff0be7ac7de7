"""PDF pages by PDFium."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dossier.reading import Box
from ocr.codes import find_codes
from ocr.digital.invoice_code import invoice_fields
from ocr.digital.text_layer import TextLayer, read_text_layer
from ocr.engines import Pixels
from ocr.layout import in_reading_order, turned_box
from ocr.preprocess.ruling import ruled_cells
from ocr.rendering import FileFailed, PageFailed, RenderingSettings, Sheet
from ocr.rendering.budget import fitting_dpi, pixel_size

MOST_ATTACHED: Final = 200
MOST_ATTACHED_BYTES: Final = 128 << 20


class PdfSheets:
    """The pages of a PDF."""

    def __init__(self, content: bytes, password: str | None, settings: RenderingSettings) -> None:
        self._settings = settings
        try:
            self._document = pdfium.PdfDocument(content, password=password)
        except pdfium.PdfiumError as fault:
            raise FileFailed(_reason(password)) from fault
        self.count = len(self._document)
        if self.count < 1:
            raise FileFailed("ocr.no_pages")

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``: its own text where that can be believed, its image where it cannot.

        Raises:
            PageFailed: it cannot be rendered.
        """
        page = self._page(number)
        width, height = page.get_size()
        dpi = fitting_dpi(width, height, self._settings)
        size = pixel_size(width, height, dpi)
        layer = self._layer(page, size)
        if layer is None or not layer.usable:
            return self._seen(page, dpi, size)
        layer = self._without_asides(layer, number, size)
        if layer.turn:
            return self._turned(page, dpi, size, layer)
        must_read = layer.suspicious or bool(layer.pictures)
        pixels = render(page, dpi, size) if must_read or number <= self._settings.checked_pages else None
        codes = find_codes(pixels) if pixels is not None else ()
        return Sheet(
            *size,
            dpi,
            pixels if must_read else None,
            lines=in_reading_order(layer.lines, self._cells(page, dpi, layer, pixels)),
            source="text-layer",
            engine="pdfium",
            codes=codes,
            covers=layer.pictures,
            doubted=layer.suspicious,
            structured=invoice_fields(codes),
        )

    def _without_asides(self, layer: TextLayer, number: int, size: tuple[int, int]) -> TextLayer:
        """Return the layer without the pictures that a long file has on pages whose text it holds: logos, diagrams."""
        if number <= self._settings.pictured_pages:
            return layer
        letters = sum(len(line.text) for line in layer.lines)
        filled = sum(max(0, right - left) * max(0, bottom - top) for left, top, right, bottom in layer.pictures)
        if letters < self._settings.little_text or 2 * filled > size[0] * size[1]:
            return layer
        return replace(layer, pictures=())

    def _cells(self, page: pdfium.PdfPage, dpi: int, layer: TextLayer, pixels: Pixels | None) -> list[Box]:
        """Return the ruled cells of a page that draws rules; a coarse image shows them."""
        if layer.drawn < self._settings.least_paths:
            return []
        if pixels is not None:
            return ruled_cells(grey(pixels))
        coarse = min(dpi, self._settings.coarse_dpi)
        seen = ruled_cells(grey(render(page, coarse, pixel_size(page.get_width(), page.get_height(), coarse))))
        up = dpi / coarse
        return [
            (round(left * up), round(top * up), round(right * up), round(bottom * up))
            for left, top, right, bottom in seen
        ]

    def drawn(self, number: int, dpi: int) -> Pixels:
        """Return page ``number`` as it looks, at ``dpi`` or the most that its size allows.

        Raises:
            PageFailed: it cannot be rendered.
        """
        page = self._page(number)
        width, height = page.get_size()
        fitting = min(dpi, fitting_dpi(width, height, replace(self._settings, dpi=dpi)))
        return render(page, fitting, pixel_size(width, height, fitting))

    def draws_nothing(self, number: int) -> bool:
        """Tell whether page ``number`` has nothing to draw: no text, picture or path, and no form or note over it.

        Raises:
            PageFailed: there is no such page.
        """
        page = self._page(number)
        return next(iter(page.get_objects(max_depth=1)), None) is None and not pdfium_c.FPDFPage_GetAnnotCount(page)

    def empty_sheet(self, number: int) -> Sheet:
        """Return page ``number``, which has nothing to draw.

        Raises:
            PageFailed: there is no such page.
        """
        width, height = self._page(number).get_size()
        dpi = fitting_dpi(width, height, self._settings)
        return Sheet(*pixel_size(width, height, dpi), dpi)

    def holds_broken_picture(self, number: int) -> bool:
        """Tell whether a picture on page ``number`` cannot be decoded: the page looks blank, and is not.

        Raises:
            PageFailed: there is no such page.
        """
        for held in self._page(number).get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
            if not isinstance(held, pdfium.PdfImage):
                continue
            try:
                held.get_bitmap()
                data, about = held.get_data(decode_simple=True), held.get_metadata()
                whole = about.width * about.height * max(1, about.bits_per_pixel) // 8
                if not held.get_filters(skip_simple=True) and len(data) < whole // 2:
                    return True
            except pdfium.PdfiumError:
                return True
        return False

    def _turned(self, page: pdfium.PdfPage, dpi: int, size: tuple[int, int], layer: TextLayer) -> Sheet:
        """Return a page whose text runs up, down or on its head, turned to stand upright."""
        turn = (360 - layer.turn) % 360
        pixels = np.ascontiguousarray(np.rot90(render(page, dpi, size), -turn // 90))
        lines = [replace(line, box=turned_box(line.box, turn, *size)) for line in layer.lines]
        pictures = tuple(turned_box(box, turn, *size) for box in layer.pictures)
        height, width = pixels.shape[:2]
        codes = find_codes(pixels)
        return Sheet(
            width,
            height,
            dpi,
            pixels if layer.suspicious or pictures else None,
            lines=in_reading_order(lines, ruled_cells(grey(pixels))),
            source="text-layer",
            engine="pdfium",
            codes=codes,
            covers=pictures,
            doubted=layer.suspicious,
            structured=invoice_fields(codes),
            rotation=turn,
        )

    def _page(self, number: int) -> pdfium.PdfPage:
        try:
            return self._document[number - 1]
        except (pdfium.PdfiumError, IndexError) as fault:
            raise PageFailed("ocr.page_damaged") from fault

    def _layer(self, page: pdfium.PdfPage, size: tuple[int, int]) -> TextLayer | None:
        try:
            return read_text_layer(page, size)
        except pdfium.PdfiumError:
            return None

    def _seen(self, page: pdfium.PdfPage, dpi: int, size: tuple[int, int]) -> Sheet:
        pixels = render(page, dpi, size)
        rows, columns = pixels.shape[:2]
        codes = find_codes(pixels)
        return Sheet(columns, rows, dpi, pixels, codes=codes, structured=invoice_fields(codes))

    def sheets(self) -> Iterator[Sheet]:
        """Yield every page."""
        for number in range(1, self.count + 1):
            yield self.sheet(number)


def render(page: pdfium.PdfPage, dpi: int, size: tuple[int, int]) -> Pixels:
    """Return a page's pixels at ``dpi``, forms filled in, over white.

    Raises:
        PageFailed: PDFium gave up, or made an image that is not of the declared page's size.
    """
    try:
        bitmap = page.render(scale=dpi / 72, rev_byteorder=True, prefer_bgrx=False)
    except (pdfium.PdfiumError, MemoryError, ValueError) as fault:
        raise PageFailed("ocr.page_damaged") from fault
    pixels = np.asarray(bitmap.to_numpy(), np.uint8)
    if abs(pixels.shape[1] - size[0]) > 2 or abs(pixels.shape[0] - size[1]) > 2:
        raise PageFailed("ocr.page_wrong_size")
    return np.ascontiguousarray(pixels[:, :, :3] if pixels.ndim == 3 else pixels)


def attachments(content: bytes, password: str | None) -> list[bytes]:
    """Return the files attached to a PDF that PDFium can take out of it, in their order, within MOST_ATTACHED_BYTES."""
    found: list[bytes] = []
    left = MOST_ATTACHED_BYTES
    try:
        document = pdfium.PdfDocument(content, password=password)
        for number in range(min(document.count_attachments(), MOST_ATTACHED)):
            try:
                held = bytes(document.get_attachment(number).get_data())
            except pdfium.PdfiumError:
                continue
            left -= len(held)
            if left < 0:
                break
            found.append(held)
    except (pdfium.PdfiumError, MemoryError):
        return found
    return found


def grey(pixels: Pixels) -> Pixels:
    """Return an image without its colours."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _reason(password: str | None) -> str:
    if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD:
        return "ocr.locked" if password is None else "ocr.wrong_password"
    return "ocr.damaged"
