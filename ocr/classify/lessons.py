"""What people's corrections taught: a document that looks like one a person decided is of that kind.

A lesson's signature is made of a document's characters and tells much of its text: it must be kept sealed like the
text itself.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
import numpy.typing as npt

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
_LENGTH: Final = struct.Struct(">H")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person's value of a field stood on a document, so that it is found on the next of the same layout.

    ``value`` empty means that the person took the field away. ``anchor`` is the printed text before the value and
    ``way`` how the value stands to it: ``in`` the same line, ``right`` of it or ``below``; ``none`` where there is no
    such text. ``tail`` is what follows the value in its line. ``across`` and ``down`` are the middle of the value in
    shares of its page, -1 where it was not found.
    """

    field: str
    value: str
    anchor: str = ""
    way: str = "none"
    tail: str = ""
    across: float = -1.0
    down: float = -1.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """A kind that a person decided, the signature of the document it was for, and the fields they set right on it."""

    kind: str
    signature: bytes
    places: tuple[Place, ...] = ()

    @classmethod
    def load(cls, kind: str, content: bytes) -> Self:
        """Return the lesson that ``dump`` wrote.

        Raises:
            ValueError: it did not.
        """
        if len(content) < _LENGTH.size:
            raise ValueError(len(content))
        (length,) = _LENGTH.unpack_from(content)
        signed, rest = content[_LENGTH.size : _LENGTH.size + length], content[_LENGTH.size + length :]
        if len(signed) != length:
            raise ValueError(len(content))
        return cls(kind, signed, tuple(Place(**place) for place in json.loads(rest or b"[]")))

    def dump(self) -> bytes:
        """Return all but the kind as bytes."""
        places = json.dumps([asdict(place) for place in self.places], ensure_ascii=False).encode()
        return _LENGTH.pack(len(self.signature)) + self.signature + places


@dataclass(frozen=True, slots=True)
class Compared:
    """Lessons as arrays: all their features one after the other, the weights of each lesson to length 1."""

    features: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]

    def likeness(self, sight: Sight) -> npt.NDArray[np.float32]:
        """Return how like each lesson's document is, 0…1: the cosine of the signatures."""
        own = np.zeros(DIMENSIONS, np.float32)
        indices, weights = _unpacked(_packed(words_of(sight)))
        own[indices] = weights
        return np.asarray(np.add.reduceat(own[self.features] * self.weights, self.starts), np.float32)


def signature(pages: Sequence[Page]) -> bytes:
    """Return the signature of a document: pairs of feature and weight, three bytes each, sorted by feature."""
    return _packed(words_of(look(pages)))


def taught(sight: Sight, lessons: Iterable[Lesson]) -> Mapping[str, float]:
    """Return the points that lessons give to kinds: only the nearest lesson of a kind counts.

    Raises:
        ValueError: a signature is not one.
    """
    best: dict[str, float] = {}
    for lesson, likeness in alike(sight, tuple(lessons)):
        points = LESSON_WEIGHT * (0.5 + 0.5 * (likeness - ALIKE) / (1 - ALIKE))
        best[lesson.kind] = max(best.get(lesson.kind, 0.0), points)
    if not best:
        return {}
    nearest = max(best.values())
    # Two lessons about like documents contradict each other: the nearer one is believed, the other hardly.
    return {kind: points if points == nearest else points / 3 for kind, points in best.items()}


def alike(sight: Sight, lessons: tuple[Lesson, ...]) -> list[tuple[Lesson, float]]:
    """Return the lessons about documents like this one with their likeness, the most alike first.

    Raises:
        ValueError: a signature is not one.
    """
    if not lessons or not sight.letters:
        return []
    likeness = compared(lessons).likeness(sight)
    order = [int(place) for place in np.argsort(-likeness, kind="stable") if likeness[place] >= ALIKE]
    return [(lessons[place], float(likeness[place])) for place in order]


@lru_cache(maxsize=4)
def compared(lessons: tuple[Lesson, ...]) -> Compared:
    """Return lessons ready for comparing; they are the same for a whole run of documents.

    Raises:
        ValueError: a signature is not one.
    """
    parts = [_unpacked(lesson.signature) for lesson in lessons]
    starts = np.cumsum([0, *(len(indices) for indices, _ in parts)])[:-1]
    return Compared(np.concatenate([i for i, _ in parts]), np.concatenate([w for _, w in parts]), starts)


def _packed(features: Mapping[int, float]) -> bytes:
    strongest = sorted(features.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
    most = max((weight for _, weight in strongest), default=1.0)
    return b"".join(_ENTRY.pack(index, max(1, round(255 * weight / most))) for index, weight in sorted(strongest))


def _unpacked(packed: bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return features and weights to length 1."""
    if not packed or len(packed) % _ENTRY.size or len(packed) > KEPT * _ENTRY.size:
        raise ValueError(len(packed))
    entries = dict(_ENTRY.iter_unpack(packed))
    if any(index >= DIMENSIONS for index in entries):
        raise ValueError(max(entries))
    indices = np.fromiter(entries.keys(), np.int64, len(entries))
    weights = np.fromiter(entries.values(), np.float32, len(entries))
    return indices, weights / np.float32(np.linalg.norm(weights))


def vectors(lessons: tuple[Lesson, ...]) -> Iterable[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]]:
    """Go through the signatures of lessons: features and weights to length 1.

    Raises:
        ValueError: a signature is not one.
    """
    return (_unpacked(lesson.signature) for lesson in lessons)
