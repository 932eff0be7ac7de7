"""Read the dates that people type, in any usual writing, Chinese numerals and spoken ones too. Pure."""

import calendar
import re
from datetime import date, timedelta
from typing import Final

from dossier.folding import fold
from index.amounts import DIGITS, numeral

Span = tuple[date, date]
"""First and last day."""

_YEAR: Final = r"(?P<year>\d{4})"
_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH: Final = f"(?P<name>{'|'.join(_MONTHS)})[a-z]*"
_DAY: Final = r"(?P<day>\d{1,2})"
_SHAPES: Final = (
    re.compile(_YEAR + r"[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})?[日号]?)?"),
    re.compile(_YEAR + r"(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(_DAY + r"[-/.](?P<month>\d{1,2})[-/.]" + _YEAR),
    re.compile(rf"(?:{_DAY}(?:st|nd|rd|th)?-?)?{_MONTH}[-.,]?{_YEAR}"),
    re.compile(rf"{_MONTH}\.?{_DAY}(?:st|nd|rd|th)?,{_YEAR}"),
    re.compile(_YEAR + r"年?"),
)
_REPUBLIC: Final = re.compile(r"民国(?P<year>\d{1,3}|元)年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?)?")
_REPUBLIC_BEGINS: Final = 1911
_OF_LATE: Final = re.compile(r"(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?")
_AGO: Final = re.compile(r"(?P<number>\d{1,4})(?:(?P<unit>d|天|日|w|周|星期|m|个月|y|年)前?|(?P<months>月)前)")
_NAMED: Final = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
_YEARS: Final = {"今年": 0, "本年": 0, "thisyear": 0, "去年": 1, "lastyear": 1, "前年": 2}
_MONTHS_AGO: Final = {"本月": 0, "这个月": 0, "thismonth": 0, "上月": 1, "上个月": 1, "lastmonth": 1}
_DAYS: Final = {"d": 1, "天": 1, "日": 1, "w": 7, "周": 7, "星期": 7}


def span(text: str, today: date) -> Span | None:
    """Return the first and last day that a text means (a day, a month, a year, ``30d``, ``今年``), None if none.

    A month or day without its year is the last there was.
    """
    folded = _arabic(re.sub(r"\s", "", fold(text)))
    return _spoken(folded, today) or _written(folded)


def _spoken(text: str, today: date) -> Span | None:
    if text in _NAMED:
        return (today - timedelta(days=_NAMED[text]),) * 2
    if text in _YEARS:
        return _days(today.year - _YEARS[text], None, None)
    if text in _MONTHS_AGO:
        year, before = divmod(today.year * 12 + today.month - 1 - _MONTHS_AGO[text], 12)
        return _days(year, str(before + 1), None)
    ago = _AGO.fullmatch(text)
    if ago:
        return _ago(int(ago["number"]), ago["unit"] or ago["months"], today)
    late = _OF_LATE.fullmatch(text)
    if late:
        found = _days(today.year, late["month"], late["day"])
        return found if found and found[0] <= today else _days(today.year - 1, late["month"], late["day"])
    return None


def _written(text: str) -> Span | None:
    republic = _REPUBLIC.fullmatch(text)
    if republic:
        year = 1 if republic["year"] == "元" else int(republic["year"])
        return _days(year + _REPUBLIC_BEGINS, republic["month"], republic["day"])
    for shape in _SHAPES:
        match = shape.fullmatch(text)
        if match:
            parts = match.groupdict()
            named = parts.get("name")
            return _days(int(parts["year"]), str(_MONTHS[named]) if named else parts.get("month"), parts.get("day"))
    return None


def _ago(number: int, unit: str, today: date) -> Span | None:
    if unit in _DAYS:
        try:
            day = today - timedelta(days=number * _DAYS[unit])
        except OverflowError:
            return None
        return day, day
    months = number * (12 if unit in {"y", "年"} else 1)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year < 1:
        return None
    day = date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    return day, day


def _days(year: int, month: str | None, day: str | None) -> Span | None:
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, int(month), 1), date(year, int(month), calendar.monthrange(year, int(month))[1])
        return (date(year, int(month), int(day)),) * 2
    except (ValueError, IndexError):
        return None


def _arabic(text: str) -> str:
    def digits(found: re.Match[str]) -> str:
        value = numeral(found.group())
        return found.group() if value is None else str(value)

    return re.sub(f"[{''.join(DIGITS)}十百]+", digits, text)
