"""Amounts on till receipts and Western invoices: each figure with the words before it, and which is the total."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Row, Sheet
from ocr.extract.typed import Parsed
from ocr.validators import amounts

_MONEY: Final = re.compile(
    r"(?<![\d.,A-Za-z/:#-])[-−]?\s?(?:RM|RH|RN|MYR|US\$|USD|EUR|GBP|CHF|[¥￥$€£S])?\s?[-−]?\s?"
    r"(?:\d{1,3}(?:[.,'’ ]\d{3})+[.,]\d{1,2}|\d+[.,]\s?\d{2}|\d{1,3}(?:,\d{3})+[.]\d|(?<!\d)[.,]\d{2})(?![\d%]"
    r"|[.,]\d)",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(r"(?:RM|US\$|USD|EUR|GBP|[$€£])\s?\d{1,3}(?:,?\d{3})*(?![\d.,])", re.IGNORECASE)
"""Whole amounts count only with a currency: other whole numbers are quantities, dates, codes."""

_TOTAL: Final = (
    (1.00,
        (r"(?:total|amount|amt|balance)\s*(?:rounded|due|payable|to\s*pay|after\s*rounding)|(?:grand"
        r"|nett?|final|bill|invoice)\s*(?:total|amount|amt)"
           r"|rounded\s*total|total\s*\(?(?:incl|inc\b|inclusive|after|with)|total\s*sales\s*\(?inclusive"
           r"|total\s*amt\s*payable"
           r"|^\W*rounding\s*(?:rm|rn)\W*$|net\s*[àa]\s*payer|tot(?:al)?\s*ttc|montant\s*(?:eur\s*)?ttc"
           r"|gesamt(?:betrag"
           r"|summe)|rechnungsbetrag|zu\s*zahlen|te\s*betalen"
           r"|total\s*a\s*pagar|totale\s*(?:fattura|documento)|total\s*(?:eur|usd|gbp|rm)\b|importe\s*total"
           r"|amount\s*charged|total\s*price|endbetrag|eindtotaal")),
    (0.90, r"\btotal\b|\btotaal\b|\btotale\b|\bsumme\b|\btot\b|\bt0tal\b|\btotai\b|\btota1\b|\btotl\b"),
    (0.62, r"\bamount\b|\bamt\b|\bsub\s*-?\s*total\b|\bsubtotaal\b|\bbalance\b"),
)  # fmt: skip
_NOT_TOTAL: Final = re.compile(
    r"qty|quantity|item\(?s|items|saving|discount|disc\b|points|you\s*save|tax\s*total|total\s*(?:gst"
    r"|tax|vat|disc|btw|tva|mwst|item|qty|pcs|no)"
    r"|gst\s*(?:summary|total|amt|amount)|exclud|excl\b|ex\.|excl\.|before|without|zero\s*rated"
    r"|total\s*\d%\s*suppl|\btva\b|\bht\b|netto|mwst\s*betrag|paid\s*total|total\s*paid"
    r"|deposit|unit\s*price|u/p|includes?\s*\d+\s*%|included\s*in|vat\s*(?:total|amount)|vat\s*net"
    r"|line\s*total|sst\s*amt|change|tender|service|gst\b(?!.*incl)(?<!incl)",
    re.IGNORECASE,
)  # fmt: skip
_TAX: Final = re.compile(r"\b(?:gst|vat|sst|tax|tva|mwst|ust|btw|iva)\b", re.IGNORECASE)
_NET: Final = re.compile(
    r"sub\s*-?\s*t[o0]ta?[l1]|net\s*amount|total\s*(?:net|ht)|excl|taxable|zwischensumme|exclusief"
    r"|montant\s*(?:eur\s*)?ht|total\s*sales\s*\(exclud",
    re.IGNORECASE,
)
_SUMMARY: Final = re.compile(
    r"(?:gst|tax|sst|vat)\s*(?:summary|sumaary|analysis|code\b|details)|tax\s*rate\s*(?:tax|amount)", re.IGNORECASE
)
_PAID: Final = re.compile(
    r"^\W*(?:cash|visa|master|card|tender|payment|paid|bank\s*card|credit|debit|e-?wallet|ideal"
    r"|''ideal|carte\s*banc|kartenzahlung|pin\b|bar\b|gegeben|amex|nets|eft|tunai|payment\s*mode)",
    re.IGNORECASE,
)
_CHANGE: Final = re.compile(r"change|baki|wechselgeld|rendu|wisselgeld|kembali", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount on a page with the words before it on its row; ``summary`` when a table of taxes began above."""

    value: Decimal
    words: str
    place: Place
    row: int
    height: float
    summary: bool = False


def figures(sheet: Sheet) -> tuple[Figure, ...]:
    """Return the amounts of a document from top to bottom; one without words borrows those of the row at its height."""
    found: list[Figure] = []
    summary = False
    for index, row in enumerate(sheet.rows):
        start = 0
        summary = summary or _SUMMARY.search(row.key) is not None
        for match in _spans(row):
            value = amounts.amount(match.group())
            if value is None:
                continue
            place = Place.of_span(row.span(match.start(), match.end()))
            words = row.text[start : match.start()].strip(" :.-=")
            cell = row.cells[row.cell_at(match.start())]
            found.append(
                Figure(value, words or row.text[: match.start()].strip(" :.-="), place, index, cell.height, summary)
            )
            start = match.end()
    return tuple(_with_neighbours(sheet, found))


def _spans(row: Row) -> Iterator[re.Match[str]]:
    taken: list[tuple[int, int]] = []
    for shape in (_MONEY, _WHOLE):
        for match in shape.finditer(row.text):
            if not any(match.start() < b and a < match.end() for a, b in taken):
                taken.append(match.span())
                yield match


def _with_neighbours(sheet: Sheet, found: Sequence[Figure]) -> Iterator[Figure]:
    """Yield figures, those alone on their row with the words of a row whose middle is within most of a line."""
    for one in found:
        if re.search(r"[A-Za-z]{2}", one.words):
            yield one
            continue
        row = sheet.rows[one.row]
        middle = (row.top + row.bottom) / 2
        near = [
            other
            for other in sheet.rows[max(0, one.row - 2) : one.row + 3]
            if other is not row
            and other.page == row.page
            and re.search(r"[A-Za-z]{3}", other.text)
            and abs((other.top + other.bottom) / 2 - middle) < 0.75 * max(row.height, other.height)
            and other.cells[-1].box[2] <= one.place.box[0] + row.height
            and not _MONEY.search(other.text)
        ]
        yield replace(one, words=near[0].text) if near else one


def money(sheet: Sheet) -> Iterator[Candidate]:
    """Yield total, tax and net of a receipt or invoice: named by words, proven by tender, change, and sums."""
    found = figures(sheet)
    total = total_of(found)
    if total is None:
        return
    figure, trust, checked = total
    yield candidate("total", Parsed(amounts.plain(figure.value), trust, checked), figure.place)
    yield from _tax(found, figure)


def total_of(found: Sequence[Figure]) -> tuple[Figure, float, str] | None:
    """Return the figure that is to be paid, with its trust and proof, or None.

    Words name it; what was tendered less the change proves it; size of print and agreement with other figures help.
    """
    scored: list[tuple[float, int, Figure, bool]] = []
    paid = _paid(found)
    for place, one in enumerate(found):
        words = one.words.lower()
        score = next((weight for weight, shape in _TOTAL if re.search(shape, words)), 0.0)
        if one.value > 1 and re.fullmatch(r"\W*round(?:ing|ed)?\s*(?:r[mnh])?\W*", words):
            score = 1.05  # the total after rounding, not the cents of the rounding
        proven = paid is not None and one.value == paid
        if not score and proven and not _PAID.search(words):
            score = 0.85
        if not score or one.value <= 0:
            continue
        if _NOT_TOTAL.search(words) and not re.search(r"incl|payable|round", words):
            score -= 0.5
        score += 0.25 if proven else 0.0
        score -= 0.35 if one.summary else 0.0
        score += 0.08 if sum(other.value == one.value for other in found) > 1 else 0.0
        score += 0.1 if one.height > 1.35 * _usual(found) else 0.0
        scored.append((score, place, one, proven))
    if not scored:
        if paid is None:
            return None
        payer = next(one for one in found if one.value == paid)
        return payer, 0.8, "cross-sum"
    best = max(score for score, *_ in scored)
    score, _, one, proven = max((s for s in scored if s[0] >= best - 0.04), key=lambda s: s[1])
    if score < 0.5:
        return None
    return one, min(0.97, 0.62 + 0.3 * min(score, 1.15)), "cross-sum" if proven else "label"


def _usual(found: Sequence[Figure]) -> float:
    heights = sorted(one.height for one in found)
    return heights[len(heights) // 2] if heights else 1.0


def _paid(found: Sequence[Figure]) -> Decimal | None:
    """Return what was tendered less the change, when the receipt prints both, or a card payment."""
    tendered = [(i, one) for i, one in enumerate(found) if _PAID.search(one.words)]
    for i, one in tendered:
        change = next((other for other in found[i + 1 : i + 4] if _CHANGE.search(other.words)), None)
        if change is None and i + 1 < len(found):
            continue
        due = one.value - (change.value if change else Decimal(0))
        if due > 0 and any(other.value == due for other in found):
            return due
    for _, one in tendered:
        if sum(other.value == one.value for other in found) > 1 and one.value > 0:
            return one.value
    return None


def _tax(found: Sequence[Figure], total: Figure) -> Iterator[Candidate]:
    """Yield tax and net where they add up to the total, give or take a rounding of five cents."""
    taxes = [one for one in found if _TAX.search(one.words) and 0 < one.value < total.value]
    nets = [one for one in found if 0 < one.value < total.value]
    for tax in taxes:
        for net in nets:
            if (
                net is not tax
                and abs(net.value + tax.value - total.value) <= Decimal("0.05")
                and tax.value * 3 < net.value
            ):
                named = 0.95 if _NET.search(net.words) else 0.85
                yield candidate("tax_amount", Parsed(amounts.plain(tax.value), 0.95, "cross-sum"), tax.place)
                yield candidate("amount_excl_tax", Parsed(amounts.plain(net.value), named, "cross-sum"), net.place)
                return
