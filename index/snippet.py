"""Where a hit stands in a page as it was read: marks, the words around them, the lines' boxes, a score. Pure.

The index knows the searchable form; here its phrases are looked for in the original text, by a pattern that allows for
every form of a character and for the spaces that recognition put between Han characters.
"""

import math
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dossier.folding import HAN, fold, variants
from dossier.reading import Box
from index.query import Term
from index.texts import PageText, comparable
from index.tokens import Phrase, searchable

WIDTH: Final = 120
"""Characters of a snippet."""
MOST_MARKS: Final = 200
_BEFORE: Final = 40
_TITLE: Final = 60
"""A phrase among a page's first characters is likely in its title."""
_ASCII: Final = re.compile(r"[a-z0-9]")
_HAN: Final = re.compile(f"[{HAN}]")
_LINE_BREAK: Final = re.compile(r"[\r\n\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

_LOOK_ALIKE: Final = {
    digit: digit + "".join(letter for letter in string.ascii_lowercase if comparable(letter) == digit)
    for digit in string.digits
}

Mark = tuple[int, int]
"""Start and end of a hit."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a hit: words cut from the page, the marks in them, and the boxes of all lines with hits."""

    snippet: str
    marks: tuple[Mark, ...]
    boxes: tuple[Box, ...]


def show(page: PageText, terms: Sequence[Term]) -> Shown:
    """Return what to show of a page that answers these terms.

    Where only a field's value answers, the value is shown; line breaks are shown as spaces.
    """
    marks = find(page.text, terms)
    if not marks and terms:
        for _, value in page.values:
            found = find(value, terms)
            named = any(term.identifier and comparable(value).startswith(term.identifier) for term in terms)
            if found or named:
                start = page.text.find(value)
                boxes = page.boxes(start, start + len(value)) if start >= 0 else []
                return Shown(_one_line(value), tuple(found or [(0, len(value))]), tuple(boxes))
    start, end = _window(page.text, marks)
    shown = [
        (max(first, start) - start, min(last, end) - start) for first, last in marks if first < end and last > start
    ]
    boxes = [box for mark in marks for box in page.boxes(*mark)]
    return Shown(_one_line(page.text[start:end]), tuple(shown), tuple(dict.fromkeys(boxes)))


def find(text: str, terms: Sequence[Term]) -> list[Mark]:
    """Return where the terms' phrases stand in a text, in order and apart."""
    found: list[Mark] = []
    for term in terms:
        for phrase in term.phrases:
            hits = [match.span() for match in pattern(phrase.form).finditer(text)]
            found += (hits or _by_form(text, phrase))[:MOST_MARKS]
        if term.identifier and not found:
            found = [match.span() for match in _alike(term.identifier).finditer(text)]
    joined: list[Mark] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined[:MOST_MARKS]


def score(text: str, values: str, terms: Sequence[Term]) -> float:
    """Return how well a page answers: how often, how long the phrases, in its title or a field, on how short a page."""
    total = 0.0
    for term in terms:
        best = 0.0
        for phrase in term.phrases:
            starts = [match.start() for match in pattern(phrase.form).finditer(text)]
            if starts:
                place = 1.5 if starts[0] < _TITLE else 1.0
                best = max(best, (1.0 + math.log(len(starts))) * place)
        if values and any(pattern(phrase.form).search(values) for phrase in term.phrases):
            best += 1.0
        total += best * math.sqrt(len(term.phrases[0].form))
    return total / (1.0 + math.log1p(len(text) / 1_000))


@lru_cache(maxsize=512)
def pattern(form: str) -> re.Pattern[str]:
    """Return the expression for a searchable form in text that was not folded."""
    parts: list[str] = []
    before = ""
    for character in form:
        if character == " ":
            before += character
            continue
        if before:
            parts.append(_between(before, character))
        parts.append(f"[{''.join(map(_escaped, variants(character)))}]")
        before = character
    return re.compile("".join(parts))


@lru_cache(maxsize=512)
def _alike(identifier: str) -> re.Pattern[str]:
    """Return the expression for an identifier with other hyphens or look-alikes."""
    classes = [
        "".join(_escaped(form) for character in _LOOK_ALIKE.get(one, one) for form in variants(character))
        for one in fold(identifier)
    ]
    return re.compile(r"[\W_]?".join(f"[{characters}]" for characters in classes))


def _between(before: str, after: str) -> str:
    """Return what may stand between two characters of a form; ``before`` ends in a space at a break."""
    if before.endswith(" "):
        return r"[\W_]+"
    if bool(_ASCII.match(before)) != bool(_ASCII.match(after)):
        return r"[\W_]*"
    return r"\s*" if _HAN.match(before) and _HAN.match(after) else ""


def _escaped(character: str) -> str:
    return f"\\{character}" if character in "\\]^-[&~|" else character


def _by_form(text: str, phrase: Phrase) -> list[Mark]:
    """Find a phrase through the searchable form: slower, and exactly as the index sees the text."""
    if len(phrase.form) > len(text):
        return []
    form = searchable(text)
    found: list[Mark] = []
    at = form.text.find(phrase.form)
    while at >= 0 and len(found) < MOST_MARKS:
        found.append(form.span(at, at + len(phrase.form)))
        at = form.text.find(phrase.form, at + len(phrase.form))
    return found


def _window(text: str, marks: Sequence[Mark]) -> Mark:
    """Return the stretch of the text that shows most marks, with some words before the first of them."""
    best, most = 0, 0
    for first, _ in marks:
        start = max(0, first - _BEFORE)
        inside = sum(1 for left, right in marks if start <= left and right <= start + WIDTH)
        if inside > most:
            best, most = start, inside
    if marks and not most:  # a hit longer than the window
        best = marks[0][0]
    start = max(0, min(best, len(text) - WIDTH))
    return start, min(len(text), start + WIDTH)


def _one_line(text: str) -> str:
    return _LINE_BREAK.sub(" ", text)
