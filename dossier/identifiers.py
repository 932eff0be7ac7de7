"""Tell whether an identifier is right, and bring it into its normal form. Pure rules, each with its standard."""

import re
import unicodedata
from datetime import date
from typing import Final

_DROPPED: Final = re.compile(r"[\s\-‐‑‒–—_·•・.,:;'\"()\[\]{}<>/\\|]+")

_CONFUSABLE: Final = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"})

PERSONAL: Final = frozenset({"id_number", "credit_code"})
"""Identifiers that are a person's or a company's own."""

VIN_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES: Final = {c: int(c) for c in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

_RESIDENT_WEIGHTS: Final = tuple(2 ** (17 - i) % 11 for i in range(17))
_RESIDENT_CHECK: Final = "10X98765432"
_PROVINCES: Final = frozenset(
    f"{code}"
    for region in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83, 91),
    )
    for code in region
)

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = tuple(3**i % 31 for i in range(17))
_CREDIT_SHAPE: Final = re.compile(r"[1-9A-GHJ-NPQRTUWXY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

PLATE_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PLATE_LETTER: Final = "A-HJ-NP-Z"
_PLATE_ORDINARY: Final = re.compile(
    rf"[{PLATE_PROVINCES}][{_PLATE_LETTER}][0-9{_PLATE_LETTER}]{{4}}[0-9{_PLATE_LETTER}挂学警港澳领超]"
)
_PLATE_NEW_ENERGY: Final = re.compile(
    rf"[{PLATE_PROVINCES}][{_PLATE_LETTER}](?:[ABCDEFGHJK][0-9{_PLATE_LETTER}]\d{{4}}|\d{{5}}[ABCDEFGHJK])"
)
_PLATE_EMBASSY: Final = re.compile(r"(?:使\d{6}|\d{6}使)")
_PLATE_HONG_KONG: Final = re.compile(r"[A-HJ-NPR-Z]{2}[1-9]\d{0,3}")
_PLATE_MACAU: Final = re.compile(r"(?:M[A-Z]?|[A-Z]{2})\d{4}")
_PLATE_TAIWAN: Final = re.compile(r"(?:[A-HJ-NP-Z]{3}\d{4}|[A-Z]{2}\d{4}|\d{4}[A-Z]{2})")

_INVOICE_CODE: Final = re.compile(r"\d{10}|\d{12}")
_INVOICE_NUMBER: Final = re.compile(r"\d{8}|\d{20}")
_TAX_ID_OTHER: Final = re.compile(r"\d{15}|\d{17}[0-9X]|\d{20}|[0-9A-Z]{15}|\d{17}")


def normal(text: str) -> str:
    """Return the form identifiers are stored and compared in: width folded, upper case, no spaces or hyphens."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return unicodedata.normalize("NFKC", _DROPPED.sub("", folded))


def confusable_fold(text: str) -> str:
    """Return ``normal(text)`` with look-alike letters made digits (O Q→0, I L→1, Z→2, S→5, G→6, B→8).

    Two identifiers that differ only by such a misreading or slip of the pen fold to the same text.
    """
    return normal(text).translate(_CONFUSABLE)


def vin_check(vin: str) -> str:
    """Return the check digit (position 9) that the other sixteen characters ask for.

    Source: ISO 3779, GB 16735, 49 CFR 565.15(c). Raises KeyError for characters outside the VIN alphabet.
    """
    rest = sum(weight * _VIN_VALUES[c] for weight, c in zip(_VIN_WEIGHTS, vin, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def is_vin_shaped(text: str) -> bool:
    """Tell whether this is 17 characters of the VIN alphabet with a last part that ends in four digits."""
    return len(text) == 17 and all(c in _VIN_VALUES for c in text) and text[13:].isdigit()


def is_vin(text: str) -> bool:
    """Tell whether this is a vehicle identification number whose check digit is right (GB 16735 requires it)."""
    vin = normal(text)
    return is_vin_shaped(vin) and vin_check(vin) == vin[8]


def resident_id_check(body: str) -> str:
    """Return the check character for the first 17 digits of a resident ID. Source: GB 11643, ISO 7064 MOD 11-2."""
    return _RESIDENT_CHECK[sum(w * int(c) for w, c in zip(_RESIDENT_WEIGHTS, body, strict=True)) % 11]


def resident_birth(text: str) -> date | None:
    """Return the birth date that a resident ID of 18 or 15 characters carries, or None when there is no such date."""
    number = normal(text)
    digits = number[6:14] if len(number) == 18 else "19" + number[6:12] if len(number) == 15 else ""
    if not digits.isdecimal():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def resident_sex(text: str) -> str | None:
    """Return 男 or 女 as the sequence number of a resident ID says (odd is male), or None for another text."""
    number = normal(text)
    if len(number) not in {15, 18}:
        return None
    sequence = number[14] if len(number) == 15 else number[16]
    return ("女", "男")[int(sequence) % 2] if sequence.isdecimal() else None


def is_resident_id_shaped(text: str) -> bool:
    """Tell whether this is 18 characters with a province, a possible birth date and digits before the last."""
    if len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()) or text[17] not in "0123456789X":
        return False
    born = resident_birth(text)
    return text[:2] in _PROVINCES and born is not None and 1850 <= born.year <= 2100


def is_resident_id(text: str) -> bool:
    """Tell whether this is a resident ID of 18 characters with the right check character. Source: GB 11643."""
    number = normal(text)
    return is_resident_id_shaped(number) and resident_id_check(number[:17]) == number[17]


def is_old_resident_id(text: str) -> bool:
    """Tell whether this is a resident ID of the form with 15 digits, which has no check character (before 1999)."""
    number = normal(text)
    return len(number) == 15 and number.isdecimal() and number[:2] in _PROVINCES and resident_birth(number) is not None


def upgraded_resident_id(text: str) -> str:
    """Return the 18-character form of a resident ID with 15 digits. Raises ValueError for any other text."""
    number = normal(text)
    if not is_old_resident_id(number):
        raise ValueError(text)
    body = number[:6] + "19" + number[6:]
    return body + resident_id_check(body)


def credit_code_check(body: str) -> str:
    """Return the check character for the first 17 characters of a unified social credit code. Source: GB 32100."""
    rest = sum(w * CREDIT_ALPHABET.index(c) for w, c in zip(_CREDIT_WEIGHTS, body, strict=True)) % 31
    return CREDIT_ALPHABET[(31 - rest) % 31]


def is_credit_code_shaped(text: str) -> bool:
    """Tell whether this is 18 characters as a unified social credit code has them."""
    return _CREDIT_SHAPE.fullmatch(text) is not None


def is_credit_code(text: str) -> bool:
    """Tell whether this is a unified social credit code with the right check character. Source: GB 32100."""
    code = normal(text)
    return is_credit_code_shaped(code) and credit_code_check(code[:17]) == code[17]


def organisation_code_check(body: str) -> str:
    """Return the check character for the first 8 characters of an organisation code. Source: GB 11714."""
    rest = 11 - sum(w * int(c, 36) for w, c in zip(_ORGANISATION_WEIGHTS, body, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def is_organisation_code(text: str) -> bool:
    """Tell whether this is an organisation code (8 characters and a check character). Source: GB 11714."""
    code = normal(text)
    return re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code) is not None and organisation_code_check(code[:8]) == code[8]


def is_tax_id(text: str) -> bool:
    """Tell whether a taxpayer can have this number: a credit code, or one of the older kinds."""
    number = normal(text)
    return is_credit_code(number) or _TAX_ID_OTHER.fullmatch(number) is not None


def is_plate(text: str) -> bool:
    """Tell whether this is a mainland number plate: ordinary, new energy (8 characters) or embassy. Source: GA 36."""
    plate = normal(text)
    return any(shape.fullmatch(plate) for shape in (_PLATE_ORDINARY, _PLATE_NEW_ENERGY, _PLATE_EMBASSY))


def is_regional_plate(text: str) -> bool:
    """Tell whether this can be a plate of Hong Kong (AB 1234), Macau (MA-12-34) or Taiwan (ABC-1234, 1234-AB)."""
    plate = normal(text)
    return any(shape.fullmatch(plate) for shape in (_PLATE_HONG_KONG, _PLATE_MACAU, _PLATE_TAIWAN))


def is_invoice_code(text: str) -> bool:
    """Tell whether this has the form of a mainland invoice code: 10 or 12 digits."""
    return _INVOICE_CODE.fullmatch(normal(text)) is not None


def is_invoice_number(text: str) -> bool:
    """Tell whether this has the form of a mainland invoice number: 8 digits, or 20 for a fully digital invoice."""
    return _INVOICE_NUMBER.fullmatch(normal(text)) is not None
