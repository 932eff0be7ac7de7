"""Who issued a till receipt, and their address: by legal form, size of print, and what stands around the name."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Row, Sheet, clean
from ocr.extract.typed import LEGAL_FORM, Parsed
from ocr.validators.dates import find_dates

TRADE: Final = re.compile(
    r"\b(?:enterprise|trading|restaurants?|restoran|kedai|syarikat|perniagaan|perusahaan|caf[eé]"
    r"|kopitiam|bakery|bakeries|mart|supermarket|hypermarket|store|stores|"
    r"bookstores?|bookshop|pharmacy|farmasi|hardware|stationery|stationers|hotel|clinic|klinik|petrol"
    r"|station|service|services|centre|center|shop|boutique|bistro|"
    r"kitchen|grill|bar|pub|house|holdings?|group|industries|industrial|marketing|resources|electrical"
    r"|motors?|auto|seafood|food|foods|beverage|catering|bank|university|college|hospital|"
    r"gallery|studio|solutions|systems|technologies|international|associates|consulting|partners)\b",
    re.IGNORECASE,
)  # fmt: skip
NOT_NAME: Final = re.compile(
    r"\b(?:delivery|note|packing|tel|fax|phone|hp|gst|vat|sst|reg|roc|co\.?\s*no|invoice|receipt"
    r"|date|time|cash(?:ier)?\b(?!\s*&)|bill|table|order|page|total|no\.?\s*:|www|http|email|e-mail"
    r"|thank|welcome|"
    r"rechnung|facture|factuur|factura|fattura|statement|copy|original|customer|attn|deliver|ship"
    r"|sold|purchase\s*order|quotation|description|qty|amount|tax|logo|seite|account|"
    r"formerly|licensee|member|branch|operator|salesperson|doc(?:ument)?\s*no)\b|@|#|:\s",
    re.IGNORECASE,
)  # fmt: skip
_REGISTRATION: Final = re.compile(
    r"\s*[\[({]?\s*(?:(?:co(?:mpany)?\.?\s*(?:reg\.?)?|reg\.?|roc|brn|ssm)\s*(?:no\.?|id)?\s*[:.]?\s*)?"
    r"(?:\d{4,12}\s*-\s*[A-Z0-9]|\d{5,7}\s+[A-Z]|[A-Z]{1,2}\d{5,9}(?:\s*-\s*[A-Z])?|20\d{10}|\d{6,12})\s*[\])}]?\s*$",
    re.IGNORECASE,
)
ADDRESS_START: Final = re.compile(
    r"^\W*(?:no\.?\s*[a-z]{0,2}-?\d|no\.?\s?[a-z]-|lot\b|unit\b|suite|level\s*\d|ground|jalan|jln"
    r"|lorong|block|blk|plot|\d{1,5}[-/A-Z]{0,3}[\d/&-]*\s*,?\s+\S|p\.?\s*o\.?\s*box|g-?\d|b-?\d"
    r"|batu|km\s*\d|"
    r"first|1st|2nd|[A-Z]{1,2}-?\d{1,3}\b|kompleks|wisma|menara|plaza|bangunan|[0-9]+\w*,)",
    re.IGNORECASE,
)  # fmt: skip
ADDRESS_WORD: Final = re.compile(
    r"\b(?:jalan|jln|lorong|taman|tmn|kampung|kg|bandar|lot|level|floor|tingkat|street|st|road|rd"
    r"|avenue|ave|lane|drive|blvd|suite|unit|plaza|mall|square|batu|persiaran|lebuh|"
    r"selangor|johor|perak|penang|pulau\s*pinang|melaka|sabah|sarawak|kedah|kelantan|pahang|terengganu"
    r"|perlis|negeri\s*sembilan|kuala\s*lumpur|k\.?l\.?|malaysia|singapore|"
    r"putrajaya|labuan|darul|wilayah|seksyen|section|kawasan|perindustrian|straße|strasse|rue|weg"
    r"|platz|cedex)\b|\b\d{5}\b|\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b",
    re.IGNORECASE,
)  # fmt: skip
_ADDRESS_STOP: Final = re.compile(
    r"\b(?:tel|t3l|fax|phone|hotline|h/?p|gst|vat|sst|reg|roc|co\.?\s*no|invoice|lnvoice|inv0ice"
    r"|receipt|date|bill|table|order|www|http|email|e-mail|tax|cash|branch|"
    r"welcome|company|id\s*no|website|mobile|wa|whatsapp|salesperson|customer)\b|@|0\d{1,2}-?\s?\d{6,8}"
    r"|^\W*\d{9,}\W*$|^\W*\*|to\s*:",
    re.IGNORECASE,
)  # fmt: skip


_USUAL: Final = (
    "jalan lorong taman bandar kampung kawasan perindustrian persiaran seksyen selangor malaysia seremban petaling "
    "kuala lumpur johor bahru melaka penang subang kajang puchong klang street"
)
_USUAL_WORDS: Final = tuple(_USUAL.split())
"""Words of addresses common enough to be put right when one character of them was misread."""


@dataclass(frozen=True, slots=True)
class Head:
    """A row of the head of a receipt that may be the issuer's name."""

    index: int
    row: Row
    text: str
    score: float


def merchant(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the name and address of the merchant at the head of a till roll."""
    heads = _heads(sheet)
    if not heads:
        return
    best = max(heads, key=lambda h: (round(h.score, 2), -h.index))
    trust = min(0.93, 0.32 + 0.14 * best.score)
    text = _unaccented(best.text, sheet)
    yield candidate("issuer", Parsed(text, trust), Place.of_cells(best.row.cells, " "))
    yield from _address(sheet, best)


def name_of(text: str) -> str:
    """Return a company's name without its registration number and with look-alikes in words put right."""
    value = clean(text)
    previous = ""
    while previous != value:
        previous = value
        value = _REGISTRATION.sub("", value).strip(
            " -,;:*~•·.'\"`=_|" if not LEGAL_FORM.search(value[-6:]) else " -,;:*~•·'\"`=_|"
        )
        value = re.sub(r"\(\s*(?:co|reg|roc|company)[^)]*\)?$", "", value, flags=re.IGNORECASE).strip()
    value = re.sub(r"(?<=[A-Z])\[(?=[A-Z ])|(?<=[A-Z])\|(?=[A-Z ])", "I", value)
    value = re.sub(r"\b5/B\b", "S/B", value)
    value = re.split(r"\s+[-–|•·]\s+(?=\S.*\d)", value)[0]
    return re.sub(r"(?<=[A-Z])0(?=[A-Z])|(?<=\b)0(?=[A-Z]{3})", "O", value)


def _unaccented(text: str, sheet: Sheet) -> str:
    """Return text without accents when the document has hardly any others, so that they are misreadings."""
    accented = len(re.findall(r"[À-ÖØ-öø-ÿ]", sheet.text))
    if accented * 60 > len(sheet.text):
        return text
    if accented > 3:
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _heads(sheet: Sheet) -> list[Head]:
    """Return the rows of the head that may name the merchant, scored."""
    if not sheet.rows:
        return []
    rows = [row for row in sheet.rows if row.page == sheet.rows[0].page]
    usual = median(cell.height for row in rows for cell in row.cells)
    heads = []
    for index, row in enumerate(rows[: _body(rows) + 1]):
        text = name_of(re.sub(r"\s{2,}", " ", row.text))
        if _may_name(text):
            heads.append(Head(index, row, text, _score(text, row, rows, index, usual)))
    return heads


def _body(rows: Sequence[Row]) -> int:
    """Return the index of the row where a receipt's head surely ends: its first line of goods or its number."""
    for index, row in enumerate(rows):
        if re.search(
            r"\b(?:qty|description|item\b|u/?price|cashier|invoice\s*no|receipt\s*(?:no|#)|table|bill\s*no|doc\s*no)",
            row.key,
        ):
            return index
    return min(len(rows) - 1, 14)


def _may_name(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    if letters < 3 or len(text) > 70 or letters * 2 < len(text.replace(" ", "")):
        return False
    if NOT_NAME.search(text) and not (
        LEGAL_FORM.search(text) and not re.search(r"\b(?:tel|fax|invoice|receipt|reg|no)\b|@", text, re.IGNORECASE)
    ):
        return False
    return not (ADDRESS_START.match(text) and ADDRESS_WORD.search(text))


def _score(text: str, row: Row, rows: Sequence[Row], index: int, usual: float) -> float:
    """Return how much a row looks like the issuer's name."""
    score = 0.0
    if LEGAL_FORM.search(text):
        score += 2.4
    elif TRADE.search(text):
        score += 1.3
    if text.isupper():
        score += 0.5
    if row.height > 1.25 * usual:
        score += 0.5
    if index < 3:
        score += 0.9 - 0.2 * index
    elif index > 7:
        score -= 1.0
    below = [r.text for r in rows[index + 1 : index + 4]]
    if _REGISTRATION.search(clean(row.text)) or any(
        re.search(r"^\W*\(?(?:co\.?|reg|roc)?.{0,12}\d{4,}[- ]?[A-Z0-9]\)?\W*$", t, re.IGNORECASE) for t in below[:1]
    ):
        score += 1.2
    if any(ADDRESS_START.match(t) or ADDRESS_WORD.search(t) for t in below):
        score += 0.8
    if not re.search(r"[A-Za-z]{4}", text):
        score -= 0.6
    if text.islower() or re.fullmatch(r"[a-z]+", text.split(maxsplit=1)[0]):
        score -= 1.2
    if any(re.search(r"formerly|licensee", r.text, re.IGNORECASE) for r in rows[max(0, index - 1) : index]):
        score -= 2.0
    return score + min(0, row.cells[0].confidence - 0.9) * 3


def _address(sheet: Sheet, head: Head) -> Iterator[Candidate]:
    """Yield the address: the lines that follow the name until a telephone, tax number or heading."""
    rows = [row for row in sheet.rows if row.page == head.row.page]
    lines: list[Row] = []
    for row in rows[head.index + 1 : head.index + 14]:
        text = clean(row.text)
        if find_dates(text) or re.fullmatch(r"\W*(?=\w*\d)[\dA-Z]{5,12}\s?-?\s?[A-Z]?\W*", text):
            if lines and not re.fullmatch(r"\W*\d{5}\W*", text):
                break
            if not lines:
                continue
        if _ADDRESS_STOP.search(text):
            if lines:
                break
            continue
        if not lines and not (ADDRESS_START.match(text) and re.search("[A-Za-z]{3}", text)):
            continue
        if lines and not _goes_on(text, lines):
            break
        lines.append(row)
    text = mended(re.sub(r"\s*,\s*,", ",", " ".join(clean(row.text) for row in lines)))
    if len(lines) < 1 or len(text) < 15 or not ADDRESS_WORD.search(text):
        return
    cells = [cell for row in lines for cell in row.cells]
    worst = min(cell.confidence for cell in cells)
    trust = 0.85 if worst >= 0.965 else 0.6 if worst >= 0.94 else 0.4
    yield candidate("issuer_address", Parsed(text, trust), Place.of_cells(cells, " "))


def mended(text: str) -> str:
    """Return an address with the usual words of Malaysian addresses put right where one character was misread."""
    text = re.sub(r"^\W*[1IL][0O]T(?=\s)", "LOT", text)
    return re.sub(r"[A-Za-z_:.|!\d]{5,14}", _mended_word, text)


def _mended_word(match: re.Match[str]) -> str:
    word = match.group()
    for right in _USUAL_WORDS:
        if len(right) == len(word) and sum(a != b for a, b in zip(word.lower(), right, strict=True)) == 1:
            return right.upper() if word.isupper() or not word[1:].islower() else right.capitalize()
    return word


def _goes_on(text: str, lines: Sequence[Row]) -> bool:
    """Tell whether a line continues an address rather than starting something else."""
    if len(lines) >= 6 or re.search(r"\d+[.]\d{2}\b", text):
        return False
    if re.fullmatch(r"\W*[A-Z -]*(?:INVOICE|RECEIPT|BILL)\W*", text, re.IGNORECASE):
        return False
    return bool(re.search(r"[A-Za-z]{2}|\d{5}", text))
