"""Which readers of fields see a document of each nature."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ocr.extract.identity import id_card, passport
from ocr.extract.pairing import Candidate, pair
from ocr.extract.patterns import lone_date, unlabelled
from ocr.extract.sheet import Sheet
from ocr.extract.vat_invoice import sums, vat_invoice
from ocr.extract.western import invoice, receipt

_READERS: Final[Mapping[str, tuple[Callable[[Sheet], Iterator[Candidate]], ...]]] = MappingProxyType(
    {
        "vat-invoice": (vat_invoice, lone_date),
        "vehicle-invoice": (sums,),
        "receipt-zh": (lone_date,),
        "ticket": (lone_date,),
        "bank": (lone_date,),
        "id-card": (id_card,),
        "passport": (passport,),
        "receipt": (receipt,),
        "invoice": (invoice,),
    }
)
_WESTERN: Final = frozenset({"receipt", "invoice"})


def candidates(nature: str, sheet: Sheet) -> Iterator[Candidate]:
    """Yield every value that any reader fit for the nature sees."""
    if nature not in _WESTERN:
        yield from pair(sheet, nature)
    yield from unlabelled(sheet)
    for reader in _READERS.get(nature, ()):
        yield from reader(sheet)
