"""Split a capture's pages into documents: separators, cover sheets, new titles, new numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from dossier.catalogue import Catalogue, catalogue
from dossier.identifiers import VIN_ALPHABET, is_resident_id, is_vin
from dossier.reading import Page
from ocr.classify.lessons import Lesson
from ocr.classify.phrases import PhraseIndex
from ocr.classify.sight import letters_of
from ocr.classify.verdict import Verdict, classify
from ocr.sides import sides_seen

_COVER: Final = "juanzong:dossier:"
COVER: Final = re.compile(rf"{_COVER}(?P<key>.+)")
"""What the QR code of a cover sheet says; printed below it too, for a code that a stamp or a fold made unreadable."""

SEPARATOR_LETTERS: Final = 120
"""Letters (a Han character counts as two) above which a page is no separator sheet, whatever it says."""
TITLED: Final = 2.3
"""Strength of a title from which it can begin a new document; a whole title at the top of a page has about four."""
SURE: Final = 0.75
"""Confidence a page must have by itself to begin a document of another kind."""
LONG: Final = frozenset({"contract", "report", "letter"})
"""Families whose documents run over many pages and may hold tables and forms of their own."""
CARDS: Final = frozenset({"id-card", "driving-licence", "vehicle-licence", "ticket", "business-licence", "photo"})
"""Families whose documents never run on: a page for each side at most."""

_CONTINUED: Final = re.compile(
    r"第\s*(?:[2-9]|[1-9]\d|[二三四五六七八九十]+)\s*页|\bpage\s*(?:[2-9]|[1-9]\d)\s*(?:of|/|\b)|(?m:^\W*(?:[2-9]|[1-9]\d)\s*/\s*\d{1,2}\W*$)",
    re.IGNORECASE,
)
_ANNEX: Final = re.compile(r"^\W*(?:附件|附表|附录|附图|annex|exhibit|schedule|appendix|attachment)", re.IGNORECASE)
_VIN: Final = re.compile(rf"(?<![A-Z0-9])[{VIN_ALPHABET}]{{17}}(?![A-Z0-9])")
_RESIDENT: Final = re.compile(r"(?<!\d)\d{17}[\dX](?![\dX])")
_BARE: Final = re.compile(r"\bNO\.?\W{0,3}(\d{7,20})(?!\d)")
_NUMBER: Final = re.compile(
    r"(?:(?:发票|發票)(?:号码|號碼)|(?:保险|保險)?[单單][号號碼码]+|(?:合同|协议|協議|回单|回單)(?:编号|編號)|流水[号號]"
    r"|(?:INVOICE|CONTRACT|AGREEMENT|POLICY|SLIP)\s*(?:NO\.?|NUMBER|#))\W{0,4}([A-Z0-9-]{7,24})(?![A-Z0-9])"
)


@dataclass(slots=True)
class _Open:
    """A document while its pages are gathered."""

    pages: list[Page]
    verdict: Verdict
    doubtful: bool = False
    key: tuple[int, str] | None = None
    marks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """Pages that are one document. ``dossier`` is the page and the key of the cover sheet that came before it."""

    pages: tuple[Page, ...]
    doubtful: bool = False
    dossier: tuple[int, str] | None = None


def is_separator(page: Page) -> bool:
    """Tell whether a page is only there to part documents: its code says so, or its few words."""
    expressions, words = _separators(catalogue())
    if any(expression.search(code.text.strip()) for code in page.codes for expression in expressions):
        return True
    lines = [letters_of(line.text) for line in page.lines]
    if not 0 < sum(len(line) * (1 if line.isascii() else 2) for line in lines) <= SEPARATOR_LETTERS:
        return False
    return any(line and len(hit.phrase) >= 0.7 * len(line) for line in lines for hit in words.find(line))


def cover_code(key: str) -> str:
    """Return what the code of a cover sheet says that files papers under ``key``."""
    return _COVER + key


def cover_key(page: Page) -> str | None:
    """Return the dossier key that a cover sheet names, or None when the page is no cover sheet."""
    said = [code.text.strip() for code in page.codes] + [re.sub(r"\s|：", _plain, line.text) for line in page.lines]
    match = next(filter(None, map(COVER.fullmatch, said)), None)
    return match["key"].strip() if match else None


def _plain(sign: re.Match[str]) -> str:
    return ":" if sign.group() == "：" else ""


def split(pages: Sequence[Page], lessons: Sequence[Lesson] = ()) -> tuple[Piece, ...]:
    """Return the documents among the pages; blank pages, separators and cover sheets are in none of them."""
    pieces: list[Piece] = []
    for run, key in _runs(pages):
        if len(run) == 1:  # nothing to part, so its kind need not be known yet
            pieces.append(Piece(tuple(run), dossier=key))
        else:
            pieces += [Piece(tuple(one.pages), one.doubtful, one.key) for one in _documents(run, key, lessons)]
    return tuple(pieces)


def _runs(pages: Sequence[Page]) -> Iterator[tuple[list[Page], tuple[int, str] | None]]:
    """Go through the stretches of pages that separators and cover sheets part."""
    run: list[Page] = []
    key: tuple[int, str] | None = None
    for page in pages:
        covers = cover_key(page)
        if covers is not None or is_separator(page):
            yield run, key
            run = []
            key = (page.number, covers) if covers is not None else key
        elif not page.blank:
            run.append(page)
    yield run, key


def _documents(run: Sequence[Page], key: tuple[int, str] | None, lessons: Sequence[Lesson]) -> list[_Open]:
    found: list[_Open] = []
    for page in run:
        verdict = classify((page,), lessons)
        marks = _marks(page)
        begins = not found or _begins(found[-1], page, verdict, marks)
        if begins:
            found.append(_Open([page], verdict, key=key, marks=marks))
            continue
        found[-1].pages.append(page)
        found[-1].marks = {**marks, **found[-1].marks}
        if _is_doubtful(found[-1], verdict):
            found[-1].doubtful = True
    return found


def _begins(now: _Open, page: Page, verdict: Verdict, marks: dict[str, str]) -> bool:
    """Tell whether a page begins a new document after the one that is open."""
    if _continues(page):
        return False
    if now.verdict.family in CARDS and _whole(now):
        return True
    titled = any(reason.what == "title" and reason.weight >= TITLED for reason in verdict.evidence)
    if verdict.kind == now.verdict.kind:
        two_sided = catalogue().kind(verdict.kind).sides == 2
        return (_contradicts(now.marks, marks) and (titled or two_sided)) or (two_sided and len(now.pages) >= 2)
    if verdict.confidence < SURE or verdict.family == "other":
        return False
    if now.verdict.family in LONG and (verdict.family in LONG or not titled):
        another = verdict.confidence >= 0.95 and verdict.family != now.verdict.family
        numbered = "number" in now.marks and now.marks["number"] != marks.get("number", now.marks["number"])
        return titled and (another or numbered)
    proven = any(reason.what in ("code", "field") for reason in verdict.evidence)
    return titled or proven or (now.verdict.confidence >= SURE and now.verdict.family != verdict.family)


def _whole(now: _Open) -> bool:
    """Tell whether a card has all its sides, each on a page or two on one."""
    sides = catalogue().kind(now.verdict.kind).sides
    return len(now.pages) >= sides or len(sides_seen(now.verdict.kind, now.pages)) == sides


def _continues(page: Page) -> bool:
    """Tell whether a page says itself that it goes on: nothing to read, a page number after 1, an annex's heading."""
    if page.failed is not None or not page.text.strip():
        return True
    margins = page.text[:200] + "\n" + page.text[-120:]
    return bool(_CONTINUED.search(margins) or _ANNEX.search(page.text.strip()[:80]))


def _is_doubtful(now: _Open, verdict: Verdict) -> bool:
    """Tell whether a page that was kept in the document looks like a document of its own all the same."""
    return (
        now.verdict.family not in LONG
        and verdict.family not in (now.verdict.family, "other")
        and verdict.confidence >= 0.6
        and any(reason.what == "title" and reason.weight >= 1.5 for reason in verdict.evidence)
    )


def _contradicts(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one[name] != other[name] for name in one.keys() & other.keys())


def _marks(page: Page) -> dict[str, str]:
    """Return the numbers on a page that tell two documents of one kind apart."""
    text = page.text.upper()
    marks = {}
    vins = {match for match in _VIN.findall(text) if is_vin(match)}
    people = {match for match in _RESIDENT.findall(text) if is_resident_id(match)}
    if len(vins) == 1:
        marks["vin"] = vins.pop()
    if len(people) == 1:
        marks["id_number"] = people.pop()
    number = _NUMBER.search(text)
    if number:
        marks["number"] = number[1]
    bare = _BARE.search(text)
    if bare:
        marks["bare"] = bare[1]
    codes = {code.text for code in page.codes}
    if len(codes) == 1:
        marks["code"] = codes.pop()
    return marks


@lru_cache(maxsize=2)
def _separators(kinds: Catalogue) -> tuple[tuple[re.Pattern[str], ...], PhraseIndex[str]]:
    kind = kinds.kind("separator")
    words = PhraseIndex((letters_of(phrase), kind.id) for phrase in kind.phrases)
    return tuple(pattern.expression for pattern in kind.codes), words
