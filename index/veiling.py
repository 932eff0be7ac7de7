"""Bring what the main index says of a document to the document's level: veiled above ordinary, in the clear below."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlmodel import Session, col, select

from dossier.reading import FieldValue
from index.projection import derived, field_row
from index.tables import ORDINARY, Document, DocumentField, Lesson
from index.veil import veiled_document, veiled_field


def veil(session: Session, documents: Iterable[Document]) -> None:
    """Write fields, evidence, days and amounts of these documents anew, as their level asks.

    What they taught goes when they are above ordinary: a lesson is made of a paper's words.
    """
    session.flush()
    for document in documents:
        rows = session.exec(select(DocumentField).where(DocumentField.document == document.id)).all()
        fresh = {row.name: _anew(row) for row in rows}
        for row in rows:
            session.expunge(row)
        for name, values in fresh.items():
            sealed = veiled_field(session, document.level, values)
            here = (col(DocumentField.document) == document.id, col(DocumentField.name) == name)
            session.execute(update(DocumentField).where(*here).values(**sealed))
        told = {**derived(fresh.items(), document.received), "evidence": list(document.evidence)}
        told |= {"received": document.received}
        sealed = veiled_document(session, document.level, told)
        session.execute(update(Document).where(col(Document.id) == document.id).values(**sealed))
        if document.level != ORDINARY:
            lesson = session.get(Lesson, document.id)
            if lesson is not None:
                session.delete(lesson)
        session.flush()
        session.expire(document)


def veil_above_ordinary(session: Session) -> int:
    """Veil all documents above ordinary, where an older release or another database left them in the clear."""
    rows = session.exec(select(Document).where(col(Document.level) != ORDINARY)).all()
    veil(session, rows)
    return len(rows)


def _anew(row: DocumentField) -> dict[str, object]:
    box = (row.box[0], row.box[1], row.box[2], row.box[3]) if row.box else None
    value = FieldValue(row.value, row.confidence, row.page, box=box, checked=row.checked, raw=row.raw)
    return field_row(row.document, row.name, value)
