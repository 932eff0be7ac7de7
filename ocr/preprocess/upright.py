"""Which way up is a page? Told from how its lines lie and how surely a sample of them reads each way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ocr.engines import Pixels
from ocr.engines.detection import Corners, Region

QUARTER: Final = 90


@dataclass(frozen=True, slots=True)
class UprightSettings:
    """When a page is taken to lie on its side or head."""

    samples: int = 4
    sure: float = 0.88
    """Mean confidence of the samples from which the first way tried is taken."""
    advantage: float = 0.08
    """By how much another way must read more surely."""
    tall_ratio: float = 1.5
    telling_ratio: float = 8.0
    """Length of the lines read first, in line heights: long enough to tell, short enough to be cheap."""
    certain: float = 0.95
    certain_letters: int = 5


Read = Callable[[Pixels], tuple[str, float]]


def turn_needed(
    regions: Sequence[Region],
    cut: Callable[[Region], Pixels],
    read: Read,
    settings: UprightSettings | None = None,
) -> int:
    """Return the clockwise turn in degrees (0, 90, 180, 270) that makes the page upright.

    ``cut`` gives a region's pixels as they lie on the page, ``read`` their text and confidence when held level.
    """
    settings = settings or UprightSettings()
    lying = [region for region in regions if _ratio(region.corners) >= settings.tall_ratio]
    level = [region for region in regions if _ratio(region.corners) < settings.tall_ratio]
    sideways = _length(lying) > _length(level)
    chosen = _longest(lying if sideways else level, settings)
    if not chosen:
        return 0
    pieces = [cut(region) for region in chosen]
    # np.rot90 turns against the clock.
    if not sideways and _reads_well(read(pieces[0]), settings):
        return 0
    ways = {90: 3, 270: 1} if sideways else {0: 0, 180: 2}
    best, best_sure, best_text = 0, -1.0, ""
    for turn, quarters in ways.items():
        text, sure = _sureness([read(np.ascontiguousarray(np.rot90(piece, quarters))) for piece in pieces])
        if sure > best_sure + (settings.advantage if best_sure >= 0 else 0.0):
            best, best_sure, best_text = turn, sure, text
        if not sideways and best_sure >= settings.sure:
            break
    if sideways and _mostly_han(best_text) and _written_down(pieces, ways[best], read):
        return 0
    return best


def turned(image: Pixels, clockwise: int) -> Pixels:
    """Return the image turned by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(image, -clockwise // QUARTER)) if clockwise else image


def _written_down(pieces: Sequence[Pixels], quarters: int, read: Read) -> bool:
    """Tell Han text written downwards from level text on a page that lies on its side, by single characters."""
    upright: list[tuple[str, float]] = []
    lying: list[tuple[str, float]] = []
    for piece in pieces:
        side = piece.shape[1]
        for place in range(min(3, piece.shape[0] // max(side, 1))):
            character = piece[place * side : (place + 1) * side]
            upright.append(read(np.ascontiguousarray(character)))
            lying.append(read(np.ascontiguousarray(np.rot90(character, quarters))))
    return _sureness(upright)[1] > _sureness(lying)[1]


def _reads_well(told: tuple[str, float], settings: UprightSettings) -> bool:
    text, sure = told
    return sure >= settings.certain and len(text) >= settings.certain_letters


def _sureness(told: Sequence[tuple[str, float]]) -> tuple[str, float]:
    letters = sum(len(text) for text, _ in told)
    text = "".join(text for text, _ in told)
    return text, sum(len(text) * sure for text, sure in told) / letters if letters else 0.0


def _longest(regions: Sequence[Region], settings: UprightSettings) -> list[Region]:
    """Return the regions that tell most: long, but not so long that reading them twice costs much."""
    return sorted(regions, key=lambda region: abs(_long_ratio(region.corners) - settings.telling_ratio))[
        : settings.samples
    ]


def _sides(corners: Corners) -> tuple[float, float]:
    return float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[3] - corners[0]))


def _ratio(corners: Corners) -> float:
    across, down = _sides(corners)
    return down / max(across, 1.0)


def _long_ratio(corners: Corners) -> float:
    across, down = _sides(corners)
    return max(across, down) / max(min(across, down), 1.0)


def _length(regions: Sequence[Region]) -> float:
    return sum(max(_sides(region.corners)) for region in regions)


def _mostly_han(text: str) -> bool:
    return sum(0x3400 <= ord(letter) < 0xA000 for letter in text) > 0.5 * len(text)
