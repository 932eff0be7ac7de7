"""Pictures of pages for people to look at; what has no picture of its own is drawn from its lines."""

from pathlib import Path
from typing import Final, Protocol, runtime_checkable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.engines import Pixels
from ocr.rendering import Sheet
from ocr.rendering.text import Bundle, Sheets

CHINESE_FONTS: Final = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)
"""Where systems keep a font with Chinese characters; the first one there is used."""


@runtime_checkable
class Drawable(Protocol):
    """An open file that can draw its pages at any resolution."""

    def drawn(self, number: int, dpi: int) -> Pixels:
        """Return page ``number`` as it looks.

        Raises:
            PageFailed: it cannot be drawn.
        """


def viewed(sheets: Sheets, number: int, dpi: int) -> Pixels:
    """Return page ``number`` as a person wants to see it.

    Raises:
        PageFailed: it cannot be drawn.
    """
    if isinstance(sheets, Bundle):
        part, inner = sheets.place(number)
        return viewed(part, inner, dpi)
    if isinstance(sheets, Drawable):
        return sheets.drawn(number, dpi)
    sheet = sheets.sheet(number)
    pixels = sheet.pixels if sheet.pixels is not None and not sheet.lines else _from_lines(sheet)
    scale = dpi / sheet.dpi
    if scale >= 1:
        return pixels
    image = Image.fromarray(pixels)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return np.asarray(image.resize(size, Image.Resampling.BOX), np.uint8)


def _from_lines(sheet: Sheet) -> Pixels:
    """Draw a page from its lines, each in its box, in whatever Chinese font the system has."""
    image = Image.new("RGB", (sheet.width, sheet.height), "white")
    pen = ImageDraw.Draw(image)
    file = next((name for name in CHINESE_FONTS if Path(name).is_file()), None)
    for line in sheet.lines:
        left, top, _, bottom = line.box
        height = max(6, bottom - top)
        font = ImageFont.truetype(file, height) if file else ImageFont.load_default(height)
        pen.text((left, top), line.text, fill="black", font=font)
    return np.asarray(image, np.uint8)
