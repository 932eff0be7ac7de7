"""Put dossiers right: take back what was entered by mistake, say what a paper is like, make two dossiers one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import Table, delete, select, tuple_, update
from sqlmodel import Session, col
from sqlmodel import select as pick

from index.dossiers import identify
from index.errors import NoSuchThing
from index.filing import assign
from index.schema import METADATA
from index.tables import Document, Dossier, DossierEvent, DossierIdentifier, DossierWaiver, LabelChange

_MOVED_APART: Final = frozenset({"document", "dossier_identifier"})
"""Tables whose rows are moved by functions of their own."""


def take_back_event(session: Session, dossier: str, kind: str, on: date | None) -> int:
    """Remove what was entered of an event on a day (None: on any); return how many entries that were."""
    statement = pick(DossierEvent).where(DossierEvent.dossier == dossier, DossierEvent.kind == kind)
    rows = session.exec(statement if on is None else statement.where(DossierEvent.on == on)).all()
    for row in rows:
        session.delete(row)
    session.flush()
    return len(rows)


def take_back_waiver(session: Session, dossier: str, requirement: str, occasion: str) -> int:
    """Ask for a requirement (or one turn of it) again that was let go; return how many waivers that took away."""
    rows = session.exec(
        pick(DossierWaiver).where(
            DossierWaiver.dossier == dossier,
            DossierWaiver.requirement == requirement,
            DossierWaiver.occasion == occasion,
        )
    ).all()
    for row in rows:
        session.delete(row)
    session.flush()
    return len(rows)


def label_changes(session: Session, dossier: str) -> Sequence[LabelChange]:
    """Return what a dossier has been called, the present name last."""
    return session.exec(
        pick(LabelChange).where(LabelChange.dossier == dossier).order_by(col(LabelChange.since), col(LabelChange.id))
    ).all()


def describe_paper(
    session: Session,
    document: str,
    *,
    form: str | None = None,
    copies: int | None = None,
    sides: Sequence[str] | None = None,
    signatures: Mapping[str, str] | None = None,
) -> Document:
    """Take a person's word on the paper behind a document; what is None stays, ``signatures`` are added.

    Raises:
        NoSuchThing
    """
    row = session.get(Document, document)
    if row is None:
        raise NoSuchThing(id=document)
    if form is not None:
        row.form = form
    if copies is not None:
        row.copies = copies
    if sides is not None:
        row.sides = list(sides)
    if signatures:
        row.signatures = {**row.signatures, **signatures}
    session.add(row)
    session.flush()
    return row


def merge_dossiers(session: Session, gone: str, kept: str, *, at: datetime) -> int:
    """Move all that belongs to one dossier into another and remove the empty one; return how many documents moved.

    Where both have an entry that a dossier has only once (a fact, a mark), the kept one's stands. The key of the one
    that goes becomes an identifier of the other, so that it is still found by it.

    Raises:
        NoSuchThing
    """
    leaving, staying = session.get(Dossier, gone), session.get(Dossier, kept)
    if leaving is None or staying is None:
        raise NoSuchThing(id=gone if leaving is None else kept)
    documents = session.exec(pick(Document.id).where(Document.dossier == gone)).all()
    for document in documents:
        assign(session, document, kept, at=at)
    for row in session.exec(pick(DossierIdentifier).where(DossierIdentifier.dossier == gone)).all():
        identify(session, kept, row.type, row.value)
        session.delete(row)
    identify(session, kept, "key", leaving.key)
    session.flush()
    for table in METADATA.tables.values():
        if table.name not in _MOVED_APART:
            _move(session, table, gone, kept)
    if leaving.opened < staying.opened:
        staying.opened = leaving.opened
        session.add(staying)
    session.flush()
    session.expire_all()
    session.delete(session.get_one(Dossier, gone))
    session.flush()
    return len(documents)


def _move(session: Session, table: Table, gone: str, kept: str) -> None:
    """Let a table's rows about one dossier speak of another, whatever the column that names it."""
    for column in table.columns:
        if not any(key.column.table.name == "dossier" for key in column.foreign_keys):
            continue
        others = [other for other in table.primary_key.columns if other is not column]
        if column.primary_key:
            there = [tuple(row) for row in session.execute(select(*others).where(column == kept))] if others else []
            stands = (
                tuple_(*others).in_(there)
                if others
                else column.in_(select(column).where(column == gone) if _has(session, table, column.name, kept) else [])
            )
            session.execute(delete(table).where(column == gone, stands))
        session.execute(update(table).where(column == gone).values({column.name: kept}))


def _has(session: Session, table: Table, column: str, dossier: str) -> bool:
    return session.execute(select(table.c[column]).where(table.c[column] == dossier)).first() is not None
