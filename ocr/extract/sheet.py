"""The working view of pages for finding fields: cells in rows, with every character traced to its place on the page."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Final

from dossier.folding import HAN, fold
from dossier.reading import Box, Page

_GAP: Final = "  "
_READ: Final = 0.3
"""Below this confidence a line is the shred of a stamp or picture, not text."""
_HAN_SPACE: Final = re.compile(f"(?<=[{HAN}])\\s+(?=[{HAN}])")


def clean(text: str) -> str:
    """Return text as a value is given: full-width forms folded, no spaces between Han characters, else single ones."""
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    return _HAN_SPACE.sub("", folded)


def search_key(text: str) -> str:
    """Return ``text`` folded for finding labels, exactly as long as it was."""
    if unicodedata.is_normalized("NFKC", text):
        return fold(text)
    return fold("".join(n if len(n := unicodedata.normalize("NFKC", c)) == 1 else c for c in text))


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a page as a piece of a row."""

    text: str
    box: Box
    page: int
    confidence: float

    @property
    def height(self) -> int:
        return max(1, self.box[3] - self.box[1])

    @property
    def width(self) -> int:
        return max(1, self.box[2] - self.box[0])

    @property
    def middle(self) -> float:
        """Vertical centre."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def upright(self) -> bool:
        """Tell whether several characters stand above each other in it, as in the margins of forms."""
        return len(self.text) > 1 and self.height > 2 * self.width


@dataclass(frozen=True)
class Row:
    """Cells side by side. ``text`` is theirs with two spaces between; ``key`` the same folded for finding."""

    cells: tuple[Cell, ...]

    @cached_property
    def text(self) -> str:
        return _GAP.join(cell.text for cell in self.cells)

    @cached_property
    def key(self) -> str:
        return search_key(self.text)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset at which each cell begins in ``text``."""
        starts, at = [], 0
        for cell in self.cells:
            starts.append(at)
            at += len(cell.text) + len(_GAP)
        return tuple(starts)

    @property
    def page(self) -> int:
        return self.cells[0].page

    @property
    def top(self) -> int:
        return min(cell.box[1] for cell in self.cells)

    @property
    def bottom(self) -> int:
        return max(cell.box[3] for cell in self.cells)

    @property
    def height(self) -> float:
        return median(cell.height for cell in self.cells)

    def cell_at(self, offset: int) -> int:
        """Return the index of the cell that holds the character at ``offset``."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def span(self, start: int, end: int) -> "Span":
        """Return what stands between two offsets."""
        return Span(self, start, end)


@dataclass(frozen=True)
class Span:
    """A stretch of a row's text with its place and confidence."""

    row: Row
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.row.text[self.start : self.end]

    @property
    def page(self) -> int:
        return self.row.page

    @property
    def box(self) -> Box:
        """The box of the stretch; inside one cell, a share of it by character count (Han count double)."""
        boxes = []
        for index in range(self.row.cell_at(self.start), self.row.cell_at(max(self.start, self.end - 1)) + 1):
            cell, first = self.row.cells[index], self.row.starts[index]
            low, high = max(0, self.start - first), min(len(cell.text), self.end - first)
            if high <= low:
                continue
            unit = cell.width / max(1, _advance(cell.text))
            left = cell.box[0] + unit * _advance(cell.text[:low])
            right = cell.box[0] + unit * _advance(cell.text[:high])
            boxes.append((round(left), cell.box[1], round(right), cell.box[3]))
        return union(boxes) if boxes else self.row.cells[self.row.cell_at(self.start)].box

    @property
    def confidence(self) -> float:
        first, last = self.row.cell_at(self.start), self.row.cell_at(max(self.start, self.end - 1))
        cells = self.row.cells[first : last + 1]
        return min(cell.confidence for cell in cells)


def _advance(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def union(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around all of ``boxes``."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


@dataclass(frozen=True)
class Sheet:
    """All readable pages of a document as rows from top to bottom."""

    pages: tuple[Page, ...]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for page in self.pages for row in _rows(page, self.slopes[page.number]))

    @cached_property
    def slopes(self) -> Mapping[int, float]:
        """The slope of the text lines of each page."""
        return {page.number: tilt([line.box for line in page.lines]) for page in self.pages}

    @cached_property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows)

    @cached_property
    def key(self) -> str:
        """The text of all rows folded, without any white space: for telling what a document speaks of."""
        return re.sub(r"\s+", "", search_key(self.text))

    @cached_property
    def chinese(self) -> bool:
        """Tell whether at least a tenth of the letters are Han characters."""
        return len(re.findall(f"[{HAN}]", self.text)) * 10 >= sum(c.isalnum() for c in self.text) > 0

    @cached_property
    def columns(self) -> int:
        """How many characters of the usual width fit across the printed part of the first page; 0 without text."""
        first = [
            cell for row in self.rows for cell in row.cells if row.page == self.rows[0].page and len(cell.text) >= 4
        ]
        if not first:
            return 0
        lefts, rights = sorted(cell.box[0] for cell in first), sorted(cell.box[2] for cell in first)
        # Notes written beside the print and the shadow of an edge are not its width.
        across = rights[int(0.97 * (len(first) - 1))] - lefts[int(0.03 * (len(first) - 1))]
        return round(across / median(cell.width / len(cell.text) for cell in first))

    @cached_property
    def line_height(self) -> float:
        """The usual height of a line, in pixels."""
        return median([cell.height for row in self.rows for cell in row.cells] or [1])

    def page(self, number: int) -> Page:
        """Return the page with this number."""
        return next(page for page in self.pages if page.number == number)

    def following(self, row: Row) -> Iterator[Row]:
        """Yield the rows below ``row`` on its page, the nearest first."""
        at = self.rows.index(row)
        for other in self.rows[at + 1 :]:
            if other.page != row.page:
                return
            yield other

    def says(self, *phrases: str) -> bool:
        """Tell whether any of the phrases (folded, without spaces) occurs."""
        return any(phrase in self.key for phrase in phrases)


def tilt(boxes: Sequence[Box]) -> float:
    """Return the slope (down per right) of the text lines of a page, as far as their places show it; 0 when unsure.

    Pieces of one row lie on one line: the slope is the one under which the middles of pieces bunch together most.
    """
    if len(boxes) < 8:
        return 0.0
    points = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in boxes]
    unit = sorted(b[3] - b[1] for b in boxes)[len(boxes) // 4] / 3 or 1.0

    def bunching(slope: float) -> float:
        heights = sorted(y - slope * x for x, y in points)
        return sum(max(0.0, 1 - (b - a) / unit) for a, b in pairwise(heights))

    level = bunching(0.0)
    best = max((step / 400 for step in range(-40, 41)), key=lambda slope: bunching(slope) - abs(slope))
    return best if bunching(best) > 1.25 * level + 1 else 0.0


def levelled(box: Box, slope: float) -> Box:
    """Return a box of a page with this slope where it would lie on a level page."""
    if not slope:
        return box
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    # The box of a sloping line is too high by what the line falls over its length.
    height = max(0.4 * (box[3] - box[1]), box[3] - box[1] - abs(slope) * (box[2] - box[0]))
    y, shift = middle_y - slope * middle_x, slope * middle_y
    return round(box[0] + shift), round(y - height / 2), round(box[2] + shift), round(y + height / 2)


def sloping(box: Box, slope: float) -> Box:
    """Return where a level box lies on the page with this slope: the way back from ``levelled``, tight on the text."""
    if not slope:
        return box
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    old_x = (middle_x - slope * middle_y) / (1 + slope * slope)
    old_y = middle_y + slope * old_x
    width, height = box[2] - box[0], box[3] - box[1] + abs(slope) * (box[2] - box[0])
    left, top = old_x - width / 2, old_y - height / 2
    return max(0, round(left)), max(0, round(top)), round(left + width), round(top + height)


def _rows(page: Page, slope: float) -> list[Row]:
    cells = [
        Cell(line.text.strip(), levelled(line.box, slope), page.number, line.confidence)
        for line in page.lines
        if line.text.strip() and line.confidence >= _READ
    ]
    upright = [cell for cell in cells if cell.upright]
    rows: list[list[Cell]] = []
    for cell in sorted((c for c in cells if not c.upright), key=lambda c: c.middle):
        best, share = None, 0.45
        for row in rows[-12:]:
            near = min(row, key=lambda c: max(c.box[0] - cell.box[2], cell.box[0] - c.box[2]))
            overlap = min(near.box[3], cell.box[3]) - max(near.box[1], cell.box[1])
            covers = min(near.box[2], cell.box[2]) - max(near.box[0], cell.box[0])
            if covers > 0.5 * min(near.width, cell.width):
                continue
            if overlap / min(near.height, cell.height) > share:
                best, share = row, overlap / min(near.height, cell.height)
        if best is None:
            rows.append([cell])
        else:
            best.append(cell)
    rows += [[cell] for cell in upright]
    made = [Row(tuple(sorted(row, key=lambda c: c.box[0]))) for row in rows]
    return sorted(made, key=lambda row: median(cell.middle for cell in row.cells))
