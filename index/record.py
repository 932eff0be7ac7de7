"""The audit chain: what was done, by whom, about what; each entry bound to all before it.

An entry's exact bytes are stored, so that no rounding of a database can make it look changed. Leaf and link are as in
RFC 6962: leaf = SHA-256(0x00 ‖ bytes), link = SHA-256(0x01 ‖ previous link ‖ leaf); the link before the first entry is
32 zero bytes. The one-row head is locked while an entry is added, so that the chain never forks.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from index.errors import AuditBroken
from index.tables import AuditCheckpoint, AuditHead, AuditRecord

START: Final = bytes(32)
_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as people read it; ``seq`` counts from 1."""

    seq: int
    at: datetime
    who: str
    what: str
    about: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sound:
    """A chain that holds: its length and its last link."""

    size: int
    link: bytes


def append(
    session: Session,
    who: str,
    what: str,
    about: str,
    facts: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> int:
    """Add an entry in the session's transaction and return its number.

    ``who`` is a person or part of the product, ``what`` a verb (``view``, ``file``, ``destroy``), ``about`` an id.
    ``facts`` are plain JSON values, never a document's text.
    """
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    head = _head(session)
    content = canonical(
        {
            "seq": head.size + 1,
            "at": moment.isoformat(timespec="microseconds"),
            "who": who,
            "what": what,
            "about": about,
            "facts": dict(facts or {}),
        }
    )
    head.link = link(head.link, content)
    head.size += 1
    session.add(head)
    session.add(AuditRecord(seq=head.size, content=content, link=head.link))
    session.flush()
    return head.size


def entries(session: Session, *, after: int = 0, about: str | None = None, limit: int = 1_000) -> list[Entry]:
    """Return entries in order, those about one id if asked."""
    found: list[Entry] = []
    for record in _records(session, after):
        entry = _entry(record)
        if about is None or entry.about == about:
            found.append(entry)
        if len(found) == limit:
            break
    return found


def verify(session: Session, *, size: int | None = None, expected: bytes | None = None) -> Sound:
    """Check the whole chain; with ``size`` and ``expected``, also that it still holds what a checkpoint stated.

    Raises:
        AuditBroken: a record was altered, removed, put in or moved; ``seq`` names the first that shows it.
    """
    last, previous = 0, START
    for record in _records(session, 0):
        last += 1
        # SQLite keeps a value of another type than the column's, so whoever changes a record may leave text there.
        whole = record.seq == last and isinstance(record.content, bytes)
        if not whole or link(previous, record.content) != record.link or not _says(record, last):
            raise AuditBroken(seq=last)
        previous = record.link
        if size == last and expected is not None and expected != previous:
            raise AuditBroken(seq=last)
    head = session.get(AuditHead, 1)
    stated = (head.size, head.link) if head else (0, START)
    if stated != (last, previous):
        raise AuditBroken(seq=min(stated[0], last) + 1)
    if size is not None and size > last:
        raise AuditBroken(seq=last + 1)
    return Sound(last, previous)


def checkpoint(session: Session, sign: Callable[[int, bytes], str], *, at: datetime | None = None) -> str:
    """State the chain's length and root, have it signed, keep the note and return it.

    ``sign`` takes the size and the RFC 6962 root hash and returns the signed note as text (C2SP checkpoint).
    """
    tree_size, root = tree(session)
    note = sign(tree_size, root)
    if session.get(AuditCheckpoint, tree_size) is None:
        session.add(AuditCheckpoint(size=tree_size, at=at or datetime.now(UTC), note=note))
        session.flush()
    return note


def tree(session: Session, *, size: int | None = None) -> tuple[int, bytes]:
    """Return how many entries there are (or ``size``) and the RFC 6962 Merkle root over that many.

    Raises:
        AuditBroken: there are fewer than ``size``.
    """
    stack: list[tuple[int, bytes]] = []  # complete subtrees from left to right, with their number of leaves
    count = 0
    for record in _records(session, 0):
        if count == size:
            break
        count += 1
        node = (1, leaf(record.content))
        while stack and stack[-1][0] == node[0]:
            width, left = stack.pop()
            node = (width * 2, _node(left, node[1]))
        stack.append(node)
    if size is not None and count < size:
        raise AuditBroken(seq=count + 1)
    if not stack:
        return 0, sha256(b"").digest()
    root = stack.pop()[1]
    while stack:
        root = _node(stack.pop()[1], root)
    return count, root


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one byte form of plain JSON values: UTF-8, sorted keys, no spaces, no NaN."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def leaf(content: bytes) -> bytes:
    """Return the leaf hash of an entry's bytes."""
    return sha256(b"\x00" + content).digest()


def link(previous: bytes, content: bytes) -> bytes:
    """Return the link of an entry after the one whose link is ``previous``."""
    return _node(previous, leaf(content))


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _head(session: Session) -> AuditHead:
    statement = select(AuditHead).where(col(AuditHead.id) == 1).with_for_update()
    head = session.exec(statement).one_or_none()
    return head or AuditHead(id=1, size=0, link=START)


def _records(session: Session, after: int) -> Iterator[AuditRecord]:
    top = session.exec(select(func.max(AuditRecord.seq))).one() or 0
    while after < top:
        page = session.exec(
            select(AuditRecord).where(col(AuditRecord.seq) > after).order_by(col(AuditRecord.seq)).limit(_PAGE)
        ).all()
        yield from page
        after = page[-1].seq
        for record in page:
            if record not in session.dirty:
                session.expunge(record)


def _says(record: AuditRecord, seq: int) -> bool:
    try:
        content = json.loads(record.content)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("seq") == seq


def _entry(record: AuditRecord) -> Entry:
    content = json.loads(record.content)
    return Entry(
        content["seq"],
        datetime.fromisoformat(content["at"]),
        content["who"],
        content["what"],
        content["about"],
        content["facts"],
    )
