"""Fields of identity papers: resident ID cards, and travel documents by their machine-readable zone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from dossier import identifiers as ids
from dossier.folding import HAN
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Cell, Sheet, clean
from ocr.extract.typed import READINGS, Parsed
from ocr.validators.dates import find_dates
from ocr.validators.mrz import read_zone

_NAME: Final = re.compile(r"姓\s*名\s*[:：]?\s*")
_BORN: Final = re.compile(r"出\s*生\s*[:：]?\s*")
_HOME: Final = re.compile(r"住\s*址?\s*[:：]?|住?\s*址\s*[:：]?")
_NUMBER: Final = re.compile(r"公\s*民\s*身\s*份|身\s*份\s*证?\s*号\s*码?")
_VALID: Final = re.compile(
    r"(\d{4}[.\-/年]\d{1,2}[.\-/月]\d{1,2}日?)\s*[-—–~至一]+\s*(\d{4}[.\-/年]\d{1,2}[.\-/月]\d{1,2}日?|长期)"
)


def id_card(sheet: Sheet) -> Iterator[Candidate]:
    """Yield what a resident ID card says on both sides; number, birth and sex check each other (GB 11643)."""
    for row in sheet.rows:
        text = row.key
        for shape, field, kind in ((_NAME, "name", "person"), (_BORN, "birth_date", "date")):
            match = shape.search(text)
            if match:
                stop = re.search(r"性\s*别|民\s*族|出\s*生", text[match.end() :])
                span = row.span(match.end(), match.end() + stop.start() if stop else len(text))
                parsed = READINGS[kind](span.text)
                if parsed:
                    yield candidate(field, parsed, Place.of_span(span))
        ethnic = re.search(rf"民\s*族\s*[:：]?\s*([{HAN}]{{1,5}})", text)
        if ethnic:
            parsed = READINGS["ethnicity"](row.text[slice(*ethnic.span(1))])
            if parsed:
                yield candidate("ethnicity", parsed, Place.of_span(row.span(*ethnic.span(1))))
        sex = re.search(r"性\s*别\s*[:：]?\s*([男女])", text)
        if sex:
            yield candidate("sex", Parsed(sex.group(1), 0.97), Place.of_span(row.span(*sex.span(1))))
        valid = _VALID.search(text)
        if valid:
            for field, group in (("issue_date", 1), ("expiry_date", 2)):
                parsed = READINGS["date"](valid.group(group))
                if parsed:
                    yield candidate(field, parsed, Place.of_span(row.span(*valid.span(group))))
    yield from _home(sheet)


def _home(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the address: from its label down to the number, all that stands right of the labels."""
    rows = list(sheet.rows)
    start = next((i for i, row in enumerate(rows) if _HOME.match(row.key)), None)
    if start is None:
        return
    label = _HOME.match(rows[start].key)
    cells: list[Cell] = []
    first = rows[start].span(label.end() if label else 0, len(rows[start].text))
    left = None
    if first.text.strip():
        cells.append(Cell(first.text, first.box, first.page, first.confidence))
        left = first.box[0]
    for row in rows[start + 1 :]:
        if _NUMBER.search(row.key) or len(cells) >= 4 or row.page != rows[start].page:
            break
        if re.search(r"\d{15,}|签发机关|有效期限", row.key):
            break
        if left is not None and abs(row.cells[0].box[0] - left) > 4 * row.height:
            continue
        cells += row.cells
        left = row.cells[0].box[0] if left is None else left
    if cells:
        place = Place.of_cells(cells)
        parsed = READINGS["address"](place.text)
        if parsed and re.search(f"[{HAN}]{{4}}", parsed.value):
            yield candidate("address", parsed, place)


def agreed(found: dict[str, Candidate]) -> dict[str, Candidate]:
    """Return the fields of a person with birth date and sex taken from a proven number where they were not read.

    A printed value that the proven number contradicts keeps its text but not its confidence. A number that was only
    made to fit its check character is proven by the printed birth date, which is part of it.
    """
    number = found.get("id_number")
    if number is None or number.checked not in {"check-digit", "repaired"}:
        return found
    born = found.get("birth_date")
    result = dict(found)
    if number.checked == "repaired":
        if born is None or born.value != str(ids.resident_birth(number.value)):
            return found
        number = result["id_number"] = replace(number, checked="check-digit", confidence=max(number.confidence, 0.95))
    told = {"birth_date": ids.resident_birth(number.value), "sex": ids.resident_sex(number.value)}
    for field, value in told.items():
        if value is None:
            continue
        text = str(value)
        printed = found.get(field)
        if printed is None or (printed.value != text and printed.confidence < 0.97):
            result[field] = Candidate(field, text, 0.95, number.page, number.box, "check-digit", number.raw)
        elif printed.value == text:
            result[field] = Candidate(field, text, 0.99, printed.page, printed.box, "check-digit", printed.raw)
    return result


def passport(sheet: Sheet) -> Iterator[Candidate]:
    """Yield what the machine-readable zone of a travel document says (ICAO Doc 9303)."""
    rows = sheet.rows
    zone = read_zone([row.text for row in rows])
    if zone is None:
        return
    cells = [cell for row in rows for cell in row.cells if cell.text.count("<") >= 2]
    place = Place.of_cells(cells or [cell for row in rows[-2:] for cell in row.cells], "\n")
    han = len(re.findall(f"[{HAN}]", sheet.text)) >= 10
    values = {
        "name": (zone.name, "document_number" in zone.proven),
        "sex": ({"M": "男", "F": "女"}.get(zone.sex, "") if han else zone.sex, bool(zone.proven)),
        "birth_date": (zone.birth_date.isoformat() if zone.birth_date else "", "birth_date" in zone.proven),
        "expiry_date": (zone.expiry_date.isoformat() if zone.expiry_date else "", "expiry_date" in zone.proven),
        "id_number": (zone.document_number, "document_number" in zone.proven),
    }
    for field, (value, proven) in values.items():
        if value:
            yield candidate(
                field, Parsed(value, 0.99 if proven else 0.6, "check-digit" if proven else "pattern"), place
            )
    issued = [
        d
        for row in rows
        for cell in row.cells
        for d in find_dates(clean(cell.text))
        if re.search("issue|签发|簽發|délivrance", cell.text, re.IGNORECASE)
    ]
    if issued:
        yield candidate("issue_date", Parsed(issued[0].readings[0].isoformat(), 0.8), place)
