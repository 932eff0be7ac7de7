"""Numbers that pass their own check, for people, companies and cars that do not exist.

Regions that no standard assigns (``..9900``), letters that no office issues and number ranges that no person gets keep
every number clear of real ones while its check digit holds.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from dossier.identifiers import (
    VIN_ALPHABET,
    credit_code_check,
    organisation_code_check,
    resident_id_check,
    vin_check,
)
from ocr.specimen.dice import Dice

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_FIGURES: Final = "零壹贰叁肆伍陆柒捌玖"
_PLATE_PROVINCES: Final = "京津沪渝冀豫皖闽苏浙赣湘鄂桂琼贵陕甘晋鲁"


def vin(dice: Dice, year: int) -> str:
    """Return a vehicle identification number with its check digit (GB 16735, ISO 3779)."""
    maker = "L" + dice.choice("BFGHJSVWXZ") + "9"  # a third character 9 marks makers too small to be told apart by it
    years = "ABCDEFGHJKLMNPRSTVWXY123456789"
    tail = years[(year - 2010) % 30] + dice.choice(_LETTERS.replace("Q", "")) + dice.digits(6)
    body = maker + dice.letters(5, VIN_ALPHABET) + "0" + tail
    return body[:8] + vin_check(body) + body[9:]


def resident_id(dice: Dice, birth: date, *, female: bool) -> str:
    """Return a resident identity number with its check digit (GB 11643)."""
    region = dice.choice(("11", "12", "31", "32", "33", "35", "37", "42", "43", "44", "50", "51", "61")) + "9900"
    body = f"{region}{birth:%Y%m%d}{dice.randint(0, 499) * 2 + (0 if female else 1):03d}"
    return body + resident_id_check(body)


def organisation_code(dice: Dice) -> str:
    """Return an organisation code of nine characters (GB 11714) without its hyphen, never with the check letter X.

    The credit code takes it over, and that standard's alphabet is other than this one's.
    """
    while True:
        body = dice.letters(1, "KLMNPQRTUWXY") + dice.digits(7)
        if organisation_code_check(body) != "X":
            return body + organisation_code_check(body)


def credit_code(dice: Dice, organisation: str) -> str:
    """Return a unified social credit code (GB 32100) around an organisation code."""
    body = "91" + dice.choice(("11", "31", "32", "33", "37", "44", "50")) + "9900" + organisation
    return body + credit_code_check(body)


def plate(dice: Dice, *, electric: bool) -> str:
    """Return a number plate (GA 36), eight characters where the car is electric."""
    head = dice.choice(_PLATE_PROVINCES) + "X"
    if electric:
        return head + dice.choice("DF") + f"{dice.randint(0, 99999):05d}"
    tail = list(f"{dice.randint(0, 99999):05d}")
    for place in dice.sample(range(5), dice.choice((0, 1, 1, 2))):
        tail[place] = dice.choice(_LETTERS)
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
