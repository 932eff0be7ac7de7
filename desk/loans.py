"""What is lent: who has it, until when; taken back, overdue, reminded of."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from desk import handing
from desk.archive import Archive
from desk.clock import latest, watch_clock
from desk.custodians import hidden, keeps_lent
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError, VaultFailed
from dossier.lending import days_overdue
from dossier.rights import Duty, may
from dossier.workdays import WorkCalendar, work_calendar
from index import lending, paper
from index.errors import NoSuchThing
from index.lending import Loan
from index.paper import IN, MISSING, PaperTwin
from index.people import fold_name
from index.tables import Dossier
from vault.desks import Withheld


class NotLent(JuanzongError):
    """Something was returned that is not lent, or was returned already."""

    exit_code = ExitCode.REFUSED
    wording = "lending.not-lent"


class PaperWantsCustodian(JuanzongError):
    """A borrower cannot strike off paper themselves: the custodian checks it first."""

    exit_code = ExitCode.REFUSED
    wording = "lending.paper-wants-custodian"


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan as people see it; ``overdue`` counts working days."""

    id: str
    request: str
    dossier: str
    label: str
    document: str
    form: str
    borrower: str
    lent: datetime
    lent_by: str
    due: date
    overdue: int
    ended: datetime | None
    keys: str
    papers: tuple[str, ...]
    condition: str
    extensions: int
    reminders: int

    @property
    def state(self) -> str:
        """``running``, ``overdue`` or ``returned``."""
        return "returned" if self.ended else "overdue" if self.overdue else "running"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "loan": self.id,
            "request": self.request,
            "dossier": self.dossier or None,
            "label": self.label,
            "document": self.document or None,
            "form": self.form,
            "borrower": self.borrower,
            "lent": self.lent.isoformat(timespec="seconds"),
            "lent_by": self.lent_by,
            "due": self.due.isoformat(),
            "state": self.state,
            "days_overdue": self.overdue,
            "returned": self.ended.isoformat(timespec="seconds") if self.ended else None,
            "keys": self.keys,
            "papers": list(self.papers),
            "condition": self.condition,
            "extensions": self.extensions,
            "reminders": self.reminders,
        }


@needs(Duty.REQUEST)
def loans(archive: Archive, *, overdue: bool = False, every: bool = False, as_of: date | None = None) -> list[LoanView]:
    """Return what is lent (``every``: what was returned as well) by due day: all of it, or one's own.

    Whoever audits sees all, a custodian what they keep; everybody sees what they have borrowed themselves.
    """
    asker = archive.asker
    whole, keeper = asker.owner or may(asker, Duty.AUDIT), may(asker, Duty.LEND)
    with archive.index.read() as session:
        today = as_of or _today(session)
        rows = lending.loans(session, running=not every, borrower=None if whole or keeper else archive.who)
        found = [_view(archive, session, row, today) for row in rows if whole or _theirs(archive, session, row)]
    return [one for one in found if one.overdue] if overdue else found


@needs(Duty.REQUEST)
def give_back(archive: Archive, number: str, *, condition: str = "", note: str = "", lost: bool = False) -> LoanView:
    """Strike a loan off: the borrower's keys go, and the paper is checked and put back (``lost``: noted as missing).

    A borrower returns what was only lent as a file; paper is taken back by a custodian, who says how it came back.

    Raises:
        index.NoSuchThing: there is no such loan, or it is none of one's own.
        NotLent: it was returned already, or never lent.
        PaperWantsCustodian: paper is among it, and whoever returns it is no custodian.
        vault.Locked, vault.StoreFailed: the keys cannot be taken back now; the loan still stands.
    """
    with archive.index.write() as session:
        found = _found(session, number)
        keeper = keeps_lent(archive, session, found)
        if fold_name(found.borrower) != fold_name(archive.who) and not keeper:
            raise hidden(archive, Duty.LEND, number)
        row = session.exec(
            select(Loan).where(col(Loan.id) == found.id).with_for_update().execution_options(populate_existing=True)
        ).one()
        if row.ended is not None:
            raise NotLent(loan=row.id, borrower=row.borrower, at=row.ended.astimezone().strftime("%Y-%m-%d %H:%M"))
        if row.papers and not keeper:
            raise PaperWantsCustodian(loan=row.id)
        if row.objects and row.keys_ended is None and _signs(archive):
            handing.take_back(archive, session, row)
            row.keys_ended = datetime.now(UTC)
        row.ended, row.ended_by = datetime.now(UTC), archive.who
        row.condition, row.note = condition.strip(), note.strip()
        session.add(row)
        for twin in _papers(session, row):
            what = "lost" if lost else "returned"
            state = MISSING if lost else IN
            paper.move(
                session, twin, what, by=archive.who, at=row.ended, state=state, condition=condition.strip(), note=note
            )
        facts = {"condition": row.condition, "lost": lost, "borrower": row.borrower}
        archive.note(session, "return", row.id, facts)
        return _view(archive, session, row, _today(session))


@needs(Duty.LEND)
def remind(archive: Archive, *, ahead: int = 1) -> list[LoanView]:
    """Note a reminder for every loan that is overdue or due within ``ahead`` days, once a day; return them."""
    with archive.index.write() as session:
        today = _today(session)
        rows = [
            row for row in lending.loans(session) if row.due <= today + timedelta(days=ahead) and row.reminded != today
        ]
        rows = [row for row in rows if keeps_lent(archive, session, row)]
        for row in rows:
            row.reminders, row.reminded = row.reminders + 1, today
            session.add(row)
            archive.note(session, "remind", row.id, {"borrower": row.borrower, "due": row.due.isoformat()})
        return [_view(archive, session, row, today) for row in rows]


def sweep(archive: Archive) -> int:
    """Take the keys of loans whose time is over from their borrowers; return how many loans that were.

    Whoever opens the archive with what it takes to sign does this; the loans stay on the list until they are returned.
    """
    if not _signs(archive):
        return 0
    moment = watch_clock(archive)
    with archive.index.read() as session:
        over = [row.id for row in _over(session, moment)]
    if not over:
        return 0
    with archive.index.write() as session:
        for row in _over(session, moment, locked=True):
            handing.take_back(archive, session, row)
            row.keys_ended = moment
            session.add(row)
            archive.note(
                session,
                "loan-expired" if row.ended is None else "loan-keys-back",
                row.id,
                {"borrower": row.borrower, "due": row.due.isoformat()},
            )
    return len(over)


class Sweeping:
    """Takes keys of loans back as their time runs out, for a program that runs for days: at most once an hour."""

    def __init__(self, archive: Archive, seconds: float = 3600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._archive, self._seconds, self._clock = archive, seconds, clock
        self._last = clock()

    def __call__(self) -> None:
        """Sweep if an hour has gone by; a store that is down now is asked again in an hour."""
        if self._clock() - self._last < self._seconds:
            return
        self._last = self._clock()
        with suppress(VaultFailed):
            sweep(self._archive)


def running(session: Session, who: str | None = None) -> Sequence[Loan]:
    """Return the loans by which somebody (or anybody) may open things now, by the latest moment this archive saw."""
    moment = latest(session)
    return [row for row in lending.loans(session, borrower=who) if row.until > moment and row.keys_ended is None]


def _found(session: Session, number: str) -> Loan:
    """Return a loan by its number, its request's, or the number of a paper that is out."""
    try:
        return lending.loan(session, number)
    except NoSuchThing:
        twin = paper.twin(session, number)
        if twin.loan is None:
            raise NotLent(loan=number, borrower="—", at="—") from None
        return lending.loan(session, twin.loan)


def _over(session: Session, moment: datetime, *, locked: bool = False) -> Sequence[Loan]:
    """Return the loans whose keys are still out though they have run out, or were returned by who could not sign.

    ``locked`` are rows about to be changed: of two that sweep at the same moment, the second finds nothing.
    """
    statement = select(Loan).where(col(Loan.keys_ended).is_(None))
    rows = session.exec(statement.with_for_update() if locked else statement).all()
    return [row for row in rows if row.objects and (row.until <= moment or row.ended is not None)]


def _theirs(archive: Archive, session: Session, row: Loan) -> bool:
    """Tell whether a loan is whoever asks' own, or of what they keep."""
    return fold_name(row.borrower) == fold_name(archive.who) or keeps_lent(archive, session, row)


def _signs(archive: Archive) -> bool:
    return not isinstance(archive.keys.station.signing, Withheld)


def _papers(session: Session, row: Loan) -> list[PaperTwin]:
    return [found for one in row.papers if (found := session.get(PaperTwin, one)) is not None and found.loan == row.id]


def _today(session: Session) -> date:
    return latest(session).astimezone().date()


def _calendar(archive: Archive, dossier: Dossier | None) -> WorkCalendar:
    pack = archive.packs.get(dossier.pack) if dossier is not None else None
    return archive.calendar.calendar(pack.region) if pack is not None else work_calendar("CN")


def _view(archive: Archive, session: Session, row: Loan, today: date) -> LoanView:
    dossier = session.get(Dossier, row.dossier) if row.dossier else None
    overdue = 0
    if row.ended is None and today > row.due:
        # A day past due on which nobody works is still past due.
        overdue = max(1, days_overdue(row.due, today, _calendar(archive, dossier)))
    return LoanView(
        id=row.id,
        request=row.request,
        dossier=dossier.key if dossier is not None else "",
        label=dossier.label if dossier is not None else "",
        document=row.document or "",
        form=row.form,
        borrower=row.borrower,
        lent=row.lent,
        lent_by=row.lent_by,
        due=row.due,
        overdue=overdue,
        ended=row.ended,
        keys="none" if not row.objects else "taken back" if row.keys_ended else "held",
        papers=tuple(row.papers),
        condition=row.condition,
        extensions=row.extensions,
        reminders=row.reminders,
    )
