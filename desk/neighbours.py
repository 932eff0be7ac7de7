"""What stands beside a document that waits: the ones before and after it in the queue, and the rest of its scan."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.review import theirs
from desk.rights import allowed, needs, sight
from dossier.rights import Deed, Duty
from index import filing
from index.tables import Document, Dossier


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another document of the same scan, and its first page."""

    id: str
    kind: str
    page: int
    earlier: bool
    """Whether it comes before in the scan."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``place`` counts from 1 among ``waiting``; 0 where the document itself does not wait any more."""

    before: str | None
    after: str | None
    place: int
    waiting: int
    scan: tuple[Sibling, ...]


@needs(Duty.REVIEW)
def neighbours(archive: Archive, document: str) -> Neighbours:
    """Return what stands beside a document; the queue goes on from its end to its beginning.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document.
    """
    with archive.index.read() as session:
        row = theirs(archive, session, document)
        reached = sight(archive, session, Deed.CHANGE)
        queue = [one.id for one in filing.in_review(session) if reached.holds(one.dossier, one.level)]
        found = session.exec(
            select(Document).where(Document.capture == row.capture).order_by(col(Document.ordinal))
        ).all()
        scan = tuple(
            Sibling(one.id, one.kind, one.pages[0], one.ordinal < row.ordinal)
            for one in found
            if one.id != row.id and one.pages and allowed(archive, session, Deed.CHANGE, _in(session, one), one.level)
        )
    place = queue.index(row.id) + 1 if row.id in queue else 0
    others = [one for one in (*queue[place:], *queue[: max(place - 1, 0)]) if one != row.id]
    return Neighbours(others[-1] if others else None, others[0] if others else None, place, len(queue), scan)


def _in(session: Session, row: Document) -> Dossier | None:
    return session.get(Dossier, row.dossier) if row.dossier else None
