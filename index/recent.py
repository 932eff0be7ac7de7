"""Read the newest entries of the audit chain, without walking it from its start."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from index.record import Entry
from index.tables import AuditRecord

_PAGE: Final = 500


def recent(session: Session, since: datetime, what: str) -> Iterator[Entry]:
    """Yield entries of one verb, newest first, back to a moment."""
    below: int | None = None
    while True:
        statement = select(AuditRecord.seq, AuditRecord.content).order_by(col(AuditRecord.seq).desc()).limit(_PAGE)
        rows = session.exec(statement if below is None else statement.where(col(AuditRecord.seq) < below)).all()
        for seq, content in rows:
            said = json.loads(content)
            at = datetime.fromisoformat(said["at"])
            if at < since:
                return
            if said["what"] == what:
                yield Entry(seq, at, said["who"], said["what"], said["about"], said["facts"])
        if len(rows) < _PAGE:
            return
        below = rows[-1][0]
