"""The audit chain: what was done, by whom, about what; each entry bound to all before it.

An entry's exact bytes are stored, so that no rounding of a database can make it look changed. Leaf and link are as in
RFC 6962: leaf = SHA-256(0x00 ‖ bytes), link = SHA-256(0x01 ‖ previous link ‖ leaf); the link before the first entry is
32 zero bytes. The one-row head is locked while an entry is added, so that the chain never forks.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
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
ALTERED, REMOVED, INSERTED, MOVED, CUT_OFF = "altered", "removed", "inserted", "moved", "cut-off"
"""How a chain may be broken, as far as the first place that shows it tells."""


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


def size(session: Session) -> int:
    """Return how many entries there are."""
    head = session.get(AuditHead, 1)
    return head.size if head is not None else 0


def find(
    session: Session,
    *,
    who: str | None = None,
    what: str | None = None,
    about: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    names: Collection[str] | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Return the newest entries that are as asked for, oldest of them first; an ``about`` may be a beginning.

    With ``names``, those that are about one of them or name it among their facts; with ``before``, those of lower
    numbers, to leaf on.
    """
    found: list[Entry] = []
    top = session.exec(select(func.max(AuditRecord.seq))).one() or 0
    top = top if before is None else min(top, before - 1)
    while top > 0 and len(found) < limit:
        below = select(AuditRecord).where(col(AuditRecord.seq) <= top, col(AuditRecord.seq) > top - _PAGE)
        for row in session.exec(below.order_by(col(AuditRecord.seq).desc())).all():
            one = _readable(row)
            fits = one is not None and (
                (who is None or one.who == who)
                and (what is None or one.what == what)
                and (about is None or one.about.startswith(about))
                and (until is None or one.at < until)
                and (since is None or one.at >= since)
                and (names is None or one.about in names or any(name in names for name in _named(one.facts)))
            )
            if one is not None and fits and len(found) < limit:
                found.append(one)
        top -= _PAGE
    return found[::-1]


def _named(facts: Mapping[str, object]) -> Iterator[str]:
    for value in facts.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from (one for one in value if isinstance(one, str))


def verify(session: Session, *, size: int | None = None, expected: bytes | None = None) -> Sound:
    """Check the whole chain; with ``size`` and ``expected``, also that it still holds what a checkpoint stated.

    Raises:
        AuditBroken: a record was altered, removed, put in, moved or cut off; ``seq`` names the first that shows it,
            ``how`` what it looks like.
    """
    last, previous = 0, START
    for record in _records(session, 0):
        last += 1
        how = _flaw(record, last, previous)
        if how is not None:
            raise AuditBroken(seq=last, how=how)
        previous = record.link
        if size == last and expected is not None and expected != previous:
            raise AuditBroken(seq=last, how=ALTERED)
    head = session.get(AuditHead, 1)
    stated = (head.size, head.link) if head else (0, START)
    if stated != (last, previous):
        how = CUT_OFF if stated[0] > last else INSERTED if stated[0] < last else ALTERED
        raise AuditBroken(seq=min(stated[0], last) + 1, how=how)
    if size is not None and size > last:
        raise AuditBroken(seq=last + 1, how=CUT_OFF)
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


def _seq_said(record: AuditRecord) -> int | None:
    try:
        content = json.loads(record.content)
    except ValueError:
        return None
    said = content.get("seq") if isinstance(content, dict) else None
    return said if isinstance(said, int) else None


def _flaw(record: AuditRecord, expected: int, previous: bytes) -> str | None:
    """Return what is wrong with the record at a place of the chain, None when nothing is."""
    if record.seq != expected:
        return REMOVED if record.seq > expected else INSERTED
    # SQLite keeps a value of another type than the column's, so whoever changes a record may leave text there.
    if not isinstance(record.content, bytes):
        return ALTERED
    said = _seq_said(record)
    if said is not None and said != expected:
        return MOVED if said > expected or link(previous, record.content) != record.link else INSERTED
    if said is None or link(previous, record.content) != record.link:
        return ALTERED
    return None


def _readable(record: AuditRecord) -> Entry | None:
    """Return an entry, None where its bytes are no entry any more: ``verify`` tells of those."""
    try:
        return _entry(record)
    except (ValueError, KeyError, TypeError):
        return None


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
