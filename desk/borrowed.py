"""What a loan lets its borrower look at: the papers of a dossier they have no standing right to, one by one."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from desk.access import grounds
from desk.archive import Archive
from desk.custodians import hidden
from desk.loans import running
from desk.rights import needs
from dossier.rights import Deed, Duty
from index import lending
from index.lending import Loan
from index.tables import Document, Dossier
from index.versions import versions_among


@dataclass(frozen=True, slots=True)
class Lent:
    """One paper that may be looked at."""

    id: str
    kind: str
    day: date
    pages: int


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A loan of one's own that runs: of which dossier, until when, and its papers in the order of their days."""

    loan: str
    dossier: str
    label: str
    due: date
    documents: tuple[Lent, ...]


@needs(Duty.REQUEST)
def borrowed(archive: Archive, number: str) -> Borrowed:
    """Return what a loan of whoever asks lets them look at now; the look is on record.

    Raises:
        index.NoSuchThing: there is no such loan.
        Refused: it is not theirs, or it is over; told as if there were none.
    """
    with archive.index.read() as session:
        loan = next((one for one in running(session, archive.who) if one.id == lending.loan(session, number).id), None)
        if loan is None:
            raise hidden(archive, Duty.REQUEST, number)
        dossier = session.get(Dossier, loan.dossier) if loan.dossier else None
        found = [one for one in _meant(session, loan) if grounds(archive, session, Deed.VIEW, one) is not None]
        there = {one.capture for one in found}
        derived = versions_among(session, there)
        documents = tuple(
            Lent(one.id, one.kind, one.issued or one.received, len(one.pages))
            for one in found
            if derived.get(one.capture) not in there
        )
    archive.note_look("view", loan.document or loan.dossier or loan.id, {"by": "loan", "loan": loan.id})
    return Borrowed(loan.id, dossier.key if dossier else "", dossier.label if dossier else "", loan.due, documents)


def _meant(session: Session, loan: Loan) -> list[Document]:
    if loan.document is not None:
        one = session.get(Document, loan.document)
        return [] if one is None else [one]
    statement = select(Document).where(Document.dossier == loan.dossier)
    return list(session.exec(statement.order_by(col(Document.dated), col(Document.id))).all())
