"""Find the ruled cells of a page: the white rectangles that straight lines enclose."""

from dataclasses import dataclass

import cv2
import numpy as np

from dossier.reading import Box
from ocr.engines import Pixels


@dataclass(frozen=True, slots=True)
class RulingSettings:
    """What counts as a ruled cell; lengths in pixels of the page shrunk to ``longest_side``."""

    longest_side: int = 1400
    least_rule: int = 28
    least_cell: int = 9
    most_page_share: float = 0.5
    most_cells: int = 2000
    least_fill: float = 0.75


def ruled_cells(grey: Pixels, settings: RulingSettings | None = None) -> list[Box]:
    """Return the cells on a grey page image, as boxes in its pixels."""
    settings = settings or RulingSettings()
    height, width = grey.shape
    scale = min(1.0, settings.longest_side / max(height, width))
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 21, 12)
    rules = cv2.bitwise_or(_opened(ink, settings.least_rule, 1), _opened(ink, 1, settings.least_rule))
    rules = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    outlines, nesting = cv2.findContours(rules, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if nesting is None or len(outlines) > settings.most_cells:
        return []
    rows, columns = rules.shape
    cells: list[Box] = []
    for outline, (_, _, _, parent) in zip(outlines, nesting[0].tolist(), strict=True):
        if parent < 0:  # the outside of rules, not a hole in them
            continue
        left, top, across, down = cv2.boundingRect(outline)
        area = cv2.contourArea(outline)
        if min(across, down) < settings.least_cell or across * down > settings.most_page_share * rows * columns:
            continue
        if area < settings.least_fill * across * down:  # not a rectangle: the white between other things
            continue
        cells.append((int(left / scale), int(top / scale), int((left + across) / scale), int((top + down) / scale)))
    return cells


def _opened(ink: cv2.typing.MatLike, across: int, down: int) -> cv2.typing.MatLike:
    """Keep only runs of ink at least that long; a little breadth first, as scanned rules are never quite straight."""
    thick = cv2.dilate(ink, np.ones((1, 2) if down > 1 else (2, 1), np.uint8))
    return cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((down, across), np.uint8))
