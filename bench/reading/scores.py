"""How alike a reading and the truth are: character F1 without order, character error rate with it."""

import unicodedata
from collections import Counter

import numpy as np


def squeezed(text: str) -> str:
    """Return text without white, its widths made one (NFKC)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def character_f1(truth: str, reading: str) -> float:
    """Return F1 over the characters of two texts, wherever they stand."""
    common = sum((Counter(truth) & Counter(reading)).values())
    return 2 * common / max(1, len(truth) + len(reading))


def edits(truth: str, reading: str) -> int:
    """Return the Levenshtein distance, at most the truth's length; row by row, a row at once."""
    letters = np.array([ord(letter) for letter in reading], dtype=np.int64)
    steps = np.arange(len(reading) + 1)
    above = steps.copy()
    for letter in truth:
        row = np.empty_like(above)
        row[0] = above[0] + 1
        row[1:] = np.minimum(above[1:] + 1, above[:-1] + (letters != ord(letter)))
        above = np.minimum.accumulate(row - steps) + steps  # what comes from the left costs one a step
    return min(int(above[-1]), len(truth))
