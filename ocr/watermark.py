"""Stamp pages to look at: lines of text laid across the picture, so that every copy says who got it, when and why.

The stamp is part of the picture, not a layer above it that a reader could switch off.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from ocr.rendering.viewing import CHINESE_FONTS

DRAWN: Final = ("PNG", "JPEG")
"""What children draw; their answer is never tried as anything else."""
QUALITY: Final = 80
ANGLE: Final = 28
"""Degrees: across the lines of the text, so that neither hides the other."""
STRENGTH: Final = 58
"""Of 255: visible on white and on photographs, and the text below stays readable."""
_TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow turns against the clock."""
_INK: Final = (150, 20, 20)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A stamped page as a JPEG, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def stamp(picture: bytes, lines: Sequence[str], *, clockwise: int = 0) -> Stamped:
    """Return a drawn page (PNG or JPEG), turned upright, with the lines laid across it again and again."""
    with Image.open(BytesIO(picture), formats=DRAWN) as opened:
        page = upright(opened.convert("RGB"), clockwise)
    pattern = _pattern(page.width, page.height, tuple(lines))
    page.paste(_INK, (0, 0, page.width, page.height), pattern)
    out = BytesIO()
    page.save(out, "JPEG", quality=QUALITY, optimize=False)
    return Stamped(out.getvalue(), page.width, page.height)


def upright(page: Image.Image, clockwise: int) -> Image.Image:
    """Return a page turned clockwise by a multiple of 90 degrees."""
    return page.transpose(_TURNS[clockwise % 360]) if clockwise % 360 else page


@lru_cache(maxsize=4)
def _pattern(width: int, height: int, lines: tuple[str, ...]) -> Image.Image:
    """Return how strongly each pixel is inked; the same for every page of one size."""
    size = max(14, round(min(width, height) / 42))
    name = next((file for file in CHINESE_FONTS if Path(file).is_file()), None)
    font = ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    text = "   ".join(lines)
    probe = ImageDraw.Draw(Image.new("L", (1, 1)))
    stride, step = round(probe.textlength(text, font=font)) + size * 4, size * 6
    side = math.ceil(math.hypot(width, height))
    sheet = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(sheet)
    for row, top in enumerate(range(0, side, step)):
        for left in range(-(row * stride // 3) % stride - stride, side, stride):
            pen.text((left, top), text, fill=STRENGTH, font=font)
    turned = sheet.rotate(ANGLE, resample=Image.Resampling.BILINEAR)
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))
