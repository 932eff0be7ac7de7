"""What use, copier and scanner do to a clean page: stamps, stains, folds, holes, tilt, light, blur, noise."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.specimen import stamps
from ocr.specimen.dice import Dice
from ocr.specimen.encoding import FileFormat, encode

Pixels = NDArray[np.uint8]
Severity = Literal["clean", "light", "office", "hard", "worst"]
_STAMPS: Final = (
    ("样本市虚构汽车销售服务有限公司", "合同专用章"),
    ("示例市拟真商贸有限公司", "财务专用章"),
    ("范本市试样服务中心", "业务受理章"),
    ("虚构市样板管理办公室", "档案专用章"),
)


@dataclass(frozen=True, slots=True)
class Wear:
    """How worn a page is and how it is scanned; the default is a clean scan.

    ``skew_degrees`` is how far the page lies turned, to a side that chance picks. ``noise`` is the standard deviation
    of the grey levels (0…255), ``blur`` the radius in pixels of the scan, ``uneven_light`` the share of light lost in
    the darkest corner, ``perspective`` how far a corner is off as a share of the width, ``faded`` the share of
    contrast lost. ``stamps`` is how many round stamps sit on text, ``stains`` how many coffee stains; ``turn`` is the
    quarter turns clockwise that the page was fed with.
    """

    dpi: int = 200
    skew_degrees: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    uneven_light: float = 0.0
    perspective: float = 0.0
    faded: float = 0.0
    stamps: int = 0
    stains: int = 0
    punch_holes: bool = False
    fold_lines: int = 0
    dark_border: bool = False
    turn: int = 0
    grey: bool = False
    quality: int = 88
    file_format: FileFormat = "jpeg"
    seed: object = 0


HARD: Final = Wear(dpi=150, skew_degrees=3, noise=6, blur=0.5, uneven_light=0.2, stamps=1, dark_border=True, quality=40)
"""The wear that reading is measured under: 150 dpi, 3° skew, JPEG 40, a stamp over text."""


def wear_of(severity: Severity, *seed: object) -> Wear:
    """Return a wear of about this severity; chance picks what happened to the page."""
    dice = Dice("wear", severity, *seed)
    if severity == "clean":
        return Wear(seed=seed)
    if severity == "hard":
        return replace(HARD, fold_lines=dice.randint(0, 1), punch_holes=dice.likely(0.3), seed=seed)
    if severity == "worst":
        return replace(
            HARD,
            noise=9,
            stamps=2,
            fold_lines=2,
            punch_holes=True,
            grey=dice.likely(0.5),
            perspective=dice.uniform(0, 0.01),
            faded=dice.uniform(0, 0.3),
            seed=seed,
        )
    if severity == "light":
        return Wear(
            dpi=dice.choice((200, 300)),
            skew_degrees=dice.uniform(0, 1),
            noise=dice.uniform(1, 3),
            blur=0.3,
            uneven_light=0.06,
            quality=88,
            seed=seed,
        )
    return Wear(
        dpi=dice.choice((200, 200, 240, 300)),
        skew_degrees=dice.uniform(0, 2.2),
        noise=dice.uniform(2, 6),
        blur=dice.uniform(0.2, 0.6),
        uneven_light=dice.uniform(0, 0.18),
        perspective=dice.choice((0.0, 0.0, 0.006)),
        stamps=dice.choice((0, 0, 1)),
        punch_holes=dice.likely(0.3),
        fold_lines=dice.choice((0, 0, 1, 2)),
        dark_border=dice.likely(0.4),
        grey=dice.likely(0.2),
        quality=dice.choice((60, 75, 85)),
        seed=seed,
    )


def degrade(pages: Image.Image | Iterable[Image.Image], wear: Wear, *, drawn_dpi: int = 200) -> bytes:
    """Return the file a scanner would make of ``pages`` (drawn at ``drawn_dpi``) after this wear.

    A format that holds one page only takes the first of several pages.
    """
    several = [pages] if isinstance(pages, Image.Image) else pages
    return encode(
        (worn(page, wear, drawn_dpi=drawn_dpi, number=number) for number, page in enumerate(several)),
        wear.file_format,
        wear.dpi,
        wear.quality,
    )


def worn(page: Image.Image, wear: Wear, *, drawn_dpi: int = 200, number: int = 0) -> Image.Image:
    """Return the image of a page after this wear, at the wear's resolution."""
    dice = Dice("worn", wear.seed, number)
    if wear.stamps or wear.fold_lines or wear.punch_holes or wear.stains:
        page = page.copy()
        for _ in range(wear.stamps):
            _stamp_on_text(page, drawn_dpi, dice)
        for _ in range(wear.fold_lines):
            _fold(page, dice)
        if wear.punch_holes:
            _punch(page, drawn_dpi, dice)
        for _ in range(wear.stains):
            _stain(page, dice)
    pixels = np.asarray(page.convert("L") if wear.grey else page)
    pixels = _laid_on_glass(pixels, wear, wear.dpi / drawn_dpi, dice)
    pixels = _lit(pixels, wear, dice)
    if wear.blur > 0:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), wear.blur), dtype=np.uint8)
    if wear.noise > 0:
        pixels = _noised(pixels, wear.noise, dice)
    if wear.turn % 4:
        pixels = np.ascontiguousarray(np.rot90(pixels, -wear.turn % 4))
    return Image.fromarray(pixels)


def _stamp_on_text(page: Image.Image, dpi: int, dice: Dice) -> None:
    if min(page.size) < 80 * dpi / 25.4:  # nobody stamps a bare card or a ticket
        return
    small = np.asarray(page.convert("L").resize((24, 32), Image.Resampling.BOX))
    inked = np.argwhere(small < np.median(small) - 8)
    row, column = inked[dice.randrange(len(inked))] if len(inked) else (16, 12)
    name, purpose = dice.choice(_STAMPS)
    mask = stamps.round_stamp(name, purpose, round(dice.uniform(34, 44) * dpi / 25.4))
    reach = mask.width / 2
    x = min(max((column + 0.5) * page.width / 24, reach * 0.8), max(reach, page.width - reach * 0.8))
    y = min(max((row + 0.5) * page.height / 32, reach * 0.8), max(reach, page.height - reach * 0.8))
    stamps.press(page, mask, (x, y), dice)


def _fold(page: Image.Image, dice: Dice) -> None:
    across = dice.likely(0.7)
    length = page.height if across else page.width
    at = int(length * dice.choice((1 / 3, 1 / 2, 2 / 3)) + dice.uniform(-0.02, 0.02) * length)
    width = max(2, length // 500)
    shade = np.concatenate((np.linspace(1, 0.9, width * 6, dtype=np.float32), np.full(width, 1.06, dtype=np.float32)))
    start = at - width * 6
    box = (0, start, page.width, start + len(shade)) if across else (start, 0, start + len(shade), page.height)
    band = np.asarray(page.crop(box), dtype=np.float32) * (shade[:, None, None] if across else shade[None, :, None])
    page.paste(Image.fromarray(np.clip(band, 0, 255).astype(np.uint8)), box[:2])


def _punch(page: Image.Image, dpi: int, dice: Dice) -> None:
    pixels = np.array(page)
    radius, inset, apart = round(2.75 * dpi / 25.4), round(9 * dpi / 25.4), round(40 * dpi / 25.4)
    dark = dice.randint(15, 60)
    for way in (-1, 1):
        cv2.circle(pixels, (inset, pixels.shape[0] // 2 + way * apart), radius, (dark, dark, dark), -1, cv2.LINE_AA)
    page.paste(Image.fromarray(pixels))


def _stain(page: Image.Image, dice: Dice) -> None:
    wide, tall = page.width // 4, page.height // 4
    ys, xs = np.mgrid[0:tall, 0:wide].astype(np.float32)
    cx, cy, radius = dice.uniform(0.25, 0.75) * wide, dice.uniform(0.08, 0.4) * tall, dice.uniform(0.2, 0.34) * wide
    rough = cv2.resize(
        np.random.default_rng(dice.getrandbits(32)).random((10, 8), dtype=np.float32),
        (wide, tall),
        interpolation=cv2.INTER_CUBIC,
    )
    far = np.hypot(xs - cx, ys - cy) / radius + (rough - 0.5) * 0.5
    cover = np.clip(1.08 - far, 0, 0.55) * 1.5 + np.exp(-((far - 1.0) ** 2) / 0.002) * 0.4
    cover = cv2.resize(np.clip(cover, 0, 0.93), page.size, interpolation=cv2.INTER_LINEAR)[..., None]
    for top in range(0, page.height, 256):  # a strip at a time: floating point pages would cost a hundred megabytes
        box = (0, top, page.width, min(page.height, top + 256))
        strip, over = np.asarray(page.crop(box), dtype=np.float32), cover[top : box[3]]
        page.paste(
            Image.fromarray((strip * (1 - over) + np.array((88, 56, 30), dtype=np.float32) * over).astype(np.uint8)),
            box[:2],
        )


def _laid_on_glass(pixels: Pixels, wear: Wear, scale: float, dice: Dice) -> Pixels:
    """Turn, stretch and shrink the page in one pass onto the scanner's bed."""
    if scale < 0.72:
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        scale = 1.0
    tall, wide = pixels.shape[:2]
    if scale == 1.0 and not (wear.skew_degrees or wear.perspective or wear.dark_border):
        return pixels
    angle = math.radians(wear.skew_degrees) * dice.choice((-1, 1))
    out_wide, out_tall = round(wide * scale), round(tall * scale)
    rim = round(wear.dpi * 0.12) if wear.dark_border else 0
    if abs(angle) > math.radians(0.4):
        spare = math.sin(abs(angle))
        out_wide, out_tall = out_wide + round(out_tall * spare * 0.6), out_tall + round(out_wide * spare * 0.6)
    size = (out_wide + rim, out_tall + rim)
    corners = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], dtype=np.float32)
    centred = (corners - (wide / 2, tall / 2)) * scale
    cos, sin = math.cos(angle), math.sin(angle)
    turned = centred @ np.array([(cos, sin), (-sin, cos)]) + (size[0] / 2, size[1] / 2)
    slip = wear.perspective * wide * scale
    turned += np.array([(dice.uniform(-slip, slip), dice.uniform(-slip, slip)) for _ in range(4)]) if slip else 0
    matrix = cv2.getPerspectiveTransform(corners, turned.astype(np.float32))
    ground = dice.randint(18, 60) if wear.dark_border else dice.randint(238, 252)
    return np.asarray(
        cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(ground, ground, ground)),
        dtype=np.uint8,
    )


def _lit(pixels: Pixels, wear: Wear, dice: Dice) -> Pixels:
    if not (wear.uneven_light or wear.faded):
        return pixels
    tall, wide = pixels.shape[:2]
    corners = np.array([[dice.random() for _ in range(3)] for _ in range(3)], dtype=np.float32)
    light = 255 * (1 - wear.uneven_light * corners / max(1e-6, float(corners.max())))
    lamp = cv2.resize(light.astype(np.float32), (wide, tall), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    shaded = _by_channel(pixels, lambda one: cv2.multiply(one, lamp, scale=1 / 255))
    if wear.faded:
        shaded = np.asarray(
            cv2.addWeighted(shaded, 1 - wear.faded, np.full_like(shaded, 235), wear.faded, 0), dtype=np.uint8
        )
    return shaded


@cache
def _grain() -> NDArray[np.float32]:
    return np.random.default_rng(7).standard_normal((512, 512), dtype=np.float32)


def _noised(pixels: Pixels, level: float, dice: Dice) -> Pixels:
    tall, wide = pixels.shape[:2]
    tile = np.roll(_grain(), (dice.randrange(512), dice.randrange(512)), (0, 1)) * level
    grain = np.tile(tile.astype(np.int16), (tall // 512 + 1, wide // 512 + 1))[:tall, :wide]
    return _by_channel(pixels, lambda one: cv2.add(one, grain, dtype=cv2.CV_8U))


def _by_channel(pixels: Pixels, change: Callable[[Pixels], object]) -> Pixels:
    """Change each channel alone, so that what is applied need not be held three times."""
    if pixels.ndim == 2:
        return np.asarray(change(pixels), dtype=np.uint8)
    out = np.empty_like(pixels)
    for channel in range(pixels.shape[2]):
        out[..., channel] = np.asarray(change(np.ascontiguousarray(pixels[..., channel])), dtype=np.uint8)
    return out
