"""What the custodians keep on dossiers: secrecy marks, legal holds, inspections, incidents, destructions decided."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from index.errors import NoSuchThing
from index.tables import Moment, new_id, no_items


class DossierMark(SQLModel, table=True):
    """The secrecy level a dossier was marked with, by whom and why; a dossier without a mark is ordinary."""

    __tablename__ = "dossier_mark"

    dossier: str = Field(foreign_key="dossier.id", primary_key=True)
    level: str
    by: str
    at: datetime = Field(sa_type=Moment)
    reason: str = ""


class Resealing(SQLModel, table=True):
    """A capture on its way to another level: the objects it had and will have, noted before either comes or goes."""

    __tablename__ = "resealing"

    capture: str = Field(primary_key=True)
    level: str
    olds: list[str] = Field(default_factory=no_items, sa_type=JSON)
    news: list[str] = Field(default_factory=no_items, sa_type=JSON)


class LegalHold(SQLModel, table=True):
    """A dossier that must not be destroyed, whatever its age, until the hold is lifted."""

    __tablename__ = "legal_hold"

    id: str = Field(default_factory=new_id, primary_key=True)
    dossier: str = Field(foreign_key="dossier.id", index=True)
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)
    lifted_by: str = ""
    lifted: datetime | None = Field(default=None, sa_type=Moment)


class Inspection(SQLModel, table=True):
    """A dossier looked at for its condition: when, by whom, what was found and what was mended."""

    __tablename__ = "inspection"

    id: str = Field(default_factory=new_id, primary_key=True)
    dossier: str = Field(foreign_key="dossier.id", index=True)
    on: date = Field(index=True)
    by: str
    condition: str
    note: str = ""
    mended: date | None = None
    mended_by: str = ""


class Incident(SQLModel, table=True):
    """A leak or a suspected one; ``steps`` are what was done: ``{at, by, sort, text}`` with sort measure or told."""

    __tablename__ = "incident"

    id: str = Field(default_factory=new_id, primary_key=True)
    what: str
    dossier: str | None = Field(default=None, foreign_key="dossier.id", index=True)
    by: str
    at: datetime = Field(sa_type=Moment)
    steps: list[dict[str, Any]] = Field(default_factory=no_items, sa_type=JSON)
    closed: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str = ""


class Destruction(SQLModel, table=True):
    """A destruction proposed, decided by two people and carried out; ``certificate`` is what proves it.

    ``state`` is proposed, decided, done or dropped; ``captures`` are what goes, ``decisions`` ``{by, at}``.
    """

    __tablename__ = "destruction"

    id: str = Field(default_factory=new_id, primary_key=True)
    dossiers: list[str] = Field(default_factory=no_items, sa_type=JSON)
    captures: list[str] = Field(default_factory=no_items, sa_type=JSON)
    keys: list[str] = Field(default_factory=no_items, sa_type=JSON)
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)
    state: str = Field(default="proposed", index=True)
    decisions: list[dict[str, Any]] = Field(default_factory=no_items, sa_type=JSON)
    certificate: str = ""
    done: datetime | None = Field(default=None, sa_type=Moment)


def levels_marked(session: Session) -> dict[str, str]:
    """Return the marked dossiers (ids) and their levels."""
    return {mark.dossier: mark.level for mark in session.exec(select(DossierMark))}


def mark(session: Session, dossier: str, level: str, *, by: str, at: datetime, reason: str) -> None:
    """Mark a dossier with a level, in place of an earlier mark."""
    session.merge(DossierMark(dossier=dossier, level=level, by=by, at=at, reason=reason))
    session.flush()


def held(session: Session) -> dict[str, LegalHold]:
    """Return the holds in force by dossier."""
    return {one.dossier: one for one in session.exec(select(LegalHold).where(col(LegalHold.lifted).is_(None)))}


def inspected(session: Session) -> dict[str, Inspection]:
    """Return the last inspection of each dossier."""
    found: dict[str, Inspection] = {}
    for one in session.exec(select(Inspection).order_by(col(Inspection.on), col(Inspection.id))):
        found[one.dossier] = one
    return found


def incident(session: Session, number: str) -> Incident:
    """Return an incident by number.

    Raises:
        NoSuchThing
    """
    row = session.get(Incident, number)
    if row is None:
        raise NoSuchThing(id=number)
    return row


def incidents(session: Session) -> Sequence[Incident]:
    """Return all incidents, newest first."""
    return session.exec(select(Incident).order_by(col(Incident.at).desc())).all()


def destruction(session: Session, number: str) -> Destruction:
    """Return a destruction by number.

    Raises:
        NoSuchThing
    """
    row = session.get(Destruction, number)
    if row is None:
        raise NoSuchThing(id=number)
    return row


def destructions(session: Session) -> Sequence[Destruction]:
    """Return all destructions, newest first."""
    return session.exec(select(Destruction).order_by(col(Destruction.at).desc())).all()
