"""Fields of identity cards in Latin script, which print small labels above their values."""

import re
from collections.abc import Iterator
from typing import Final

from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Cell, Sheet, clean
from ocr.extract.typed import READINGS, Parsed
from ocr.validators.dates import find_dates

_LABELS: Final = (
    ("surname", r"(?:1\.?\s*)?(?:surname|last\s*name|family\s*name|nom|apellidos?|nachname)\b.{0,20}"),
    ("given", r"(?:2\.?\s*)?(?:given\s*names?|first\s*names?|forenames?|pr[ée]noms?|nombres?|vorname)\b.{0,20}"),
    ("name", r"(?:full\s*)?name"),
    ("sex", r"(?:sex|gender|sexe|sexo)\b.{0,8}"),
    ("birth_date", r"(?:date\s*of\s*birth|birth\s*date|dob|born|geburtsdatum|date\s*de\s*naissance)\b.{0,20}"),
    ("expiry_date", r"(?:expires?|expiry(?:\s*date)?|date\s*of\s*expiry|valid\s*(?:until|thru)|exp)\b.{0,20}"),
    ("issue_date", r"(?:date\s*of\s*issue|issue\s*date|issued|iss)\b.{0,20}"),
    ("id_number", r"(?:card|document|id(?:entity)?(?:\s*card)?|personal|licen[cs]e|dl)\s*(?:no|number|num|#)\b.{0,12}"),
)  # fmt: skip


def latin_card(sheet: Sheet) -> Iterator[Candidate]:
    """Yield what the labels of a card in Latin script lead to: below them, or after them on the same line."""
    if sheet.chinese:
        return
    cells = [cell for row in sheet.rows for cell in row.cells]
    names: dict[str, Cell] = {}
    for cell in cells:
        for field, shape in _LABELS:
            match = re.fullmatch(rf"\W*{shape}\W*", cell.text, re.IGNORECASE)
            value = _below(cell, cells) if match else None
            if value is None:
                continue
            if field in {"surname", "given", "name"}:
                names.setdefault(field, value)
            else:
                yield from _value(field, value)
            break
    whole = [names[part] for part in (("name",) if "name" in names else ("given", "surname")) if part in names]
    text = " ".join(clean(cell.text) for cell in whole)
    if re.fullmatch(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ .'’-]{2,50}", text):
        yield candidate("name", Parsed(text, 0.85), Place.of_cells(whole, " "))


def _value(field: str, cell: Cell) -> Iterator[Candidate]:
    text = clean(cell.text)
    place = Place.of_cells([cell])
    if field.endswith("_date"):
        hits = find_dates(text)
        if hits:
            yield candidate(field, Parsed(hits[0].readings[0].isoformat(), 0.9 if hits[0].sure else 0.75), place)
    elif field == "sex":
        parsed = READINGS["sex"](text)
        if parsed:
            yield candidate(field, parsed, place)
    elif re.fullmatch(r"[A-Z0-9][A-Z0-9 .-]{4,20}", text) and sum(c.isdigit() for c in text) >= 4:
        yield candidate(field, Parsed(re.sub(r"[\s.-]", "", text), 0.85, "pattern"), place)


def _below(label: Cell, cells: list[Cell]) -> Cell | None:
    """Return the nearest cell under a label that begins with it."""
    under = [
        cell
        for cell in cells
        if 0 < cell.middle - label.middle < 2.6 * max(label.height, cell.height)
        and abs(cell.box[0] - label.box[0]) < 2.5 * max(label.height, cell.height)
    ]
    return min(under, key=lambda cell: cell.middle, default=None)
