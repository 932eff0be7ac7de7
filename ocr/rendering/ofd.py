"""OFD files as sheets: their own text and rules; pictures are read where a page is nothing else."""

from collections.abc import Mapping

import numpy as np

from dossier.reading import Box, Code
from ocr.codes import find_codes
from ocr.digital.invoice_code import invoice_fields
from ocr.digital.ofd import DPI, Ofd, OfdPage, ruling_image
from ocr.digital.packed import PackageFailed
from ocr.engines import Pixels
from ocr.formats import IMAGES, sniff_bytes
from ocr.layout import in_reading_order
from ocr.preprocess.ruling import ruled_cells
from ocr.rendering import FileFailed, PageFailed, RenderingSettings, Sheet
from ocr.rendering.images import ImageFileSheets


class OfdSheets:
    """The pages of an OFD file."""

    def __init__(self, content: bytes, settings: RenderingSettings) -> None:
        self._settings = settings
        try:
            self._ofd = Ofd(content)
        except PackageFailed as fault:
            raise FileFailed("ocr.damaged") from fault
        self.count = self._ofd.count

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``.

        Raises:
            PageFailed: it is missing or damaged.
        """
        try:
            page = self._ofd.page(number)
        except PackageFailed as fault:
            raise PageFailed("ocr.page_damaged") from fault
        seen = self._pictures(page)
        if not page.lines and seen:
            return self._scan(seen)
        codes = tuple(code for pixels, box in seen for code in _codes_in(pixels, box))
        ruled = ruled_cells(ruling_image(page)) if page.rules else []
        cells = [(left * 2, top * 2, right * 2, bottom * 2) for left, top, right, bottom in ruled]
        return Sheet(
            page.width,
            page.height,
            DPI,
            lines=in_reading_order(page.lines, cells),
            source="structured",
            engine="ofd",
            codes=codes,
            structured=self._structured(number, codes),
        )

    def _structured(self, number: int, codes: tuple[Code, ...]) -> Mapping[str, str]:
        own = self._ofd.invoice() if number == 1 else {}
        return invoice_fields(codes) | own

    def _pictures(self, page: OfdPage) -> list[tuple[Pixels, Box]]:
        seen = []
        for resource, box in page.pictures[:50]:
            try:
                content = self._ofd.picture(resource)
                kind = sniff_bytes(content)
                if kind in IMAGES:
                    seen.append((ImageFileSheets(content, kind, self._settings).pixels(1), box))
            except (PackageFailed, FileFailed, PageFailed):
                continue
        return seen

    def _scan(self, seen: list[tuple[Pixels, Box]]) -> Sheet:
        """Return a page that is a picture: an OFD made by a scanner."""
        pixels, box = max(seen, key=lambda one: one[0].size)
        height, width = pixels.shape[:2]
        codes = find_codes(pixels)
        dpi = max(1, round(DPI * width / max(1, box[2] - box[0])))
        return Sheet(width, height, dpi, pixels, codes=codes, structured=invoice_fields(codes))


def _codes_in(pixels: Pixels, box: Box) -> list[Code]:
    """Return the codes in a picture, placed where the page shows it; a code needs a quiet zone, so one is put round."""
    edge = 16
    height, width = pixels.shape[:2]
    framed = np.pad(pixels, ((edge, edge), (edge, edge), *([(0, 0)] if pixels.ndim == 3 else [])), constant_values=255)
    across, down = (box[2] - box[0]) / width, (box[3] - box[1]) / height
    return [
        Code(
            code.symbology,
            code.text,
            (
                round(box[0] + (code.box[0] - edge) * across),
                round(box[1] + (code.box[1] - edge) * down),
                round(box[0] + (code.box[2] - edge) * across),
                round(box[1] + (code.box[3] - edge) * down),
            ),
        )
        for code in find_codes(framed)
    ]
