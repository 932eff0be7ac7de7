"""How every open dossier stands today, kept in memory and brought up to date by what the record says was done since.

A page that many people look at cannot judge ten thousand dossiers for each of them. Whatever changes a dossier goes on
record; entries since the last look tell which dossiers to judge again, an entry of an unknown sort has all of them
judged again, and so has a new day.
"""

import threading
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any, Final, TypeVar

from sqlalchemy import func
from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.reports.judging import Judging, each_judged, wanted_fields
from desk.reports.scope import Scope, local_today
from desk.reports.standing import AllJudged, Standing, standing_of
from desk.rights import listed
from index import record
from index.browsing import browse
from index.tables import Document, Dossier

R = TypeVar("R")

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
MANY: Final = 1_000
"""Dossiers from which judging all takes longer than starting a process for it."""
MOST_COUNTED: Final = 100
"""Counts kept: one for each reach, scope and language that people look with."""


Aside = Callable[[Archive, date], AllJudged | None]
"""Judges all open dossiers on a day; None where that failed."""


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
    renewing: bool = False

    def take(self, found: AllJudged, day: date) -> None:
        """Take all dossiers as they were judged, after an entry that others may have followed since."""
        self.standings, self.holders, self.counted = dict(found.standings), dict(found.holders), {}
        self.version += 1
        self.day, self.made, self.seq = day, monotonic(), found.seq


class Standings:
    """The standings of one archive's open dossiers. Safe to use from many threads.

    ``aside`` judges all of them without keeping this process busy; it is asked where there are ``many``.
    """

    def __init__(self, aside: Aside | None = None, *, many: int = MANY) -> None:
        self._aside, self._many = aside, many
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], _Kept] = {}

    def asked(self, archive: Archive, scope: Scope) -> Iterable[Standing]:
        """Return how the dossiers of a scope stand on its day; any day but today is judged anew."""
        if _is_today(scope):
            return self.of(archive)
        with archive.index.read() as session:
            return [standing_of(archive.packs, "", judged) for judged in each_judged(archive, session, scope)]

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
        changed = _changed(session, kept) if kept.day == today else None
        old = monotonic() - kept.made >= LONGEST_SECONDS
        latest = record.size(session)
        if changed is None or (old and not self._is_long(session)):
            self._judge_all(archive, session, kept, today)
            return
        if old and not kept.renewing:
            kept.renewing = True
            threading.Thread(target=self._renew, args=(archive, kept, today), daemon=True).start()
        if changed:
            kept.counted = {}
            kept.version += 1
            known = changed & kept.standings.keys()
            judged = _judge(archive, session, kept, changed)
            for id_ in known - judged:
                del kept.standings[id_]
            if judged - known:
                kept.standings = dict(sorted(kept.standings.items(), key=lambda item: (item[1].opened, item[1].key)))
        kept.seq = latest

    def _judge_all(self, archive: Archive, session: Session, kept: _Kept, today: date) -> None:
        found = self._aside(archive, today) if self._aside is not None and self._is_long(session) else None
        kept.take(found or AllJudged(record.size(session), {}, {}), today)
        if found is None:
            _judge(archive, session, kept, None)

    def _renew(self, archive: Archive, kept: _Kept, today: date) -> None:
        """Judge all again while people go on seeing what is kept, which follows every change that is on record."""
        found = self._aside(archive, today) if self._aside is not None else None
        with kept.lock:
            kept.renewing = False
            if found is None:
                kept.day = None  # the next who asks waits until it is done
            elif kept.day == today:
                kept.take(found, today)

    def _is_long(self, session: Session) -> bool:
        """Tell whether judging all is worth a process of its own."""
        if self._aside is None:
            return False
        return session.exec(select(func.count()).select_from(Dossier)).one() >= self._many


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


def _judge(archive: Archive, session: Session, kept: _Kept, ids: Collection[str] | None) -> set[str]:
    """Judge dossiers (None: all that are open); return the ids of those that are open."""
    judging, day, found = Judging(archive), kept.day or local_today(), set[str]()
    for id_, dossier in browse(
        session,
        ids=ids,
        kinds=Scope().kinds(archive.packs),
        open_on=day,
        fields=wanted_fields(archive.packs),
    ):
        judged = judging.judged(dossier, day)
        kept.standings[id_] = standing_of(archive.packs, id_, judged)
        kept.holders.update((document.id, id_) for document in dossier.documents)
        found.add(id_)
    return found
