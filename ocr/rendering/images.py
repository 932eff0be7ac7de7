"""Image files: PNG, JPEG, TIFF with many pages, GIF, BMP, WebP, HEIC. Decoded by Pillow and libheif."""

import io
import warnings
from collections.abc import Iterator
from typing import Final

import numpy as np
import pillow_heif
from PIL import Image, ImageFile, ImageOps

from ocr.codes import find_codes
from ocr.digital.invoice_code import invoice_fields
from ocr.engines import Pixels
from ocr.formats import Format
from ocr.rendering import FileFailed, PageFailed, RenderingSettings, Sheet
from ocr.rendering.budget import carried_size

PILLOW_NAMES: Final = {
    Format.PNG: "PNG",
    Format.JPEG: "JPEG",
    Format.TIFF: "TIFF",
    Format.GIF: "GIF",
    Format.BMP: "BMP",
    Format.WEBP: "WEBP",
    Format.HEIC: "HEIF",
    Format.AVIF: "AVIF",
    Format.JP2: "JPEG2000",
    Format.PNM: "PPM",
}
"""The decoders that may run, each only on bytes that look like its own."""
_A_PAGE_EACH: Final = frozenset({Format.TIFF})
_PILLOW_FAULTS: Final = (OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, EOFError, ArithmeticError)
"""What Pillow's decoders raise on damaged files, besides its own errors, which are among these."""

pillow_heif.register_heif_opener()
ImageFile.LOAD_TRUNCATED_IMAGES = False


class ImageFileSheets:
    """The pages of an image file."""

    def __init__(self, content: bytes, kind: Format, settings: RenderingSettings) -> None:
        self._settings = settings
        Image.MAX_IMAGE_PIXELS = settings.most_pixels
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            self._image = Image.open(io.BytesIO(content), formats=[PILLOW_NAMES[kind]])
            self.count = int(getattr(self._image, "n_frames", 1)) if kind in _A_PAGE_EACH else 1
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise FileFailed("ocr.page_too_big") from bomb
        except _PILLOW_FAULTS as fault:
            raise FileFailed("ocr.damaged") from fault
        if self.count < 1:
            raise FileFailed("ocr.no_pages")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the first page in pixels, before it is decoded."""
        return self._image.size

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``, upright as its camera says, its colours over white, 8 bits deep.

        Raises:
            PageFailed: it cannot be decoded.
        """
        pixels, dpi, scale = self._decoded(number)
        height, width = pixels.shape[:2]
        codes = find_codes(pixels)
        shown_dpi = max(1, round((dpi or max(width, height) / 11.7 / scale) * scale))
        return Sheet(width, height, shown_dpi, pixels, codes=codes, structured=invoice_fields(codes))

    def pixels(self, number: int) -> Pixels:
        """Return the pixels of page ``number``.

        Raises:
            PageFailed: it cannot be decoded.
        """
        return self._decoded(number)[0]

    def _decoded(self, number: int) -> tuple[Pixels, int | None, float]:
        try:
            if self.count > 1:
                self._image.seek(number - 1)
            if self._image.width * self._image.height > self._settings.most_pixels:
                raise PageFailed("ocr.page_too_big")
            dpi = declared_dpi(self._image)
            pixels, scale = self._pixels(self._image)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise PageFailed("ocr.page_too_big") from bomb
        except _PILLOW_FAULTS as fault:
            raise PageFailed("ocr.page_damaged") from fault
        return pixels, dpi, scale

    def sheets(self) -> Iterator[Sheet]:
        """Yield every page."""
        for number in range(1, self.count + 1):
            yield self.sheet(number)

    def _pixels(self, image: Image.Image) -> tuple[Pixels, float]:
        full = image.width * image.height
        size = carried_size(image.width, image.height, self._settings)
        if image.format == "JPEG" and size != image.size:
            image.draft("RGB", size)
        plain = over_white(image)
        if size != image.size and plain.width > size[0]:
            plain = plain.resize(size, Image.Resampling.BOX)
        plain = upright(image, plain)
        return np.asarray(plain, np.uint8), (plain.width * plain.height / full) ** 0.5


def upright(source: Image.Image, plain: Image.Image) -> Image.Image:
    """Turn ``plain`` as the EXIF orientation of ``source`` says; a broken EXIF block says nothing."""
    try:
        orientation = source.getexif().get(0x0112, 1)
    except _PILLOW_FAULTS:
        return plain
    if orientation in range(2, 9) and source.format != "HEIF":  # libheif has turned its image already
        plain.getexif()[0x0112] = orientation
        return ImageOps.exif_transpose(plain)
    return plain


def over_white(image: Image.Image) -> Image.Image:
    """Return the image in 8-bit grey or RGB, what is transparent shown over white."""
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image)
    if image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        shown = image.convert("RGBA")
        sheet = Image.new("RGBA", shown.size, (255, 255, 255, 255))
        return Image.alpha_composite(sheet, shown).convert("RGB")
    return image.convert("L" if image.mode in {"1", "L"} else "RGB")


def declared_dpi(image: Image.Image) -> int | None:
    """Return the dpi in the file where it is one a scanner could have meant."""
    try:
        dpi = float(image.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return round(dpi) if 90 <= dpi <= 1200 else None


def _eight_bits(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and float grey to 8 bits over the range they use."""
    values = np.asarray(image).astype(np.float64)
    values[~np.isfinite(values)] = 0
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I;16"):
        low, high = 0.0, 65535.0 if high > 4095 else 4095.0
    scaled = (values - low) * (255.0 / (high - low) if high > low else 0.0)
    return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))
