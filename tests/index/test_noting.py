"""Looks of many at once: all on record, each before its caller goes on, and few transactions."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import Session

from index import record
from index.engine import Index, create, open_index
from index.errors import IndexStuck
from index.noting import Notes

KEY = bytes(range(32))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """A new index."""
    made = create(tmp_path / "index.db", KEY)
    yield made
    made.close()


def test_every_note_is_safe_before_its_caller_goes_on(index: Index, tmp_path: Path) -> None:
    """Whoever opens the file anew, as after a crash, finds the entry as soon as its caller was let go."""

    def note(number: int) -> bool:
        index.notes.put("li", "view", f"document-{number}", {"page": 1})
        other = open_index(tmp_path / "index.db", KEY)
        try:
            with other.read() as session:
                return any(entry.about == f"document-{number}" for entry in record.entries(session))
        finally:
            other.close()

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(note, range(30))) == [True] * 30
    with index.read() as session:
        assert record.verify(session).size == 30


def test_what_gathers_meanwhile_goes_into_one_transaction(index: Index) -> None:
    """While one is being written, nine others wait; the next transaction has them all."""
    held, written = threading.Event(), list[int]()

    @contextmanager
    def slow() -> Iterator[Session]:
        if not written:
            held.wait(10)
        with index.write() as session:
            before = record.size(session)
            yield session
            written.append(record.size(session) - before)

    notes = Notes(slow)
    with ThreadPoolExecutor(10) as threads:
        first = threads.submit(notes.put, "li", "view", "0")
        others = [threads.submit(notes.put, "li", "view", str(number)) for number in range(1, 10)]
        while len(notes._waiting) < 9:  # nothing else tells that all of them wait
            assert not first.done()
        held.set()
        for one in (first, *others):
            one.result(timeout=20)
    assert written == [1, 9]


def test_a_note_that_cannot_be_written_fails_alone(index: Index) -> None:
    """A value that is no JSON is its own caller's fault, whoever notes something at the same time."""
    with ThreadPoolExecutor(8) as threads:
        bad = threads.submit(index.notes.put, "li", "view", "bad", {"page": object()})
        good = [threads.submit(index.notes.put, "li", "view", str(number)) for number in range(12)]
        assert [one.exception(timeout=20) for one in good] == [None] * 12
        assert isinstance(bad.exception(timeout=20), TypeError)
    with index.read() as session:
        assert record.verify(session).size == 12


def test_after_a_transaction_that_failed_each_tries_for_itself(index: Index) -> None:
    """One caller is told that the disk failed; the others, who were in the same transaction, are on record."""
    tried, held = list[int](), threading.Event()

    @contextmanager
    def failing() -> Iterator[Session]:
        tried.append(0)
        if len(tried) == 1:
            held.wait(10)
        if len(tried) == 2:
            raise IndexStuck(path="index.db", cause="specimen")
        with index.write() as session:
            yield session

    notes = Notes(failing)
    with ThreadPoolExecutor(5) as threads:
        all_of_them = [threads.submit(notes.put, "li", "view", str(number)) for number in range(5)]
        while len(notes._waiting) < 4:
            assert not any(one.done() for one in all_of_them)
        held.set()
        outcomes = [type(one.exception(timeout=20)) for one in all_of_them]
    assert sorted(outcomes, key=str) == sorted([IndexStuck, *[type(None)] * 4], key=str)
    with index.read() as session:
        assert record.verify(session).size == 4
