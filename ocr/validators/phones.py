"""Telephone numbers: their forms and their normal form (digits, with + before a country code)."""

import re
import unicodedata
from typing import Final

_FORMS: Final = tuple(
    re.compile(shape)
    for shape in (
        r"\+\d{7,15}",
        r"(?:86)?1[3-9]\d{9}",  # mainland mobile
        r"0\d{2,3}\d{7,8}",  # mainland landline with its area code
        r"[48]00\d{7}",  # mainland service number
        r"09\d{8}|0[2-8]\d{7,8}",  # Taiwan
        r"(?:852|853)?[2-9]\d{7}",  # Hong Kong, Macau
        r"01\d{8,9}|0[3-9]\d{7,9}",  # Malaysia, Singapore, Britain
        r"[2-9]\d{9}|1[2-9]\d{9}",  # North America
    )
)
_WRITTEN: Final = re.compile(r"\+?\(?\d[\d\s()./-]{5,20}\d")


def phone(text: str) -> str | None:
    """Return the first telephone number of ``text`` in its normal form, or None."""
    folded = unicodedata.normalize("NFKC", text)
    for match in _WRITTEN.finditer(re.sub("[‐‑‒–—−]", "-", folded)):
        number = re.sub(r"[^\d+]", "", match.group())
        if any(form.fullmatch(number) for form in _FORMS):
            return number
    return None


def is_mainland_mobile(number: str) -> bool:
    """Tell whether this is a mainland mobile number (11 digits from 13 to 19)."""
    return re.fullmatch(r"1[3-9]\d{9}", number) is not None
