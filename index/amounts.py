"""Read the dates and amounts that people type, in any usual writing, Chinese numerals too. Pure."""

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from dossier.folding import fold

_DIGITS: Final = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2,
    "俩": 2,
    "廿": 20,
}
_TENS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
_PARTS: Final = {"角": Decimal("0.1"), "毛": Decimal("0.1"), "分": Decimal("0.01")}
_NUMERALS: Final = "".join((*_DIGITS, *_TENS, *_MYRIADS))
_CHINESE: Final = re.compile(
    f"(?P<whole>[{_NUMERALS}]+)[元圆块]?(?:(?P<tenths>[{_NUMERALS}])[角毛])?(?:零?(?P<cents>[{_NUMERALS}])分)?[整正]?"
)
_PLAIN: Final = re.compile(r"(?P<sign>-?)(?P<number>\d[\d,' ]*(?:\.\d+)?)(?P<unit>万|亿|千|百|k|m)?[元圆块]?[整正]?")
_UNITS: Final = {"万": 10**4, "亿": 10**8, "千": 1000, "百": 100, "k": 1000, "m": 10**6, None: 1}
_MONEY: Final = re.compile(r"^(?:rmb|cny|hkd|mop|usd|twd|nt\$|hk\$|us\$|[¥$€£])\s*|人民币")
_LARGEST: Final = Decimal(10) ** 15

_YEAR: Final = r"(?P<year>\d{4})"
_DATES: Final = (
    re.compile(_YEAR + r"[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})?[日号]?)?"),
    re.compile(_YEAR + r"(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.]" + _YEAR),
    re.compile(_YEAR + r"年?"),
)
_REPUBLIC: Final = re.compile(r"民国(?P<year>\d{1,3})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?")
_REPUBLIC_BEGINS: Final = 1911
_AGO: Final = re.compile(r"(?P<number>\d{1,4})(?P<unit>d|天|日|w|周|m|个月|月|y|年)前?")
_NAMED: Final = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1}
_DAYS: Final = {"d": 1, "天": 1, "日": 1, "w": 7, "周": 7}
_TEN: Final = 10


def amount(text: str) -> Decimal | None:
    """Return the amount that a text states (``1,234.56``, ``¥1.2萬``, ``壹萬貳仟元整``), None if it states none."""
    folded = _MONEY.sub("", fold(text).strip()).strip()
    plain = _PLAIN.fullmatch(folded)
    if plain:
        digits = re.sub(r"[,' ]", "", plain["number"])
        found = Decimal(plain["sign"] + digits) * _UNITS[plain["unit"]]
        return found if abs(found) < _LARGEST else None
    chinese = _CHINESE.fullmatch(folded)
    if chinese is None:
        return None
    whole = numeral(chinese["whole"])
    if whole is None or whole >= _LARGEST:
        return None
    found = Decimal(whole)
    for part, unit in (("tenths", "角"), ("cents", "分")):
        if chinese[part] is not None:
            if chinese[part] not in _DIGITS:
                return None
            found += _DIGITS[chinese[part]] * _PARTS[unit]
    return found


def numeral(text: str) -> int | None:
    """Return the whole number that Chinese numerals state, by place (``二〇二六``) or by unit (``一万二千``)."""
    if len(text) > 1 and all(_DIGITS.get(character, _TEN) < _TEN for character in text):
        return int("".join(str(_DIGITS[character]) for character in text)) if len(text) < 2 * _TEN else None
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit += _DIGITS[character]
        elif character in _TENS:
            section += (digit or 1) * _TENS[character]
            digit = 0
        elif character in _MYRIADS:
            total = (total + section + digit) * _MYRIADS[character]
            section = digit = 0
        else:
            return None
    return total + section + digit


def span(text: str, today: date) -> tuple[date, date] | None:
    """Return the first and last day that a text means (a day, a month, a year, ``30d``, ``today``), None if none."""
    folded = _arabic(re.sub(r"\s", "", fold(text)))
    if folded in _NAMED:
        day = today - timedelta(days=_NAMED[folded])
        return day, day
    ago = _AGO.fullmatch(folded)
    if ago:
        return _ago(int(ago["number"]), ago["unit"], today)
    republic = _REPUBLIC.fullmatch(folded)
    if republic:
        return _days(int(republic["year"]) + _REPUBLIC_BEGINS, republic["month"], republic["day"])
    for shape in _DATES:
        found = shape.fullmatch(folded)
        if found:
            parts = found.groupdict()
            return _days(int(parts["year"]), parts.get("month"), parts.get("day"))
    return None


def _ago(number: int, unit: str, today: date) -> tuple[date, date] | None:
    if unit in _DAYS:
        try:
            day = today - timedelta(days=number * _DAYS[unit])
        except OverflowError:
            return None
        return day, day
    months = number * (12 if unit in {"y", "年"} else 1)
    index = today.year * 12 + today.month - 1 - months
    year, month = divmod(index, 12)
    if year < 1:
        return None
    day = date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    return day, day


def _days(year: int, month: str | None, day: str | None) -> tuple[date, date] | None:
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

    return re.sub(f"[{''.join(_DIGITS)}十]+", digits, text)
