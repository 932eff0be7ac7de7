"""The audit chain: a changed, removed, added or moved record shows, and where."""

import threading
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from index import postgres as on_postgres
from index import record
from index.engine import Index, open_index
from index.errors import AuditBroken
from index.fts5 import Fts5
from index.tables import AuditCheckpoint, AuditHead, AuditRecord
from tests.index.conftest import KEY, NOW, address_of, sealers


def fill(session: Session, count: int = 5) -> None:
    """Append some entries."""
    for number in range(count):
        record.append(session, "li", "view", f"doc-{number}", {"page": number, "案": "卷"}, at=NOW)


def broken_at(session: Session) -> tuple[int, str]:
    """Return the number of the first record that shows a change, and what was done."""
    session.expire_all()
    with pytest.raises(AuditBroken) as caught:
        record.verify(session)
    assert str(caught.value.facts["seq"]) in caught.value.say("zh-Hant")
    return int(str(caught.value.facts["seq"])), str(caught.value.facts["how"])


def test_a_sound_chain(session: Session) -> None:
    """What was appended is there in order, and the chain holds."""
    fill(session)
    assert record.verify(session).size == 5
    first = record.entries(session)[0]
    assert (first.seq, first.at, first.who, first.what, first.about) == (1, NOW, "li", "view", "doc-0")
    assert first.facts == {"page": 0, "案": "卷"}
    assert [entry.seq for entry in record.entries(session, after=2, limit=2)] == [3, 4]
    assert [entry.seq for entry in record.entries(session, about="doc-3")] == [4]


def test_an_empty_chain_holds(session: Session) -> None:
    """Nothing recorded is a sound chain of length 0."""
    assert record.verify(session) == record.Sound(0, record.START)


@pytest.mark.parametrize(
    ("change", "seq", "how"),
    [
        ("UPDATE audit_record SET content = (SELECT content FROM audit_record WHERE seq=2) WHERE seq = 3", 3, "moved"),
        ("UPDATE audit_record SET link = (SELECT link FROM audit_record WHERE seq = 3) WHERE seq = 2", 2, "altered"),
        ("DELETE FROM audit_record WHERE seq = 1", 1, "removed"),
        ("DELETE FROM audit_record WHERE seq = 3", 3, "removed"),
        ("DELETE FROM audit_record WHERE seq = 5", 5, "cut-off"),
        ("INSERT INTO audit_record SELECT 6, content, link FROM audit_record WHERE seq = 5", 6, "moved"),
        ("UPDATE audit_record SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE seq IN (2, 3)", 2, "moved"),
        ("UPDATE audit_head SET size = 4", 5, "inserted"),
        ("DELETE FROM audit_record", 1, "cut-off"),
    ],
)
def test_a_changed_chain_shows_where_and_how(session: Session, change: str, seq: int, how: str) -> None:
    """Altered, removed, inserted, moved and cut-off records are found at the first place that shows it."""
    fill(session)
    session.connection().execute(text(change))
    session.connection().execute(text("UPDATE audit_record SET seq = -seq WHERE seq < 0"))
    assert broken_at(session) == (seq, how)


def test_a_record_that_became_text_shows(sealed_index: Index) -> None:
    """SQLite lets whoever changes a record leave text where octets were."""
    with sealed_index.write() as session:
        fill(session)
        session.connection().execute(
            text("UPDATE audit_record SET content = replace(content, 'doc-2', 'doc-9') WHERE seq = 3")
        )
        assert broken_at(session) == (3, "altered")


def test_a_chain_cut_with_its_head_needs_the_checkpoint(session: Session) -> None:
    """Whoever cuts the tail and mends the head is found by a checkpoint taken before."""
    fill(session)
    before = record.verify(session)
    last = session.get_one(AuditRecord, 4)
    session.delete(session.get_one(AuditRecord, 5))
    head = session.get_one(AuditHead, 1)
    head.size, head.link = 4, last.link
    session.flush()
    assert record.verify(session).size == 4
    with pytest.raises(AuditBroken):
        record.verify(session, size=before.size, expected=before.link)


def test_appending_does_not_fork(index: Index, another: Callable[[], Index]) -> None:
    """Entries appended from many connections at once make one chain."""

    def append() -> None:
        other = another()
        for turn in range(5):
            with other.write() as session:
                record.append(session, threading.current_thread().name, "turn", str(turn))
        other.close()

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with index.read() as session:
        assert record.verify(session).size == 20


EACH = 625
"""Entries of each of eight processes: 5,000 in all. What that costs is ``bench.records.chain``'s to say."""


def add(where: Path | str, who: str, count: int) -> None:
    """Append entries one transaction each, as commands do; run in a process of its own."""
    other = open_index(where, KEY) if isinstance(where, Path) else on_postgres.open_index(where, sealers())
    for turn in range(count):
        with other.write() as session:
            record.append(session, who, "turn", str(turn))
    other.close()


@pytest.mark.slow
def test_eight_processes_make_one_chain(index: Index, tmp_path: Path) -> None:
    """Eight processes append 5,000 entries, on either database: none is lost, none fails, the chain is one."""
    spawn = get_context("spawn")
    where: Path | str = tmp_path / "index.db" if isinstance(index.shelves, Fts5) else address_of(index)
    workers = [spawn.Process(target=add, args=(where, f"p{number}", EACH)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 8
    with index.read() as session:
        assert record.verify(session).size == 8 * EACH
        found = record.entries(session, limit=8 * EACH)
    for number in range(8):
        assert [entry.about for entry in found if entry.who == f"p{number}"] == [str(turn) for turn in range(EACH)]


def test_entries_are_found_by_what_is_asked(session: Session) -> None:
    """By person, sort, beginning of a number, and time; the newest of them, in order."""
    fill(session, 5)
    record.append(session, "wang", "get", "doc-1", at=NOW + timedelta(days=1))
    assert [entry.seq for entry in record.find(session, who="wang")] == [6]
    assert [entry.seq for entry in record.find(session, about="doc-1")] == [2, 6]
    assert [entry.seq for entry in record.find(session, what="view", limit=2)] == [4, 5]
    assert [entry.seq for entry in record.find(session, since=NOW + timedelta(hours=1))] == [6]
    assert [entry.seq for entry in record.find(session, until=NOW)] == []


def _root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, as it is written there."""
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + _root(leaves[:split]) + _root(leaves[split:])).digest()


@pytest.mark.parametrize("count", range(1, 18))
def test_the_root_is_that_of_rfc_6962(session: Session, count: int) -> None:
    """The tree over any number of entries has the root that the standard defines."""
    fill(session, count)
    leaves = [row.content for row in session.exec(select(AuditRecord).order_by("seq"))]
    assert record.tree(session) == (count, _root(leaves))
    assert record.tree(session, size=1) == (1, _root(leaves[:1]))


def test_a_checkpoint_is_signed_and_kept(session: Session) -> None:
    """The signer gets size and root; its note is kept and returned."""
    fill(session)
    note = record.checkpoint(session, lambda size, root: f"{size} {root.hex()}", at=NOW)
    assert note == f"5 {record.tree(session)[1].hex()}"
    assert session.get_one(AuditCheckpoint, 5).note == note
    with pytest.raises(AuditBroken):
        record.tree(session, size=6)
