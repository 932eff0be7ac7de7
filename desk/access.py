"""On what grounds somebody may have a document: a standing right, or a loan that runs."""

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, select

from desk.archive import Archive
from desk.loans import running
from desk.rights import Refused, allowed
from dossier.errors import JuanzongError
from dossier.lending import Form
from dossier.rights import LEVELS, ORDINARY, Deed
from dossier.wording import Lang, say
from index.lending import Loan, Request
from index.tables import Document, Dossier
from index.versions import source_of, version_of


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why somebody may: by ``right``, or by the loan that came of a request."""

    by: str
    request: str = ""
    loan: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What goes on record of it."""
        return {"by": self.by} | ({"request": self.request, "loan": self.loan} if self.loan else {})


RIGHT = Grounds("right")
_KEPT: Final = frozenset({Form.COPY.value, Form.ORIGINAL.value})


class CopyWantsApproval(Refused):
    """Somebody who may look at what is confidential or secret may not copy, print or excerpt it on that ground."""

    wording = "lending.copy-wants-approval"

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``."""
        return say(self.wording, lang, document=self.about)


def grounds(archive: Archive, session: Session, deed: Deed, document: Document) -> Grounds | None:
    """Return on what grounds whoever asks may view or take a document; None when there are none."""
    dossier = session.get(Dossier, document.dossier) if document.dossier else None
    if allowed(archive, session, deed, dossier, document.level) and not (
        deed is Deed.TAKE and _guarded(archive, document)
    ):
        return RIGHT
    for loan in running(session, archive.who):
        if _lends(session, loan, deed, document):
            return Grounds("loan", loan.request, loan.id)
    return None


def copy_grounds(archive: Archive, session: Session, document: Document) -> Grounds | None:
    """Return on what grounds whoever asks may have a copy to keep; None when there are none.

    What is ordinary may be copied by whoever may look at it. Above that, a copy was asked for and approved as such, of
    whatever standing one is (article 20); only the archive's owner, who holds every key, needs nobody.
    """
    if not _guarded(archive, document):
        return grounds(archive, session, Deed.VIEW, document)
    for loan in running(session, archive.who):
        if loan.form in _KEPT and _lends(session, loan, Deed.VIEW, document):
            return Grounds("loan", loan.request, loan.id)
    return None


def require_copy(archive: Archive, session: Session, document: Document, *, instead: JuanzongError) -> Grounds:
    """Return on what grounds whoever asks may have a copy of a document.

    Raises:
        CopyWantsApproval: they may look at it, and a copy of it takes an approval of its own.
        Refused: as ``require_grounds``.
    """
    found = copy_grounds(archive, session, document)
    if found is None:
        require_grounds(archive, session, Deed.VIEW, document, instead=instead)
        raise CopyWantsApproval(Deed.TAKE, archive.who, document.id)
    return found


def _guarded(archive: Archive, document: Document) -> bool:
    return document.level != ORDINARY and not archive.asker.owner


def _lends(session: Session, loan: Loan, deed: Deed, document: Document) -> bool:
    """Tell whether a loan lets its borrower do this to a document, as it is today, of the level that was approved."""
    meant = loan.dossier == document.dossier if loan.document is None else _is_meant(session, loan.document, document)
    enough = loan.form == Form.ORIGINAL.value or (loan.form != Form.PAPER.value and deed is Deed.VIEW)
    approved = session.get(Request, loan.request)
    return meant and enough and approved is not None and LEVELS.index(document.level) <= LEVELS.index(approved.level)


def _is_meant(session: Session, asked: str, document: Document) -> bool:
    """Tell whether a document is the one that was asked for, or the redacted version of it."""
    return document.id == asked or source_of(session, document) == asked


def shown_instead(archive: Archive, session: Session, document: Document) -> Document:
    """Return what whoever asks is shown of a document: itself, or its redacted version where only that is theirs.

    Where neither is, the document itself is returned, for the caller to refuse.
    """
    if grounds(archive, session, Deed.VIEW, document) is not None:
        return document
    version = version_of(session, document)
    return version if version is not None and grounds(archive, session, Deed.VIEW, version) is not None else document


def require_grounds(
    archive: Archive, session: Session, deed: Deed, document: Document, *, instead: JuanzongError
) -> Grounds:
    """Return on what grounds whoever asks may have a document.

    Raises:
        Refused: there are none; ``instead`` is told to who may not even know of the document.
    """
    found = grounds(archive, session, deed, document)
    if found is None:
        dossier = session.get(Dossier, document.dossier) if document.dossier else None
        known = allowed(archive, session, Deed.LIST, dossier, document.level)
        known = known or grounds(archive, session, Deed.VIEW, document) is not None
        raise Refused(deed, archive.who, document.id, instead=None if known else instead)
    return found


def require_whole(archive: Archive, session: Session, capture: str, *, instead: JuanzongError) -> Grounds:
    """Return on what grounds whoever asks may have the original of a capture: it shows every document in it.

    A capture without documents is for those whose right reaches all.

    Raises:
        Refused: not all of it is theirs to have.
    """
    documents = session.exec(select(Document).where(Document.capture == capture)).all()
    if not documents:
        if not allowed(archive, session, Deed.TAKE, None):
            raise Refused(Deed.TAKE, archive.who, capture, instead=instead)
        return RIGHT
    found = [require_grounds(archive, session, Deed.TAKE, one, instead=instead) for one in documents]
    return next((one for one in found if one.loan), RIGHT)
