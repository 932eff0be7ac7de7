"""Engines that turn the pixels of an upright page into lines of text, all behind one protocol."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""An image: rows × columns × 3 (red, green, blue) or rows × columns (grey)."""


class EngineChoice(StrEnum):
    """Which engine reads page images."""

    AUTO = "auto"
    """The networks, and Tesseract as second opinion."""
    RAPIDOCR = "rapidocr"
    """The networks alone."""
    TESSERACT = "tesseract"
    """Tesseract alone: for languages that the networks do not know."""


Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Gap:
    """White between words: ``index`` of the letter after it, ``start`` and ``end`` as shares of the line's width."""

    index: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Spotted:
    """A line as an engine saw it: text, four corners (clockwise from top left, in pixels), 0…1 confidence."""

    text: str
    corners: tuple[Corner, Corner, Corner, Corner]
    confidence: float
    gaps: tuple[Gap, ...] = ()

    def part(self, start: float, end: float) -> tuple[Corner, Corner, Corner, Corner]:
        """Return the corners of the part of the line between two shares of its width."""
        top_left, top_right, bottom_right, bottom_left = self.corners
        return (
            _between(top_left, top_right, start),
            _between(top_left, top_right, end),
            _between(bottom_left, bottom_right, end),
            _between(bottom_left, bottom_right, start),
        )

    def cut_at(self, gap: Gap) -> "list[Spotted]":
        """Return the two lines that this is when it is cut at one of its gaps."""
        before, after = self.text[: gap.index].rstrip(), self.text[gap.index :].lstrip()
        return [
            Spotted(before, self.part(0.0, gap.start), self.confidence),
            Spotted(after, self.part(gap.end, 1.0), self.confidence),
        ]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the upright rectangle around the line."""
        across = [x for x, _ in self.corners]
        down = [y for _, y in self.corners]
        return (round(min(across)), round(min(down)), round(max(across)), round(max(down)))


def _between(one: Corner, other: Corner, share: float) -> Corner:
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)


class Engine(Protocol):
    """Reads one upright page image."""

    @property
    def name(self) -> str:
        """What is written into ``Page.engine``."""

    def read(self, image: Pixels) -> tuple[Spotted, ...]:
        """Return the lines on ``image`` in no particular order."""
