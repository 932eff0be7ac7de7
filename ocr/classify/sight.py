"""What classification sees of a document: folded lines, which of them could be a title, and the text as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final, Literal

from dossier.folding import HAN, fold, unspace
from dossier.reading import Line, Page

_NOT_WORD: Final = re.compile(r"[\W_]+")
_HAN: Final = re.compile(f"[{HAN}]")
_SPACES: Final = re.compile(r"[ \t\u3000]+")

Shape = Literal["sheet", "strip", "card", "photo", "none"]
"""How the text lies on the first page: a till slip's narrow strip, a card, a few words on a picture, or not known."""

PAGES_SEEN: Final = 10
"""Pages that are looked at to tell the kind; a long report is told by its beginning."""
TITLE_ROWS: Final = 14
"""How many rows of the first page may hold its title; a letterhead, a logo and a number often come before it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or some lines side by side, as a possible title.

    ``letters`` is its folded text without spaces and punctuation, ``breaks`` the places in it where a word may begin or
    end; ``top`` the place of its middle on the page, 0…1; ``size`` its height against the page's usual line; ``alone``
    tells whether nothing stands beside it.
    """

    text: str
    letters: str
    breaks: frozenset[int]
    top: float
    size: float
    page: int
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Sight:
    """A document as classification sees it.

    ``text`` is folded, Han unspaced, one row a line; ``letters`` has no spaces or punctuation at all. ``first`` is how
    many characters of ``text`` are the first page's.
    """

    rows: tuple[Row, ...]
    text: str
    letters: str
    first: int
    lines: int
    shape: Shape
    confidence: float
    pages: tuple[int, ...]
    codes: tuple[tuple[int, str], ...]


def letters_of(text: str) -> str:
    """Return folded ``text`` without spaces, punctuation and signs."""
    return _NOT_WORD.sub("", fold(text))


def is_han(text: str) -> bool:
    """Tell whether ``text`` has a Han character in it."""
    return _HAN.search(text) is not None


def look(pages: Sequence[Page]) -> Sight:
    """Return what classification sees of the pages of one document."""
    readable = [page for page in pages if not page.blank and page.failed is None and page.text.strip()][:PAGES_SEEN]
    texts = [_told(page) for page in readable]
    text = "\n".join(texts)
    lines = [line for page in readable for line in page.lines if line.text.strip()]
    weight = sum(len(line.text) for line in lines)
    return Sight(
        rows=tuple(row for page in readable[:1] for row in _rows(page)),
        text=text,
        letters=_NOT_WORD.sub("", text),
        first=len(texts[0]) if texts else 0,
        lines=len(lines),
        shape=shape_of(readable[0]) if readable else "none",
        confidence=sum(line.confidence * len(line.text) for line in lines) / weight if weight else 0.0,
        pages=tuple(page.number for page in pages),
        codes=tuple((page.number, code.text.strip()) for page in pages for code in page.codes),
    )


def _told(page: Page) -> str:
    kept, _ = unspace(page.text)
    # Reading order puts unrelated cells of a row one after the other, so line breaks between Han are kept apart here.
    broken = "\n".join(unspace(line)[0] for line in page.text.split("\n")) if kept != page.text else page.text
    return _SPACES.sub(" ", fold(broken))


def shape_of(page: Page) -> Shape:
    """Return how the text lies on a page, told from the block it fills, measured in its own line heights.

    A till roll is 32 to 48 characters wide, that is 13 to 21 line heights, and much longer than wide; office sheets
    begin near 29. Structured text has no real places, so it has no shape.
    """
    lines = [line for line in page.lines if line.text.strip()]
    if not lines or page.source == "structured":
        return "none"
    usual = median(_height(line) for line in lines)
    width = max(line.box[2] for line in lines) - min(line.box[0] for line in lines)
    height = max(line.box[3] for line in lines) - min(line.box[1] for line in lines)
    covered = sum(_height(line) * (line.box[2] - line.box[0]) for line in lines) / max(1, page.width * page.height)
    if len(lines) <= 6 and covered < 0.06:
        return "photo"
    if len(lines) >= 12 and width < 24 * usual and height > 1.45 * width:
        return "strip"
    if len(lines) <= 45 and 0.4 * width < height < 0.8 * width and width < 40 * usual:
        return "card"
    return "sheet"


def _height(line: Line) -> float:
    return float(max(1, line.box[3] - line.box[1]))


def _rows(page: Page) -> list[Row]:
    """Return the title candidates: each line, lines side by side, and two rows in a row, from the top down."""
    lines = sorted((line for line in page.lines if line.text.strip()), key=lambda line: line.box[1] + line.box[3])
    if not lines:
        return []
    usual = median(_height(line) for line in lines)
    groups: list[list[Line]] = []
    for line in lines:
        middle = (line.box[1] + line.box[3]) / 2
        if groups and any(one.box[1] < middle < one.box[3] for one in groups[-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    rows: list[Row] = []
    joined: list[Row] = []
    for group in groups:
        group.sort(key=lambda line: line.box[0])
        rows.extend(replace(_row([line], page, usual), alone=len(group) == 1) for line in group)
        if len(group) > 1 and sum(len(line.text) for line in group) <= 60:
            rows.append(_row(group, page, usual))
        joined.append(_row(group, page, usual))
    for above, below in pairwise(joined[: TITLE_ROWS + 1]):
        if len(above.letters) + len(below.letters) <= 60:
            text, size = f"{above.text} {below.text}", min(above.size, below.size)
            rows.append(Row(text, *_spelled(text), above.top, size, page.number))
    return [row for row in rows if row.letters]


def _row(lines: Sequence[Line], page: Page, usual: float) -> Row:
    text = " ".join(line.text for line in lines)
    middle = sum(line.box[1] + line.box[3] for line in lines) / (2 * len(lines))
    size = sum(_height(line) for line in lines) / len(lines) / max(1.0, usual)
    return Row(text, *_spelled(text), middle / max(1, page.height), size, page.number)


def _spelled(text: str) -> tuple[str, frozenset[int]]:
    """Return the letters of ``text`` and the places in them where a word begins or ends."""
    letters, breaks = "", {0}
    for word in _NOT_WORD.split(fold(text)):
        letters += word
        breaks.add(len(letters))
    return letters, frozenset(breaks)
