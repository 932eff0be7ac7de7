"""Fields as people set them right: where a value stood on a document, and what stands there on the next one like it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from dossier.reading import Page
from ocr.classify.lessons import Place
from ocr.classify.phrases import distance
from ocr.classify.sight import letters_of
from ocr.extract.labels import field_types
from ocr.extract.pairing import Candidate, candidate
from ocr.extract.pairing import Place as Spot
from ocr.extract.sheet import Cell, Row, Sheet, clean
from ocr.extract.typed import READINGS, Parsed

OF_THE_SENDER: Final = frozenset(
    {"issuer", "issuer_address", "seller_name", "seller_tax_id", "insurer", "currency", "jurisdiction"}
)
"""Fields that are the same on every paper of one sender: the person's value itself is taught, not only its place."""
_FORMED: Final = frozenset(
    {
        "vin",
        "resident-id",
        "credit-code",
        "tax-id",
        "party-id",
        "plate",
        "date",
        "date-year-first",
        "amount",
        "phone",
        "invoice-number",
        "invoice-code",
        "check-code",
        "sex",
        "ethnicity",
    }
)
"""Types whose values have a form of their own; of the others, what stands in the place is the value."""
_PROVEN: Final = frozenset({"check-digit", "cross-sum", "words", "code", "structured"})
_NEAR: Final = 0.04
"""How far from where it stood, in shares of the page, a value without an anchor is looked for."""
_MISREAD: Final = 0.25
"""Share of the letters of an anchor, or of a sender's value, that may be misread."""
TAIL: Final = 3
"""Characters after a value that are kept to tell where the next one ends."""
_LEAD: Final = " :：;；.·_*/|#=-—"
_ALIAS: Final[Mapping[str, str]] = {"seller_tax_id": "tax-id", "buyer_tax_id": "tax-id", "parties": "party"}
LESSON: Final = "lesson"
"""How a value is marked that was found by what a person taught."""


def places_of(fields: Mapping[str, str], pages: Sequence[Page]) -> tuple[Place, ...]:
    """Return where the values that a person gave stand on a document; an empty value teaches to leave the field out."""
    sheet = Sheet(tuple(page for page in pages if not page.blank and not page.failed))
    return tuple(_place(field, value, sheet) for field, value in fields.items())


def corrected(found: Mapping[str, Candidate], places: Sequence[Place], sheet: Sheet) -> dict[str, Candidate]:
    """Return the fields as the places teach them; what is proven otherwise stays as it was read."""
    fields = dict(found)
    for place in places:
        proven = place.field in found and found[place.field].checked in _PROVEN
        if proven or not sheet.rows:
            continue
        if not place.value:
            fields.pop(place.field, None)
            continue
        taught = _found(place, sheet)
        if taught is not None:
            fields[place.field] = taught
    return fields


def _place(field: str, value: str, sheet: Sheet) -> Place:
    for row in sheet.rows if value else ():
        for index, cell in enumerate(row.cells):
            stands = _stands(field, value, cell)
            if stands is None:
                continue
            start, end = stands
            tail = cell.text[end : end + TAIL]
            page = sheet.page(cell.page)
            across = (cell.box[0] + cell.box[2]) / 2 / max(1, page.width)
            anchor, way = _anchor(sheet, row, index, cell.text[:start])
            return Place(field, value, anchor, way, tail, round(across, 4), round(cell.middle / max(1, page.height), 4))
    return Place(field, value)


def _stands(field: str, value: str, cell: Cell) -> tuple[int, int] | None:
    """Return the offsets in a cell between which the value stands, or None when the cell does not say it."""
    at = cell.text.find(value)
    if at >= 0:
        return at, at + len(value)
    kind = _type(field)
    if kind in _FORMED:
        for start in _beginnings(cell.text):
            parsed = READINGS[kind](cell.text[start:])
            if parsed and parsed.value == value:
                return start, len(cell.text)
        return None
    wanted, letters = letters_of(value), letters_of(cell.text)
    if len(wanted) >= 2 and letters.endswith(wanted):
        starts = range(len(cell.text), -1, -1)
        return next(start for start in starts if letters_of(cell.text[start:]) == wanted), len(cell.text)
    return None


def _beginnings(text: str) -> list[int]:
    """Return the offsets at which a value may begin: the last first, so that a label is no part of it."""
    starts = [match.start() for match in re.finditer(r"(?<![\w.,/-])(?=\w)|(?<=[:：])|(?<=[^\W\d])(?=\d)", text)]
    return sorted({0, *starts}, reverse=True)


def _anchor(sheet: Sheet, row: Row, index: int, before: str) -> tuple[str, str]:
    if len(letters_of(before)) >= 2:
        return letters_of(before), "in"
    cell = row.cells[index]
    left = row.cells[index - 1].text if index else ""
    # Of a cell that holds values as well, the words after the last of them are the label.
    label = left if _is_printed(left) else re.split(r"\d", left)[-1]
    if _is_printed(label):
        return letters_of(label), "right"
    above = [
        other
        for each in sheet.rows
        for other in each.cells
        if other.page == cell.page
        and 0 < cell.box[1] - other.box[1] < 4 * cell.height
        and min(other.box[2], cell.box[2]) > max(other.box[0], cell.box[0])
        and _is_printed(other.text)
    ]
    if above:
        return letters_of(max(above, key=lambda other: other.box[1]).text), "below"
    return "", "none"


def _is_printed(text: str) -> bool:
    """Tell whether a text can be part of the form rather than filled in: letters, hardly a digit."""
    letters = letters_of(text)
    return len(letters) >= 2 and sum(c.isdigit() for c in letters) * 4 <= len(letters)


def _found(place: Place, sheet: Sheet) -> Candidate | None:
    constant = place.field in OF_THE_SENDER
    for spot, sure in _spots(place, sheet):
        parsed = _read(place.field, spot.text)
        if constant and parsed and _alike(parsed.value, place.value):
            parsed = replace(parsed, value=place.value)
        if parsed:
            return replace(candidate(place.field, parsed, spot, sure), checked=LESSON)
    if constant:
        return Candidate(place.field, place.value, 0.8, sheet.rows[0].page, sheet.rows[0].cells[0].box, LESSON, "")
    return None


def _spots(place: Place, sheet: Sheet) -> Iterator[tuple[Spot, float]]:
    """Yield where the value may stand: by its anchor, the nearest to where it stood first; else by its place alone."""
    spots: list[tuple[float, Spot]] = []
    for row in sheet.rows if place.anchor else ():
        for index, cell in enumerate(row.cells):
            end = _after(cell.text, place.anchor, last=place.way == "right")
            if end is None:
                continue
            spots += [(_away(place, spot, sheet), spot) for spot in _beside(sheet, row, index, end, place)]
    yield from ((spot, 0.97) for _, spot in sorted(spots, key=lambda one: one[0]))
    cells = [Spot.of_cells([cell]) for row in sheet.rows for cell in row.cells]
    near = sorted((away, number) for number, spot in enumerate(cells) if (away := _away(place, spot, sheet)) < _NEAR)
    yield from ((cells[number], 0.85) for _, number in near[:1])


def _beside(sheet: Sheet, row: Row, index: int, end: int, place: Place) -> Iterator[Spot]:
    way, tail = place.way, place.tail
    cell, first = row.cells[index], row.starts[index]
    if way == "in":
        rest = cell.text[end:]
        start = first + end + len(rest) - len(rest.lstrip(_LEAD))
        if start < first + len(cell.text):
            cut = cell.text.find(tail, start - first + 1) if tail else -1
            yield Spot.of_span(row.span(start, first + (cut if cut > 0 else len(cell.text))))
        elif index + 1 < len(row.cells):
            yield Spot.of_cells([row.cells[index + 1]])
    elif way == "right" and index + 1 < len(row.cells):
        yield Spot.of_cells([row.cells[index + 1]])
    elif way == "below":
        under = [
            other
            for each in sheet.following(row)
            for other in each.cells
            if other.box[1] - cell.box[1] < 4 * cell.height
            and min(other.box[2], cell.box[2]) > max(other.box[0], cell.box[0])
        ]
        if under:
            yield Spot.of_cells([min(under, key=lambda other: other.box[1])])


def _after(text: str, anchor: str, *, last: bool) -> int | None:
    """Return the offset in ``text`` after the anchor it begins with, some letters of it misread, or None.

    With ``last`` it is enough that the text ends with the anchor.
    """
    most = int(_MISREAD * len(anchor))
    if last and distance(letters_of(text)[-len(anchor) :], anchor) <= most:
        return len(text)
    best: tuple[int, int] | None = None
    for end in range(1, min(len(text), 3 * len(anchor) + 8) + 1):
        letters = letters_of(text[:end])
        if abs(len(letters) - len(anchor)) <= most:
            wrong = distance(letters, anchor)
            if wrong <= most and (best is None or wrong < best[0]):
                best = wrong, end
    return best[1] if best else None


def _away(place: Place, spot: Spot, sheet: Sheet) -> float:
    if place.across < 0:
        return 1.0
    page = sheet.page(spot.page)
    across = (spot.box[0] + spot.box[2]) / 2 / max(1, page.width) - place.across
    down = (spot.box[1] + spot.box[3]) / 2 / max(1, page.height) - place.down
    return max(abs(across), abs(down))


def _read(field: str, text: str) -> Parsed | None:
    kind = _type(field)
    parsed = READINGS[kind](text)
    if parsed or kind in _FORMED:
        return parsed
    plain = clean(text).strip(_LEAD)
    return Parsed(plain, 0.9) if plain else None


def _alike(one: str, other: str) -> bool:
    a, b = letters_of(one), letters_of(other)
    return distance(a, b) <= _MISREAD * max(len(a), len(b))


@cache
def _type(field: str) -> str:
    return _ALIAS.get(field) or field_types().get(field, "text")
