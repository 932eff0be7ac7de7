"""Glyphs with places into lines of text, whatever order a file draws them in: PDF text layers and OFD pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from dossier.reading import Line

_NEAR: Final = 0.9
"""White that two glyphs of a line may have between them, in line heights."""
_SPACE: Final = 0.17
"""White from which Latin text has a space, in line heights."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box: left, top, right, bottom, top-down in page pixels; ``spaced`` when a space follows."""

    letter: str
    left: float
    top: float
    right: float
    bottom: float
    spaced: bool = False

    @property
    def height(self) -> float:
        """Height of the glyph's box, never 0."""
        return max(self.bottom - self.top, 0.1)

    @property
    def middle(self) -> float:
        """Height on the page of the glyph's middle."""
        return (self.top + self.bottom) / 2


def lines_of(glyphs: Iterable[Glyph], confidence: float = 1.0) -> list[Line]:
    """Return the lines that level glyphs form, in no particular order."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs and _drawn_twice(runs[-1], glyph):
            continue
        if runs and _is_ligature(runs[-1][-1], glyph):
            last = runs[-1][-1]
            runs[-1][-1] = replace(last, letter=last.letter + glyph.letter, spaced=glyph.spaced)
            continue
        if runs and _follows(runs[-1][-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    joined = _joined(runs)
    while len(joined) < len(runs):
        runs, joined = joined, _joined(joined)
    return [_line(run, confidence) for run in joined]


def _follows(last: Glyph, glyph: Glyph) -> bool:
    height = max(last.height, glyph.height)
    if abs(last.middle - glyph.middle) > 0.35 * height or min(last.height, glyph.height) < 0.4 * height:
        return False
    return glyph.left >= last.left + 0.15 * height and glyph.left - last.right <= _NEAR * height


def _is_ligature(last: Glyph, glyph: Glyph) -> bool:
    """Tell the letters of one glyph (ﬁ, ﬄ), which all come with its box."""
    near = 0.02 * glyph.height
    return (
        abs(last.left - glyph.left) < near and abs(last.right - glyph.right) < near and abs(last.top - glyph.top) < near
    )


def _drawn_twice(run: Sequence[Glyph], glyph: Glyph) -> bool:
    """Tell a glyph drawn over its like, as poor man's bold."""
    return any(
        one.letter == glyph.letter
        and abs(one.left - glyph.left) < 0.15 * glyph.height
        and abs(one.top - glyph.top) < 0.15 * glyph.height
        for one in run[-4:]
    )


def _joined(runs: list[list[Glyph]]) -> list[list[Glyph]]:
    """Join runs that continue each other on the page, or fill each other's gaps, though drawn apart."""
    joined: list[list[Glyph]] = []
    near: list[list[Glyph]] = []
    for run in sorted(runs, key=lambda one: (round(one[0].middle), one[0].left)):
        head = run[0]
        near = [one for one in near if one[0].middle > head.middle - 2 * head.height]
        home = next(
            (one for one in near if _follows(one[-1], head) or _follows(run[-1], one[0]) or _fills(one, run)), None
        )
        if home is None:
            joined.append(run)
            near.append(run)
        else:
            home += run
            home.sort(key=lambda one: one.left)
    return joined


def _fills(run: Sequence[Glyph], other: Sequence[Glyph]) -> bool:
    """Tell whether two runs of a row stand in each other's gaps."""
    left, right = other[0].left, other[-1].right
    if run[0].left > right or left > run[-1].right:
        return False
    if abs(run[0].middle - other[0].middle) > 0.35 * run[0].height:
        return False
    return not any(
        min(one.right, two.right) - max(one.left, two.left) > 0.3 * one.height for one in run for two in other
    )


def _line(run: Sequence[Glyph], confidence: float) -> Line:
    text = [run[0].letter]
    for last, glyph in pairwise(run):
        white = glyph.left - last.right
        height = max(last.height, glyph.height)
        # A space that the file draws counts only where it shows; between Han characters none is wanted.
        shows = white > _SPACE * height or (last.spaced and white > 0.03 * height)
        if shows and not (is_wide(last.letter) and is_wide(glyph.letter)):
            text.append(" ")
        text.append(glyph.letter)
    box = (
        round(min(one.left for one in run)),
        round(min(one.top for one in run)),
        round(max(one.right for one in run)),
        round(max(one.bottom for one in run)),
    )
    return Line("".join(text), box, confidence)


def is_wide(letter: str) -> bool:
    """Tell Han characters and full-width signs from letters that words are spelled with."""
    return ord(letter[0]) >= 0x2E80
