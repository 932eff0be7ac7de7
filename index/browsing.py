"""Go through dossiers by the thousand as completeness sees them: plain columns, a few hundred at a time.

A report over ten thousand dossiers touches a million rows; as objects of the mapper they would cost three times more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import bindparam, or_
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
from index.versions import versions_among

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


def _asked(*columns: Any, of: Any = None, named: Any = None) -> Any:
    """Return a statement for rows of ``ids``, found in the column ``of`` (the first), with the ``names`` asked for.

    Statements are made once: making one takes longer than running it.
    """
    statement = select(*columns).where(col(columns[0] if of is None else of).in_(bindparam("ids", expanding=True)))
    return statement if named is None else statement.where(col(named).in_(bindparam("names", expanding=True)))


_DOSSIERS: Final = _asked(
    Dossier.id, Dossier.key, Dossier.kind, Dossier.label, Dossier.pack, Dossier.opened, Dossier.closed
)
_FACTS: Final = _asked(DossierFact.dossier, DossierFact.name, DossierFact.value)
_EVENTS: Final = _asked(DossierEvent.dossier, DossierEvent.kind, DossierEvent.on, DossierEvent.by, DossierEvent.role)
_WAIVERS: Final = _asked(
    DossierWaiver.dossier,
    DossierWaiver.requirement,
    DossierWaiver.by,
    DossierWaiver.role,
    DossierWaiver.on,
    DossierWaiver.reason,
    DossierWaiver.occasion,
    DossierWaiver.until,
)
_IDENTIFIERS: Final = _asked(DossierIdentifier.dossier, DossierIdentifier.type, DossierIdentifier.value)
_DOCUMENTS: Final = _asked(
    Document.capture,
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
    of=Document.dossier,
)
_FIELD: Final = (DocumentField.document, DocumentField.name, DocumentField.value)
_FIELDS: Final = _asked(*_FIELD)
_NAMED_FIELDS: Final = _asked(*_FIELD, named=DocumentField.name)


def _batch(session: Session, ids: Sequence[str], fields: Collection[str] | None) -> Iterator[tuple[str, model.Dossier]]:
    rows = {found[0]: found for found in _rows(session, _DOSSIERS, ids)}
    documents = _documents(session, ids, fields)
    facts, events, waivers, known = (defaultdict[str, list[Any]](list) for _ in range(4))
    for of, name, value in _rows(session, _FACTS, ids):
        facts[of].append((name, value))
    for of, *said in _rows(session, _EVENTS, ids):
        events[of].append(model.Event(*said))
    for of, *said in _rows(session, _WAIVERS, ids):
        waivers[of].append(model.Waiver(*said))
    for of, type_, value in _rows(session, _IDENTIFIERS, ids):
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


def _documents(
    session: Session, ids: Sequence[str], fields: Collection[str] | None
) -> defaultdict[str, list[model.Document]]:
    """Return the documents of dossiers; a redacted version is no paper of its own, what it was made from counts."""
    rows = list(_rows(session, _DOCUMENTS, ids))
    derived = versions_among(session, {row[0] for row in rows})
    rows = [tuple(row[1:]) for row in rows if row[0] not in derived]
    read = _fields(session, [row[1] for row in rows], fields)
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


def _rows(session: Session, statement: Any, ids: Sequence[str], **values: Any) -> Iterator[Any]:
    for start in range(0, len(ids), _MANY):
        yield from session.exec(statement, params={"ids": ids[start : start + _MANY], **values})


def _fields(
    session: Session, documents: Sequence[str], names: Collection[str] | None
) -> defaultdict[str, dict[str, str]]:
    """Return the values of documents' fields, of those named or (None) all: document id → name → value."""
    read = defaultdict[str, dict[str, str]](dict)
    if names is None:
        rows = _rows(session, _FIELDS, documents)
    else:
        rows = _rows(session, _NAMED_FIELDS, documents if names else (), names=list(names))
    for document, name, value in rows:
        read[document][name] = value
    return read


def _days_of_veiled(session: Session, ids: Sequence[str]) -> dict[str, tuple[date | None, date | None]]:
    """Return when documents above ordinary were issued and expire: their rows do not say (see ``index.veil``)."""
    read = _fields(session, ids, (*ISSUED, EXPIRES))
    return {id_: days(read[id_]) for id_ in ids}
