"""Enter a loan for what is approved, and give its keys to the borrower.

The loan is entered first and its keys follow, so that a crash leaves no key with somebody of whom no loan tells.
"""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from desk import handing
from desk.archive import Archive
from desk.routing import DecidedAlready, facts_of, pack_of
from dossier.lending import Form, due_day, end_of, loan_days
from dossier.workdays import work_calendar
from index import lending
from index.lending import APPROVED, LENT, Loan, Request
from index.paper import OUT, move, twins_in
from index.tables import Dossier


def lend_at_once(archive: Archive, session: Session, row: Request) -> Loan | None:
    """Lend what is approved if whoever is at work holds the keys; paper is always handed out by a custodian."""
    if row.state != APPROVED:
        return None
    if row.form == Form.PAPER.value and row.extends is None:
        return None
    return lend(archive, session, row) if handing.can_hand_out(archive, objects_asked(session, row)) else None


def lend(archive: Archive, session: Session, row: Request) -> Loan:
    """Enter the loan, or the longer time of one that runs; the keys follow in ``_after``."""
    now, dossier = moment(archive), session.get(Dossier, row.dossier) if row.dossier else None
    pack = pack_of(archive, dossier)
    days = loan_days(pack, row.days, facts_of(session, dossier))
    calendar = archive.calendar.calendar(pack.region) if pack is not None else work_calendar("CN")
    row.state = LENT
    session.add(row)
    if row.extends is not None:
        lent = lending.loan(session, row.extends)
        if lent.ended is not None:
            raise DecidedAlready(request=row.id, state="returned")
        start = max(lent.due, now.astimezone().date())
        lent.due = due_day(start, days, calendar)
        lent.until, lent.keys_ended, lent.extensions = end_of(lent.due), None, lent.extensions + 1
        session.add(lent)
        archive.note(session, "extended", lent.id, {"due": lent.due.isoformat(), "request": row.id})
        return lent
    due = due_day(now.astimezone().date(), days, calendar)
    twins = twins_in(session, row.dossier, row.document) if row.form == Form.PAPER.value else []
    lent = Loan(
        request=row.id,
        dossier=row.dossier,
        document=row.document,
        form=row.form,
        borrower=row.by,
        lent=now,
        lent_by=archive.who,
        due=due,
        until=end_of(due),
        objects=objects_asked(session, row),
        papers=[twin.id for twin in twins],
    )
    session.add(lent)
    session.flush()
    for twin in twins:
        move(session, twin, "lent", by=archive.who, at=now, state=OUT, to=row.by, loan=lent.id)
    facts = {"request": row.id, "borrower": row.by, "due": due.isoformat(), "form": row.form}
    archive.note(session, "lend", lent.id, facts)
    return lent


def give_keys(archive: Archive, made: Loan | None) -> None:
    """Wrap the keys of a loan just entered to its borrower, if it still runs."""
    if made is not None and made.objects:
        with archive.index.write() as session:
            lent = session.exec(select(Loan).where(col(Loan.id) == made.id).with_for_update()).one()
            if lent.ended is None and lent.keys_ended is None:
                handing.hand_out(archive, session, lent)


def objects_asked(session: Session, row: Request) -> list[str]:
    """Return the sealed objects a request is about; none where the paper was asked for."""
    if row.form == Form.PAPER.value:
        return []
    return handing.objects_of(session, dossier=row.dossier, document=row.document, level=row.level)


def moment(archive: Archive) -> datetime:
    """Return now, by the vault's clock."""
    return archive.vault.clock().astimezone(UTC)
