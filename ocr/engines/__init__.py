"""Engines that turn the pixels of an upright page into lines of text, all behind one protocol."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""An image: rows × columns × 3 (red, green, blue) or rows × columns (grey)."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A line as an engine saw it: text, four corners (clockwise from top left, in pixels), 0…1 confidence."""

    text: str
    corners: tuple[tuple[float, float], ...]
    confidence: float

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the upright rectangle around the line."""
        across = [x for x, _ in self.corners]
        down = [y for _, y in self.corners]
        return (round(min(across)), round(min(down)), round(max(across)), round(max(down)))


class Engine(Protocol):
    """Reads one upright page image."""

    @property
    def name(self) -> str:
        """What is written into ``Page.engine``."""

    def read(self, image: Pixels) -> tuple[Spotted, ...]:
        """Return the lines on ``image`` in no particular order."""
