"""Patch code T, the four thick bars that tell a scanner “a new document begins”. Runs in rendering children only.

The bars stand wide, narrow, narrow, wide, parallel to an edge of the paper and much longer than they are broad, with
nothing beside them. A wide bar is 5.1 mm (0.20 in), a narrow one and the space between two 2.0 mm (0.08 in), as the
makers of document scanners print them.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from dossier.reading import Box, Code
from ocr.engines import Pixels

SYMBOLOGY: Final = "PatchCode"
TEXT: Final = "PATCH T"
LONGEST_SIDE: Final = 1100
"""Pixels to which a page is shrunk first: a narrow bar of A4 is then 7 wide, and grain is gone."""
CUTS: Final = 96
"""Lines across the page on which the bars are looked for, in both directions."""
FEWEST: Final = 0.12
"""Share of neighbouring cuts that must meet the bars: they are at least that long."""
NARROW: Final = (0.004, 0.02)
"""Breadth of a narrow bar against the long side of the page."""
RATIO: Final = (1.7, 3.6)
"""Breadth of a wide bar against a narrow one."""
SLOPE: Final = 0.09
"""How far bars may lean: 5°."""
CORE: Final = (0.05, 0.004)
"""Length and breadth, against the long side of the page, of the dark that a wide bar has inside even when it leans."""


def find_patch(grey: Pixels) -> Code | None:
    """Return the patch code T on a page image, or None; its box is in the image's pixels."""
    scale = min(1.0, LONGEST_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR) if scale < 1 else grey
    _, dark = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    along, across = (max(1, round(share * max(dark.shape))) for share in CORE)
    for lying in (True, False):
        core = np.ones((across, along) if lying else (along, across), np.uint8)
        if not cv2.erode(dark, core).any():  # print has nothing as long and thick; most pages are done here
            continue
        box = _bars(np.ascontiguousarray(dark if lying else dark.T))
        if box is not None:
            left, top, right, bottom = box if lying else (box[1], box[0], box[3], box[2])
            sides = (round(left / scale), round(top / scale), round(right / scale), round(bottom / scale))
            return Code(SYMBOLOGY, TEXT, sides)
    return None


def _bars(dark: npt.NDArray[np.uint8]) -> Box | None:
    """Return the place of lying bars: the longest run of cuts that all meet them where the one before did."""
    height, width = dark.shape
    longest = max(height, width)
    step = max(1.0, width / CUTS)
    run: list[tuple[int, int, int]] = []
    best: list[tuple[int, int, int]] = []
    for x in (int((place + 0.5) * step) for place in range(int(width / step))):
        met = _met(dark[:, x], longest)
        near = [one for one in met if run and abs(one[0] - run[-1][1]) <= 2 + SLOPE * (x - run[-1][0])]
        if near:
            run.append((x, *near[0]))
        elif met and not (run and x - run[-1][0] <= 2 * step):  # a hole or a stamp may break one cut
            run = [(x, *met[0])]
        if len(run) > len(best):
            best = run
    if len(best) * step < FEWEST * longest:
        return None
    return best[0][0], min(one[1] for one in best), best[-1][0], max(one[2] for one in best)


def _met(cut: npt.NDArray[np.uint8], longest: int) -> list[tuple[int, int]]:
    """Return where a cut across the page meets wide, narrow, narrow, wide with nothing close beside: start and end."""
    edges = np.flatnonzero(np.diff(cut)) + 1
    edges = np.concatenate(([0], edges, [len(cut)])) if not cut[0] else np.concatenate((edges, [len(cut)]))
    found = []
    # Stretches alternate light, dark, light …; seven from bar to bar, one of white on either side.
    for start in range(0, len(edges) - 9, 2):
        white, first, gap1, second, gap2, third, gap3, fourth, after = np.diff(edges[start : start + 10]).tolist()
        narrow = (second + third + gap1 + gap2 + gap3) / 5
        wide = (first + fourth) / 2
        even = all(0.5 * narrow <= one <= 1.6 * narrow for one in (second, third, gap1, gap2, gap3))
        sized = NARROW[0] * longest <= narrow <= NARROW[1] * longest and RATIO[0] <= wide / narrow <= RATIO[1]
        alike = min(first, fourth) >= 0.7 * max(first, fourth)
        if even and sized and alike and min(white, after) >= 1.5 * narrow:
            found.append((int(edges[start + 1]), int(edges[start + 8])))
    return found
