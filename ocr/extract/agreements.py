"""Parties, day of effect and governing law of agreements, as their prose says them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dossier.folding import HAN
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Row, Sheet, clean
from ocr.extract.typed import LEGAL_FORM, Parsed
from ocr.validators.dates import find_dates

_LAW: Final = re.compile(
    r"law(?:s|ful)?\s+(?:of|in\s+force\s+in)\s+(?:the\s+)?(?:(?:state|commonwealth|province|republic|country)\s+of\s+)?"
    r"(?P<place>[A-Z][A-Za-z]+(?:\s+(?:[A-Z][A-Za-z]+|of\s+[A-Z][A-Za-z]+)){0,2})"
)
_LAW_BEFORE: Final = re.compile(r"(?P<place>(?:[A-Z][a-z]+\s){1,2}?)law(?:s)?\s+(?:shall|will)\s+(?:govern|apply)")
_NOT_PLACE: Final = re.compile(
    r"^(?:The|This|Any|Such|Each|Applicable|Federal|Local|Company|Agreement|Conflict|Conflicts)\b"
)
_LAW_ZH: Final = re.compile(
    r"(?:适用|遵守|依照|受)(中华人民共和国|香港(?:特别行政区)?|澳门(?:特别行政区)?|台湾(?:地区)?)(?:的?现行)?(?:的?法律|法)"
)
_EFFECT: Final = re.compile(
    r"(?:made|entered\s+into|dated|executed|effective|agreement\s+is\s+made|agreement\s+dated|as\s+of|effective\s+date)\b"
    r"[^.;]{0,60}?$",
    re.IGNORECASE,
)
_DEFINED: Final = re.compile(
    r"^[\s,]*[(]?\s*(?:the\s+)?[“\"']+\s*(?:effective|execution|agreement)\s+date", re.IGNORECASE
)
_BETWEEN: Final = re.compile(
    r"(?:by\s+and\s+)?(?:between|among)\s*:?\s+(?P<a>.{3,160}?)\s*(?:,\s*)?\band\b\s+(?P<b>[A-Z“\"(].{3,160})",
)
_CUT: Final = re.compile(
    r"\s*(?:[(“\"]|,?\s+(?:a|an)\s+(?:\w+[\s-]){0,6}?(?:corporation|company|partnership|association|bank|individual|resident|citizen|limited)\b"
    r"|,\s*(?:with|having|located|whose|on\s+behalf|its|and\s+its|together|individually|the\s+undersigned|of\s)|\s+\(|;|:|\s+whose\b|\s+having\b"
    r"|,?\s+with\s+(?:its|an?|offices)\b|(?<=[a-z][a-z])\.\s|,\s*who\b)",
)  # fmt: skip


@dataclass(frozen=True)
class _Prose:
    """The running text of a document, each offset traced to its row."""

    text: str
    starts: tuple[int, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, sheet: Sheet) -> "_Prose":
        parts, starts, at = [], [], 0
        for row in sheet.rows:
            line = re.sub(r"\s+", " ", row.text.replace("’", "'"))
            parts.append(line)
            starts.append(at)
            at += len(line) + 1
        return cls(" ".join(parts), tuple(starts), sheet.rows)

    def place(self, start: int, end: int) -> Place:
        rows = self.rows[bisect_right(self.starts, start) - 1 : bisect_right(self.starts, max(start, end - 1))]
        same = [cell for row in rows if row.page == rows[0].page for cell in row.cells]
        return Place.of_cells(same, " ")


def agreement(sheet: Sheet) -> Iterator[Candidate]:
    """Yield what the prose of an agreement says."""
    if not sheet.rows:
        return
    prose = _Prose.of(sheet)
    yield from _law(prose)
    if not sheet.chinese:
        yield from _effect(prose)
        yield from _between(prose)


def _law(prose: _Prose) -> Iterator[Candidate]:
    """Yield the place whose law governs, the last clause that names one."""
    zh = _LAW_ZH.search(prose.text)
    if zh:
        yield candidate("jurisdiction", Parsed(zh.group(1), 0.9), prose.place(*zh.span()))
        return
    found = []
    for match in re.finditer(r"govern|construed|interpreted", prose.text, re.IGNORECASE):
        reach = prose.text[match.start() : match.start() + 260]
        named = _LAW.search(reach)
        if named and not _NOT_PLACE.match(named["place"]):
            found.append((match.start() + named.start("place"), named["place"]))
    if not found:
        before = _LAW_BEFORE.search(prose.text)
        if before and not _NOT_PLACE.match(before["place"]):
            found.append((before.start("place"), before["place"].strip()))
    if found:
        at, place = found[-1]
        name = re.sub(r"^(?:State|Commonwealth|Province|Republic)\s+of\s+(?:the\s+)?", "", place)
        name = re.split(r"\s+(?:Without|Applicable|Any|Each|The|As|Except|And|Excluding|Regardless|This)\b", name)[0]
        yield candidate("jurisdiction", Parsed(name.strip(), 0.85), prose.place(at, at + len(place)))


def _effect(prose: _Prose) -> Iterator[Candidate]:
    """Yield the day an agreement is made as of, the first that is so named."""
    best: tuple[float, int, int, str] | None = None
    for hit in find_dates(prose.text[:60000], "month-first"):
        before, after = prose.text[max(0, hit.start - 90) : hit.start], prose.text[hit.end : hit.end + 60]
        score = 0.9 if _DEFINED.match(after) else 0.8 if _EFFECT.search(before) else 0.5 if hit.start < 1200 else 0.0
        if re.search(
            r"certain|amended|prior|previous|terminat|expire|fiscal|filed|act\s+of|born", before[-50:], re.IGNORECASE
        ):
            score -= 0.4
        score -= min(0.25, hit.start / 40000)
        if score > 0.3 and (best is None or score > best[0]):
            best = (score, hit.start, hit.end, hit.readings[0].isoformat())
    if best:
        score, start, end, iso = best
        yield candidate("effective_date", Parsed(iso, min(0.92, score + 0.08)), prose.place(start, end))


def _between(prose: _Prose) -> Iterator[Candidate]:
    """Yield both parties: by and between A and B."""
    for match in _BETWEEN.finditer(prose.text[:8000]):
        names = [_party(match["a"]), _party(match["b"])]
        if all(names):
            value = "; ".join(str(name) for name in names)
            yield candidate("parties", Parsed(value, 0.8), prose.place(*match.span()))
            return


def _party(text: str) -> str | None:
    """Return the name at the beginning of a description of a party, or None when it is no name."""
    form = LEGAL_FORM.search(text)
    cut = _CUT.search(text)
    end = min(cut.start() if cut else len(text), len(text))
    if form and form.start() < 70 and form.end() <= end + 12:
        end = form.end()
    name = clean(text[:end]).strip(" ,;:.“”\"'")
    name = re.sub(r"^(?:the|and)\s+", "", name)
    proper = re.match(r"(?:[A-Z][\w.&'’-]*|of|the|and|de|&)(?:,?\s+|$)", name)
    return name if proper and 3 <= len(name) <= 80 and not re.search(f"[{HAN}]|_{{3}}|parties", name) else None
