"""The catalogue made ready for matching: phrases folded and indexed, cues as they stand in read text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dossier.catalogue import Catalogue, Kind, catalogue
from dossier.folding import fold
from ocr.classify.phrases import PhraseIndex
from ocr.classify.sight import is_han, letters_of

PROSE: Final = frozenset({"contract", "letter", "report", "other"})
"""Families written in sentences: their cues stand inside long lines, those of the others begin a line or a cell."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title phrase: the kind it names, how specific it is, whether it must end the line."""

    kind: str
    specific: float
    ending: bool


@dataclass(frozen=True, slots=True)
class CueMatcher:
    """A cue of a kind: a word expression for Latin script, plain letters for Han; ``squeezed`` finds it unspaced."""

    kind: str
    phrase: str
    weight: float
    plain: str
    word: re.Pattern[str] | None
    squeezed: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that matching needs of the catalogue."""

    kinds: Mapping[str, Kind]
    titles: PhraseIndex[Title]
    cues: tuple[CueMatcher, ...]


def lexicon() -> Lexicon:
    """Return the catalogue in force, ready for matching."""
    return _ready(catalogue())


@lru_cache(maxsize=2)
def _ready(kinds: Catalogue) -> Lexicon:
    return compiled(kinds)


def compiled(kinds: Catalogue) -> Lexicon:
    """Return ``kinds`` ready for matching."""
    titles: list[tuple[str, Title]] = []
    for kind in kinds:
        titles += [(letters_of(text), Title(kind.id, specificity(text), ending=False)) for text in kind.phrases]
        titles += [(letters_of(text), Title(kind.id, specificity(text), ending=True)) for text in kind.endings]
    cues = [_cue(kind.id, cue.phrase, cue.weight) for kind in kinds for cue in kind.cues]
    return Lexicon(kinds.kinds, PhraseIndex(titles), tuple(cues))


def specificity(phrase: str) -> float:
    """Return how much a title phrase tells by itself: one short common word little, a long name everything."""
    if is_han(phrase):
        return {1: 0.35, 2: 0.6, 3: 0.8, 4: 0.92}.get(len(letters_of(phrase)), 1.05)
    words = len(re.findall(r"[a-z0-9]+", fold(phrase)))
    return {1: 0.72, 2: 0.95}.get(words, 1.1)


def _cue(kind: str, phrase: str, weight: float) -> CueMatcher:
    folded = fold(phrase)
    if is_han(folded) or not re.search(r"[a-z0-9]", folded):
        return CueMatcher(kind, phrase, weight, folded, None, "")
    before = r"(?<![a-z0-9])" if folded[0].isalnum() else ""
    after = r"(?![a-z])" if folded[-1].isalpha() and not folded.endswith("indemnif") else ""
    words = r"\s*".join(re.escape(word) for word in folded.split())
    squeezed = folded.replace(" ", "")
    return CueMatcher(
        kind, phrase, weight, squeezed, re.compile(before + words + after), squeezed if len(squeezed) >= 9 else ""
    )
