"""Find identifiers that stand without a label: VIN, resident ID, credit code, plate. Their check digits prove them."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from dossier import identifiers as ids
from dossier.folding import HAN
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Row, Sheet, clean
from ocr.extract.typed import Parsed
from ocr.validators import repair
from ocr.validators.dates import Order, find_dates

_RUN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9 \-]{13,26}[A-Za-z0-9](?![A-Za-z0-9])")
_PLATE: Final = re.compile(
    rf"[{ids.PLATE_PROVINCES}][A-HJ-NP-Z][ ·.・•-]{{0,2}}[A-Z0-9]{{4,5}}[A-Z0-9挂学警港澳](?![A-Za-z0-9])"
)


def unlabelled(sheet: Sheet) -> Iterator[Candidate]:
    """Yield identifiers proven by their own form wherever they stand, weaker than those with a label."""
    for row in sheet.rows:
        yield from _proven(row)
        for match in _PLATE.finditer(row.text):
            fixed = repair.repair_plate(match.group())
            if fixed and not fixed.changes:
                place = Place.of_span(row.span(match.start(), match.end()))
                yield candidate("plate", Parsed(fixed.value, 0.9, "pattern"), place, 0.8)


def lone_mobile(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the one mainland mobile number of a form whose label was not read; letterheads print landlines."""
    shape = re.compile(r"(?<![\dA-Za-z])1[3-9]\d{9}(?![\dA-Za-z])")
    found = [(row, match) for row in sheet.rows for match in shape.finditer(row.text)]
    if len({match.group() for _, match in found}) == 1:
        row, match = found[0]
        yield candidate("phone", Parsed(match.group(), 0.9, "pattern"), Place.of_span(row.span(*match.span())), 0.8)


def beheaded_vin(sheet: Sheet) -> Iterator[Candidate]:
    """Yield a VIN whose first letter L a frame or stamp swallowed, where nothing says that it is a VIN."""
    if not sheet.says("车", "vin"):
        return
    for row in sheet.rows:
        for match in re.finditer(r"(?<![A-Za-z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])", row.text):
            fixed = repair.repair_vin("L" + match.group()) if _vin_like("L" + match.group()) else None
            if fixed and not fixed.changes:
                place = Place.of_span(row.span(*match.span()))
                yield candidate("vin", Parsed(fixed.value, 0.8, "check-digit"), place, 0.8)


def street(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the one text of a card that is an address by its own words, for a card whose label was not read."""
    shape = re.compile(
        rf"[{HAN}]{{2,}}[省市县区州][{HAN}\d]*(?:路|街|道|巷|村|镇|乡|大厦|小区)[{HAN}\dA-Za-z-]*\d+[{HAN}\dA-Za-z-]*"
    )
    found = [cell for row in sheet.rows for cell in row.cells if shape.fullmatch(clean(cell.text))]
    if len(found) == 1:
        yield candidate("address", Parsed(clean(found[0].text), 0.85), Place.of_cells(found), 0.7)


def lone_date(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the date of a receipt or ticket that prints one date only, or one far more often than any other."""
    prefer: Order = "year-first" if sheet.chinese else "day-first"
    hits = [(row, hit) for row in sheet.rows for hit in find_dates(row.text, prefer)]
    counts = Counter(hit.readings[0] for _, hit in hits)
    if not counts:
        return
    (day, most), *others = counts.most_common(2)
    if others and others[0][1] * 2 > most:
        return
    row, hit = next((row, hit) for row, hit in hits if hit.readings[0] == day)
    place = Place.of_span(row.span(hit.start, hit.end))
    yield candidate("issue_date", Parsed(day.isoformat(), 0.8 if hit.sure else 0.7, "pattern"), place, 0.8)


def _proven(row: Row) -> Iterator[Candidate]:
    for match in _RUN.finditer(row.text):
        for start, end in _windows(row.text, match.start(), match.end()):
            text = row.text[start:end]
            place = Place.of_span(row.span(start, end))
            for field, mend, likely in (
                ("vin", repair.repair_vin, _vin_like),
                ("id_number", repair.repair_resident_id, _digit_like),
                ("credit_code", repair.repair_credit_code, _digit_like),
            ):
                fixed = mend(text) if likely(text) else None
                if fixed and _only_impossible(text, fixed.value) and not _both(fixed.value, field):
                    yield candidate(field, Parsed(fixed.value, fixed.trust, fixed.checked), place, 0.85)


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of pieces inside a run that hold 17 to 19 characters."""
    pieces = [m.span() for m in re.finditer(r"[A-Za-z0-9]+", text[start:end])]
    for i, (a, _) in enumerate(pieces):
        size = 0
        for c, d in pieces[i:]:
            if not re.search(r"\d", text[start + c : start + d]) and d - c < 6:
                break  # a word of a sentence
            size += d - c
            if 17 <= size <= 19:
                yield start + a, start + d
            if size > 19:
                break


def _only_impossible(text: str, value: str) -> bool:
    """Tell whether a repair replaced only letters that identifiers never hold, and at most two of them."""
    plain = ids.normal(text)
    changed = [a for a, b in zip(plain, value, strict=False) if a != b]
    worded = bool(changed) and re.search(r"[A-Z]{6}", plain) is not None  # ACCOUNT 65537…
    return len(plain) == len(value) and len(changed) <= 2 and all(a in "IOQSZ" for a in changed) and not worded


def _vin_like(text: str) -> bool:
    """Tell whether a text has letters and digits as VINs have, at least three of each but for misread ones."""
    plain = ids.normal(text)
    return len(plain) in {17, 18} and sum(c.isdigit() for c in plain) >= 5 and sum(c.isalpha() for c in plain) >= 2


def _digit_like(text: str) -> bool:
    plain = ids.normal(text)
    return len(plain) in {18, 19} and sum(c.isdigit() for c in plain) >= 8


def _both(value: str, field: str) -> bool:
    """Tell whether a credit code is rather a resident ID, which has 18 characters as well."""
    return field == "credit_code" and ids.is_resident_id(value)
