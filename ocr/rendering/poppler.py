"""The second renderer: poppler, for PDFs that PDFium cannot open, gives up on, or draws in another size than declared.

poppler's programs may end well and still leave a page out (they report success with an empty or one-pixel image), so
the image's size is what counts, never the exit status.
"""

import re
from typing import Final

import numpy as np
import pdf2image
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
)
from PIL import Image

from ocr.codes import find_codes
from ocr.digital.invoice_code import invoice_fields
from ocr.rendering import FileFailed, PageFailed, RenderingSettings, Sheet
from ocr.rendering.budget import fitting_dpi, pixel_size

_FAULTS: Final = (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
)


class PopplerSheets:
    """The pages of a PDF, drawn by poppler. It gives images only, no text layer."""

    def __init__(self, content: bytes, password: str | None, settings: RenderingSettings) -> None:
        self._content = content
        self._password = password or ""
        self._settings = settings
        self._seconds = max(1, int(settings.page_wall_seconds))
        try:
            about = pdf2image.pdfinfo_from_bytes(content, userpw=self._password, timeout=self._seconds)
            self.count = int(about["Pages"])
        except _FAULTS as fault:
            # pdfinfo has no status of its own for this, only the page range that it cannot keep to.
            raise FileFailed("ocr.no_pages" if "last page (0)" in str(fault) else "ocr.damaged") from fault
        if self.count < 1:
            raise FileFailed("ocr.no_pages")

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``.

        Raises:
            PageFailed: poppler gives up, or its image is not of the declared page's size.
        """
        try:
            width, height = self._page_size(number)
            dpi = fitting_dpi(width, height, self._settings)
            images = pdf2image.convert_from_bytes(
                self._content,
                dpi=dpi,
                first_page=number,
                last_page=number,
                userpw=self._password,
                use_cropbox=True,
                timeout=self._seconds,
            )
        except _FAULTS as fault:
            raise PageFailed("ocr.page_damaged") from fault
        if len(images) != 1:
            raise PageFailed("ocr.page_damaged")
        pixels = np.asarray(images[0].convert("RGB"), np.uint8)
        rows, columns = pixels.shape[:2]
        wanted = pixel_size(width, height, dpi)
        if abs(columns - wanted[0]) > 2 or abs(rows - wanted[1]) > 2:
            raise PageFailed("ocr.page_wrong_size")
        codes = find_codes(pixels)
        return Sheet(columns, rows, dpi, pixels, codes=codes, structured=invoice_fields(codes))

    def _page_size(self, number: int) -> tuple[float, float]:
        """Return the page's declared width and height in points, as it is shown."""
        about = pdf2image.pdfinfo_from_bytes(
            self._content,
            userpw=self._password,
            timeout=self._seconds,
            first_page=number,
            last_page=number,
        )
        described = next(str(value) for key, value in about.items() if re.fullmatch(r"Page\s+\d+ size", key))
        size = re.match(r"([\d.]+) x ([\d.]+)", described)
        turned = next((int(value) for key, value in about.items() if re.fullmatch(r"Page\s+\d+ rot", key)), 0)
        if size is None:
            raise ValueError(described)
        width, height = float(size[1]), float(size[2])
        return (height, width) if turned % 180 else (width, height)
