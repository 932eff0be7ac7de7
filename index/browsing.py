"""Go through dossiers by the thousand as completeness sees them: plain columns, a few hundred at a time.

A report over ten thousand dossiers touches a million rows; as objects of the mapper they would cost three times more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import or_
from sqlmodel import Session, col, select

from dossier import model
from index.tables import (
    ORDINARY,
    Document,
    DocumentField,
    Dossier,
    DossierEvent,
    DossierFact,
    DossierIdentifier,
    DossierWaiver,
)
from index.veil import EXPIRES, ISSUED, days

_BATCH: Final = 500
"""Dossiers held at a time: their ids and their documents' go into one statement each."""
_MANY: Final = 10_000
NOTHING: Final = MappingProxyType[str, str]({})


def browse(
    session: Session,
    *,
    ids: Collection[str] | None = None,
    kinds: Collection[tuple[str, str]] | None = None,
    opened_by: date | None = None,
    open_on: date | None = None,
    fields: Collection[str] | None = None,
) -> Iterator[tuple[str, model.Dossier]]:
    """Yield dossiers with their ids, oldest first, then by key.

    ``kinds`` are pairs of pack and dossier kind; ``opened_by`` leaves out those opened later, ``open_on`` those closed
    on that day or before; ``fields`` are the names of the documents' fields that are wanted (None: all).
    """
    statement = select(Dossier.id, Dossier.pack, Dossier.kind).order_by(col(Dossier.opened), col(Dossier.key))
    if ids is not None:
        statement = statement.where(col(Dossier.id).in_(list(ids)))
    if opened_by is not None:
        statement = statement.where(col(Dossier.opened) <= opened_by)
    if open_on is not None:
        statement = statement.where(or_(col(Dossier.closed).is_(None), col(Dossier.closed) > open_on))
    wanted = [id_ for id_, pack, kind in session.exec(statement) if kinds is None or (pack, kind) in kinds]
    for start in range(0, len(wanted), _BATCH):
        yield from _batch(session, wanted[start : start + _BATCH], fields)


def _batch(session: Session, ids: Sequence[str], fields: Collection[str] | None) -> Iterator[tuple[str, model.Dossier]]:
    row = (Dossier.id, Dossier.key, Dossier.kind, Dossier.label, Dossier.pack, Dossier.opened, Dossier.closed)
    rows = {found[0]: found for found in _rows(session, row, Dossier.id, ids)}
    documents = _documents(session, ids, fields)
    facts, events, waivers, known = (defaultdict[str, list[Any]](list) for _ in range(4))
    for of, name, value in _rows(
        session, (DossierFact.dossier, DossierFact.name, DossierFact.value), DossierFact.dossier, ids
    ):
        facts[of].append((name, value))
    event = (DossierEvent.dossier, DossierEvent.kind, DossierEvent.on, DossierEvent.by, DossierEvent.role)
    for of, *said in _rows(session, event, DossierEvent.dossier, ids):
        events[of].append(model.Event(*said))
    for of, *said in _rows(session, _WAIVER, DossierWaiver.dossier, ids):
        waivers[of].append(model.Waiver(*said))
    named = (DossierIdentifier.dossier, DossierIdentifier.type, DossierIdentifier.value)
    for of, type_, value in _rows(session, named, DossierIdentifier.dossier, ids):
        known[of].append((type_, value))
    for id_ in ids:
        _, key, kind, label, pack, opened, closed = rows[id_]
        identifiers = defaultdict[str, list[str]](list)
        for type_, value in sorted(known[id_]):
            identifiers[type_].append(value)
        yield (
            id_,
            model.Dossier(
                key=key,
                kind=kind,
                label=label,
                pack=pack,
                opened=opened,
                facts=MappingProxyType(dict(facts[id_])),
                events=tuple(sorted(events[id_], key=lambda each: each.on)),
                documents=tuple(sorted(documents[id_], key=lambda each: (each.received, each.id))),
                waivers=tuple(waivers[id_]),
                identifiers=MappingProxyType({type_: tuple(values) for type_, values in identifiers.items()}),
                closed=closed,
            ),
        )


_WAIVER: Final = (
    DossierWaiver.dossier,
    DossierWaiver.requirement,
    DossierWaiver.by,
    DossierWaiver.role,
    DossierWaiver.on,
    DossierWaiver.reason,
    DossierWaiver.occasion,
    DossierWaiver.until,
)
_DOCUMENT: Final = (
    Document.dossier,
    Document.id,
    Document.kind,
    Document.received,
    Document.issued,
    Document.expires,
    Document.sides,
    Document.copies,
    Document.form,
    Document.signatures,
    Document.review,
    Document.pages,
    Document.level,
)


def _documents(
    session: Session, ids: Sequence[str], fields: Collection[str] | None
) -> defaultdict[str, list[model.Document]]:
    rows = list(_rows(session, _DOCUMENT, Document.dossier, ids))
    read = defaultdict[str, dict[str, str]](dict)
    if fields is None or fields:
        field = (DocumentField.document, DocumentField.name, DocumentField.value)
        also = () if fields is None else (col(DocumentField.name).in_(list(fields)),)
        for document, name, value in _rows(session, field, DocumentField.document, [row[1] for row in rows], *also):
            read[document][name] = value
    found = defaultdict[str, list[model.Document]](list)
    veiled = _days_of_veiled(session, [row[1] for row in rows if row[-1] != ORDINARY])
    for of, id_, kind, received, issued, expires, sides, copies, form, signatures, review, pages, _ in rows:
        values = read.get(id_)
        found[of].append(
            model.Document(
                id=id_,
                kind=kind,
                received=received,
                issued=veiled[id_][0] if id_ in veiled else issued,
                expires=veiled[id_][1] if id_ in veiled else expires,
                sides=frozenset(sides),
                copies=copies,
                form=form,
                signatures=MappingProxyType(signatures),
                in_review=review,
                pages=len(pages),
                fields=NOTHING if values is None else MappingProxyType(values),
            )
        )
    return found


def _rows(session: Session, columns: Sequence[Any], of: Any, ids: Sequence[str], *also: Any) -> Iterator[Any]:
    for start in range(0, len(ids), _MANY):
        statement: Any = select(*columns).where(col(of).in_(ids[start : start + _MANY]), *also)
        yield from session.exec(statement)


def _days_of_veiled(session: Session, ids: Sequence[str]) -> dict[str, tuple[date | None, date | None]]:
    """Return when documents above ordinary were issued and expire: their rows do not say (see ``index.veil``)."""
    read = defaultdict[str, dict[str, str]](dict)
    field = (DocumentField.document, DocumentField.name, DocumentField.value)
    wanted = col(DocumentField.name).in_([*ISSUED, EXPIRES])
    for document, name, value in _rows(session, field, DocumentField.document, ids, wanted):
        read[document][name] = value
    return {id_: days(read[id_]) for id_ in ids}
