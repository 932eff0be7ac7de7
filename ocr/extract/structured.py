"""Values that came with a document as data, brought into the contract's form."""

from collections.abc import Mapping
from typing import Final

from dossier.reading import FieldValue
from ocr.validators import amounts
from ocr.validators.dates import iso_date

_DATES: Final = frozenset({"issue_date", "expiry_date", "birth_date", "effective_date", "established"})
_AMOUNTS: Final = frozenset({"total", "amount_excl_tax", "tax_amount"})
_NUMBERS: Final = frozenset(
    {
        "invoice_number",
        "invoice_code",
        "check_code",
        "buyer_tax_id",
        "seller_tax_id",
        "vin",
        "plate",
        "id_number",
        "credit_code",
    }
)


def structured_values(data: Mapping[str, str], page: int) -> dict[str, FieldValue]:
    """Return structured data as fields with confidence 1; values without a sense are left out."""
    fields = {}
    for name, text in data.items():
        value = _normal(name, text.strip())
        if value:
            fields[name] = FieldValue(value, 1.0, page, None, "structured", text)
    return fields


def _normal(name: str, text: str) -> str | None:
    if name in _DATES:
        return iso_date(text)
    if name in _AMOUNTS:
        value = amounts.amount(text)
        return amounts.plain(value) if value is not None else None
    return "".join(text.split()) if name in _NUMBERS else text
