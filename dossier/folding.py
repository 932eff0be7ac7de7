"""Fold text for comparing: width, case, diacritics and Traditional/Simplified, one character for one.

Because the length never changes, an offset in folded text is an offset in the text it came from. The table is package
data made by ``scripts/make_folding.py``; ``FOLDING`` names its contents, and an index made with another one must be
made again.
"""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

_SOURCE: Final = (files("dossier") / "folding.tsv").read_text(encoding="utf-8")
FOLDING: Final = sha256(_SOURCE.encode()).hexdigest()[:16]
"""The name of the folding table in force: changes when the table does."""

HAN: Final = "〇々㐀-䶿一-鿿豈-﫿\U00020000-\U000323af"
"""The inside of a regular expression's character class for Han characters."""
_SPACE_IN_HAN: Final = re.compile(f"(?<=[{HAN}])\\s+(?=[{HAN}])")


@cache
def _table() -> dict[int, int]:
    table = {code: code + 0x20 for code in range(ord("A"), ord("Z") + 1)}
    for line in _SOURCE.split("\n"):
        after, _, before = line.partition("\t")
        table.update((ord(character), ord(after)) for character in before)
    return table


@cache
def _variants() -> dict[str, str]:
    groups: dict[str, str] = {}
    for before, after in _table().items():
        groups[chr(after)] = groups.get(chr(after), "") + chr(before)
    return groups


def fold(text: str) -> str:
    """Return ``text`` folded, exactly as long as it was; folding twice changes nothing more."""
    return text.lower() if text.isascii() else text.translate(_table())


@cache
def variants(character: str) -> str:
    """Return every character that folds to this folded one, itself first."""
    return character + _variants().get(character, "")


def unspace(text: str) -> tuple[str, Sequence[int]]:
    """Drop the spaces and line breaks that stand between two Han characters.

    Returns the text and, for each of its characters, its offset in ``text``; the offset after the last one follows, so
    that ``positions[start]`` and ``positions[end - 1] + 1`` cut a hit from the original.
    """
    positions: list[int] = []
    kept: list[str] = []
    start = 0
    for gap in _SPACE_IN_HAN.finditer(text):
        kept.append(text[start : gap.start()])
        positions.extend(range(start, gap.start()))
        start = gap.end()
    if not kept:
        return text, range(len(text) + 1)
    kept.append(text[start:])
    positions.extend(range(start, len(text) + 1))
    return "".join(kept), positions
