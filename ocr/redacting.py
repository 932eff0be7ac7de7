"""Black out parts of a drawn page: what was under the boxes is not in the picture any more."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from ocr.watermark import DRAWN, Stamped, upright

QUALITY: Final = 85
MARGIN: Final = 3
"""Pixels around each box that go as well: strokes stand out of the boxes they were found in."""


def black_out(
    picture: bytes, boxes: Sequence[tuple[int, int, int, int]], *, width: int, height: int, clockwise: int = 0
) -> Stamped:
    """Return a drawn page (PNG or JPEG), turned upright, with the boxes black, as a JPEG without any metadata.

    Boxes are in an upright page ``width`` × ``height`` pixels wide, whatever the picture's size.
    """
    with Image.open(BytesIO(picture), formats=DRAWN) as opened:
        page = upright(opened.convert("RGB"), clockwise)
    across, down = page.width / max(width, 1), page.height / max(height, 1)
    pen = ImageDraw.Draw(page)
    for left, top, right, bottom in boxes:
        place = (left * across - MARGIN, top * down - MARGIN, right * across + MARGIN, bottom * down + MARGIN)
        pen.rectangle(place, fill="black")
    out = BytesIO()
    page.save(out, "JPEG", quality=QUALITY)
    return Stamped(out.getvalue(), page.width, page.height)
