"""Does the text a file carries agree with what its page shows? A sample of lines is read and compared."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from dossier.reading import Line
from ocr.engines import Pixels
from ocr.engines.recognition import Recogniser

LEAST_AGREEMENT: Final = 0.6
MOST_SAMPLES: Final = 6


def agrees(lines: Sequence[Line], image: Pixels, recogniser: Recogniser) -> bool:
    """Tell whether the longest lines, read from the image, say what the text says: its median line agrees."""
    chosen = sorted(lines, key=lambda line: -min(len(line.text), 40))[:MOST_SAMPLES]
    shares = []
    for line in chosen:
        left, top, right, bottom = line.box
        if right - left < 8 or bottom - top < 6 or bottom - top > 2 * (right - left):
            continue
        margin = max(1, (bottom - top) // 8)
        part = image[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
        if part.size:
            told = recogniser.tell(np.ascontiguousarray(part))
            shares.append(likeness(line.text, "".join(one.text for one in told)))
    return bool(shares) and float(np.median(shares)) >= LEAST_AGREEMENT


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are by the characters they share, order apart: 0…1."""
    first, second = Counter("".join(one.split()).casefold()), Counter("".join(other.split()).casefold())
    return 2 * sum((first & second).values()) / max(1, first.total() + second.total())
