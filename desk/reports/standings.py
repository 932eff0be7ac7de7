"""How every open dossier stands today, kept in memory and brought up to date by what the record says was done since.

A page that many people look at cannot judge ten thousand dossiers for each of them. Whatever changes a dossier goes on
record; entries since the last look tell which dossiers to judge again, an entry of an unknown sort has all of them
judged again, and so has a new day.
"""

import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any, Final, TypeVar

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.reports.judging import Judged, Judging, each_judged, wanted_fields
from desk.reports.scope import Scope, local_today
from desk.rights import listed
from dossier.model import Owes, Status
from dossier.pack import DossierKind
from index import record
from index.browsing import browse
from index.tables import Document

R = TypeVar("R")

GAPS: Final = frozenset({Status.MISSING, Status.LATE, Status.DUE, Status.DOUBTFUL})
OF_DOSSIERS: Final = frozenset(
    {
        "open-dossier",
        "event",
        "fact",
        "rename",
        "waive",
        "take-back-waiver",
        "take-back-event",
        "close",
        "reopen",
        "handover",
    }
)
"""What changes the dossier that an entry is about."""
OF_DOCUMENTS: Final = frozenset({"file", "decide", "describe-paper"})
"""What changes the dossier in which the document lies that an entry is about, and the one it lay in."""
HARMLESS: Final = frozenset(
    {
        "approve",
        "audit-log",
        "backup",
        "checkpoint",
        "cover-sheet",
        "denied",
        "deny",
        "export",
        "extend",
        "extended",
        "get",
        "grants",
        "identity-refused",
        "lend",
        "loan-slip",
        "login",
        "login-failed",
        "remind",
        "report",
        "request",
        "return",
        "search",
        "send",
        "user-add",
        "user-close",
        "user-passphrase",
        "user-resume",
        "user-set",
        "user-suspend",
        "view",
        "withdraw",
    }
)
"""What changes no verdict."""
MOST_NEW: Final = 5_000
"""Entries looked through; after more than this all is judged anew."""
LONGEST_SECONDS: Final = 3_600.0
"""After this all is judged anew in any case."""
MOST_COUNTED: Final = 100
"""Counts kept: one for each reach, scope and language that people look with."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One requirement that is open: how, by when, and who owes it."""

    requirement: str
    status: Status
    due: date | None
    owes: Owes | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One dossier today: what it is, how many documents it holds, and what is open."""

    id: str
    key: str
    label: str
    kind: DossierKind
    pack: str
    opened: date
    documents: int
    complete: bool
    gaps: tuple[Gap, ...]

    @property
    def late(self) -> int:
        """How many requirements are late."""
        return sum(gap.status is Status.LATE for gap in self.gaps)


@dataclass(slots=True)
class _Kept:
    """What one set of keys sees: the day, the last entry looked at, the standings by id, where documents lay.

    ``version`` counts how often standings changed; ``counted`` is what was counted of them since.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    day: date | None = None
    seq: int = 0
    made: float = 0.0
    version: int = 0
    standings: dict[str, Standing] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    counted: dict[Hashable, Any] = field(default_factory=dict)


class Standings:
    """The standings of one archive's open dossiers. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], _Kept] = {}

    def asked(self, archive: Archive, scope: Scope) -> Iterable[Standing]:
        """Return how the dossiers of a scope stand on its day; any day but today is judged anew."""
        if _is_today(scope):
            return self.of(archive)
        with archive.index.read() as session:
            return [_standing(archive, "", judged) for judged in each_judged(archive, session, scope)]

    def counted(self, archive: Archive, scope: Scope, what: Hashable, count: Callable[[Iterable[Standing]], R]) -> R:
        """Return what ``count`` makes of a scope's dossiers: once for all who see the same, until one changes.

        ``what`` says what is counted, and in which words.
        """
        if not _is_today(scope):
            return count(self.asked(archive, scope))
        kept = self._of(archive)
        with kept.lock, archive.index.read() as session:
            self._refresh(archive, session, kept)
            seen = listed(archive, session)
            name = (what, scope, seen)
            if name in kept.counted:
                found: R = kept.counted[name]
                return found
            standings, version = _seen(kept, seen), kept.version
        made = count(standings)
        with kept.lock:
            if kept.version == version:
                if len(kept.counted) >= MOST_COUNTED:
                    kept.counted.clear()
                kept.counted[name] = made
        return made

    def of(self, archive: Archive) -> tuple[Standing, ...]:
        """Return how the open dossiers stand that whoever asks may know of, oldest first."""
        kept = self._of(archive)
        with kept.lock, archive.index.read() as session:
            self._refresh(archive, session, kept)
            return _seen(kept, listed(archive, session))

    def forget(self) -> None:
        """Judge all dossiers again at the next look: what they are judged by has changed."""
        with self._lock:
            self._kept.clear()

    def _of(self, archive: Archive) -> _Kept:
        # What is above ordinary is veiled without its key, so people with different keys see different things.
        with self._lock:
            return self._kept.setdefault(tuple(sorted(archive.index.levels)), _Kept())

    def _refresh(self, archive: Archive, session: Session, kept: _Kept) -> None:
        today = local_today()
        fresh = kept.day == today and monotonic() - kept.made < LONGEST_SECONDS
        changed = _changed(session, kept) if fresh else None
        latest = record.size(session)
        if changed is None:
            kept.standings, kept.holders, kept.counted = {}, {}, {}
            kept.version += 1
            kept.day, kept.made = today, monotonic()
            _judge(archive, session, kept, None)
        elif changed:
            kept.counted = {}
            kept.version += 1
            for id_ in changed:
                kept.standings.pop(id_, None)
            _judge(archive, session, kept, changed)
        kept.seq = latest


def _is_today(scope: Scope) -> bool:
    return scope == Scope(as_of=local_today(), department=scope.department, person=scope.person, days=scope.days)


def _seen(kept: _Kept, ids: frozenset[str] | None) -> tuple[Standing, ...]:
    return tuple(one for id_, one in kept.standings.items() if ids is None or id_ in ids)


def _changed(session: Session, kept: _Kept) -> set[str] | None:
    """Return the dossiers to judge again, by id; None for all of them."""
    entries = record.entries(session, after=kept.seq, limit=MOST_NEW)
    if len(entries) == MOST_NEW:
        return None
    dossiers, documents = set[str](), set[str]()
    for entry in entries:
        if entry.what in OF_DOSSIERS:
            dossiers.add(entry.about)
        elif entry.what in OF_DOCUMENTS:
            documents.add(entry.about)
        elif entry.what not in HARMLESS:
            return None
    dossiers |= {kept.holders[one] for one in documents if one in kept.holders}
    rows = session.exec(select(Document.dossier).where(col(Document.id).in_(sorted(documents)))) if documents else ()
    return dossiers | {str(one) for one in rows if one}


def _judge(archive: Archive, session: Session, kept: _Kept, ids: Collection[str] | None) -> None:
    judging, day = Judging(archive), kept.day or local_today()
    for id_, dossier in browse(
        session,
        ids=ids,
        kinds=Scope().kinds(archive.packs),
        open_on=day,
        fields=wanted_fields(archive.packs),
    ):
        judged = judging.judged(dossier, day)
        kept.standings[id_] = _standing(archive, id_, judged)
        kept.holders.update((document.id, id_) for document in dossier.documents)


def _standing(archive: Archive, id_: str, judged: Judged) -> Standing:
    one = judged.dossier
    return Standing(
        id_,
        one.key,
        one.label,
        archive.packs[one.pack].dossiers[one.kind],
        one.pack,
        one.opened,
        len(one.documents),
        judged.complete,
        tuple(_gaps(judged)),
    )


def _gaps(judged: Judged) -> Iterator[Gap]:
    for line in judged.lines:
        verdict = line.verdict
        if verdict.status in GAPS:
            yield Gap(verdict.requirement, verdict.status, verdict.due, verdict.owes)
