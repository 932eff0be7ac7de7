"""Take out of the index all that it knows of a destroyed capture; the record of what happened stays."""

from sqlmodel import Session, col, delete, select

from index import texts
from index.tables import Capture, Document, DocumentField, Lesson, Page, Sighting


def forget(session: Session, capture: str) -> None:
    """Remove a capture with its pages, texts, documents, fields, lessons and sightings.

    Raises:
        LevelClosed: the shelf of its text is not open.
    """
    pages: dict[str, list[int]] = {}
    for level, page in session.exec(select(Page.level, Page.id).where(Page.capture == capture)).all():
        pages.setdefault(level, []).append(page or 0)
    for level, ids in pages.items():
        texts.remove(session, level, ids)
    documents = list(session.exec(select(Document.id).where(Document.capture == capture)).all())
    session.exec(delete(Page).where(col(Page.capture) == capture))
    for model, column in ((DocumentField, DocumentField.document), (Lesson, Lesson.document)):
        session.exec(delete(model).where(col(column).in_(documents)))
    session.exec(delete(Document).where(col(Document.capture) == capture))
    session.exec(delete(Sighting).where(col(Sighting.capture) == capture))
    session.exec(delete(Capture).where(col(Capture.id) == capture))
