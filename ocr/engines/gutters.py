"""Part lines that the detector ran together across a gutter: where several lines end, and several others begin."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from ocr.engines import Spotted

_LEAST_VOTES: Final = 3
_LEAST_WHITE: Final = 1.25
"""Times the line's usual white between words."""


def parted_at_gutters(spotted: Sequence[Spotted]) -> list[Spotted]:
    """Return the lines, those that reach across a gutter cut in two there."""
    boxes = [one.box for one in spotted]
    heights = sorted(box[3] - box[1] for box in boxes)
    if len(boxes) < 2 * _LEAST_VOTES:
        return list(spotted)
    usual = max(4, heights[len(heights) // 2])
    parted: list[Spotted] = []
    for one in spotted:
        parted += _parted(one, boxes, usual)
    return parted


def _parted(one: Spotted, boxes: Sequence[tuple[int, int, int, int]], usual: int) -> list[Spotted]:
    if len(one.gaps) < 2:
        return [one]
    left, top, right, bottom = one.box
    width = right - left
    whites = [gap.end - gap.start for gap in one.gaps]
    least = _LEAST_WHITE * median(whites)
    near = [box for box in boxes if box[1] < bottom + 12 * usual and box[3] > top - 12 * usual]
    for gap in sorted(one.gaps, key=lambda gap: gap.start - gap.end):
        if gap.end - gap.start < least:
            break
        start, end = left + gap.start * width, left + gap.end * width
        middle = (start + end) / 2
        ending = sum(abs(box[2] - start) < 0.8 * usual for box in near)
        beginning = sum(abs(box[0] - end) < 0.8 * usual for box in near)
        crossing = sum(box[0] < middle - usual and box[2] > middle + usual for box in near)
        if min(ending, beginning) >= max(_LEAST_VOTES, crossing):
            return one.cut_at(gap)
    return [one]
