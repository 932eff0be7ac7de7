"""Fields of a document from its pages: values in the contract's form, each with its place, confidence and proof."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dossier.reading import FieldValue, Page
from ocr.classify.lessons import Place
from ocr.extract.compose import composed
from ocr.extract.contract_parties import not_of_agents, of_the_buyer
from ocr.extract.nature import nature
from ocr.extract.pairing import Candidate, strongest
from ocr.extract.readers import candidates
from ocr.extract.sheet import Sheet, sloping
from ocr.extract.structured import structured_values
from ocr.extract.taught import corrected

ENOUGH: Final = 0.45
"""Confidence below which no value is given: none is better than a wrong one."""

_PAPERS_OWN: Final = ("invoice_number", "invoice_code")
_TAX_NUMBERS: Final = frozenset({"buyer_tax_id", "seller_tax_id"})


def extract(
    kind: str,
    pages: Sequence[Page],
    structured: Mapping[str, str] | None = None,
    family: str = "",
    places: Sequence[Place] = (),
) -> dict[str, FieldValue]:
    """Return the fields of a document of this kind, by name.

    ``structured`` are values that came with the document as data (OFD, XML, QR code); they win over what is read.
    ``family`` helps where the kind is not known; ``places`` are where people found values on a document like this.
    """
    sheet = Sheet(tuple(page for page in pages if not page.blank and not page.failed))
    way = nature(kind, family, sheet)
    seen: Iterable[Candidate] = candidates(way, sheet)
    if way == "contract":
        seen = of_the_buyer(seen, sheet)
    elif way in {"letter", "paper", "other-certificate"}:
        seen = not_of_agents(seen, sheet)
    found = corrected(composed(way, strongest(seen)), places, sheet)
    fields = {name: _value(one, sheet.slopes[one.page]) for name, one in found.items() if one.confidence >= ENOUGH}
    return _apart(fields | structured_values(structured or {}, pages[0].number if pages else 1))


def _apart(fields: dict[str, FieldValue]) -> dict[str, FieldValue]:
    """Leave out tax numbers that are the paper's own number, read once more beside another label."""
    own = {fields[name].value for name in _PAPERS_OWN if name in fields}
    return {name: one for name, one in fields.items() if name not in _TAX_NUMBERS or one.value not in own}


def _value(one: Candidate, slope: float) -> FieldValue:
    return FieldValue(one.value, round(one.confidence, 4), one.page, sloping(one.box, slope), one.checked, one.raw)
