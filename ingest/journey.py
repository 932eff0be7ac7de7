"""One document's journey after it was taken over: read, classify, extract, split, file, index. A table of contents."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dossier.filing import Shelf
from dossier.reading import Reading
from dossier.reading_json import to_json
from index import filing as index_filing
from index import journal
from index.engine import Index
from index.journal import State
from index.lessons import taught
from index.tables import Capture
from ingest import filing
from ingest.taking import ORIGINAL, READING
from ocr.classify.lessons import Lesson
from ocr.reader import Reader
from vault.levels import Level
from vault.vault import Vault

MOST_READ_BYTES: Final = 256 * 1024 * 1024
"""A larger file is kept sealed but not read: reading holds a file in memory."""
MOST_ATTEMPTS: Final = 3
"""A capture whose reading ended the process this often is set aside instead of tried again."""


@dataclass(frozen=True, slots=True)
class Journey:
    """Takes captures from sealed to filed. Each step commits before the next begins, so a crash repeats at most one."""

    index: Index
    vault: Vault
    reader: Reader
    shelves: Sequence[Shelf]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def go_on(self, capture: Capture, *, password: str | None = None) -> State:
        """Take one capture as far as it goes by itself, and return where it stands then.

        Raises:
            VaultFailed: the vault or the index cannot give or keep anything now.
            Tampered: the sealed original is not what was sealed.
        """
        begun = self._begin(capture)
        if begun is None:
            return State.QUARANTINED
        reading = self._read(capture, password)
        if reading.locked:
            return self._set_aside(capture, State.LOCKED, "ingest.needs-password", {})
        if reading.error is not None:
            return self._set_aside(capture, State.QUARANTINED, reading.error, dict(reading.facts))
        if not reading.documents:
            return self._set_aside(capture, State.QUARANTINED, "ingest.no-document", {})
        self._seal(capture, reading, begun)
        return self._file(capture, reading, begun)

    def _begin(self, capture: Capture) -> str | None:
        """Count the attempt before it is made, so that one that takes the process with it counts too.

        Returns the id that the reading will have, noted before it exists; None where there were too many attempts.
        What an earlier attempt or an earlier reading left goes.
        """
        level = Level(capture.level)
        with self.index.write() as session:
            attempts = journal.attempt(session, capture.id, at=self.clock())
            row = journal.find(session, capture.id)
            rest, fresh = row.coming, self.vault.allot(level) if attempts <= MOST_ATTEMPTS else None
            row.coming = fresh
            if fresh is None:
                facts = {"attempts": attempts - 1}
                journal.quarantine(session, capture.id, error="ingest.keeps-failing", facts=facts)
        if rest is not None and self.vault.is_begun(rest):
            self.vault.withdraw(rest)
        return fresh

    def _read(self, capture: Capture, password: str | None) -> Reading:
        if capture.size > MOST_READ_BYTES:
            return Reading((), (), error="ingest.too-large", facts={"most": str(MOST_READ_BYTES // 1024**2)})
        content = self.vault.open_bytes(str(capture.original), document=capture.id, role=ORIGINAL)
        with self.index.read() as session:
            lessons = [Lesson(one.kind, one.signature) for one in taught(session)]
        return self.reader.read(content, capture.name, password=password, lessons=lessons)

    def _seal(self, capture: Capture, reading: Reading, object_id: str) -> None:
        content = json.dumps(to_json(reading), ensure_ascii=False).encode()
        level = Level(capture.level)
        self.vault.seal_bytes(content, document=capture.id, role=READING, level=level, object_id=object_id)

    def _file(self, capture: Capture, reading: Reading, sealed: str) -> State:
        """Put the reading into the index and its documents into dossiers, in one transaction."""
        now = self.clock()
        with self.index.write() as session:
            before = journal.find(session, capture.id).reading
            journal.read(session, capture.id, reading=sealed, at=now).coming = before
            index_filing.save_reading(session, capture.id, reading, received=capture.claimed.date())
            found_place = filing.file_capture(session, capture.id, self.shelves, now)
            state = filing.settle_capture(session, capture.id, now)
            if found_place:
                filing.file_waiting(session, self.shelves, now)
        if before is not None:
            self.vault.withdraw(before)
        return state

    def _set_aside(self, capture: Capture, state: State, error: str, facts: dict[str, str]) -> State:
        with self.index.write() as session:
            journal.find(session, capture.id).coming = None
            if state is State.LOCKED:
                journal.lock(session, capture.id, error=error, facts=facts)
            else:
                journal.quarantine(session, capture.id, error=error, facts=facts)
        return state
