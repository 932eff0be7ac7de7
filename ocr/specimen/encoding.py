"""Write page images as the files that scanners make, with their resolution in the metadata."""

import io
import time
from collections.abc import Iterable
from typing import Final, Literal

from PIL import Image

FileFormat = Literal["jpeg", "png", "tiff", "tiff-g4", "pdf", "pdf-g4"]
SUFFIXES: Final[dict[FileFormat, str]] = {
    "jpeg": ".jpg",
    "png": ".png",
    "tiff": ".tif",
    "tiff-g4": ".tif",
    "pdf": ".pdf",
    "pdf-g4": ".pdf",
}
_MOMENT: Final = time.gmtime(0)  # a fixed time in the metadata keeps the bytes the same for the same seed


def encode(pages: Iterable[Image.Image], file_format: FileFormat, dpi: int, quality: int = 88) -> bytes:
    """Return the bytes of one file with ``pages``; JPEG and PNG hold the first page only.

    The G4 formats are black and white.
    """
    out = io.BytesIO()
    flow = iter(pages)
    first = next(flow)
    resolution = (dpi, dpi)
    if file_format == "jpeg":
        first.save(out, "JPEG", quality=quality, dpi=resolution)
    elif file_format == "png":
        first.save(out, "PNG", dpi=resolution, compress_level=3)
    elif file_format == "tiff":
        first.save(out, "TIFF", save_all=True, append_images=flow, compression="jpeg", quality=quality, dpi=resolution)
    elif file_format == "tiff-g4":
        first, rest = _black_white(first), (_black_white(page) for page in flow)
        first.save(out, "TIFF", save_all=True, append_images=rest, compression="group4", dpi=resolution)
    else:
        how: dict[str, object] = {"quality": quality}
        if file_format == "pdf-g4":
            first, flow, how = _black_white(first), (_black_white(page) for page in flow), {}
        times = {"creationDate": _MOMENT, "modDate": _MOMENT}
        first.save(out, "PDF", save_all=True, append_images=flow, resolution=dpi, **times, **how)
    return out.getvalue()


def _black_white(page: Image.Image) -> Image.Image:
    grey = page.convert("L")
    histogram = grey.histogram()
    paper = max(range(128, 256), key=histogram.__getitem__)
    return grey.point([255 if level > paper * 0.62 else 0 for level in range(256)], mode="1")
