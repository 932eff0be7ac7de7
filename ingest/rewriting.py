"""Put another reading of a capture in place of the one it has, sealed first, as people split, merge or turn pages."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from dossier.filing import Shelf
from dossier.reading import Reading
from dossier.reading_json import from_json, to_json
from index import filing as index_filing
from index import journal
from index.engine import Index
from index.tables import Document, DocumentField, Lesson
from ingest import filing
from ingest.taking import READING
from vault.levels import Level
from vault.vault import Vault


def reading_of(vault: Vault, capture: str, object_id: str) -> Reading:
    """Return the sealed reading of a capture.

    Raises:
        vault.Tampered, vault.Unknown, vault.Destroyed: it cannot be given as what was sealed.
    """
    return from_json(json.loads(vault.open_bytes(object_id, document=capture, role=READING)))


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Another reading for a capture; ``note`` keeps on record, in the same transaction, what was done."""

    capture: str
    reading: Reading
    now: datetime
    note: Callable[[Session], None]


def rewrite(index: Index, vault: Vault, shelves: Sequence[Shelf], new: Rewriting) -> None:
    """Seal the new reading, put it into the index in place of what is there, and file what it adds.

    The original is untouched. A crash leaves the earlier reading in force, or this one; the other is withdrawn with the
    capture's next.

    Raises:
        VaultFailed: nothing can be kept now.
        index.LevelClosed: the capture's level has no open shelf.
    """
    with index.write() as session:
        row = journal.find(session, new.capture)
        level = Level(row.level)
        rests, fresh = journal.comings(row), vault.allot(level)
        row.coming = " ".join([fresh, *rests])
        session.add(row)
    for rest in rests:
        if vault.is_begun(rest):
            vault.withdraw(rest)
    content = json.dumps(to_json(new.reading), ensure_ascii=False).encode()
    vault.seal_bytes(content, document=new.capture, role=READING, level=level, object_id=fresh)
    with index.write() as session:
        row = journal.find(session, new.capture)
        before, row.reading, row.coming = row.reading, fresh, row.reading
        session.add(row)
        index_filing.save_reading(session, new.capture, new.reading, received=row.claimed.date())
        _drop(session, new.capture, {f"{new.capture}-{number}" for number in new.reading.numbered()})
        new.note(session)
        filing.file_capture(session, new.capture, shelves, new.now)
        filing.settle_capture(session, new.capture, new.now)
        filing.file_waiting(session, shelves, new.now)
    if before is not None:
        vault.withdraw(before)


def _drop(session: Session, capture: str, kept: set[str]) -> None:
    """Remove the documents of a capture that its reading no longer has; a person may have decided on them before."""
    known = session.exec(select(Document).where(Document.capture == capture)).all()
    for document in known:
        if document.id not in kept:
            session.exec(delete(DocumentField).where(col(DocumentField.document) == document.id))
            session.exec(delete(Lesson).where(col(Lesson.document) == document.id))
            session.delete(document)
    session.flush()
