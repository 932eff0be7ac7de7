"""Let scans go: out of the drop folder once each is at its end, and on record as gone, many at a time."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from dossier.errors import VaultFailed
from dossier.wording import LANGS, say
from index import journal
from index.journal import State
from ingest import source
from ingest.journey import Stand
from ingest.scan import Scan
from ingest.source import Fate, ReleasePolicy
from ingest.taking import Taking, Took

MOST_NOTES: Final = 32
"""Scans that went before this is put on record, in one transaction: a crash finds them gone and notes it."""
NOTE_SECONDS: Final = 1.0
FIRST_WAIT_SECONDS: Final = 5.0
LONGEST_WAIT_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A scan that is to go."""

    scan: Scan
    took: Took
    stand: Stand
    failures: int = 0
    due: float = 0.0


class Releasing:
    """Moves scans out of their drop folders; those that others hold are tried again until they let go."""

    def __init__(
        self, taking: Taking, policy: ReleasePolicy, *, on_held: Callable[[Path, OSError | None], None] | None = None
    ) -> None:
        self._taking = taking
        self._policy = policy
        self._on_held = on_held or (lambda _path, _error: None)
        self._lock = threading.Lock()
        self._gone: dict[Path, list[tuple[str, int | None]]] = {}
        self._since = 0.0
        self._held: list[_Leaving] = []

    def let_go(self, scan: Scan, took: Took, stand: Stand) -> None:
        """Move a scan whose capture is at its end; where that cannot be now, it is tried again later.

        Raises:
            VaultFailed: the index cannot note it now.
        """
        self._let_go(_Leaving(scan, took, stand))

    def before(self, scan: Scan) -> None:
        """Put on record what went from the place of a scan that is about to be taken.

        Raises:
            VaultFailed: the index cannot note it now.
        """
        with self._lock:
            known = scan.path in self._gone
        if known:
            self._note()

    def tend(self) -> None:
        """Try again what others held, and put on record what went.

        Raises:
            VaultFailed: the index cannot note it now.
        """
        now = time.monotonic()
        with self._lock:
            due = [one for one in self._held if one.due <= now]
            self._held = [one for one in self._held if one.due > now]
            late = bool(self._gone) and now - self._since > NOTE_SECONDS
        for one in due:
            self._let_go(one)
        if late:
            self._note()

    def finish(self) -> None:
        """Try what is held once more, and put everything on record.

        Raises:
            VaultFailed: the index cannot note it now.
        """
        with self._lock:
            held, self._held = self._held, []
        for one in held:
            self._let_go(one)
        self._note()

    def note_gone(self) -> None:
        """Note the release of scans that an earlier run moved without living to say so: they are no longer there.

        One that a crash left between its two steps of leaving is still there: it comes back to its place.

        Raises:
            VaultFailed: the index cannot be used now.
        """
        now, lying = self._taking.clock(), cache(source.lying)
        with self._taking.index.write() as session:
            for capture in journal.unreleased(session):
                if capture.state in journal.UNFINISHED:
                    continue
                if capture.parent or capture.name not in lying(Path(capture.folder, capture.subfolder)):
                    journal.released(session, capture.id, at=now)
            for seen in journal.unreleased_sightings(session):
                there = Path(seen.folder, seen.name)
                if there.name not in lying(there.parent):
                    journal.released(session, seen.capture, at=now, sighting=seen.id)

    def _let_go(self, leaving: _Leaving) -> None:
        scan, took, stand = leaving.scan, leaving.took, leaving.stand
        try:
            if stand.state is State.QUARANTINED and not took.duplicate:
                reason = {lang: say(str(stand.error), lang, **stand.facts) for lang in LANGS}
                fate = source.quarantine(scan, reason, sha256=took.sha256).fate
            else:
                today = self._taking.clock().date()
                fate = source.release(scan, took.sha256, self._policy, today=today).fate
        except OSError as error:
            self._hold(leaving, error)
            return
        if scan.drop is not None and fate is Fate.HELD:
            self._hold(leaving, None)
            return
        with self._lock:
            if not self._gone:
                self._since = time.monotonic()
            self._gone.setdefault(scan.path, []).append((took.capture.id, took.sighting))
            enough = len(self._gone) >= MOST_NOTES
        if enough:
            self._note()

    def _hold(self, leaving: _Leaving, error: OSError | None) -> None:
        wait = min(FIRST_WAIT_SECONDS * 2**leaving.failures, LONGEST_WAIT_SECONDS)
        again = _Leaving(
            leaving.scan, leaving.took, leaving.stand, min(leaving.failures + 1, 16), time.monotonic() + wait
        )
        with self._lock:
            self._held.append(again)
        if not leaving.failures:
            self._on_held(leaving.scan.path, error)

    def _note(self) -> None:
        with self._lock:
            gone, self._gone = self._gone, {}
        if not gone:
            return
        now = self._taking.clock()
        try:
            with self._taking.index.write() as session:
                for one in gone.values():
                    for capture, sighting in one:
                        journal.released(session, capture, at=now, sighting=sighting)
        except VaultFailed:
            with self._lock:
                for path, notes in gone.items():
                    self._gone.setdefault(path, []).extend(notes)
            raise
