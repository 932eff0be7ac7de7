"""Paper twins: where the paper behind a dossier or document lies, who has it, and what was found of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from index.errors import NoSuchThing
from index.tables import Moment, new_id, no_items

IN, OUT, MISSING, DESTROYED = "in", "out", "missing", "destroyed"
DOSSIERS, TITLES = "dossiers", "titles"
"""The two ledgers: title documents have their own (article 4)."""


class PaperTwin(SQLModel, table=True):
    """A paper original (of one document, or a whole dossier): ``sort`` of place (cabinet, safe, box …) and which one.

    ``ledger`` is dossiers or titles, ``number`` the running number in it; ``state`` in, out, missing or destroyed.
    """

    __tablename__ = "paper_twin"

    id: str = Field(default_factory=new_id, primary_key=True)
    dossier: str = Field(foreign_key="dossier.id", index=True)
    document: str | None = Field(default=None, index=True)
    title: str
    ledger: str = Field(default=DOSSIERS, index=True)
    number: int
    sort: str
    place: str = Field(index=True)
    copies: int = 1
    state: str = Field(default=IN, index=True)
    condition: str = ""
    loan: str | None = None
    entered: datetime = Field(sa_type=Moment)
    by: str


class PaperMove(SQLModel, table=True):
    """One line of the ledger: what happened to a paper, when, by whom, where it went and how it was."""

    __tablename__ = "paper_move"

    id: int | None = Field(default=None, primary_key=True)
    twin: str = Field(foreign_key="paper_twin.id", index=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    what: str
    place: str = ""
    to: str = ""
    condition: str = ""
    note: str = ""


class Stocktake(SQLModel, table=True):
    """A check of what lies at a place against the ledger: what should be there, what was, and what was amiss."""

    __tablename__ = "stocktake"

    id: str = Field(default_factory=new_id, primary_key=True)
    place: str
    at: datetime = Field(sa_type=Moment)
    by: str
    expected: list[Any] = Field(default_factory=no_items, sa_type=JSON)
    missing: list[Any] = Field(default_factory=no_items, sa_type=JSON)
    surplus: list[Any] = Field(default_factory=no_items, sa_type=JSON)


def twin(session: Session, number: str) -> PaperTwin:
    """Return a paper by its id or the only beginning of one, or by its ledger's number (``titles/7``).

    Raises:
        NoSuchThing
    """
    ledger, slash, running = number.strip().partition("/")
    if slash and running.isdigit():
        statement = select(PaperTwin).where(PaperTwin.ledger == ledger, PaperTwin.number == int(running))
    else:
        begins = col(PaperTwin.id).startswith(number.strip().lower(), autoescape=True)
        statement = select(PaperTwin).where(begins)
    found = session.exec(statement.limit(2)).all() if number.strip() else []
    if len(found) != 1:
        raise NoSuchThing(id=number)
    return found[0]


def twins(
    session: Session, *, dossier: str | None = None, place: str | None = None, ledger: str | None = None
) -> Sequence[PaperTwin]:
    """Return papers by ledger and number."""
    statement = select(PaperTwin).order_by(col(PaperTwin.ledger), col(PaperTwin.number))
    if dossier is not None:
        statement = statement.where(PaperTwin.dossier == dossier)
    if place is not None:
        statement = statement.where(PaperTwin.place == place)
    if ledger is not None:
        statement = statement.where(PaperTwin.ledger == ledger)
    return session.exec(statement).all()


def twins_in(session: Session, dossier: str | None, document: str | None) -> list[PaperTwin]:
    """Return the papers in their place that a request for a document, or a whole dossier, is about."""
    statement = select(PaperTwin).where(PaperTwin.state == IN)
    if document is not None:
        found = session.exec(statement.where(PaperTwin.document == document)).all()
        return list(found)
    return list(session.exec(statement.where(PaperTwin.dossier == dossier)).all()) if dossier else []


def next_number(session: Session, ledger: str) -> int:
    """Return the running number after a ledger's last one."""
    rows = session.exec(select(PaperTwin.number).where(PaperTwin.ledger == ledger).with_for_update()).all()
    return max(rows, default=0) + 1


def move(
    session: Session,
    paper: PaperTwin,
    what: str,
    *,
    by: str,
    at: datetime,
    state: str | None = None,
    place: str = "",
    sort: str = "",
    to: str = "",
    condition: str = "",
    loan: str | None = None,
    note: str = "",
) -> None:
    """Enter a line in the ledger and let the paper be where it says."""
    paper.state = state or paper.state
    paper.place, paper.sort = place or paper.place, sort or paper.sort
    paper.condition = condition or paper.condition
    paper.loan = loan if paper.state == OUT else None
    session.add(paper)
    session.add(
        PaperMove(twin=paper.id, at=at, by=by, what=what, place=paper.place, to=to, condition=condition, note=note)
    )
    session.flush()


def moves(session: Session, paper: str) -> Sequence[PaperMove]:
    """Return a paper's lines in the ledger, oldest first."""
    return session.exec(select(PaperMove).where(PaperMove.twin == paper).order_by(col(PaperMove.id))).all()
