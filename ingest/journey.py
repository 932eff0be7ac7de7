"""One document's journey after it was taken over: read, classify, extract, split, file, index. A table of contents."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlmodel import Session

from dossier.errors import ExitCode, JuanzongError, VaultFailed
from dossier.filing import Shelf
from dossier.reading import Reading
from dossier.reading_json import to_json
from index import filing as index_filing
from index import journal
from index.engine import Index
from index.errors import NoSuchThing
from index.journal import State
from index.lessons import taught
from index.tables import Capture
from ingest import filing
from ingest.members import Contents, doubted, is_container, take_members
from ingest.taking import ORIGINAL, READING, Taking
from ocr.children.forks import ReadingAbandoned
from ocr.children.rendered import NotOpened
from ocr.classify.lessons import Lesson
from ocr.formats import Format
from ocr.reader import Reader
from vault.levels import Level

MOST_READ_BYTES: Final = 256 * 1024 * 1024
"""A larger file is kept sealed but not read: reading holds a file in memory."""
MOST_ATTEMPTS: Final = 3
"""A capture whose reading ended the process this often is set aside instead of tried again."""
LESSON_SECONDS: Final = 2.0
_LOCKED: Final = frozenset({"ocr.locked", "ocr.wrong_password"})


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a capture stands after its journey, why, and what came out of it.

    ``members`` are captures that were taken out of it and have their own journeys to make; ``seconds`` is how long its
    pages took to be read.
    """

    state: State
    error: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    pages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One try: the capture, the id its reading will have, what people taught so far."""

    capture: Capture
    coming: str
    lessons: tuple[Lesson, ...]


class Overtaken(JuanzongError):
    """Another worker has gone on with this capture meanwhile: this one was slow, or thought dead. Nothing is lost."""

    exit_code = ExitCode.INTAKE
    wording = "ingest.overtaken"


class Lessons:
    """What people taught, looked up every few seconds at most."""

    def __init__(self) -> None:
        self._known: tuple[Lesson, ...] = ()
        self._at = -LESSON_SECONDS

    def now(self, index: Index) -> tuple[Lesson, ...]:
        """Return the newest lessons."""
        if time.monotonic() - self._at >= LESSON_SECONDS:
            with index.read() as session:
                self._known = tuple(Lesson.load(one.kind, one.signature) for one in taught(session))
            self._at = time.monotonic()
        return self._known


@dataclass(frozen=True, slots=True)
class Journey:
    """Takes captures from sealed to filed. Each step commits before the next begins, so a crash repeats at most one."""

    taking: Taking
    reader: Reader
    shelves: Sequence[Shelf]
    most_attempts: int = MOST_ATTEMPTS
    """After so many attempts that took the process with them a capture is set aside."""
    _counted: set[str] = field(default_factory=set)
    """Captures that this process has tried: a store that fails is no fault of theirs."""
    _lessons: Lessons = field(default_factory=Lessons)

    def go_on(self, number: str, *, password: str | None = None, fresh: Capture | None = None) -> Stand:
        """Take one capture as far as it goes by itself, and return where it stands then.

        ``fresh`` is its row where it was sealed just now by this process: its first attempt is not counted.

        Raises:
            VaultFailed: the vault or the index cannot give or keep anything now.
            Tampered: the sealed original is not what was sealed.
            ReadingAbandoned: the program is about to stop; the capture is as it was.
            Overtaken: another worker has it in hand now.
        """
        attempt = self._first(fresh) if fresh is not None and number not in self._counted else self._begin(number)
        if isinstance(attempt, Stand):
            return attempt
        try:
            stand = self._carry(attempt, password)
        except ReadingAbandoned:
            self.uncount(number)
            raise
        except Overtaken:
            with suppress(VaultFailed, NoSuchThing):  # it did not take this process with it
                self.uncount(number)
            self._counted.discard(number)
            if self.taking.vault.is_begun(attempt.coming):
                self.taking.vault.withdraw(attempt.coming)
            raise
        self._counted.discard(number)
        return stand

    def _carry(self, attempt: _Attempt, password: str | None) -> Stand:
        capture = attempt.capture
        if capture.size > MOST_READ_BYTES:
            return self._set_aside(attempt, "ingest.too-large", {"most": str(MOST_READ_BYTES // 1024**2)})
        content = self.taking.vault.open_bytes(str(capture.original), document=capture.id, role=ORIGINAL)
        held = Contents()
        if is_container(capture):
            try:
                held = take_members(self.taking, self.reader, capture, content, password)
            except NotOpened as refused:
                if capture.format != Format.EML:
                    return self._set_aside(attempt, refused.reason, {})
                held = Contents(left=(refused.reason,))
            if capture.format != Format.EML:
                return self._close(attempt, held)
        began = time.monotonic()
        reading = self._read(attempt, content, password)
        seconds = time.monotonic() - began
        if reading.error is not None or not reading.documents:
            return self._set_aside(attempt, reading.error or "ingest.no-document", dict(reading.facts), held)
        if held.left:
            reading = doubted(reading)
        self._seal(attempt, reading)
        state = self._file(attempt, reading, held)
        documents = tuple(f"{capture.id}-{place}" for place in reading.numbered())
        return Stand(state, members=held.captures, documents=documents, pages=len(reading.pages), seconds=seconds)

    def _first(self, capture: Capture) -> _Attempt:
        self._counted.add(capture.id)
        return _Attempt(capture, str(capture.coming), self._lessons.now(self.taking.index))

    def _begin(self, number: str) -> _Attempt | Stand:
        """Count the attempt before it is made, so that one that takes the process with it counts too.

        Gives the id that the reading will have, noted before it exists. What an earlier attempt or an earlier reading
        left goes. A capture that is at its end, or was tried too often, stands where it stands.
        """
        index, vault = self.taking.index, self.taking.vault
        with index.write() as session:
            row = journal.find(session, number)
            if row.state not in journal.UNFINISHED:
                return Stand(State(row.state), row.error, row.error_facts)
            if number not in self._counted:
                journal.attempt(session, number, at=self.taking.clock())
                self._counted.add(number)
            if row.attempts > self.most_attempts:
                error, facts = "ingest.keeps-failing", {"attempts": row.attempts - 1}
                journal.quarantine(session, number, error=error, facts=facts).coming = None
                return Stand(State.QUARANTINED, error, facts)
            rests, coming = journal.comings(row), vault.allot(Level(row.level))
            row.coming = " ".join([coming, *rests])  # the rests stay noted until the capture is at its end
        for rest in rests:
            if vault.is_begun(rest):
                vault.withdraw(rest)
        return _Attempt(row, coming, self._lessons.now(index))

    def uncount(self, number: str) -> None:
        """Take back the counting of an attempt that ended for no fault of the capture.

        Raises:
            VaultFailed: the index cannot note it now.
        """
        if number not in self._counted:
            return
        with self.taking.index.write() as session:
            row = journal.find(session, number)
            row.attempts = max(row.attempts - 1, 0)
            session.add(row)
        self._counted.discard(number)

    def _read(self, attempt: _Attempt, content: bytes, password: str | None) -> Reading:
        name = attempt.capture.name
        return self.reader.read(content, name, password=password, lessons=attempt.lessons, alone=True)

    def _seal(self, attempt: _Attempt, reading: Reading) -> None:
        content = json.dumps(to_json(reading), ensure_ascii=False).encode()
        number, level = attempt.capture.id, Level(attempt.capture.level)
        self.taking.vault.seal_bytes(content, document=number, role=READING, level=level, object_id=attempt.coming)

    def _file(self, attempt: _Attempt, reading: Reading, held: Contents) -> State:
        """Put the reading into the index and its documents into dossiers, in one transaction."""
        now, number = self.taking.clock(), attempt.capture.id
        with self.taking.index.write() as session:
            row = self._still_ours(session, attempt)
            before = row.reading
            journal.read(session, number, reading=attempt.coming, at=now).coming = before
            index_filing.save_readings(session, [index_filing.Read(number, reading, row.claimed.date())])
            found_place = filing.file_capture(session, number, self.shelves, now)
            state = filing.settle_capture(session, number, now)
            if found_place:
                filing.file_waiting(session, self.shelves, now)
            for capture, sighting in held.sightings:
                journal.released(session, capture, at=now, sighting=sighting)
        if before is not None:
            self.taking.vault.withdraw(before)
        return state

    def _still_ours(self, session: Session, attempt: _Attempt) -> Capture:
        """Return the row of a capture that nobody went on with since this attempt began.

        Every attempt notes an id of its own for the reading to come, so a worker that was thought dead, and is not,
        finds here that its work is no longer wanted.
        """
        row = journal.find(session, attempt.capture.id)
        if journal.comings(row)[:1] != [attempt.coming] or row.state not in journal.UNFINISHED:
            raise Overtaken(capture=row.id)
        return row

    def _close(self, attempt: _Attempt, held: Contents) -> Stand:
        """End the journey of an archive: what was in it goes on by itself; it has no document of its own."""
        capture = attempt.capture
        if not held.taken and not held.left:
            return self._set_aside(attempt, "ingest.archive-empty", {})
        now = self.taking.clock()
        if held.left:
            facts = {"taken": held.taken, "left": len(held.left)}
            return self._set_aside(attempt, "ingest.archive-partly", facts, held)
        with self.taking.index.write() as session:
            self._still_ours(session, attempt)
            journal.read(session, capture.id, reading=None, at=now).coming = None
            journal.filed(session, capture.id, at=now)
            for other, sighting in held.sightings:
                journal.released(session, other, at=now, sighting=sighting)
        return Stand(State.FILED, members=held.captures)

    def _set_aside(self, attempt: _Attempt, error: str, facts: dict[str, Any], held: Contents | None = None) -> Stand:
        locked = error in _LOCKED
        error = "ingest.needs-password" if locked else error
        with self.taking.index.write() as session:
            self._still_ours(session, attempt).coming = None
            aside = journal.lock if locked else journal.quarantine
            aside(session, attempt.capture.id, error=error, facts=facts)
            for other, sighting in held.sightings if held else ():
                journal.released(session, other, at=self.taking.clock(), sighting=sighting)
        return Stand(State.LOCKED if locked else State.QUARANTINED, error, facts, held.captures if held else ())
