"""The sign-in register 簽收簿: who handed what over to whom on which day, and what was missing then."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from index.tables import Moment, new_id, no_items


class Handover(SQLModel, table=True):
    """One line of the register; lines are added and never changed.

    ``documents`` are ids of documents, ``missing`` and ``doubtful`` ids of requirements as they stood on the day.
    """

    __tablename__ = "handover"

    id: str = Field(default_factory=new_id, primary_key=True)
    dossier: str = Field(foreign_key="dossier.id", index=True)
    on: date = Field(index=True)
    gave: str
    took: str
    documents: list[str] = Field(default_factory=no_items, sa_type=JSON)
    missing: list[str] = Field(default_factory=no_items, sa_type=JSON)
    doubtful: list[str] = Field(default_factory=no_items, sa_type=JSON)
    note: str = ""
    by: str
    at: datetime = Field(sa_type=Moment)


def add_handover(session: Session, handover: Handover) -> Handover:
    """Add a line to the register."""
    session.add(handover)
    session.flush()
    return handover


def handovers(
    session: Session,
    *,
    dossiers: Collection[str] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Sequence[Handover]:
    """Return the register's lines, earliest first: all of them, or those of some dossiers (by id) and days."""
    statement = select(Handover).order_by(col(Handover.on), col(Handover.at), col(Handover.id))
    if dossiers is not None:
        statement = statement.where(col(Handover.dossier).in_(list(dossiers)))
    if since is not None:
        statement = statement.where(col(Handover.on) >= since)
    if until is not None:
        statement = statement.where(col(Handover.on) <= until)
    return session.exec(statement).all()
