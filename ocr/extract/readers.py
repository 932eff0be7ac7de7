"""Which readers of fields see a document of each nature."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ocr.extract.agreements import agreement
from ocr.extract.identity import id_card, passport
from ocr.extract.latin_card import latin_card
from ocr.extract.pairing import Candidate, pair
from ocr.extract.papers import (
    bank_name,
    closing,
    fare,
    named_person,
    parties,
    periods,
    shop,
    taiwan_invoice,
    worded_total,
)
from ocr.extract.patterns import beheaded_vin, lone_date, lone_mobile, street, unlabelled
from ocr.extract.sheet import Sheet
from ocr.extract.supplier import card_insurer
from ocr.extract.vat_invoice import sums, vat_invoice
from ocr.extract.vehicle_invoice import party_numbers
from ocr.extract.western import invoice, receipt

_Reader = Callable[[Sheet], Iterator[Candidate]]


def _with(reader: Callable[[Sheet, str], Iterator[Candidate]], nature: str) -> _Reader:
    return lambda sheet: reader(sheet, nature)


_READERS: Final[Mapping[str, tuple[_Reader, ...]]] = MappingProxyType(
    {
        "vat-invoice": (vat_invoice, lone_date),
        "vehicle-invoice": (sums, party_numbers, lone_date, beheaded_vin),
        "receipt-zh": (lone_date, worded_total, shop, taiwan_invoice),
        "ticket": (lone_date, fare),
        "bank": (lone_date, worded_total, bank_name),
        "id-card": (id_card, latin_card),
        "passport": (passport, latin_card),
        "driving-licence": (_with(periods, "driving-licence"), street),
        "vehicle-licence": (street, beheaded_vin),
        "business-licence": (_with(closing, "business-licence"),),
        "other-certificate": (_with(periods, "other-certificate"), _with(closing, "other-certificate"), named_person),
        "vehicle-certificate": (beheaded_vin,),
        "insurance": (beheaded_vin, _with(periods, "insurance"), worded_total, card_insurer),
        "contract": (
            beheaded_vin,
            _with(periods, "contract"),
            _with(closing, "contract"),
            worded_total,
            parties,
            agreement,
        ),
        "letter": (_with(closing, "letter"), named_person),
        "paper": (beheaded_vin, lone_mobile, _with(closing, "paper"), worded_total, named_person),
        "receipt": (receipt,),
        "invoice": (invoice,),
    }
)


def candidates(nature: str, sheet: Sheet) -> Iterator[Candidate]:
    """Yield every value that any reader fit for the nature sees."""
    yield from pair(sheet, nature)
    yield from unlabelled(sheet)
    for reader in _READERS.get(nature, ()):
        yield from reader(sheet)
