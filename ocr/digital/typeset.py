"""Text that has no pages of its own, set on A4 sheets so that it has lines with places like any other page."""

from collections.abc import Iterator, Sequence
from typing import Final

from dossier.reading import Line
from ocr.digital.glyphs import is_wide

DPI: Final = 200
WIDTH: Final = 1654
HEIGHT: Final = 2339
_MARGIN: Final = 120
_LETTER: Final = 17
_ROW: Final = 45
_ROWS_A_PAGE: Final = (HEIGHT - 2 * _MARGIN) // _ROW
_MOST_PAGES: Final = 500

Row = Sequence[str]
"""The texts that stand side by side in one row: one for a paragraph, several for the cells of a table."""

NEW_PAGE: Final[Row] = ("\f",)
"""A row that starts a new page."""


def typeset(rows: Sequence[Row]) -> list[tuple[Line, ...]]:
    """Return the lines of each page that the rows fill; one page without lines for no rows."""
    pages: list[list[Line]] = [[]]
    at = 0
    for row in rows:
        if row is NEW_PAGE or at >= _ROWS_A_PAGE:
            if len(pages) == _MOST_PAGES:
                break
            if pages[-1]:
                pages.append([])
            at = 0
            if row is NEW_PAGE:
                continue
        column = (WIDTH - 2 * _MARGIN) // max(1, len(row))
        deepest = 1
        for index, text in enumerate(row):
            left = _MARGIN + index * column
            for depth, part in enumerate(_wrapped(text, column // _LETTER)):
                top = _MARGIN + (at + depth) * _ROW
                if top + _ROW > HEIGHT - _MARGIN // 2:  # a cell too long for the sheet runs on below it
                    top = HEIGHT - _MARGIN // 2 - _ROW
                pages[-1].append(Line(part, (left, top, left + _width(part), top + 34), 1.0))
                deepest = max(deepest, depth + 1)
        at += deepest
    return [tuple(page) for page in pages]


def _width(text: str) -> int:
    return sum(2 * _LETTER if is_wide(letter) else _LETTER for letter in text)


def _wrapped(text: str, letters: int) -> Iterator[str]:
    """Yield the lines of a text of at most ``letters`` Latin letters each, broken at spaces where there are some."""
    for paragraph in text.splitlines():
        line, width = "", 0
        for word in _words(paragraph):
            size = sum(2 if is_wide(letter) else 1 for letter in word)
            if line and width + size > letters:
                yield line.strip()
                line, width = "", 0
            line += word
            width += size
        if line.strip():
            yield line.strip()


def _words(text: str) -> Iterator[str]:
    """Yield pieces that a line may break after: words with their space, and every Han character."""
    word = ""
    for letter in text:
        if is_wide(letter):
            if word:
                yield word
            word = ""
            yield letter
        else:
            word += letter
            if letter.isspace() or len(word) > 60:
                yield word
                word = ""
    if word:
        yield word
