"""What people's corrections taught: a document that looks like one a person decided is of that kind.

A lesson's signature is made of a document's characters and tells much of its text: it must be kept sealed like the
text itself.
"""

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.reading import Page
from ocr.classify.grams import DIMENSIONS, words_of
from ocr.classify.sight import Sight, look

KEPT: Final = 500
"""Features of a document that a signature keeps, the strongest first: labels and letterheads, which come again."""
ALIKE: Final = 0.6
"""Likeness from which a lesson counts; the same form filled in by another hand has 0.7 and more, another form 0.4."""
LESSON_WEIGHT: Final = 7.0
"""What a lesson is worth in points of evidence when the documents are the same; a title is worth four."""
_ENTRY: Final = struct.Struct(">HB")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A kind that a person decided, and the signature of the document it was decided for."""

    kind: str
    signature: bytes


def signature(pages: Sequence[Page]) -> bytes:
    """Return the signature of a document: pairs of feature and weight, three bytes each, sorted by feature."""
    return _packed(words_of(look(pages)))


def taught(sight: Sight, lessons: Iterable[Lesson]) -> Mapping[str, float]:
    """Return the points that lessons give to kinds: only the nearest lesson of a kind counts.

    Raises:
        ValueError: a signature is not one.
    """
    lessons = tuple(lessons)
    if not lessons:
        return {}
    own = _unpacked(_packed(words_of(sight)))
    best: dict[str, float] = {}
    for lesson in lessons:
        likeness = _likeness(own, _unpacked(lesson.signature))
        if likeness >= ALIKE:
            points = LESSON_WEIGHT * (0.5 + 0.5 * (likeness - ALIKE) / (1 - ALIKE))
            best[lesson.kind] = max(best.get(lesson.kind, 0.0), points)
    if not best:
        return {}
    nearest = max(best.values())
    # Two lessons about like documents contradict each other: the nearer one is believed, the other hardly.
    return {kind: points if points == nearest else points / 3 for kind, points in best.items()}


def _packed(features: Mapping[int, float]) -> bytes:
    strongest = sorted(features.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
    most = max((weight for _, weight in strongest), default=1.0)
    return b"".join(_ENTRY.pack(index, max(1, round(255 * weight / most))) for index, weight in sorted(strongest))


def _unpacked(packed: bytes) -> dict[int, int]:
    if len(packed) % _ENTRY.size or len(packed) > KEPT * _ENTRY.size:
        raise ValueError(len(packed))
    entries = dict(_ENTRY.iter_unpack(packed))
    if any(index >= DIMENSIONS for index in entries):
        raise ValueError(max(entries))
    return entries


def _likeness(one: Mapping[int, int], other: Mapping[int, int]) -> float:
    """Return the cosine of two signatures, 0…1."""
    if not one or not other:
        return 0.0
    product = sum(weight * other.get(index, 0) for index, weight in one.items())
    norms = (sum(weight * weight for weight in side.values()) for side in (one, other))
    return product / math.prod(math.sqrt(norm) for norm in norms)
