"""Red ink: round company stamps with a star, oval invoice stamps, square seals."""

import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from ocr.specimen.dice import Dice
from ocr.specimen.fonts import font

RED = (214, 32, 40)


def _letter(sheet: Image.Image, letter: str, pixels: int, where: tuple[float, float], turn: float) -> None:
    side = pixels * 2
    tile = Image.new("L", (side, side), 0)
    ImageDraw.Draw(tile).text((side // 2, side // 2), letter, 255, font("serif", pixels), anchor="mm", stroke_width=1)
    tile = tile.rotate(turn, Image.Resampling.BICUBIC)
    sheet.paste(255, (round(where[0] - side / 2), round(where[1] - side / 2)), tile)


def _star(pen: ImageDraw.ImageDraw, centre: float, radius: float) -> None:
    points = []
    for step in range(10):
        reach = radius if step % 2 == 0 else radius * 0.382
        angle = math.radians(step * 36 - 90)
        points.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    pen.polygon(points, fill=255)


@lru_cache(maxsize=24)
def round_stamp(name: str, below: str, pixels: int) -> Image.Image:
    """Return the ink of a round stamp as a mask: name on an arc, star in the middle, purpose below."""
    mask = Image.new("L", (pixels, pixels), 0)
    pen = ImageDraw.Draw(mask)
    edge = max(2, pixels // 40)
    pen.ellipse((edge, edge, pixels - edge, pixels - edge), outline=255, width=edge)
    centre = pixels / 2
    _star(pen, centre, pixels * 0.14)
    size = max(8, round(pixels * min(0.14, 1.9 / max(8, len(name)))))
    reach = centre - edge * 2 - size * 0.62
    span = min(270.0, 24.0 * len(name))
    for place, letter in enumerate(name):
        angle = -span / 2 + span * (place + 0.5) / len(name)
        x = centre + reach * math.sin(math.radians(angle))
        y = centre - reach * math.cos(math.radians(angle))
        _letter(mask, letter, size, (x, y), -angle)
    if below:
        pen.text((centre, pixels * 0.78), below, 255, font("serif", max(8, round(pixels * 0.095))), anchor="mm")
    return mask


@lru_cache(maxsize=24)
def oval_stamp(name: str, middle: str, below: str, pixels: int) -> Image.Image:
    """Return the ink of an oval stamp (40 × 30) as a mask: name on an arc, a number in the middle, purpose below."""
    height = round(pixels * 0.75)
    mask = Image.new("L", (pixels, height), 0)
    pen = ImageDraw.Draw(mask)
    edge = max(2, pixels // 50)
    pen.ellipse((edge, edge, pixels - edge, height - edge), outline=255, width=edge)
    size = max(8, round(pixels * min(0.115, 1.6 / max(8, len(name)))))
    wide, high = pixels / 2 - edge * 2 - size * 0.7, height / 2 - edge * 2 - size * 0.7
    for place, letter in enumerate(name):
        angle = math.radians(-118 + 236 * (place + 0.5) / len(name))
        x, y = pixels / 2 + wide * math.sin(angle), height / 2 - high * math.cos(angle)
        turn = math.degrees(math.atan2(math.sin(angle) / wide, math.cos(angle) / high))
        _letter(mask, letter, size, (x, y), -turn)
    pen.text((pixels / 2, height * 0.52), middle, 255, font("mono", max(7, round(pixels * 0.07))), anchor="mm")
    pen.text((pixels / 2, height * 0.76), below, 255, font("serif", max(8, round(pixels * 0.085))), anchor="mm")
    return mask


@lru_cache(maxsize=24)
def square_seal(name: str, pixels: int) -> Image.Image:
    """Return the ink of a square seal as a mask: up to nine characters in columns from the right, or rows of more."""
    mask = Image.new("L", (pixels, pixels), 0)
    pen = ImageDraw.Draw(mask)
    edge = max(2, pixels // 28)
    pen.rectangle((edge, edge, pixels - edge, pixels - edge), outline=255, width=edge)
    rows = math.ceil(math.sqrt(len(name)))
    columns = math.ceil(len(name) / rows)
    inner = pixels - edge * 5
    size = int(inner / max(rows, columns) * 0.92)
    for place, letter in enumerate(name):
        column, row = divmod(place, rows)
        x = pixels - edge * 2.5 - inner * (column + 0.5) / columns
        y = edge * 2.5 + inner * (row + 0.5) / rows
        pen.text((x, y), letter, 255, font("serif", size), anchor="mm")
    return mask


def press(
    page: Image.Image, mask: Image.Image, centre: tuple[float, float], dice: Dice, ink: tuple[int, int, int] = RED
) -> None:
    """Press a stamp on a page, a little turned, with uneven ink that lets what lies under it through."""
    mask = mask.rotate(dice.uniform(-14, 14), Image.Resampling.BICUBIC, expand=True)
    left, top = round(centre[0] - mask.width / 2), round(centre[1] - mask.height / 2)
    box = (max(0, left), max(0, top), min(page.width, left + mask.width), min(page.height, top + mask.height))
    if box[0] >= box[2] or box[1] >= box[3]:
        return
    cut = np.asarray(mask, dtype=np.float32)[box[1] - top : box[3] - top, box[0] - left : box[2] - left] / 255
    coarse = np.random.default_rng(dice.getrandbits(32)).random((9, 9), dtype=np.float32)
    wear = np.asarray(Image.fromarray(coarse).resize((cut.shape[1], cut.shape[0]), Image.Resampling.BICUBIC))
    cover = (cut * np.clip(0.55 + 0.55 * wear, 0.35, 0.95))[..., None]
    under = np.asarray(page.crop(box), dtype=np.float32)
    inked = under * np.array(ink, dtype=np.float32) / 255
    page.paste(Image.fromarray((under + (inked - under) * cover).astype(np.uint8)), box[:2])
