"""What people decided, kept to be learned from: kinds of documents with the signatures of their pages."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from index.tables import Lesson


def teach(session: Session, document: str, *, kind: str, signature: bytes, at: datetime) -> None:
    """Keep a decision, in place of an earlier one on the same document."""
    known = session.get(Lesson, document)
    if known is None:
        session.add(Lesson(document=document, kind=kind, signature=signature, at=at))
    else:
        known.kind, known.signature, known.at = kind, signature, at
        session.add(known)
    session.flush()


def of(session: Session, document: str) -> Lesson | None:
    """Return what a decision on this document taught, None where there was none."""
    return session.get(Lesson, document)


def taught(session: Session, *, most: int = 500) -> Sequence[Lesson]:
    """Return the newest decisions, at most so many."""
    return session.exec(select(Lesson).order_by(col(Lesson.at).desc()).limit(most)).all()
