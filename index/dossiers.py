"""Dossiers in the tables: opened, found by any of their identifiers, kept up to date, read for completeness."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from sqlalchemy import or_
from sqlmodel import Session, SQLModel, col, select

from dossier import model
from dossier.folding import fold
from index.errors import NoSuchThing
from index.tables import (
    ORDINARY,
    Document,
    DocumentField,
    Dossier,
    DossierEvent,
    DossierFact,
    DossierIdentifier,
    DossierWaiver,
    LabelChange,
)
from index.texts import comparable
from index.veil import days
from index.versions import versions_among

_MANY: Final = 2_000
"""How many ids go into one statement."""
Row = TypeVar("Row", bound=SQLModel)


def open_dossier(
    session: Session,
    *,
    key: str,
    kind: str,
    pack: str,
    opened: date,
    at: datetime,
    label: str = "",
    department: str = "",
    identifiers: Mapping[str, Collection[str]] | None = None,
    by: str = "",
) -> Dossier:
    """Open a dossier, or return the one that this pack, kind and key already have, with these identifiers added."""
    dossier = session.exec(
        select(Dossier).where(Dossier.pack == pack, Dossier.kind == kind, Dossier.key == key)
    ).one_or_none()
    if dossier is None:
        dossier = Dossier(key=key, kind=kind, pack=pack, label=label or key, department=department, opened=opened)
        session.add(dossier)
        session.flush()
        session.add(LabelChange(dossier=dossier.id, label=dossier.label, since=at, by=by))
    for type_, values in (identifiers or {}).items():
        for value in values:
            identify(session, dossier.id, type_, value)
    session.flush()
    return dossier


def find_dossiers(
    session: Session, identifiers: Mapping[str, Collection[str]], *, pack: str | None = None, kind: str | None = None
) -> Sequence[Dossier]:
    """Return dossiers that any of these identifiers (type → values) means.

    A value is looked up exactly first; where nothing has it, look-alikes (O for 0, I for 1 …) count too. Dossiers that
    more of the identifiers mean come first.
    """
    votes: Counter[str] = Counter()
    for type_, values in identifiers.items():
        for value in values:
            folded = comparable(value)
            if not folded:
                continue
            rows = session.exec(
                select(DossierIdentifier).where(DossierIdentifier.type == type_, DossierIdentifier.folded == folded)
            ).all()
            exact = [row for row in rows if row.value == value]
            votes.update({row.dossier for row in exact or rows})
    statement = select(Dossier).where(col(Dossier.id).in_(list(votes)))
    if pack is not None:
        statement = statement.where(Dossier.pack == pack)
    if kind is not None:
        statement = statement.where(Dossier.kind == kind)
    found = session.exec(statement).all()
    return sorted(found, key=lambda dossier: (-votes[dossier.id], dossier.opened, dossier.id))


def dossier_by(session: Session, name: str, *, pack: str | None = None) -> Dossier:
    """Return the one dossier that a person means by ``name``: id, key, identifier or label.

    Raises:
        NoSuchThing: none, or more than one.
    """
    for way in _ways(name):
        statement = select(Dossier).where(way)
        if pack is not None:
            statement = statement.where(Dossier.pack == pack)
        found = session.exec(statement.limit(2)).all()
        if len(found) == 1:
            return found[0]
        if found:
            raise NoSuchThing(id=name)
    wanted = fold(name)
    labels = session.exec(select(Dossier.id, Dossier.label, Dossier.pack)).all()
    alike = [id_ for id_, label, of in labels if wanted in fold(label) and pack in {None, of}] if wanted else []
    if len(alike) != 1:
        raise NoSuchThing(id=name)
    return session.get_one(Dossier, alike[0])


def _ways(name: str) -> Iterator[Any]:
    """Yield what a name may mean, the likeliest first, each made only when nothing before it was found."""
    yield or_(col(Dossier.id) == name, col(Dossier.key) == name)
    folded = comparable(name)
    if folded:
        known = select(DossierIdentifier.dossier).where(DossierIdentifier.folded == folded)
        yield or_(col(Dossier.key) == name.upper(), col(Dossier.id).in_(known))
    yield col(Dossier.label) == name


SELLER: Final = "seller_tax_id"
"""The field in which an invoice names the house that sells."""


def identify(session: Session, dossier: str, type: str, value: str) -> None:  # noqa: A002
    """Note one more identifier (``vin``, ``plate``, ``credit_code`` …) that means this dossier."""
    if value and session.get(DossierIdentifier, (dossier, type, value)) is None:
        session.add(DossierIdentifier(dossier=dossier, type=type, value=value, folded=comparable(value)))
        session.flush()


def is_sellers(session: Session, value: str) -> bool:
    """Tell whether a number is that of a seller on some invoice in the archive."""
    statement = select(DocumentField.document).where(
        DocumentField.name == SELLER, DocumentField.folded == comparable(value)
    )
    return session.exec(statement.limit(1)).first() is not None


def disown(session: Session, pack: str, kind: str, type: str, value: str) -> None:  # noqa: A002
    """Take an identifier from all dossiers of a kind that were known by it."""
    theirs = select(Dossier.id).where(Dossier.pack == pack, Dossier.kind == kind)
    rows = session.exec(
        select(DossierIdentifier).where(
            DossierIdentifier.type == type,
            DossierIdentifier.folded == comparable(value),
            col(DossierIdentifier.dossier).in_(theirs),
        )
    ).all()
    for row in rows:
        session.delete(row)
    session.flush()


def set_fact(session: Session, dossier: str, name: str, value: str | None, *, by: str, at: datetime) -> None:
    """Enter a fact, in place of an earlier one of that name; None takes it away.

    Raises:
        NoSuchThing
    """
    _get(session, dossier)
    fact = session.get(DossierFact, (dossier, name))
    if value is None:
        if fact is not None:
            session.delete(fact)
    elif fact is None:
        session.add(DossierFact(dossier=dossier, name=name, value=value, by=by, at=at))
    else:
        fact.value, fact.by, fact.at = value, by, at
        session.add(fact)
    session.flush()


def add_event(session: Session, dossier: str, event: model.Event) -> None:
    """Enter an event; the same event twice is there once.

    Raises:
        NoSuchThing
    """
    _get(session, dossier)
    same = select(DossierEvent).where(
        DossierEvent.dossier == dossier,
        DossierEvent.kind == event.kind,
        DossierEvent.on == event.on,
        DossierEvent.by == event.by,
        DossierEvent.role == event.role,
    )
    if session.exec(same).first() is None:
        session.add(DossierEvent(dossier=dossier, kind=event.kind, on=event.on, by=event.by, role=event.role))
        session.flush()


def waive(session: Session, dossier: str, waiver: model.Waiver) -> None:
    """Let a requirement go.

    Raises:
        NoSuchThing
    """
    _get(session, dossier)
    session.add(
        DossierWaiver(
            dossier=dossier,
            requirement=waiver.requirement,
            by=waiver.by,
            role=waiver.role,
            on=waiver.on,
            reason=waiver.reason,
            occasion=waiver.occasion,
            until=waiver.until,
        )
    )
    session.flush()


def relabel(session: Session, dossier: str, label: str, *, by: str, at: datetime) -> None:
    """Give a dossier another label; the earlier one stays in its history.

    Raises:
        NoSuchThing
    """
    row = _get(session, dossier)
    if row.label != label:
        row.label = label
        session.add(row)
        session.add(LabelChange(dossier=dossier, label=label, since=at, by=by))
        session.flush()


def close_dossier(session: Session, dossier: str, on: date | None) -> None:
    """Close a dossier on a day, or open it again with None.

    Raises:
        NoSuchThing
    """
    row = _get(session, dossier)
    row.closed = on
    session.add(row)
    session.flush()


def dossiers(
    session: Session,
    *,
    ids: Collection[str] | None = None,
    packs: Collection[str] | None = None,
    departments: Collection[str] | None = None,
    open_only: bool = False,
) -> tuple[tuple[Dossier, model.Dossier], ...]:
    """Return dossiers (all, or those asked for) as completeness sees them, with their rows; six queries for 2,000."""
    statement = select(Dossier).order_by(col(Dossier.opened), col(Dossier.key))
    if ids is not None:
        statement = statement.where(col(Dossier.id).in_(list(ids)))
    if packs is not None:
        statement = statement.where(col(Dossier.pack).in_(list(packs)))
    if departments is not None:
        statement = statement.where(col(Dossier.department).in_(list(departments)))
    if open_only:
        statement = statement.where(col(Dossier.closed).is_(None))
    rows = session.exec(statement).all()
    found: list[tuple[Dossier, model.Dossier]] = []
    for start in range(0, len(rows), _MANY):
        found += _as_models(session, rows[start : start + _MANY])
    return tuple(found)


def fields_of(session: Session, documents: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the values of these documents' fields: document id → name → value."""
    found: dict[str, dict[str, str]] = {document: {} for document in documents}
    ids = list(found)
    for start in range(0, len(ids), _MANY):
        statement = select(DocumentField.document, DocumentField.name, DocumentField.value).where(
            col(DocumentField.document).in_(ids[start : start + _MANY])
        )
        for document, name, value in session.exec(statement):
            found[document][name] = value
    return found


def _as_models(session: Session, rows: Sequence[Dossier]) -> Iterable[tuple[Dossier, model.Dossier]]:
    ids = [row.id for row in rows]
    documents = _papers(session, ids)
    fields = fields_of(session, [document.id for group in documents.values() for document in group])
    facts = _by_dossier(session, DossierFact, ids)
    events = _by_dossier(session, DossierEvent, ids)
    waivers = _by_dossier(session, DossierWaiver, ids)
    identifiers = _by_dossier(session, DossierIdentifier, ids)
    for row in rows:
        known: defaultdict[str, list[str]] = defaultdict(list)
        for identifier in identifiers[row.id]:
            known[identifier.type].append(identifier.value)
        yield (
            row,
            model.Dossier(
                key=row.key,
                kind=row.kind,
                label=row.label,
                pack=row.pack,
                opened=row.opened,
                facts=MappingProxyType({fact.name: fact.value for fact in facts[row.id]}),
                events=tuple(_event(event) for event in sorted(events[row.id], key=lambda event: event.on)),
                documents=tuple(
                    as_model(document, fields[document.id])
                    for document in sorted(documents[row.id], key=lambda document: (document.received, document.id))
                ),
                waivers=tuple(map(_waiver, waivers[row.id])),
                identifiers=MappingProxyType({type_: tuple(sorted(values)) for type_, values in known.items()}),
                closed=row.closed,
            ),
        )


def as_model(document: Document, fields: Mapping[str, str]) -> model.Document:
    """Return a document as completeness sees it."""
    issued, expires = (document.issued, document.expires) if document.level == ORDINARY else days(fields)
    return model.Document(
        id=document.id,
        kind=document.kind,
        received=document.received,
        issued=issued,
        expires=expires,
        sides=cast("frozenset[model.Side]", frozenset(document.sides)),
        copies=document.copies,
        form=cast("model.Form | None", document.form),
        signatures=MappingProxyType(cast("dict[str, model.Ink]", dict(document.signatures))),
        in_review=document.review,
        pages=len(document.pages),
        fields=MappingProxyType(dict(fields)),
    )


def _event(row: DossierEvent) -> model.Event:
    return model.Event(kind=row.kind, on=row.on, by=row.by, role=row.role)


def _waiver(row: DossierWaiver) -> model.Waiver:
    return model.Waiver(
        requirement=row.requirement,
        by=row.by,
        role=row.role,
        on=row.on,
        reason=row.reason,
        occasion=row.occasion,
        until=row.until,
    )


def _papers(session: Session, ids: Sequence[str]) -> defaultdict[str, list[Document]]:
    """Return the documents of dossiers; a redacted version is no paper of its own, what it was made from counts."""
    found = _by_dossier(session, Document, ids)
    derived = versions_among(session, {one.capture for group in found.values() for one in group})
    if derived:
        for dossier, group in found.items():
            found[dossier] = [one for one in group if one.capture not in derived]
    return found


def _by_dossier(session: Session, table: type[Row], ids: Sequence[str]) -> defaultdict[str, list[Row]]:
    of: Any = col(cast("Any", table).dossier)
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in session.exec(select(table).where(of.in_(ids))):
        found[cast("Any", row).dossier].append(row)
    return found


def _get(session: Session, dossier: str) -> Dossier:
    row = session.get(Dossier, dossier)
    if row is None:
        raise NoSuchThing(id=dossier)
    return row
