"""Pair labels with their values by where they stand: after the label, in the next cell, or below it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dossier.reading import Box
from ocr.extract.labels import Found, Label, find_labels, guess_labels, is_label
from ocr.extract.sheet import Cell, Row, Sheet, Span, clean, union
from ocr.extract.typed import READINGS, Parsed

_ONE_CELL: Final = frozenset(
    {"person", "party", "address", "text", "model", "capital", "model-part", "ethnicity", "sex", "engine"}
)
"""Types whose value has no form of its own: it ends where the next wide gap begins."""
_FORMLESS: Final = frozenset({"address", "text", "model-part", "capital", "ethnicity", "sex"})
"""Types for which the text below a label proves nothing."""
_GUESSED: Final = (
    "vin plate id_number credit_code invoice_code invoice_number issue_date engine_number certificate_number "
    "brand_model policy_number insured legal_representative established registered_capital contract_number total "
    "birth_date"
)
_WORTH_GUESSING: Final = frozenset(_GUESSED.split())
"""Fields sought behind misread labels when no clear label gave them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that a field may have, with the place it was read from."""

    field: str
    value: str
    confidence: float
    page: int
    box: Box
    checked: str
    raw: str


def candidate(field: str, parsed: Parsed, place: "Place", strength: float = 1.0) -> Candidate:
    """Return a candidate whose confidence weighs the form of the value, its reading, and how it was found."""
    read = 0.55 + 0.45 * place.confidence
    proven = parsed.checked in {"check-digit", "words", "cross-sum"}
    confidence = parsed.trust * (max(read, 0.97) if proven else read) * strength
    return Candidate(field, parsed.value, min(confidence, 0.99), place.page, place.box, parsed.checked, place.text)


@dataclass(frozen=True, slots=True)
class Place:
    """A text on a page that may run over several lines."""

    text: str
    page: int
    box: Box
    confidence: float

    @classmethod
    def of_span(cls, span: Span) -> "Place":
        return cls(span.text, span.page, span.box, span.confidence)

    @classmethod
    def of_cells(cls, cells: Sequence[Cell], joint: str = "") -> "Place":
        return cls(
            joint.join(cell.text for cell in cells),
            cells[0].page,
            union([cell.box for cell in cells]),
            min(cell.confidence for cell in cells),
        )


def pair(sheet: Sheet, nature: str) -> Iterator[Candidate]:
    """Yield every value that a label of the table leads to; misread labels only for fields no clear label gave."""
    given: set[str] = set()
    labelled = {id(row): find_labels(row, nature) for row in sheet.rows}
    for row in sheet.rows:
        for position, found in enumerate(labelled[id(row)]):
            following = labelled[id(row)][position + 1 :]
            for label in found.labels:
                if label.field and label.fits(nature):
                    for one in _values(sheet, found, label, following, labelled):
                        given.add(one.field)
                        yield one
                        break
    wanted = _WORTH_GUESSING - given
    for row in sheet.rows:
        for found in guess_labels(row, wanted):
            for label in found.labels:
                if label.fits(nature):
                    yield from (
                        replace(one, confidence=one.confidence * 0.85)
                        for one in _values(sheet, found, label, (), labelled)
                    )


def _values(
    sheet: Sheet, found: Found, label: Label, following: Sequence[Found], labelled: dict[int, tuple[Found, ...]]
) -> Iterator[Candidate]:
    kind = "date-year-first" if label.type == "date" and sheet.chinese else label.type
    read = READINGS[kind]
    for place, share in _places(sheet, found, label, following, labelled):
        parsed = read(place.text)
        if parsed and not is_label(place.text):
            yield candidate(label.field, parsed, place, label.strength * share)


def _places(
    sheet: Sheet, found: Found, label: Label, following: Sequence[Found], labelled: dict[int, tuple[Found, ...]]
) -> Iterator[tuple[Place, float]]:
    """Yield where the value may stand, the likeliest first, with a share of confidence."""
    row = found.row
    stop = following[0].start if following else len(row.text)
    right = _right(row, found.end, stop, label.type)
    if right:
        span, gap = right
        place = Place.of_span(span)
        if label.type == "address":
            place = _continued(sheet, span, labelled)
        yield place, 1.0 - min(0.3, gap * 0.012)
    yield from ((place, 0.85) for place in _beside(row, found, stop, sheet, labelled))
    if label.type not in _FORMLESS and (label.type != "amount" or label.strength == 1.0):
        yield from ((place, 0.8) for place in _below(sheet, found, labelled))


def _right(row: Row, start: int, stop: int, kind: str) -> tuple[Span, float] | None:
    """Return the value to the right and the gap before it in line heights."""
    while start < stop and row.text[start] in " :：;；.·_*/|#":
        start += 1
    if start >= stop:
        return None
    first = row.cell_at(start)
    gap = 0.0
    if start == row.starts[first] and first > 0:
        gap = max(0, row.cells[first].box[0] - row.cells[first - 1].box[2]) / row.height
    if gap > 25:
        return None
    last = first
    while last + 1 < len(row.cells) and row.starts[last + 1] < stop:
        between = (row.cells[last + 1].box[0] - row.cells[last].box[2]) / row.height
        stamp = kind in _ONE_CELL and row.cells[last + 1].confidence < 0.6
        if stamp or between > (1.2 if kind in _ONE_CELL else 6):
            break
        last += 1
    end = min(stop, row.starts[last] + len(row.cells[last].text))
    return row.span(start, end), gap


def _beside(row: Row, found: Found, stop: int, sheet: Sheet, labelled: dict[int, tuple[Found, ...]]) -> Iterator[Place]:
    """Yield the cell right of a label that ends its row and stands a little higher or lower, as in skewed forms."""
    if row.text[found.end : stop].strip():
        return
    box = row.span(found.start, found.end).box
    height = box[3] - box[1]
    at = sheet.rows.index(row)
    near: list[tuple[float, Cell]] = []
    for other in sheet.rows[max(0, at - 3) : at + 4]:
        if other is row or other.page != row.page:
            continue
        for index, cell in enumerate(other.cells):
            first = other.starts[index]
            overlap = min(cell.box[3], box[3]) - max(cell.box[1], box[1])
            own = any(first <= label.start < first + len(cell.text) for label in labelled[id(other)])
            taken = any(label.start < first and first - label.end <= 2 for label in labelled[id(other)])
            gap = cell.box[0] - box[2]
            level = overlap > 0.15 * height and gap < 12 * height
            lower = -0.6 * height < overlap and cell.middle > (box[1] + box[3]) / 2 and gap < 4 * height
            if gap >= 0 and (level or lower) and not own and not taken:
                near.append((gap - 3 * overlap, cell))
    if near:
        yield Place.of_cells([min(near, key=lambda pair: pair[0])[1]])


def _below(sheet: Sheet, found: Found, labelled: dict[int, tuple[Found, ...]]) -> Iterator[Place]:
    """Yield the nearest cell under the label that is no label itself."""
    row = found.row
    box = row.span(found.start, found.end).box
    for other in sheet.following(row):
        if other.top - box[3] > 2.5 * row.height:
            return
        if other.bottom <= box[3]:
            continue
        for index, cell in enumerate(other.cells):
            overlap = min(cell.box[2], box[2]) - max(cell.box[0], box[0])
            if overlap < 0.3 * min(cell.width, box[2] - box[0]) and abs(cell.box[0] - box[0]) > row.height:
                continue
            first = other.starts[index]
            if any(first <= label.start < first + len(cell.text) for label in labelled[id(other)]):
                continue
            yield Place.of_cells([cell])
            return


def _continued(sheet: Sheet, span: Span, labelled: dict[int, tuple[Found, ...]]) -> Place:
    """Return an address with the lines that continue it: flush with its beginning, close below, without a label."""
    row = span.row
    left, bottom = span.box[0], span.box[3]
    cells = [Cell(span.text, span.box, span.page, span.confidence)]
    for other in sheet.following(row):
        if len(cells) == 4 or other.top - bottom > 0.8 * row.height:
            break
        follower = next(
            (
                (index, cell)
                for index, cell in enumerate(other.cells)
                if -1.5 * row.height < cell.box[0] - left < 1.5 * row.height and cell.box[1] > bottom - 0.6 * row.height
            ),
            None,
        )
        if follower is None:
            continue
        index, cell = follower
        first = other.starts[index]
        labels = [f for f in labelled[id(other)] if first <= f.start <= first + len(cell.text)]
        beside = index > 0 and left - other.cells[index - 1].box[2] < 12 * row.height
        text = clean(cell.text)
        scrap = len(text) <= 2 and not re.search(r"[号室楼栋座层村组]", text)
        if labels or beside or scrap or re.search(r"[:□☑√]", text) or text.isdecimal():
            break
        cells.append(cell)
        bottom = cell.box[3]
    joint = "" if any("一" <= c <= "鿿" for c in span.text) else " "
    return Place.of_cells(cells, joint)


def _elsewhere(one: Candidate, other: Candidate) -> bool:
    """Tell whether a value stands in two places, not the same place found in two ways."""
    a, b = one.box, other.box
    return one.page != other.page or min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) <= max(a[1], b[1])


def strongest(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    """Return the best candidate of each field; a value found at several places gains on one found once."""
    by_field: dict[str, dict[str, list[Candidate]]] = {}
    for one in candidates:
        by_field.setdefault(one.field, {}).setdefault(one.value, []).append(one)
    best: dict[str, Candidate] = {}
    for field, values in by_field.items():
        ranked = []
        for same in values.values():
            top = max(same, key=lambda c: c.confidence)
            again = any(_elsewhere(top, other) for other in same)
            doubt = 1.0 - top.confidence
            ranked.append(replace(top, confidence=1.0 - doubt * (0.6 if again else 1.0)))
        best[field] = max(ranked, key=lambda c: c.confidence)
    return best
