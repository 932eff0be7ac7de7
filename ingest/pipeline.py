"""The journey of many scans: taken over one by one as they come, read side by side, released when each is done."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from dossier.errors import VaultFailed
from index import journal
from index.journal import State
from index.tables import Capture
from ingest.advancing import advance
from ingest.journey import Journey, Overtaken, Stand
from ingest.releasing import Releasing
from ingest.scan import Scan
from ingest.taking import Taking, Took
from ocr.children.forks import ReadingAbandoned
from ocr.children.workers import EngineFailed
from ocr.engines.models import ModelFailed

FIRST_RETRY_SECONDS: Final = 2.0
LONGEST_RETRY_SECONDS: Final = 60.0
"""Between two tries to go on with a capture for a cause that can pass: twice as long each time, up to the longest."""
STOP_SECONDS: Final = 1.5
"""How long a stop waits for what is being read before it is given up, to be read again by the next run."""
PASSING: Final = (VaultFailed, EngineFailed, ModelFailed)
"""Nothing can be kept, or nothing read, on this machine now; no document is at fault."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a scan, or of a file that was in it: its capture, and where that stands.

    ``scan`` is None for what an earlier run left; ``duplicate`` tells bytes that were there before. ``pages`` were read
    in ``seconds``.
    """

    scan: Scan | None
    capture: str
    state: State
    duplicate: bool = False
    error: str | None = None
    documents: tuple[str, ...] = ()
    pages: int = 0
    seconds: float = 0.0


class Pipeline:
    """Takes settled scans and carries each to its end; use as a context, which waits for what is being read.

    ``on_done`` hears of every scan as it is done, from the thread that did it. Once ``stop`` is set, what is being read
    is soon given up. A ``lasting`` pipeline tries what fails for a cause that can pass again and again; in another the
    failure ends the run.
    """

    def __init__(
        self,
        taking: Taking,
        journey: Journey,
        releasing: Releasing,
        *,
        workers: int,
        on_done: Callable[[Done], None] = lambda _: None,
        stop: threading.Event | None = None,
        lasting: bool = False,
    ) -> None:
        self._taking = taking
        self._journey = journey
        self._releasing = releasing
        self._on_done = on_done
        self._stop = stop or threading.Event()
        self._lasting = lasting
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="journey")
        # A scan that is taken waits in the drop folder, not in memory, until a reader is free.
        self._most = workers * 2
        self._places = threading.BoundedSemaphore(self._most)
        self._running: set[Future[None]] = set()

    @property
    def taking(self) -> Taking:
        """What takes scans over."""
        return self._taking

    @property
    def in_hand(self) -> int:
        """How many scans are being read, or about to be."""
        return sum(not one.done() for one in list(self._running))

    def has_room(self) -> bool:
        """Tell whether ``take`` would not have to wait for a reader."""
        return self.in_hand < self._most

    def take(self, scan: Scan) -> None:
        """Take a scan over and have it read; returns once its bytes are safe, or known not to be takeable.

        Raises:
            DocumentFailed: this scan cannot be taken now; it stays where it is.
            VaultFailed: nothing can be kept now; the scan stays where it is. Also when an earlier one met this.
        """
        self._raise_failures()
        self._releasing.before(scan)
        took = self._taking.take(scan)
        if took.duplicate:
            self._let_go(scan, took, Stand(State(took.capture.state)))
            return
        if took.again:
            with self._taking.index.write() as session:
                journal.reopen(session, took.capture.id)
        while not self._places.acquire(timeout=0.5):
            if self._stop.is_set():
                return  # it is sealed; the next run goes on with it
        future = self._threads.submit(self._carry, scan, took)
        self._running.add(future)
        future.add_done_callback(lambda _: self._places.release())

    def go_on(self, took: Took) -> None:
        """Have bytes read that came sealed; where they were here before, nothing is left to do.

        Raises:
            VaultFailed: nothing can be kept now. Also when an earlier one met this.
        """
        self._raise_failures()
        if took.duplicate or took.capture.state not in journal.UNFINISHED:
            stand = Stand(State(took.capture.state))
            self._on_done(_done(None, took.capture.id, stand, duplicate=took.duplicate))
            return
        self._running.add(self._threads.submit(self._arrive, took))

    def resume(self) -> None:
        """Go on with captures that an earlier run left between their seal and their dossier.

        Raises:
            VaultFailed: the store or the index cannot be used now.
        """
        self._taking.adopt()
        self._releasing.note_gone()
        with self._taking.index.read() as session:
            waiting = [capture.id for capture in journal.in_state(session, State.SEALED, State.READ)]
        for capture in waiting:
            self._running.add(self._threads.submit(self._finish, capture))

    def tend(self) -> None:
        """Do what waits for no scan: try again to let go of scans that others held, note those that went."""
        self._releasing.tend()
        self._raise_failures()

    def wait(self) -> None:
        """Wait until everything taken is done, or, once a stop was asked for, given up.

        Raises:
            VaultFailed: something could not be kept; its scan is where it was.
        """
        given_up = False
        asked: float | None = None
        while self._running:
            if self._stop.is_set() and asked is None:
                asked = time.monotonic()
                for one in self._running:
                    one.cancel()
            if asked is not None and not given_up and time.monotonic() - asked > STOP_SECONDS:
                given_up = True
                self._journey.reader.abandon()
            done, _ = wait_for(self._running, timeout=0.5, return_when=FIRST_COMPLETED)
            for one in done:
                self._running.discard(one)
                with suppress(CancelledError, ReadingAbandoned):
                    one.result()
        self._releasing.finish()

    @contextmanager
    def running(self) -> Iterator["Pipeline"]:
        """Yield the pipeline; at the end wait for what it holds, and stop its threads."""
        try:
            yield self
            self.wait()
        except VaultFailed:
            if not (self._lasting and self._stop.is_set()):
                raise  # asked to stop while it waited for the vault: the next run goes on
        finally:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def _carry(self, scan: Scan, took: Took) -> None:
        number = took.capture.id
        stand = self._persistently(number, took.capture if took.fresh else None)
        self._let_go(scan, took, stand)
        self._follow(scan, stand)

    def _arrive(self, took: Took) -> None:
        stand = self._persistently(took.capture.id, took.capture if took.fresh else None)
        self._on_done(_done(None, took.capture.id, stand))
        self._follow(None, stand)

    def _finish(self, number: str) -> None:
        """Take a capture to its end whose scan, where there is one, the watcher finds by itself."""
        self._follow(None, self._persistently(number))

    def _follow(self, scan: Scan | None, stand: Stand) -> None:
        """Take what came out of a capture to its end as well."""
        for number in stand.members:
            inner = self._persistently(number)
            self._on_done(_done(scan, number, inner))
            self._follow(scan, inner)

    def _persistently(self, number: str, fresh: Capture | None = None) -> Stand:
        """Advance a capture; what can pass is waited for where there is time to wait."""
        pause = FIRST_RETRY_SECONDS
        while True:
            try:
                return advance(self._journey, number, fresh)
            except Overtaken as passed:
                # Another process was first. Where it is done, a second look tells; where it is not, it is given time.
                if fresh is None and self._stop.wait(pause):
                    raise ReadingAbandoned from passed
                fresh = None
            except PASSING:
                if not self._lasting or self._stop.wait(pause):
                    raise
                pause = min(pause * 2, LONGEST_RETRY_SECONDS)

    def _let_go(self, scan: Scan, took: Took, stand: Stand) -> None:
        """Move the scan out of the drop folder: everything that matters of it is in the vault and the journal."""
        self._releasing.let_go(scan, took, stand)
        self._on_done(_done(scan, took.capture.id, stand, duplicate=took.duplicate))

    def _raise_failures(self) -> None:
        for one in [one for one in self._running if one.done()]:
            self._running.discard(one)
            one.result()


def _done(scan: Scan | None, number: str, stand: Stand, *, duplicate: bool = False) -> Done:
    return Done(
        scan, number, stand.state, duplicate, stand.error, stand.documents, pages=stand.pages, seconds=stand.seconds
    )
