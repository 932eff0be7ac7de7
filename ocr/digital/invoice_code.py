"""The QR code that the tax system prints on Chinese VAT invoices, as fields of the contract.

The code is a line of values between commas: version ``01``, invoice type, invoice code, invoice number, amount, date,
check code, checksum. Types 31 and 32 (and their paper forms) are the fully digital invoices, which have no invoice
code and give the amount with tax; used-car invoices (15) give the price paid.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from dossier.reading import Code

_WITH_TAX: Final = frozenset({"15", "31", "32", "51", "59", "61", "83", "84", "85", "86", "87", "88"})
_DATE: Final = re.compile(r"(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_AMOUNT: Final = re.compile(r"-?\d{1,13}(\.\d{1,2})?")


def invoice_fields(codes: Iterable[Code]) -> dict[str, str]:
    """Return the fields that the first VAT invoice code among ``codes`` gives; none where there is no such code."""
    for code in codes:
        if code.symbology == "QRCode" and (fields := fields_in(code.text)):
            return dict(fields)
    return {}


def fields_in(text: str) -> Mapping[str, str]:
    """Return the fields in the text of a VAT invoice code, none where it is another text."""
    values = [value.strip() for value in text.split(",")]
    if len(values) < 7 or values[0] != "01" or not re.fullmatch(r"\d\d", values[1]):
        return {}
    kind, code, number, amount, day, check = values[1:7]
    date = _DATE.fullmatch(day)
    if not re.fullmatch(r"\d{8}|\d{20}", number) or not re.fullmatch(r"(\d{10}|\d{12})?", code) or date is None:
        return {}
    fields = {"invoice_number": number, "issue_date": "-".join(date.groups())}
    if code:
        fields["invoice_code"] = code
    if _AMOUNT.fullmatch(amount):
        fields["total" if kind in _WITH_TAX else "amount_excl_tax"] = amount
    if re.fullmatch(r"\d{20}", check):
        fields["check_code"] = check
    return fields
