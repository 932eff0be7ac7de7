"""Requests to see what one has no standing right to, what was decided on them, and the loans that came of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from index.errors import NoSuchThing
from index.tables import Moment, new_id, no_items

Row = TypeVar("Row", bound=SQLModel)

OPEN = "open"
APPROVED = "approved"
"""Approved, and waiting for somebody who holds the keys, or the paper, to hand it out."""
LENT = "lent"
DENIED = "denied"
WITHDRAWN = "withdrawn"


class Request(SQLModel, table=True):
    """Somebody asks for a dossier or document: what for and why. ``state`` goes from open to one of the others.

    ``given`` is what they wrote; ``dossier`` and ``document`` are what it means, empty when it means nothing (which the
    asker is not told). ``form`` is view, original, copy or paper. ``steps`` are the approvals it takes, in order:
    ``{id, by: [role ids], department, done_by, done}``. ``extends`` is the loan it would prolong.
    """

    __tablename__ = "request"

    id: str = Field(default_factory=new_id, primary_key=True)
    given: str
    dossier: str | None = Field(default=None, foreign_key="dossier.id", index=True)
    document: str | None = Field(default=None, index=True)
    form: str
    purpose: str
    reason: str
    shows: str = ""
    by: str = Field(index=True)
    department: str = ""
    at: datetime = Field(sa_type=Moment)
    state: str = Field(default=OPEN, index=True)
    level: str = "ordinary"
    days: int | None = None
    by_right: bool = False
    extends: str | None = None
    steps: list[dict[str, Any]] = Field(default_factory=no_items, sa_type=JSON)


class Decision(SQLModel, table=True):
    """What one approver said of a request, to which of its steps, with what note."""

    __tablename__ = "decision"

    id: int | None = Field(default=None, primary_key=True)
    request: str = Field(foreign_key="request.id", index=True)
    step: int
    by: str
    at: datetime = Field(sa_type=Moment)
    verdict: str
    note: str = ""


class Loan(SQLModel, table=True):
    """What was lent to whom until which day, and how it came back.

    ``objects`` are the sealed objects whose keys were wrapped to the borrower; ``papers`` the paper originals that went
    out. ``ended`` is when it was returned, or when its time was over and its keys were taken back.
    """

    __tablename__ = "loan"

    id: str = Field(default_factory=new_id, primary_key=True)
    request: str = Field(foreign_key="request.id", index=True)
    dossier: str | None = Field(default=None, foreign_key="dossier.id", index=True)
    document: str | None = Field(default=None, index=True)
    form: str
    borrower: str = Field(index=True)
    lent: datetime = Field(sa_type=Moment)
    lent_by: str
    due: date = Field(index=True)
    until: datetime = Field(sa_type=Moment)
    objects: list[str] = Field(default_factory=no_items, sa_type=JSON)
    papers: list[str] = Field(default_factory=no_items, sa_type=JSON)
    keys_ended: datetime | None = Field(default=None, sa_type=Moment)
    ended: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""
    condition: str = ""
    note: str = ""
    extensions: int = 0
    reminders: int = 0
    reminded: date | None = None


def request(session: Session, number: str) -> Request:
    """Return a request by its number, or by the only beginning of one.

    Raises:
        NoSuchThing
    """
    return _by(session, Request, number)


def loan(session: Session, number: str) -> Loan:
    """Return a loan by its number, its request's, or the only beginning of one.

    Raises:
        NoSuchThing
    """
    of_request = session.exec(select(Loan).where(Loan.request == number.strip().lower())).all()
    return of_request[0] if len(of_request) == 1 else _by(session, Loan, number)


def requests(session: Session, *, state: str | None = None, by: str | None = None) -> Sequence[Request]:
    """Return requests, oldest first."""
    statement = select(Request).order_by(col(Request.at), col(Request.id))
    if state is not None:
        statement = statement.where(Request.state == state)
    if by is not None:
        statement = statement.where(Request.by == by)
    return session.exec(statement).all()


def decisions(session: Session, number: str) -> Sequence[Decision]:
    """Return what was decided on a request, in order."""
    return session.exec(select(Decision).where(Decision.request == number).order_by(col(Decision.id))).all()


def loans(session: Session, *, running: bool = True, borrower: str | None = None) -> Sequence[Loan]:
    """Return loans by due day, those still out or all."""
    statement = select(Loan).order_by(col(Loan.due), col(Loan.id))
    if running:
        statement = statement.where(col(Loan.ended).is_(None))
    if borrower is not None:
        statement = statement.where(Loan.borrower == borrower)
    return session.exec(statement).all()


def open_loans_of(session: Session, who: str) -> Sequence[Loan]:
    """Return what somebody has not returned yet."""
    return loans(session, borrower=who)


def _by(session: Session, table: type[Row], number: str) -> Row:
    plain = number.strip().lower()
    exact = session.get(table, plain)
    if exact is not None:
        return exact
    begins = col(cast("Any", table).id).startswith(plain, autoescape=True)
    found = session.exec(select(table).where(begins).limit(2)).all() if plain else []
    if len(found) != 1:
        raise NoSuchThing(id=number)
    return found[0]
