"""Who has signed in: visits kept in this process's memory, each with the archive as that person may open it.

A visit can be ended from here at any time; the browser holds nothing but a random name for it. Visits end by
themselves when nobody comes for a while, and at the latest after a working day.
"""

import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from hashlib import sha256
from time import monotonic
from typing import Final

from fastapi import Request

from desk.archive import Archive
from dossier.rights import Asker

IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 12 * 60 * 60
PROVEN_SECONDS: Final = 5 * 60
"""How long a password given again counts for what asks for it."""
MOST: Final = 500


@dataclass(slots=True)
class Visit:
    """One person's stay; ``csrf`` stands in every form of it."""

    name: str
    archive: Archive
    closing: ExitStack
    session_token: str | None = field(default=None, repr=False)
    """The token of the session it rests on; None where the archive's own passphrase opened it."""
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    begun: float = field(default_factory=monotonic)
    seen: float = field(default_factory=monotonic)
    proven: float = field(default_factory=monotonic)
    said: str = ""
    """What was just done, for the next page to say once."""
    proposed: str = field(default="", repr=False)
    """A second factor that is being set up and asked for by nobody yet."""
    looked_at: set[tuple[str, int]] = field(default_factory=set)

    @property
    def asker(self) -> Asker:
        """Who it is, with roles and department."""
        return self.archive.asker

    @property
    def is_proven(self) -> bool:
        """Whether the password was given within the last minutes."""
        return monotonic() - self.proven < PROVEN_SECONDS

    def prove(self) -> None:
        """Note that the password was given just now."""
        self.proven = monotonic()

    def saw(self, document: str, page: int) -> bool:
        """Tell whether this visit has looked at a page already: each look is put on record once a visit."""
        return (document, page) in self.looked_at

    def take_said(self) -> str:
        """Return what the next page is to say, and forget it."""
        said, self.said = self.said, ""
        return said


class Visits:
    """The visits of one running page. Safe to use from many threads."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Visit] = {}

    def begin(self, visit: Visit, token: str | None = None) -> str:
        """Keep a visit under a token (a new one unless given) and return it; any visit too many ends the oldest."""
        token = token or secrets.token_urlsafe(32)
        with self._lock:
            self._sweep()
            while len(self._open) >= MOST:
                oldest = min(self._open, key=lambda key: self._open[key].seen)
                self._end(oldest)
            self._open[_hash(token)] = visit
        return token

    def of(self, token: str | None, *, stays: bool = True) -> Visit | None:
        """Return the visit of a token while it lasts; unless ``stays``, asking does not make it last longer."""
        if not token:
            return None
        with self._lock:
            self._sweep()
            visit = self._open.get(_hash(token))
            if visit is not None and stays:
                visit.seen = self._clock()
            return visit

    def name_of(self, token: str | None) -> str | None:
        """Return a name for the visit of a token, None where there is none; asking keeps no visit alive."""
        key = _hash(token) if token else ""
        with self._lock:
            return key if key in self._open else None

    def end(self, token: str | None) -> None:
        """End a visit: its keys leave the memory."""
        with self._lock:
            if token:
                self._end(_hash(token))

    def end_of(self, name: str) -> int:
        """End every visit of a person and return how many there were."""
        with self._lock:
            found = [key for key, visit in self._open.items() if visit.name == name]
            for key in found:
                self._end(key)
            return len(found)

    def renew(self) -> None:
        """Let every visit work by the settings, packs and calendar that are in force now.

        Raises:
            As ``Archive.renewed``.
        """
        with self._lock:
            visits = list(self._open.values())
        if not visits:
            return
        fresh = visits[0].archive.renewed()
        for visit in visits:
            visit.archive = replace(visit.archive, settings=fresh.settings, packs=fresh.packs, calendar=fresh.calendar)

    def close(self) -> None:
        """End all visits."""
        with self._lock:
            for key in list(self._open):
                self._end(key)

    def _sweep(self) -> None:
        now = self._clock()
        for key, visit in list(self._open.items()):
            if now - visit.seen > IDLE_SECONDS or now - visit.begun > LONGEST_SECONDS:
                self._end(key)

    def _end(self, key: str) -> None:
        visit = self._open.pop(key, None)
        if visit is not None:
            visit.closing.close()


def visit_of(request: Request) -> Visit:
    """Return the visit a request belongs to; every door that needs anything made sure there is one."""
    visit: Visit = request.state.visit
    return visit


def archive_of(request: Request) -> Archive:
    """Return the archive as the person of the request's visit may open it."""
    return visit_of(request).archive


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
