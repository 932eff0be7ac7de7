"""A document as numbers: its character n-grams, hashed, and how its text lies, for the model of families."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from dossier.folding import HAN
from ocr.classify.sight import Sight

DIMENSIONS: Final = 1 << 15
"""Size of the hashed space; collisions are rarer than the misreadings they would stand beside."""
READ: Final = 4000
"""Characters from the start that count: what a document is shows on its first page."""
LAID: Final = 0.16
"""Weight of each fact of layout beside text of length 1."""

_TOKEN: Final = re.compile(f"[{HAN}]+|[^\\W\\d_]+|\\d+|[:：□☐✓√%$€£¥_<]")


def features(sight: Sight) -> dict[int, float]:
    """Return the document's features: index below ``DIMENSIONS`` → weight, n-grams to length 1, layout beside them."""
    told = words_of(sight)
    for fact in _facts(sight):
        index = _hashed("\0" + fact)
        told[index] = told.get(index, 0.0) + LAID
    return told


def words_of(sight: Sight) -> dict[int, float]:
    """Return the features of the characters alone: index → weight, to length 1."""
    counts = Counter(_hashed(gram) for gram in _grams(sight.text[:READ]))
    weights = {index: 1 + math.log(count) for index, count in counts.items()}
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {index: weight / norm for index, weight in weights.items()}


def _hashed(gram: str) -> int:
    return zlib.crc32(gram.encode()) % DIMENSIONS


def _grams(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        if token.isdigit():
            yield f"#{min(len(token), 12)}"
        elif token.isascii():
            yield token
            word = f" {token} "
            for size in (3, 4, 5):
                for start in range(len(word) - size + 1):
                    yield word[start : start + size]
        else:
            for size in (1, 2, 3):
                for start in range(len(token) - size + 1):
                    yield token[start : start + size]


def _facts(sight: Sight) -> Iterator[str]:
    """Go through facts of layout, each a word with a step of its size."""
    rows = [row for row in sight.text.split("\n") if row.strip()]
    if not rows:
        return
    letters = max(1, len(sight.letters))
    steps = {
        "lines": math.log2(len(rows)),
        "length": math.log2(sum(map(len, rows)) / len(rows) + 1) * 2,
        "long": 10 * sum(len(row) > 60 for row in rows) / len(rows),
        "colon": 10 * sum(row.rstrip().endswith((":", "_", "□")) or ": " in row for row in rows) / len(rows),
        "digits": 10 * sum(character.isdigit() for character in sight.letters) / letters,
        "figures": 10 * sum(not any(c.isalpha() for c in row) for row in rows) / len(rows),
        "han": 4 * sum(character > "⺀" for character in sight.letters) / letters,
        "stops": 10 * sum(row.rstrip().endswith((".", ",", "。", "，", "、", "；")) for row in rows) / len(rows),
        "boxes": min(6, sum(row.count("□") for row in rows)),
    }
    yield f"shape {sight.shape}"
    for name, size in steps.items():
        yield f"{name} {round(size)}"
        yield f"{name} {round(size + 0.5)}b"
