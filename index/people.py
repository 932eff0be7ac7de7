"""The register of people: who they are, what they may be, and their keys as the vault keeps them.

Nothing in a row opens anything without the person's own password (docs/vault-format.md §11).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, Session, SQLModel, col, select

from index.errors import NoSuchPerson
from index.tables import Meta, Moment, no_entries, no_items

_SUSPENDED: Final = "suspended "


class Person(SQLModel, table=True):
    """One person at the desk. ``folded`` is the name as it is compared; a closed account keeps its row for the record.

    ``stands_in`` names whom they stand in for, who may be away. ``public`` and ``sealed`` are the person's key pair,
    ``grants`` level → grant and ``desk`` the desk grant, in hex. ``totp`` is the secret of the second factor, empty
    without one; ``totp_used`` the last time step that was taken.
    """

    __tablename__ = "person"

    name: str = Field(primary_key=True)
    folded: str = Field(unique=True)
    title: str = ""
    department: str = Field(default="", index=True)
    roles: list[str] = Field(default_factory=no_items, sa_type=JSON)
    positions: list[str] = Field(default_factory=no_items, sa_type=JSON)
    stands_in: str = ""
    public: bytes = Field(sa_type=LargeBinary)
    sealed: bytes = Field(sa_type=LargeBinary)
    grants: dict[str, Any] = Field(default_factory=no_entries, sa_type=JSON)
    desk: str = ""
    totp: str = ""
    totp_used: int = 0
    added: datetime = Field(sa_type=Moment)
    closed: datetime | None = Field(default=None, sa_type=Moment)


def person(session: Session, name: str) -> Person:
    """Return somebody by name, whatever its case.

    Raises:
        NoSuchPerson
    """
    found = session.exec(select(Person).where(Person.folded == fold_name(name))).one_or_none()
    if found is None:
        raise NoSuchPerson(name=name)
    return found


def person_or_none(session: Session, name: str) -> Person | None:
    """Return somebody by name, or None."""
    return session.exec(select(Person).where(Person.folded == fold_name(name))).one_or_none()


def people(session: Session, *, closed: bool = False) -> Sequence[Person]:
    """Return the people of the register by name, with ``closed`` those too whose accounts are closed."""
    statement = select(Person).order_by(col(Person.folded))
    return session.exec(statement if closed else statement.where(col(Person.closed).is_(None))).all()


def suspended(session: Session) -> frozenset[str]:
    """Return the names of those who may not sign in for now."""
    rows = session.exec(select(Meta.key).where(col(Meta.key).startswith(_SUSPENDED)))
    return frozenset(key.removeprefix(_SUSPENDED) for key in rows)


def is_suspended(session: Session, row: Person) -> bool:
    """Tell whether somebody may not sign in for now."""
    return session.get(Meta, _SUSPENDED + row.name) is not None


def suspend(session: Session, row: Person, at: datetime) -> None:
    """Let somebody in no more until ``resume``; account, loans and dossiers stay as they are."""
    session.merge(Meta(key=_SUSPENDED + row.name, value=at.isoformat(timespec="seconds")))


def resume(session: Session, row: Person) -> None:
    """Let somebody in again."""
    noted = session.get(Meta, _SUSPENDED + row.name)
    if noted is not None:
        session.delete(noted)


def fold_name(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(name.split()).casefold()
