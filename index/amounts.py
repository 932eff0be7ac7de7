"""Read the amounts that people type, in any usual writing, Chinese numerals too. Pure."""

import re
from decimal import Decimal
from typing import Final

from dossier.folding import fold

DIGITS: Final = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2,
    "俩": 2,
    "弍": 2,
    "弐": 2,
    "参": 3,
    "廿": 20,
    "卅": 30,
}
_TENS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
_PARTS: Final = {"角": Decimal("0.1"), "毛": Decimal("0.1"), "分": Decimal("0.01")}
NUMERALS: Final = "".join((*DIGITS, *_TENS, *_MYRIADS))
_ZEROS: Final = "〇零"
_CHINESE: Final = re.compile(
    f"(?P<whole>[{NUMERALS}]+)(?:点(?P<fraction>[{NUMERALS}]+?)(?P<unit>[万亿]?))?[元圆块蚊]?"
    f"(?:(?P<tenths>[{NUMERALS}])[角毛])?(?:零?(?P<cents>[{NUMERALS}])分)?[整正]?"
)
_NUMBER: Final = r"\d[\d,' ]*(?:\.\d+)?"
_UNITS: Final = {
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 1000,
    "百": 100,
}
_TIMES: Final = {**_UNITS, "k": 1000, "m": 10**6}
_UNIT: Final = "|".join(_UNITS)
_PLAIN: Final = re.compile(rf"(?P<sign>-?)(?P<number>{_NUMBER}) ?(?P<unit>{'|'.join(_TIMES)})?[整正]?")
_MIXED: Final = re.compile(rf"(?:{_NUMBER}(?:{_UNIT}))+(?:\d+(?:\.\d+)?)?[整正]?")
_PIECE: Final = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>{_UNIT})?")
_CODES: Final = "rmb|cny|hkd|mop|usd|twd|ntd|eur|gbp|jpy"
_NAMES: Final = "人民币|港币|港元|澳门元|澳门币|澳门币元|葡币|美元|美金|新台币|台币|欧元"
_BEFORE: Final = re.compile(rf"(?:(?:{_CODES}|hk|us|nt|mop|{_NAMES})?\s*[¥$€£]|{_CODES}|{_NAMES})\s*:?\s*")
_AFTER: Final = re.compile(rf"\s*(?:{_CODES}|{_NAMES}|[元圆块蚊])(?=[整正]?$)")
_LARGEST: Final = Decimal(10) ** 15
_TEN: Final = 10


def amount(text: str) -> Decimal | None:
    """Return the amount that a text states (``1,234.56``, ``¥1.2萬``, ``壹萬貳仟元整``), None if it states none."""
    folded = fold(text).strip()
    begun = _BEFORE.match(folded)
    folded = folded[begun.end() :] if begun else folded
    bare = _AFTER.sub("", folded, count=1).strip()
    found = _of_digits(bare)
    if found is None:
        found = _of_numerals(bare)
    if found is None:
        found = _of_numerals(folded)
    return found if found is not None and abs(found) < _LARGEST else None


def numeral(text: str) -> int | None:
    """Return the whole number that Chinese numerals state.

    By place (``二〇二六``), by unit (``一万二千``), or with the last unit left out, as one says it (``两万五``).
    """
    if len(text) > 1 and all(DIGITS.get(character, _TEN) < _TEN for character in text):
        return int("".join(str(DIGITS[character]) for character in text)) if len(text) < 2 * _TEN else None
    total = section = digit = 0
    unit = 1
    for character in text:
        if character in DIGITS:
            digit += DIGITS[character]
            unit = 1 if character in _ZEROS else unit
        elif character in _TENS:
            unit = _TENS[character]
            section += (digit or 1) * unit
            digit = 0
        elif character in _MYRIADS:
            unit = _MYRIADS[character]
            total = (total + section + digit) * unit
            section = digit = 0
        else:
            return None
    spoken = unit // _TEN if 0 < digit < _TEN and unit > _TEN else 1
    return total + section + digit * spoken


def _of_digits(text: str) -> Decimal | None:
    plain = _PLAIN.fullmatch(text)
    if plain:
        unit = _TIMES.get(plain["unit"], 1)
        return Decimal(plain["sign"] + _bare(plain["number"])) * unit
    if _MIXED.fullmatch(text):
        total, unit = Decimal(0), 1
        for piece in _PIECE.finditer(text):
            spoken = unit // _TEN if not piece["unit"] and len(piece["number"]) == 1 else 1
            unit = _UNITS.get(piece["unit"], spoken)
            total += Decimal(_bare(piece["number"])) * unit
        return total
    return None


def _of_numerals(text: str) -> Decimal | None:
    chinese = _CHINESE.fullmatch(text)
    whole = numeral(chinese["whole"]) if chinese else None
    if chinese is None or whole is None:
        return None
    found = Decimal(whole)
    if chinese["fraction"] is not None:
        if not all(DIGITS.get(digit, _TEN) < _TEN for digit in chinese["fraction"]):
            return None
        places = "".join(str(DIGITS[digit]) for digit in chinese["fraction"])
        found = Decimal(f"{whole}.{places}") * _MYRIADS.get(chinese["unit"], 1)
    for part, unit in (("tenths", "角"), ("cents", "分")):
        if chinese[part] is not None:
            if chinese[part] not in DIGITS:
                return None
            found += DIGITS[chinese[part]] * _PARTS[unit]
    return found


def _bare(number: str) -> str:
    return re.sub(r"[,' ]", "", number)
