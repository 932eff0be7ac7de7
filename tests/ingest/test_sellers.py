"""A dossier is known by its client's numbers, never by those of the house that sells."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlmodel import select

from dossier.catalogue import catalogue
from dossier.filing import shelf_of
from dossier.policy import load_pack
from dossier.reading import FieldValue, Page, Reading, Recognised
from index import filing as index_filing
from index.engine import Index, create
from index.tables import Capture, Dossier, DossierIdentifier
from ingest.filing import file_capture

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOUSE = "91329900N62126036K"
"""The dealer's credit code; its check character is right."""
VINS = ("LH9H32GT6TX513705", "LZ9242G71TR733279")
PACK = load_pack("auto-dealer", frozenset(kind.id for kind in catalogue()))
SHELVES = tuple(shelf_of(PACK.id, kind) for kind in PACK.dossiers.values())


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """An empty sealed index."""
    return create(tmp_path / "index.db", bytes(32))


def filed(index: Index, number: int, kind: str, **fields: str) -> None:
    """File a paper with these fields, each read for sure."""
    read = {name: FieldValue(value, 0.99, 1, checked="check-digit") for name, value in fields.items()}
    page = Page(1, 100, 100, 72, 0, "ocr", "test", "SPECIMEN", ())
    reading = Reading((page,), (Recognised(kind, "contract", 0.99, False, read, (1,)),))
    capture = f"c{number:015}"
    with index.write() as session:
        digest = sha256(capture.encode()).hexdigest()
        session.add(
            Capture(id=capture, digest=digest, name="x", size=1, format="PDF", sha256=digest, state="read", claimed=NOW)
        )
        session.flush()
        index_filing.save_reading(session, capture, reading, received=date(2026, 11, 23))
        file_capture(session, capture, SHELVES, NOW)


def codes(index: Index) -> set[str]:
    """Return the credit codes by which dossiers are known."""
    with index.read() as session:
        rows = select(DossierIdentifier.value).where(DossierIdentifier.type == "credit_code")
        return set(session.exec(rows).all())


@pytest.mark.parametrize("invoice_first", [False, True])
def test_the_sellers_code_is_no_name_of_a_dossier(index: Index, invoice_first: bool) -> None:
    """Whichever comes first, the contract with the house's code on it or the invoice that calls it the seller's."""
    papers = [("sales-contract", {"credit_code": HOUSE}), ("purchase-invoice", {"seller_tax_id": HOUSE})]
    for place, (kind, fields) in enumerate(reversed(papers) if invoice_first else papers):
        filed(index, place, kind, vin=VINS[0], **fields)
    assert codes(index) == set()
    filed(index, 7, "sales-contract", vin=VINS[1], credit_code=HOUSE)
    assert codes(index) == set()
    with index.read() as session:
        assert len(session.exec(select(Dossier)).all()) == 2


def test_a_clients_code_still_finds_the_dossier(index: Index) -> None:
    """A company's licence, with nothing but its code, joins the car it bought."""
    client = "91509900W15524651M"
    filed(index, 1, "purchase-invoice", vin=VINS[0], seller_tax_id=HOUSE, buyer_tax_id=client)
    filed(index, 2, "business-licence", credit_code=client)
    assert codes(index) == {client}
    with index.read() as session:
        (dossier,) = session.exec(select(Dossier)).all()
        found = {row.kind for _, one in index_filing.dossiers(session, ids=[dossier.id]) for row in one.documents}
    assert found == {"purchase-invoice", "business-licence"}
