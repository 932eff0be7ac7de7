"""Looks put on record by many at once: those that wait for the same disk go into one transaction.

Whoever notes something is let go when it is safe on the disk, as with a transaction of its own; but while one
transaction is being written, what others note meanwhile gathers, and the next one takes all of it.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from index import record


@dataclass(slots=True, eq=False)
class _Note:
    who: str
    what: str
    about: str
    facts: Mapping[str, Any] | None
    safe: bool = False


class Notes:
    """The notes of one open index. Safe to use from many threads."""

    def __init__(self, write: Callable[[], AbstractContextManager[Session]]) -> None:
        self._write = write
        self._turn = threading.Lock()
        self._gathering = threading.Lock()
        self._waiting: list[_Note] = []

    def put(self, who: str, what: str, about: str, facts: Mapping[str, Any] | None = None) -> None:
        """Put an entry on record and return when it is on the disk.

        Raises:
            IndexBusy, IndexStuck, IndexDamaged: it is not on record.
            TypeError, ValueError: the facts are no JSON values.
        """
        mine = _Note(who, what, about, facts)
        record.canonical(dict(facts or {}))  # before it is in a transaction with others'
        with self._gathering:
            self._waiting.append(mine)
        with self._turn:
            if not mine.safe:
                self._put(self._gathered(mine))

    def _gathered(self, mine: _Note) -> list[_Note]:
        """Return what waits; mine alone where it was in a transaction that failed."""
        with self._gathering:
            if mine not in self._waiting:
                return [mine]
            notes, self._waiting = self._waiting, []
            return notes

    def _put(self, notes: list[_Note]) -> None:
        with self._write() as session:
            for note in notes:
                record.append(session, note.who, note.what, note.about, note.facts)
        for note in notes:
            note.safe = True
