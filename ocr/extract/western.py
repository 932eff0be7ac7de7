"""Numbers and dates of receipts and Western invoices, in the languages they come in."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ocr.extract.figures import money
from ocr.extract.issuer import merchant
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Row, Sheet
from ocr.extract.supplier import supplier
from ocr.extract.typed import Parsed
from ocr.validators import amounts
from ocr.validators.dates import DateHit, Order, find_dates, order_evidence

_NUMBER: Final = (
    (1.0,
        (r"(?:tax\s*)?inv[o0]ice\s*(?:no|number|num|nr|id|#|№)|inv\s*(?:no|#|number)|facture\s*n[°ºo]?"
        r"|num[ée]ro\s*de\s*facture|n[°º]\s*(?:de\s*)?facture|rechnungs?\s*-?\s*(?:nr|nummer|no)|"
          r"factuur\s*-?\s*(?:nr|nummer|no)|factura\s*(?:n[°ºo]|num)|n[úu]mero\s*de\s*factura|fattura\s*n"
          r"|invoicenumber|invoice\s*#|belegnummer|faktura\s*(?:nr|n)")),
    (0.8,
        (r"(?:cash\s*)?(?:bill|receipt|rcpt|doc(?:ument)?|voucher|slip)\s*(?:no|number|#|nr)|cash\s*sales?\s*no"
        r"|statement\s*(?:no|number)|reference\s*(?:no|number)|document\s*number")),
    (0.6, r"(?:transaction|trans|order|ref)\s*(?:no|number|#|id)"),
)  # fmt: skip
_DATE_WORDS: Final = (
    (1.0,
        (r"(?:invoice|inv|bill|receipt|issue|tax)\s*date|date\s*of\s*(?:issue|invoice)|rechnungsdatum"
        r"|factuurdatum|date\s*(?:de\s*)?(?:la\s*)?facture|fecha\s*de\s*(?:factura|emisi)|data\s*(?:fattura"
        r"|emissione)|belegdatum|facture\s*n.{0,20}du")),
    (0.9, r"\bdate\b|\bdatum\b|\bfecha\b|\bdata\b|biz\s*date|\bdt\b"),
    (0.7, r"printed|closed|sales|order|orderdatum|time"),
)  # fmt: skip
_OTHER_DATE: Final = re.compile(
    r"due|expir|valid|until|delivery|limite|[ée]ch[ée]ance|f[äa]llig|zahlbar|verval|vencim|scaden"
    r"|period|from|to\s*$|birth|effective|best\s*before|since|p\.?o\.?\s*date|ship", re.IGNORECASE
)  # fmt: skip
_VALUE: Final = re.compile(r"^[\s:.#°º№|-]*([A-Z0-9][A-Z0-9/_\-]*(?:\s?[/-]\s?[A-Z0-9]+)*)", re.IGNORECASE)
_AMERICAN: Final = re.compile(r"\b(?:USA|U\.S\.A|United States|[A-Z][a-z]+,?\s+[A-Z]{2}\s*,?\s+\d{5})\b|US\$")


def receipt(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the fields of a till receipt."""
    yield from money(sheet)
    yield from merchant(sheet)
    yield from numbers(sheet)
    yield from issue_date(sheet)


def invoice(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the fields of a Western invoice."""
    yield from money(sheet)
    yield from supplier(sheet)
    yield from numbers(sheet)
    yield from issue_date(sheet)
    code = amounts.currency(sheet.text)
    if code and sheet.rows:
        yield candidate("currency", Parsed(code, 0.8, "pattern"), Place.of_cells(sheet.rows[0].cells))


def numbers(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the number of the invoice or receipt: after its label, in the next cell, or below it."""
    for strength, shape in _NUMBER:
        for row in sheet.rows:
            for match in re.finditer(shape, row.key):
                found = _number_after(row, match.end()) or _number_below(sheet, row, match)
                if found:
                    text, place = found
                    yield candidate("invoice_number", Parsed(text, 0.92), place, strength)
    for row in sheet.rows[:25]:
        lone = re.search(r"(?:^|\s)#\s?([A-Za-z0-9][\w/-]{2,24})\s*$", row.text)
        if lone and sheet.says("invoice", "receipt"):
            yield candidate("invoice_number", Parsed(lone.group(1), 0.75), Place.of_span(row.span(*lone.span(1))), 0.8)


def _number_after(row: Row, end: int) -> tuple[str, Place] | None:
    match = _VALUE.match(row.text[end:])
    if not match or not _is_number(match.group(1)):
        return None
    text = re.sub(r"\s", "", match.group(1))
    return text, Place.of_span(row.span(end + match.start(1), end + match.end(1)))


def _number_below(sheet: Sheet, row: Row, label: re.Match[str]) -> tuple[str, Place] | None:
    box = row.span(label.start(), label.end()).box
    for other in sheet.following(row):
        if other.top - box[3] > 2.2 * row.height:
            return None
        for cell in other.cells:
            near = (
                min(cell.box[2], box[2]) - max(cell.box[0], box[0]) > 0 or abs(cell.box[0] - box[0]) < 1.5 * row.height
            )
            match = re.fullmatch(r"#?\s*([A-Za-z0-9][\w/.-]*)", cell.text.strip())
            if near and match and _is_number(match.group(1)) and not find_dates(cell.text):
                return match.group(1), Place.of_cells([cell])
    return None


def _is_number(text: str) -> bool:
    return (
        len(text) >= 2 and any(c.isdigit() for c in text) and not re.fullmatch(r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}", text)
    )


def issue_date(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the date of issue: by the words before or above it, else the date printed most often, or first."""
    prefer = _order(sheet)
    hits = []
    for row in sheet.rows:
        for hit in find_dates(row.text, prefer):
            words = _words_before(sheet, row, hit)
            strength = next((weight for weight, shape in _DATE_WORDS if re.search(shape, words)), 0.0)
            if strength == 1.0 or not _OTHER_DATE.search(words):
                hits.append((row, hit, strength))
    counts = Counter(hit.readings[0] for _, hit, _ in hits)
    for place, (row, hit, named) in enumerate(hits):
        strength = named
        if not strength:
            strength = 0.55 + 0.08 * min(3, counts[hit.readings[0]] - 1) - 0.01 * min(place, 5)
            if len(counts) == 1:
                strength = 0.85
        trust = 0.96 if hit.sure else 0.9
        yield candidate(
            "issue_date",
            Parsed(hit.readings[0].isoformat(), trust),
            Place.of_span(row.span(hit.start, hit.end)),
            strength,
        )


def _words_before(sheet: Sheet, row: Row, hit: DateHit) -> str:
    """Return the words that stand before a date on its row, or in the cell above it."""
    before = row.key[max(0, hit.start - 40) : hit.start]
    if re.search(r"[a-z]{2}", before):
        return before
    box = row.span(hit.start, hit.end).box
    at = sheet.rows.index(row)
    for other in reversed(sheet.rows[max(0, at - 3) : at]):
        for cell in other.cells:
            overlap = min(cell.box[2], box[2]) - max(cell.box[0], box[0])
            if overlap > 0 and box[1] - cell.box[3] < 1.6 * row.height and re.search("[A-Za-z]{3}", cell.text):
                return cell.text.lower()
    return before


def _order(sheet: Sheet) -> Order:
    """Return the order of day and month that the document's other dates or its country show; day first by default."""
    shown = order_evidence([row.text for row in sheet.rows])
    if shown:
        return shown
    return "month-first" if _AMERICAN.search(sheet.text) else "day-first"
