"""Who issued a Western invoice: a name in the letterhead or the footer, never in the block it is addressed to."""

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from ocr.extract.issuer import ADDRESS_START, ADDRESS_WORD, NOT_NAME, TRADE, name_of
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Cell, Sheet, clean
from ocr.extract.typed import LEGAL_FORM, Parsed

_TO: Final = re.compile(
    r"^\W*(?:bill(?:ed|ing)?\s*(?:to|address)|sold\s*to|ship(?:ping)?\s*(?:to|address)|deliver(?:y)?\s*(?:to"
    r"|address)|invoice\s*to|invoiced\s*to|"
    r"customer|client|attn|attention|messrs|m/s|kunde|consignee|notify|buyer|to:|service\s*to|account\s*holder"
    r"|lieferadresse|"
    r"rechnungsadresse|adresse\s*de)\b",
    re.IGNORECASE,
)
_DOMAIN: Final = re.compile(
    r"(?:www\.|@|https?://(?:www\.)?)([a-z0-9-]{3,})\.|(?<![\w@.])([a-z0-9-]{4,})\.(?:com|de|nl"
    r"|fr|net|org|io|eu|co\b)",
    re.IGNORECASE,
)
_PAYABLE: Final = re.compile(r"payable\s+to:?\s+([A-Z][\w&.,'-]+(?: [\w&.,'-]+){0,5})")
_DEPARTMENT: Final = re.compile(r"\s+(?:service|customer|kunden|support|billing|accounts?|sales)\b.*$", re.IGNORECASE)
_FREE_MAIL: Final = frozenset({"gmail", "yahoo", "hotmail", "outlook", "example", "icloud", "googlemail", "live"})


def supplier(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the likeliest name of who issued the invoice."""
    if not sheet.rows:
        return
    page = sheet.page(sheet.rows[0].page)
    cells = [cell for row in sheet.rows if row.page == page.number for cell in row.cells]
    usual = median(cell.height for cell in cells)
    addressed = [cell for cell in cells if _TO.match(cell.text)]
    plain = _letters(sheet.text)
    domains = {_letters(a or b) for a, b in _DOMAIN.findall(sheet.text)} - _FREE_MAIL
    seen: list[tuple[float, Cell, str]] = []
    for cell in cells:
        name = name_of(re.sub(r"\s{2,}", " ", cell.text))
        if not _may_be(name, cell):
            continue
        score = _form(name) + _place(cell, page.height, usual) + _company(cell, cells, usual)
        score += min(1.5, 0.6 * (plain.count(_letters(name)) - 1))
        score += 1.2 if any(_same(domain, name) for domain in domains) else 0.0
        score -= 2.2 if any(_under(cell, other) for other in addressed) else 0.0
        seen.append((score, cell, name))
    best = max(seen, key=lambda one: one[0], default=None)
    if best:
        # A logo shows the first word of what the letterhead says in full.
        fuller = [one for one in seen if one[2].startswith(best[2] + " ") and one[0] > best[0] - 1.2]
        best = max(fuller, key=lambda one: one[0], default=best)
    payable = _PAYABLE.search(sheet.text)
    if payable and (best is None or best[0] < 3.0):
        row = next((row for row in sheet.rows if payable.group(1) in row.text), sheet.rows[0])
        yield candidate("issuer", Parsed(name_of(payable.group(1)), 0.75), Place.of_cells(row.cells, " "))
    elif best and best[0] > 0.8:
        score, cell, name = best
        short = _DEPARTMENT.sub("", name)
        if short != name and _letters(short) in domains:
            name = short
        yield candidate("issuer", Parsed(name, min(0.93, 0.34 + 0.14 * score)), Place.of_cells([cell]))
        yield from _address(cell, cells)
    yield from _addressee(addressed, cells)


def _address(name: Cell, cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yield the address in the lines right under the issuer, flush with it on either side."""
    lines: list[Cell] = []
    last = name
    for cell in sorted(cells, key=lambda c: c.middle):
        if len(lines) == 3 or not 0 < cell.middle - last.middle < 2.2 * max(last.height, cell.height):
            continue
        flush = min(abs(cell.box[0] - name.box[0]), abs(cell.box[2] - name.box[2])) < 2 * name.height
        if not flush or re.search(r"@|www\.|tel|phone|fax|vat|:|invoice", cell.text, re.IGNORECASE):
            continue
        if lines or (re.search(r"\d", cell.text) and re.search("[A-Za-z]{3}", cell.text)):
            lines.append(cell)
            last = cell
    text = ", ".join(clean(cell.text).strip(" ,") for cell in lines)
    if lines and len(text) >= 12 and ADDRESS_WORD.search(text):
        yield candidate("issuer_address", Parsed(text, 0.75), Place.of_cells(lines, ", "))


def _addressee(headings: Sequence[Cell], cells: Sequence[Cell]) -> Iterator[Candidate]:
    """Yield whom the invoice is billed to: the line under BILL TO, or beside it."""
    for heading in headings:
        if not re.match(r"^\W*(?:bill|sold|invoice)", heading.text, re.IGNORECASE):
            continue
        under = [
            cell
            for cell in cells
            if 0 < cell.middle - heading.middle < 2.8 * max(heading.height, cell.height)
            and abs(cell.box[0] - heading.box[0]) < 2 * heading.height
        ]
        beside = [
            cell
            for cell in cells
            if abs(cell.middle - heading.middle) < 0.5 * heading.height
            and 0 <= cell.box[0] - heading.box[2] < 6 * heading.height
        ]
        for cell in [*beside[:1], *sorted(under, key=lambda c: c.middle)[:1]]:
            name = clean(cell.text)
            if re.fullmatch(r"[A-Z][\w&.,'’ -]{2,60}", name) and not NOT_NAME.search(name):
                yield candidate("buyer_name", Parsed(name, 0.8), Place.of_cells([cell]))
                return


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _same(domain: str, name: str) -> bool:
    """Tell whether a name and a domain begin alike: pplelectric and PPL Electric Utilities."""
    letters = _letters(name)
    return len(domain) >= 4 and (letters.startswith(domain) or (len(letters) >= 4 and domain.startswith(letters)))


def _may_be(name: str, cell: Cell) -> bool:
    letters = sum(c.isalpha() for c in name)
    if letters < 3 or len(name) > 60 or letters * 2 < len(name.replace(" ", "")) or cell.confidence < 0.6:
        return False
    if NOT_NAME.search(name) and not LEGAL_FORM.search(name):
        return False
    return not re.match(r"\d+\s", name) and ":" not in name


def _form(name: str) -> float:
    """Return how much the words themselves look like a company."""
    score = 2.2 if LEGAL_FORM.search(name) else 1.0 if TRADE.search(name) else 0.0
    if not re.search(r"[A-Za-z]{4}", name):
        score -= 0.6
    if name[0].islower() or len(name.split()) > 6:
        score -= 1.2
    return score


def _place(cell: Cell, height: int, usual: float) -> float:
    """Return how much the place on the page and the size of print speak for a name."""
    top = cell.box[1] / height
    score = 0.9 if top < 0.08 else 0.6 if top < 0.18 else 0.2 if top > 0.88 else -0.4 if top < 0.35 else -1.2
    if cell.height > 1.3 * usual:
        score += 0.5
    return score


def _company(cell: Cell, cells: Sequence[Cell], usual: float) -> float:
    """Return how much what stands right below in the same column speaks for a name: an address, a telephone."""
    below = [
        other
        for other in cells
        if 0 < other.box[1] - cell.box[1] < 3.5 * max(usual, cell.height)
        and min(other.box[2], cell.box[2]) > max(other.box[0], cell.box[0])
    ]
    if any(ADDRESS_START.match(other.text) or ADDRESS_WORD.search(other.text) for other in below):
        return 0.9
    return 0.3 if any(re.search(r"\d{3,}[- .]\d{3,}|@|www\.", other.text) for other in below) else 0.0


def _under(cell: Cell, heading: Cell) -> bool:
    """Tell whether a cell belongs to the block under, or beside, a heading like BILL TO."""
    beside = (
        abs(cell.middle - heading.middle) < 0.6 * heading.height
        and 0 <= cell.box[0] - heading.box[2] < 8 * heading.height
    )
    near = 0 <= cell.box[1] - heading.box[1] < 7 * heading.height
    return beside or (near and abs(cell.box[0] - heading.box[0]) < 3 * heading.height)


def card_insurer(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the insurer of an insurance card: the lines in its upper corner, above member and group."""
    lines: list[Cell] = []
    for row in sheet.rows:
        if re.search(r"member|subscriber|\bid\b|group|name|plan\b|policy", row.key):
            break
        cell = row.cells[0]
        if not lines or abs(cell.box[0] - lines[0].box[0]) < 2 * lines[0].height:
            lines.append(cell)
    text = " ".join(cell.text for cell in lines)
    if lines and len(lines) <= 3 and re.fullmatch(r"[A-Za-z&.,' -]{4,50}", text):
        yield candidate("insurer", Parsed(text, 0.6), Place.of_cells(lines, " "))
