"""Who keeps what lies at a secrecy level: what is confidential or secret has a custodian of its own (article 20)."""

from sqlmodel import Session

from desk.archive import Archive
from desk.rights import Refused, allowed
from dossier.rights import LEVELS, ORDINARY, Deed, Duty, Role, may
from index import lending
from index.errors import NoSuchThing
from index.lending import Loan, Request
from index.tables import Document, Dossier


def keeps(archive: Archive, session: Session, dossier: Dossier | None, level: str = ORDINARY) -> bool:
    """Tell whether whoever asks is the custodian of a dossier, or of a paper of this level in it."""
    return may(archive.asker, Duty.LEND) and allowed(archive, session, Deed.LIST, dossier, level)


def keeps_asked(archive: Archive, session: Session, row: Request) -> bool:
    """Tell whether whoever asks is the custodian of what a request is about, as it lies today."""
    dossier = session.get(Dossier, row.dossier) if row.dossier else None
    document = session.get(Document, row.document) if row.document else None
    level = max(row.level or ORDINARY, document.level if document is not None else ORDINARY, key=LEVELS.index)
    return keeps(archive, session, dossier, level)


def keeps_lent(archive: Archive, session: Session, row: Loan) -> bool:
    """Tell whether whoever asks is the custodian of what is lent."""
    return keeps_asked(archive, session, lending.request(session, row.request))


def manages(archive: Archive, session: Session, dossiers: list[str]) -> bool:
    """Tell whether whoever asks may know what is decided over dossiers (ids): they may list them, or manage the house.

    A manager decides on what the custodian proposes at any level, as with requests.
    """
    if archive.asker.owner or Role.GENERAL_MANAGER in archive.asker.roles:
        return True
    rows = [session.get(Dossier, one) for one in dossiers]
    return all(row is None or allowed(archive, session, Deed.LIST, row) for row in rows)


def hidden(archive: Archive, duty: Duty, given: str) -> Refused:
    """Return the refusal of what whoever asks may not even know of: on record, and told as if there were none."""
    return Refused(duty, archive.who, given, instead=NoSuchThing(id=given))
