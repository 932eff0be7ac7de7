"""Numbers that pass their own check, for people, companies and cars that do not exist.

Regions that no standard assigns (``..9900``), letters that no office issues and number ranges that no person gets keep
every number clear of real ones while its check digit holds.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from ocr.specimen.dice import Dice

_VIN_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_ALPHABET: Final = _VIN_LETTERS + "0123456789"
_VIN_VALUES: Final = {
    letter: value
    for value, letters in enumerate(("", "AJ", "BKS", "CLT", "DMU", "ENV", "FW", "GPX", "HY", "RZ"))
    for letter in letters
}
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FIGURES: Final = "零壹贰叁肆伍陆柒捌玖"
_PLATE_PROVINCES: Final = "京津沪渝冀豫皖闽苏浙赣湘鄂桂琼贵陕甘晋鲁"


def vin(dice: Dice, year: int) -> str:
    """Return a vehicle identification number with its check digit (GB 16735, ISO 3779)."""
    maker = "L" + dice.choice("BFGHJSVWXZ") + "9"  # a third character 9 marks makers too small to be told apart by it
    years = "ABCDEFGHJKLMNPRSTVWXY123456789"
    tail = years[(year - 2010) % 30] + dice.choice("ABCDEFGHJKLMNPRSTUVWXYZ") + dice.digits(6)
    body = maker + dice.letters(5, _VIN_ALPHABET) + "0" + tail
    total = sum((int(c) if c.isdigit() else _VIN_VALUES[c]) * w for c, w in zip(body, _VIN_WEIGHTS, strict=True))
    return body[:8] + "0123456789X"[total % 11] + body[9:]


def resident_id(dice: Dice, birth: date, *, female: bool) -> str:
    """Return a resident identity number with its check digit (GB 11643)."""
    region = dice.choice(("11", "12", "31", "32", "33", "35", "37", "42", "43", "44", "50", "51", "61")) + "9900"
    order = dice.randint(0, 499) * 2 + (0 if female else 1)
    body = f"{region}{birth:%Y%m%d}{order:03d}"
    total = sum(int(c) * (2 ** (17 - place) % 11) for place, c in enumerate(body))
    return body + "10X98765432"[total % 11]


def organisation_code(dice: Dice) -> str:
    """Return an organisation code of nine characters (GB 11714), without its hyphen."""
    body = dice.letters(1, "KLMNPQRTUWXY") + dice.digits(7)
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in body]
    rest = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(rest, str(rest))


def credit_code(dice: Dice, organisation: str) -> str:
    """Return a unified social credit code (GB 32100) around an organisation code."""
    if any(c not in _CREDIT_ALPHABET for c in organisation):
        organisation = organisation.replace("X", "0")
    body = "91" + dice.choice(("11", "31", "32", "33", "37", "44", "50")) + "9900" + organisation
    total = sum(_CREDIT_ALPHABET.index(c) * (3**place % 31) for place, c in enumerate(body))
    return body + _CREDIT_ALPHABET[(31 - total % 31) % 31]


def plate(dice: Dice, *, electric: bool) -> str:
    """Return a number plate (GA 36), eight characters where the car is electric."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = dice.choice(_PLATE_PROVINCES) + "X"
    if electric:
        return head + dice.choice("DF") + f"{dice.randint(0, 99999):05d}"
    tail = list(f"{dice.randint(0, 99999):05d}")
    for place in dice.sample(range(5), dice.choice((0, 1, 1, 2))):
        tail[place] = dice.choice(alphabet)
    return head + "".join(tail)


def mobile(dice: Dice) -> str:
    """Return a mobile number of the range that only machines get."""
    return "1410" + dice.digits(7)


def landline(dice: Dice) -> str:
    """Return a landline number with an area code."""
    return f"0{dice.choice(('10', '21', '571', '755', '512', '28'))}-{dice.choice('2345678')}000{dice.digits(4)}"


def words(amount: Decimal) -> str:
    """Return an amount of money in words as invoices and cheques spell it: 壹拾贰万捌仟元整."""
    cents = int((amount * 100).to_integral_value())
    yuan, rest = divmod(cents, 100)
    jiao, fen = divmod(rest, 10)
    text = _yuan(yuan) + "元" if yuan else ""
    if not rest:
        return (text or "零元") + "整"
    if jiao:
        text += _FIGURES[jiao] + "角"
    elif text:
        text += "零"
    return text + (_FIGURES[fen] + "分" if fen else "整")


def _yuan(number: int) -> str:
    parts: list[str] = []
    for unit, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        group, number = divmod(number, size)
        if group:
            if parts and group < 1000:
                parts.append("零")
            parts.append(_thousands(group) + unit)
        elif parts and number and size > 1:
            parts.append("零")
    return "".join(parts).replace("零零", "零")


def _thousands(group: int) -> str:
    text = ""
    for unit, size in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
        digit, group = divmod(group, size)
        if digit:
            text += _FIGURES[digit] + unit
        elif text and group and not text.endswith("零"):
            text += "零"
    return text


def figures(amount: Decimal) -> str:
    """Return an amount as figures with two decimals and thousands separators."""
    return f"{amount:,.2f}"


def plain(amount: Decimal) -> str:
    """Return an amount in the contract's form: a plain decimal."""
    return f"{amount:.2f}"
