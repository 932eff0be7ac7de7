"""Dates in every writing the trade uses, to ISO: Western, 年月日, Han numerals, ROC 民國 years, month names.

Where day and month could change places (03/04/2018), the evidence of the other dates and of the page decides.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Order = Literal["day-first", "month-first", "year-first"]

_HAN_DIGITS: Final = {
    c: v
    for v, same in enumerate(("〇零○Ｏ", "一壹", "二贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"))
    for c in same
}
_HAN: Final = "".join(_HAN_DIGITS) + "十拾廿卅元"
_MONTHS: Final = (
    "january janvier januar januari enero gennaio janeiro jan ene gen",
    "february février fevrier februar februari febrero febbraio fevereiro feb fév fev",
    "march mars märz maerz maart marzo março marco mar mrz mrt",
    "april avril abril aprile apr avr abr",
    "may mai mei mayo maggio maio mag",
    "june juin juni junio giugno junho jun giu",
    "july juillet juli julio luglio julho jul lug juil",
    "august août aout augustus agosto aug ago aoû",
    "september septembre settembre septiembre setembro sept sep set",
    "october octobre oktober octubre ottobre outubro oct okt ott out",
    "november novembre noviembre novembro nov",
    "december décembre decembre dezember diciembre dicembre dezembro dec déc dez dic",
)
_MONTH_OF: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME: Final = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_TIME: Final = r"(?=\D|$|[0-2]?\d[:.][0-5]\d)"
_MONTH: Final = rf"(?P<mon>{_NAME})(?:\s?/\s?[a-zà-ÿ]{{3,9}})?(?![a-zà-ÿ])"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|\.|°|º)?"
_GAP: Final = r"[\s.,/'’-]"
_YEAR: Final = r"(?P<y>(?:19|20)\d\d|\d\d(?![\d:.]\d)(?!\d))"
_PATTERNS: Final = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?P<roc>民\s?[国國])\s*(?P<y>\d{1,3})\s*(?:年|[/.-])\s*(?P<m>\d{1,2})\s*(?:月|[/.-])\s*(?P<d>\d{1,2})",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>\d{2,3})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})(?!\d)",
        rf"(?P<y>[{_HAN}]{{4}})\s*年\s*(?P<m>[{_HAN}]{{1,3}})\s*月\s*(?P<d>[{_HAN}]{{1,3}})(?=\s*日|$|\D)",
        rf"(?<![\d])(?P<y>(?:19|20)\d\d)\s?(?P<sep>[-/.])\s?(?P<m>\d{{1,2}})\s?(?P=sep)\s?(?P<d>\d\d|\d){_TIME}",
        # A year that lost its first digit at the edge of the paper: 020-06-18.
        r"(?<![\d-])(?P<cut>0[0-4]\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])",
        rf"(?<![\d/.-])(?P<a>\d{{1,2}})\s?(?P<sep>[-/.])\s?(?P<b>\d{{1,2}})\s?(?P=sep)\s?(?P<y>(?:19|20)\d\d){_TIME}",
        rf"(?<![\w/.-])(?P<a>\d\d?)(?P<sep>[-/.])(?P<b>\d\d?)(?P=sep)(?P<yy>\d\d)(?![\d/-]|\.\d){_TIME}",
        rf"(?<!\d)(?P<d>\d{{1,2}}){_ORDINAL}(?:\s+day)?(?:\s+of|\s+de)?{_GAP}*{_MONTH}(?:\s+de)?{_GAP}*{_YEAR}{_TIME}",
        rf"(?<![a-zà-ÿ]){_MONTH}{_GAP}*(?P<d>\d{{1,2}}){_ORDINAL}{_GAP}+{_YEAR}{_TIME}",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.]?(?P<m>0[1-9]|1[0-2])[-/.]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        r"(?<![\d.,])(?P<y>(?:19|20)\d\d)\s{1,3}(?P<m>0[1-9]|1[0-2])\s{1,3}(?P<d>0[1-9]|[12]\d|3[01])(?![\d.,])",
    )
)  # fmt: skip
_BLURRED: Final = str.maketrans("OoQIl", "00011")


@dataclass(frozen=True, slots=True)
class DateHit:
    """A date in a text: where it stands, its readings (the likelier first), and whether only one order is possible."""

    start: int
    end: int
    readings: tuple[date, ...]
    order: Order | None

    @property
    def sure(self) -> bool:
        """Tell whether the writing allows one reading only."""
        return len(set(self.readings)) == 1


def find_dates(text: str, prefer: Order = "day-first") -> tuple[DateHit, ...]:
    """Return every date in ``text`` from left to right; ``prefer`` puts one reading of an ambiguous date first."""
    folded = _unblurred(_same_length_nfkc(text))
    hits: list[DateHit] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            if any(match.start() < h.end and h.start < match.end() for h in hits):
                continue
            hit = _hit(match, prefer)
            if hit:
                hits.append(hit)
    return tuple(sorted(hits, key=lambda h: h.start))


def iso_date(text: str, prefer: Order = "day-first") -> str | None:
    """Return the first date of ``text`` in ISO form, or None."""
    hits = find_dates(text, prefer)
    return hits[0].readings[0].isoformat() if hits else None


def order_evidence(texts: Sequence[str]) -> Order | None:
    """Return the order that the unambiguous numeric dates of a document show, or None when they show none or both."""
    seen = {hit.order for text in texts for hit in find_dates(text) if hit.order in {"day-first", "month-first"}}
    return seen.pop() if len(seen) == 1 else None


def _same_length_nfkc(text: str) -> str:
    folded = (unicodedata.normalize("NFKC", c) for c in text)
    return "".join(f if len(f) == 1 else c for f, c in zip(folded, text, strict=True))


def _unblurred(text: str) -> str:
    """Turn letters between figures into the digits they were (2O22 → 2022), keeping the length."""
    return re.sub(
        r"(?<![A-Za-z])(?=[\dOoQIl]*\d)[\dOoQIl]{1,8}(?![A-Za-z])|(?<=\d)[OoIl](?=[\d\s/.-])",
        lambda m: m.group().translate(_BLURRED),
        text,
    )


def _hit(match: re.Match[str], prefer: Order) -> DateHit | None:
    readings, order = _readings(match.groupdict(), prefer)
    made = tuple(dict.fromkeys(d for d in (_made(*ymd) for ymd in readings) if d))
    if not made:
        return None
    return DateHit(match.start(), match.end(), made, order if len(made) == 1 else None)


def _readings(parts: dict[str, str | None], prefer: Order) -> tuple[list[tuple[int, int, int]], Order | None]:
    if parts.get("mon"):
        year = _year(str(parts["y"]))
        return [(year, _MONTH_OF[str(parts["mon"]).lower()], int(str(parts["d"])))], None
    if parts.get("cut"):
        return [(2000 + int(str(parts["cut"])), int(str(parts["m"])), int(str(parts["d"])))], None
    if parts.get("a") is None:
        year, month, day = (_number(str(parts[k])) for k in ("y", "m", "d"))
        if year < 200 and (parts.get("roc") or year > 99):
            year += 1911
        elif year < 100:
            year += 2000 if year < 70 else 1900
        return [(year, month, day)], None
    a, b = int(str(parts["a"])), int(str(parts["b"]))
    if parts.get("yy") is None:
        year = int(str(parts["y"]))
        day_first, month_first = (year, b, a), (year, a, b)
        order: Order | None = "day-first" if a > 12 else "month-first" if b > 12 else None
        return [month_first, day_first] if prefer == "month-first" else [day_first, month_first], order
    c = str(parts["yy"])
    options = {"day-first": (_year(c), b, a), "month-first": (_year(c), a, b), "year-first": (2000 + a, b, int(c))}
    first = options.pop(prefer)
    if prefer != "year-first":
        options.pop("year-first")
    return [first, *options.values()], None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) < 70 else 1900)


def _number(text: str) -> int:
    """Read an Arabic or Han number of a date: 2021, 二〇二一, 十二, 廿三, 二十."""
    if text.isascii():
        return int(text)
    if text == "元":
        return 1
    if not any(c in "十拾廿卅" for c in text):
        return int("".join(str(_HAN_DIGITS.get(c, 0)) for c in text))
    tens, _, ones = text.replace("拾", "十").replace("廿", "二十").replace("卅", "三十").partition("十")
    return (_HAN_DIGITS.get(tens, 1) if tens else 1) * 10 + (_HAN_DIGITS.get(ones, 0) if ones else 0)


def _made(year: int, month: int, day: int) -> date | None:
    if not 1900 <= year <= 2099:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def iter_iso(texts: Sequence[str], prefer: Order = "day-first") -> Iterator[tuple[int, DateHit]]:
    """Yield (index of the text, hit) for every date of several texts in order."""
    for index, text in enumerate(texts):
        for hit in find_dates(text, prefer):
            yield index, hit
