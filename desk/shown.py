"""Which documents of a dossier somebody may see, and whether they see every dossier there is."""

from sqlmodel import Session, select

from desk.archive import Archive
from desk.rights import allowed, listed
from dossier.rights import Deed
from index.tables import Document, Dossier


def documents_shown(archive: Archive, session: Session, deed: Deed, dossier: Dossier) -> frozenset[str]:
    """Return the ids of a dossier's documents that a standing right covers, each at its own secrecy level."""
    rows = session.exec(select(Document.id, Document.level).where(Document.dossier == dossier.id)).all()
    levels = {level for level in {level for _, level in rows} if allowed(archive, session, deed, dossier, level)}
    return frozenset(id_ for id_, level in rows if level in levels)


def sees_all(archive: Archive, session: Session) -> bool:
    """Tell whether no dossier is kept from whoever asks."""
    return listed(archive, session) is None
