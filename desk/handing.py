"""Hand the keys of lent documents to a borrower and take them back: a loan is a key (docs/vault-format.md §5.3)."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from desk.archive import Archive
from dossier.rights import LEVELS
from index.lending import Loan
from index.people import person_or_none
from index.tables import Capture, Document
from index.versions import version_of
from vault.desks import Withheld, holds
from vault.errors import Destroyed, Unknown
from vault.lend import end_loans, lend
from vault.levels import level_of
from vault.users import user_public_key


def objects_of(session: Session, *, dossier: str | None, document: str | None, level: str) -> list[str]:
    """Return the sealed objects of a document, or of all documents of a dossier: originals and their readings.

    What lies above ``level``, the highest that was approved, is left out; of a document above it, its redacted version
    is meant.
    """
    upto = LEVELS[: LEVELS.index(level) + 1]
    captures = select(Document.capture).where(col(Document.level).in_(upto))
    if document is not None:
        meant = session.get(Document, document)
        version = version_of(session, meant) if meant is not None and meant.level not in upto else None
        captures = captures.where(Document.id == (version.id if version is not None else document))
    else:
        captures = captures.where(Document.dossier == dossier)
    found: list[str] = []
    for capture in session.exec(select(Capture).where(col(Capture.id).in_(captures)).order_by(col(Capture.id))):
        found += [one for one in (capture.original, capture.reading) if one]
    return found


def can_hand_out(archive: Archive, objects: Sequence[str]) -> bool:
    """Tell whether whoever is at work holds what it takes: the levels' keys, and the desk's key to sign with."""
    levels = {level for one in objects if (level := level_of(one)) is not None}
    return not isinstance(archive.keys.station.signing, Withheld) and all(holds(archive.keys, one) for one in levels)


def hand_out(archive: Archive, session: Session, loan: Loan) -> int:
    """Wrap the keys of a loan's objects to its borrower until the loan ends; return how many were.

    The owner of the archive, and whoever has no account, has no key to wrap to.

    Raises:
        vault.NoAccess, vault.Locked: whoever is at work does not hold the keys.
        vault.StoreFailed: the store cannot keep it; run again.
    """
    borrower = person_or_none(session, loan.borrower)
    if borrower is None:
        return 0
    key, done = user_public_key(borrower.public), 0
    for one in loan.objects:
        try:
            lend(archive.vault, one, borrower=key, who=borrower.name, until=loan.until)
            done += 1
        except (Destroyed, Unknown):  # gone since it was asked for: nothing to lend
            continue
    return done


def hand_on(archive: Archive, session: Session, loan: Loan, objects: Sequence[str]) -> None:
    """Let a running loan cover further objects: a redacted version in place of what it was made from.

    Raises:
        vault.NoAccess, vault.Locked, vault.StoreFailed: see ``hand_out``.
    """
    borrower = person_or_none(session, loan.borrower)
    loan.objects = [*loan.objects, *(one for one in objects if one not in loan.objects)]
    session.add(loan)
    if borrower is not None:
        key = user_public_key(borrower.public)
        for one in objects:
            lend(archive.vault, one, borrower=key, who=borrower.name, until=loan.until)


def take_back(archive: Archive, session: Session, loan: Loan) -> None:
    """Take the keys of a loan's objects from its borrower, but for those another running loan of theirs covers.

    Raises:
        vault.Locked: whoever is at work cannot sign.
        vault.StoreFailed: the store cannot change; run again.
    """
    others = select(Loan).where(
        Loan.borrower == loan.borrower,
        Loan.id != loan.id,
        col(Loan.ended).is_(None),
        col(Loan.keys_ended).is_(None),
        Loan.until > archive.vault.clock(),
    )
    still = {one: other for other in session.exec(others) for one in other.objects}
    borrower = person_or_none(session, loan.borrower)
    if borrower is None:
        return
    for one in loan.objects:
        try:
            end_loans(archive.vault, one, who=borrower.name)
            if one in still:
                key = user_public_key(borrower.public)
                lend(archive.vault, one, borrower=key, who=borrower.name, until=still[one].until)
        except (Destroyed, Unknown):
            continue
