"""PDF pages by PDFium."""

from collections.abc import Iterator

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocr.engines import Pixels
from ocr.rendering import FileFailed, PageFailed, RenderingSettings, Sheet
from ocr.rendering.budget import fitting_dpi, pixel_size


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
        """Return page ``number``.

        Raises:
            PageFailed: it cannot be rendered.
        """
        try:
            page = self._document[number - 1]
        except (pdfium.PdfiumError, IndexError) as fault:
            raise PageFailed("ocr.page_damaged") from fault
        width, height = page.get_size()
        dpi = fitting_dpi(width, height, self._settings)
        pixels = render(page, dpi, pixel_size(width, height, dpi))
        rows, columns = pixels.shape[:2]
        return Sheet(columns, rows, dpi, pixels)

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


def _reason(password: str | None) -> str:
    if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD:
        return "ocr.locked" if password is None else "ocr.wrong_password"
    return "ocr.damaged"
