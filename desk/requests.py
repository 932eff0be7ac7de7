"""Ask to see what one has no standing right to: for a dossier or a document, for a purpose, with a reason.

Whoever asks for something they may not know of gets the same answer as for what does not exist.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.awaiting import Awaited, in_words
from desk.custodians import hidden
from desk.entering import give_keys, lend_at_once, moment
from desk.retrieval import Ambiguous, NoSuchDocument, document_by
from desk.rights import allowed, needs
from desk.routing import DecidedAlready, awaited_of, concerns, route
from dossier.errors import ExitCode, JuanzongError
from dossier.lending import Form
from dossier.rights import Deed, Duty
from dossier.wording import Lang
from index import lending
from index.dossiers import dossier_by
from index.errors import NoSuchThing
from index.lending import APPROVED, LENT, OPEN, WITHDRAWN, Loan, Request
from index.people import fold_name
from index.tables import Document, Dossier


class PurposeMissing(JuanzongError):
    """A request without a purpose or a reason."""

    exit_code = ExitCode.USAGE
    wording = "lending.purpose-missing"


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as people see it; ``dossier`` is the dossier's key, empty for whoever may not know it."""

    id: str
    given: str
    dossier: str
    document: str
    form: str
    purpose: str
    reason: str
    by: str
    at: datetime
    state: str
    level: str
    by_right: bool
    steps: tuple[dict[str, Any], ...]
    decisions: tuple[dict[str, Any], ...]
    loan: str
    due: str
    awaited: Awaited = ()

    def who_decides(self, lang: Lang) -> str:
        """Return whose approval is still open, in words."""
        return in_words(self.awaited, lang)

    @property
    def waits_for(self) -> str:
        """The roles whose approval is still open."""
        return "; ".join("/".join(step["by"]) for step in self.steps if not step["done_by"])

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "request": self.id,
            "given": self.given,
            "dossier": self.dossier or None,
            "document": self.document or None,
            "form": self.form,
            "purpose": self.purpose,
            "reason": self.reason,
            "by": self.by,
            "at": self.at.isoformat(timespec="seconds"),
            "state": self.state,
            "level": self.level,
            "by_right": self.by_right,
            "steps": [dict(step) for step in self.steps],
            "decisions": [dict(one) for one in self.decisions],
            "loan": self.loan or None,
            "due": self.due or None,
        }


@needs(Duty.REQUEST)
def ask(
    archive: Archive,
    given: str,
    *,
    purpose: str,
    reason: str,
    form: Form = Form.VIEW,
    days: int | None = None,
    outsider: bool = False,
    shows: str = "",
) -> RequestView:
    """Ask for a dossier or document; the answer is the same whether or not there is such a thing.

    What a standing right covers is approved at once, and waits only for its keys.

    Raises:
        PurposeMissing: no purpose or no reason is given.
        NoPaper: the paper was asked for by somebody who may know that there is none.
    """
    if not purpose.strip() or not reason.strip() or not given.strip():
        raise PurposeMissing
    with archive.index.write() as session:
        dossier, document = _meant(session, given)
        row = Request(
            given=given.strip()[:200],
            dossier=dossier.id if dossier is not None else None,
            document=document.id if document is not None else None,
            form=form.value,
            purpose=purpose.strip(),
            reason=reason.strip(),
            shows=shows.strip(),
            by=archive.who,
            department=archive.asker.department,
            at=moment(archive),
            days=days,
        )
        route(archive, session, row, dossier, document, outsider=outsider)
        session.add(row)
        session.flush()
        facts = {"given": row.given, "form": row.form, "purpose": row.purpose, "reason": row.reason}
        archive.note(session, "request", row.id, facts)
        made = lend_at_once(archive, session, row)
    give_keys(archive, made)
    with archive.index.read() as session:
        return view(archive, session, lending.request(session, row.id))


@needs(Duty.REQUEST)
def extend(archive: Archive, loan: str, *, reason: str, days: int | None = None) -> RequestView:
    """Ask for more time with a loan: a new request, approved as the first one was.

    Raises:
        index.NoSuchThing: one has no such loan.
        DecidedAlready: it is returned already.
        PurposeMissing: no reason is given.
    """
    if not reason.strip():
        raise PurposeMissing
    with archive.index.write() as session:
        lent = lending.loan(session, loan)
        if fold_name(lent.borrower) != fold_name(archive.who):
            raise hidden(archive, Duty.REQUEST, loan)
        if lent.ended is not None:
            raise DecidedAlready(request=lent.request, state="returned")
        first = lending.request(session, lent.request)
        dossier = session.get(Dossier, first.dossier) if first.dossier else None
        document = session.get(Document, first.document) if first.document else None
        row = Request(
            given=first.given,
            dossier=first.dossier,
            document=first.document,
            form=first.form,
            purpose=first.purpose,
            reason=reason.strip(),
            by=archive.who,
            department=archive.asker.department,
            at=moment(archive),
            days=days,
            extends=lent.id,
        )
        route(archive, session, row, dossier, document, outsider=False)
        session.add(row)
        session.flush()
        archive.note(session, "extend", row.id, {"loan": lent.id, "reason": row.reason})
        made = lend_at_once(archive, session, row)
    give_keys(archive, made)
    with archive.index.read() as session:
        return view(archive, session, lending.request(session, row.id))


@needs(Duty.REQUEST)
def listed(archive: Archive, *, state: str | None = None, mine: bool = False) -> list[RequestView]:
    """Return one's own requests and those one may decide on or hand out, oldest first."""
    with archive.index.read() as session:
        rows = lending.requests(session, state=state, by=archive.who if mine else None)
        return [view(archive, session, row) for row in rows if concerns(archive, session, row)]


@needs(Duty.REQUEST)
def show(archive: Archive, number: str) -> RequestView:
    """Return a request that concerns whoever asks.

    Raises:
        index.NoSuchThing: there is none.
    """
    with archive.index.read() as session:
        row = lending.request(session, number)
        if not concerns(archive, session, row):
            raise hidden(archive, Duty.REQUEST, number)
        return view(archive, session, row)


@needs(Duty.REQUEST)
def withdraw(archive: Archive, number: str) -> RequestView:
    """Take one's own request back.

    Raises:
        index.NoSuchThing: one has no such request.
        DecidedAlready: it was decided or lent already.
    """
    with archive.index.write() as session:
        row = locked(session, number)
        if fold_name(row.by) != fold_name(archive.who):
            raise hidden(archive, Duty.REQUEST, number)
        if row.state not in {OPEN, APPROVED}:
            raise DecidedAlready(request=row.id, state=row.state)
        row.state = WITHDRAWN
        session.add(row)
        archive.note(session, "withdraw", row.id)
        return view(archive, session, row)


def locked(session: Session, number: str) -> Request:
    """Return a request, its row locked until the transaction ends.

    Raises:
        index.NoSuchThing: there is none.
    """
    found = lending.request(session, number)
    locked = select(Request).where(col(Request.id) == found.id).with_for_update()
    return session.exec(locked.execution_options(populate_existing=True)).one()


def view(archive: Archive, session: Session, row: Request) -> RequestView:
    """Return a request as whoever asks may see it."""
    dossier = session.get(Dossier, row.dossier) if row.dossier else None
    # Whoever asked for what they may not know of learns nothing from their own request.
    told = fold_name(row.by) != fold_name(archive.who) or row.state in {APPROVED, LENT}
    told = told or allowed(archive, session, Deed.LIST, dossier, row.level)
    lent = session.exec(select(Loan).where(Loan.request == row.id)).first()
    if lent is None and row.extends:
        lent = session.get(Loan, row.extends)
    return RequestView(
        id=row.id,
        given=row.given,
        dossier=dossier.key if dossier is not None and told else "",
        document=(row.document or "") if told else "",
        form=row.form,
        purpose=row.purpose,
        reason=row.reason,
        by=row.by,
        at=row.at,
        state=row.state,
        level=row.level if told else "",
        by_right=row.by_right,
        steps=tuple(dict(step) for step in row.steps) if told else (),
        decisions=tuple(
            {"by": one.by, "at": one.at.isoformat(timespec="seconds"), "verdict": one.verdict, "note": one.note}
            for one in lending.decisions(session, row.id)
        ),
        loan=lent.id if lent is not None else "",
        due=lent.due.isoformat() if lent is not None else "",
        awaited=awaited_of(archive, session, row) if told else (),
    )


def _meant(session: Session, given: str) -> tuple[Dossier | None, Document | None]:
    try:
        document = document_by(session, given)
    except (NoSuchDocument, Ambiguous):
        try:
            return dossier_by(session, given), None
        except NoSuchThing:
            return None, None
    return (session.get(Dossier, document.dossier) if document.dossier else None), document
