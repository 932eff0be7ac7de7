"""The journey of many scans: taken over one by one as they come, read side by side, released when each is done."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.errors import VaultFailed
from dossier.wording import LANGS, say
from index import journal
from index.journal import State
from ingest import source
from ingest.alone import alone
from ingest.journey import Journey
from ingest.scan import Scan
from ingest.source import Fate, ReleasePolicy
from ingest.taking import Taking, Took
from vault.errors import Tampered

RETRY_SECONDS: Final = 15.0
"""Between two tries to go on with a capture when the vault failed."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a scan: its capture, where that stands, and whether its bytes were there before."""

    scan: Scan
    capture: str
    state: State
    duplicate: bool = False


class Pipeline:
    """Takes settled scans and carries each to its end; use as a context, which waits for what is being read.

    ``on_done`` hears of every scan as it is done, from the thread that did it. With ``until``, a capture that the
    vault fails is tried again and again until that is set; without, the failure ends the run.
    """

    def __init__(
        self,
        taking: Taking,
        journey: Journey,
        policy: ReleasePolicy,
        *,
        workers: int,
        on_done: Callable[[Done], None] = lambda _: None,
        until: threading.Event | None = None,
    ) -> None:
        self._taking = taking
        self._journey = journey
        self._policy = policy
        self._on_done = on_done
        self._until = until
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="journey")
        # A scan that is taken waits in the drop folder, not in memory, until a reader is free.
        self._places = threading.BoundedSemaphore(workers * 2)
        self._running: set[Future[State]] = set()

    def take(self, scan: Scan) -> None:
        """Take a scan over and have it read; returns once its bytes are safe, or known not to be takeable.

        Raises:
            DocumentFailed: this scan cannot be taken now; it stays where it is.
            VaultFailed: nothing can be kept now; the scan stays where it is. Also when an earlier one met this.
        """
        self._raise_failures()
        took = self._taking.take(scan)
        if took.duplicate:
            self._on_done(self._let_go(scan, took, State(took.capture.state)))
            return
        self._places.acquire()
        future = self._threads.submit(self._carry, scan, took)
        self._running.add(future)
        future.add_done_callback(lambda _: self._places.release())

    def resume(self) -> None:
        """Go on with captures that an earlier run left between their seal and their dossier.

        Raises:
            VaultFailed: the store or the index cannot be used now.
        """
        self._taking.adopt()
        self._note_gone()
        with self._taking.index.read() as session:
            waiting = [capture.id for capture in journal.in_state(session, State.SEALED, State.READ)]
        for capture in waiting:
            self._running.add(self._threads.submit(self._persistently, capture))

    def wait(self) -> None:
        """Wait until everything taken is done.

        Raises:
            VaultFailed: something could not be kept; its scan is where it was.
        """
        for future in as_completed(list(self._running)):
            self._running.discard(future)
            future.result()

    @contextmanager
    def running(self) -> Iterator["Pipeline"]:
        """Yield the pipeline; at the end wait for what it holds, and stop its threads."""
        try:
            yield self
            self.wait()
        finally:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def _carry(self, scan: Scan, took: Took) -> State:
        state = self._persistently(took.capture.id)
        self._on_done(self._let_go(scan, took, state))
        return state

    def _persistently(self, capture: str) -> State:
        """Advance a capture; a vault that fails is waited for where there is time to wait."""
        while True:
            try:
                return self._advance(capture)
            except VaultFailed:
                if self._until is None or self._until.wait(RETRY_SECONDS):
                    raise

    def _advance(self, capture: str) -> State:
        """Take a capture to its end, unless another thread or process just did."""
        with alone(self._taking.locks / capture):
            with self._taking.index.read() as session:
                row = journal.find(session, capture)
            if row.state not in journal.UNFINISHED:
                return State(row.state)
            try:
                return self._journey.go_on(row)
            except Tampered as broken:
                with self._taking.index.write() as session:
                    journal.quarantine(session, capture, error=broken.wording, facts=broken.facts)
                return State.QUARANTINED

    def _let_go(self, scan: Scan, took: Took, state: State) -> Done:
        """Move the scan out of the drop folder: everything that matters of it is in the vault and the journal."""
        now = self._taking.clock()
        with self._taking.index.read() as session:
            capture = journal.find(session, took.capture.id)
        if state is State.QUARANTINED and not took.duplicate:
            error, facts = str(capture.error), capture.error_facts
            reason = {lang: say(error, lang, **facts) for lang in LANGS}
            released = source.quarantine(scan, reason, sha256=took.sha256)
        else:
            released = source.release(scan, took.sha256, self._policy, today=now.date())
        if scan.drop is None or released.fate is not Fate.HELD:
            with self._taking.index.write() as session:
                journal.released(session, capture.id, at=now, sighting=took.sighting)
        return Done(scan, capture.id, state, duplicate=took.duplicate)

    def _note_gone(self) -> None:
        """Note the release of scans that an earlier run moved without living to say so: they are no longer there."""
        with self._taking.index.write() as session:
            for capture in journal.unreleased(session):
                there = Path(capture.folder, capture.subfolder, capture.name)
                if capture.state not in journal.UNFINISHED and not there.exists():
                    journal.released(session, capture.id, at=self._taking.clock())

    def _raise_failures(self) -> None:
        for future in [one for one in self._running if one.done()]:
            self._running.discard(future)
            future.result()
