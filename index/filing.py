"""Filing: what was read goes into the tables, documents go into dossiers, people's word on them is kept.

Nothing here commits: steps join the session's transaction. Dossiers themselves are in ``index.dossiers``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dossier.reading import FieldValue
from index import texts
from index.compacting import note_due
from index.dossiers import (
    SELLER,
    add_event,
    close_dossier,
    disown,
    dossier_by,
    dossiers,
    fields_of,
    find_dossiers,
    identify,
    is_sellers,
    open_dossier,
    relabel,
    set_fact,
    waive,
)
from index.errors import NoSuchThing
from index.projection import PERSON, Read, derived, field_row, save_reading, save_readings
from index.tables import ORDINARY, Capture, Document, DocumentField, Dossier, Page
from index.veil import veiled_field
from index.veiling import veil
from index.versions import version_of

__all__ = [
    "SELLER",
    "Read",
    "add_event",
    "assign",
    "close_dossier",
    "decide",
    "disown",
    "dossier_by",
    "dossiers",
    "fields_of",
    "find_dossiers",
    "identify",
    "in_review",
    "is_sellers",
    "open_dossier",
    "raise_level",
    "relabel",
    "save_reading",
    "save_readings",
    "set_fact",
    "waive",
]


def assign(session: Session, document: str, dossier: str | None, *, by: str | None = None, at: datetime) -> Document:
    """Put a document into a dossier (both by id), or out of any; ``by`` is the person who decided, None the machine.

    Raises:
        NoSuchThing
    """
    row = _get(session, document)
    if dossier is not None and session.get(Dossier, dossier) is None:
        raise NoSuchThing(id=dossier)
    row.dossier = dossier
    if by is not None:
        row.decided_by, row.decided = by, at
        row.review, row.doubts = dossier is None, [] if dossier else row.doubts
    session.add(row)
    version = version_of(session, row)
    if version is not None:  # it goes where its original goes
        version.dossier = dossier
        session.add(version)
    session.flush()
    return row


def decide(
    session: Session,
    document: str,
    *,
    by: str,
    at: datetime,
    kind: str | None = None,
    family: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Document:
    """Take a person's word on a document: its kind, its fields (an empty value takes one away).

    The document then no longer waits in review.

    Raises:
        LevelClosed, NoSuchThing
    """
    row = _get(session, document)
    row.kind, row.family = kind or row.kind, family or row.family
    row.review, row.doubts = False, []
    row.decided_by, row.decided = by, at
    session.add(row)
    for name, value in (fields or {}).items():
        _enter(session, row, name, value)
    session.flush()
    if fields:
        known = session.exec(select(DocumentField).where(DocumentField.document == document)).all()
        if row.level == ORDINARY:
            for name, value in derived(((field.name, field.model_dump()) for field in known), row.received).items():
                setattr(row, name, value)
            session.add(row)
        _refresh(session, row, known)
    return row


def in_review(session: Session, *, limit: int = 1_000) -> Sequence[Document]:
    """Return the documents that wait for a person, oldest first."""
    statement = select(Document).where(col(Document.review).is_(True))
    return session.exec(statement.order_by(col(Document.received), col(Document.id)).limit(limit)).all()


def raise_level(session: Session, capture: str, level: str) -> None:
    """Move a capture, its documents and the text of its pages to another secrecy level.

    Raises:
        LevelClosed: one of the two levels has no open shelf.
        NoSuchThing
    """
    row = session.get(Capture, capture)
    if row is None:
        raise NoSuchThing(id=capture)
    pages = session.exec(select(Page).where(Page.capture == capture)).all()
    held = texts.get(session, [(page.level, page.id or 0) for page in pages])
    if level != ORDINARY and any(page.level == ORDINARY for page in pages):
        note_due(session)  # their words stay in the ordinary shelf's free pages until it is written anew
    texts.put(session, level, held)
    for page in pages:
        if page.level != level:
            texts.remove(session, page.level, [page.id or 0])
            page.level = level
            session.add(page)
    documents = session.exec(select(Document).where(Document.capture == capture)).all()
    for document in documents:
        document.level = level
        session.add(document)
    row.level = level
    session.add(row)
    veil(session, documents)


def _enter(session: Session, document: Document, name: str, value: str) -> None:
    field = session.get(DocumentField, (document.id, name))
    others = [cleared for cleared in document.cleared if cleared != name]
    document.cleared = others if value else [*others, name]
    if not value:
        if field is not None:
            session.delete(field)
        return
    page = field.page if field else document.first_page
    row = field_row(document.id, name, FieldValue(value, 1.0, page, checked=PERSON))
    entered = session.merge(DocumentField(**veiled_field(session, document.level, row)))
    if document.level != ORDINARY:
        session.flush()
        session.refresh(entered)  # as it reads, not as the table has it


def _refresh(session: Session, document: Document, fields: Sequence[DocumentField]) -> None:
    """Let the document's pages be found by its fields as they are now."""
    pages = session.exec(select(Page).where(Page.document == document.id)).all()
    numbers = {page.number for page in pages}
    held = texts.get(session, [(page.level, page.id or 0) for page in pages])
    for page in pages:
        before = held.get(page.id or 0, texts.PageText(""))
        codes = [value for value in before.values if value[0] == "code"]
        values = [
            (field.name, field.value)
            for field in fields
            if (field.page if field.page in numbers else document.first_page) == page.number
        ]
        after = texts.PageText(before.text, before.lines, (*values, *codes))
        if after != before:
            texts.put(session, page.level, {page.id or 0: after})


def _get(session: Session, document: str) -> Document:
    row = session.get(Document, document)
    if row is None:
        raise NoSuchThing(id=document)
    return row
