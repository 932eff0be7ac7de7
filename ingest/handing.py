"""Take scans over and have workers read them: what the watcher does where reading is done on other machines.

A scan stays in its drop folder until its capture is at its end, as where one machine does it all. The watcher takes no
more while the queue is long.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from dossier.errors import ExitCode, VaultFailed
from index import journal, queue
from index.journal import State
from index.queue import Waiting
from index.tables import Capture, Document
from ingest.journey import Stand
from ingest.pipeline import Done
from ingest.releasing import Releasing
from ingest.scan import Scan
from ingest.taking import Taking, Took

LOOK_SECONDS: Final = 1.0
"""Between two looks at how the queue and what was handed over stand."""
NOBODY_SECONDS: Final = 60.0
"""How long somebody who waits for a result waits for a worker to come alive."""
_AT_ONCE: Final = 500


class NoWorker(VaultFailed):
    """What was taken over waits in the queue, and no worker is there to read it."""

    exit_code = ExitCode.INTAKE
    wording = "ingest.no-worker"


@dataclass(frozen=True, slots=True)
class _Out:
    """A capture that others read: the scan it came from, or None for a file that was in another."""

    scan: Scan | None
    took: Took | None


class Handing:
    """Takes scans over and lets each go when a worker has carried it to its end; used as ``Pipeline`` is."""

    def __init__(
        self,
        taking: Taking,
        releasing: Releasing,
        *,
        most_waiting: int,
        on_done: Callable[[Done], None] = lambda _: None,
        stop: threading.Event | None = None,
        lasting: bool = False,
    ) -> None:
        self._taking = taking
        self._releasing = releasing
        self._most = most_waiting
        self._on_done = on_done
        self._stop = stop or threading.Event()
        self._lasting = lasting
        self._out: dict[str, _Out] = {}
        self._queue = Waiting(0, 0, 0, 0, 0.0)
        self._looked = -LOOK_SECONDS
        self._since = 0
        self._alive = time.monotonic()

    @property
    def taking(self) -> Taking:
        """What takes scans over."""
        return self._taking

    @property
    def in_hand(self) -> int:
        """How many captures workers are reading now."""
        return self._queue.reading

    def has_room(self) -> bool:
        """Tell whether the queue is short enough to take more."""
        return self._queue.waiting + self._since < self._most

    def take(self, scan: Scan) -> None:
        """Take a scan over and queue it; returns once its bytes are safe, or known not to be takeable.

        Raises:
            DocumentFailed: this scan cannot be taken now; it stays where it is.
            VaultFailed: nothing can be kept now; the scan stays where it is.
        """
        self._releasing.before(scan)
        took = self._taking.take(scan)
        if took.duplicate:
            self._let_go(scan, took, Stand(State(took.capture.state)))
            return
        if not took.fresh:
            self._queue_again(took)
        self._since += 1
        self._out[took.capture.id] = _Out(scan, took)

    def go_on(self, took: Took) -> None:
        """Queue bytes that came sealed; where they were here before, nothing is left to do.

        Raises:
            VaultFailed: the index cannot be used now.
        """
        if took.duplicate or took.capture.state not in journal.UNFINISHED:
            stand = Stand(State(took.capture.state))
            self._on_done(_done(None, took.capture.id, stand, duplicate=took.duplicate))
            return
        if not took.fresh:
            self._queue_again(took)
        self._since += 1
        self._out[took.capture.id] = _Out(None, None)

    def resume(self) -> None:
        """Finish what an earlier run left between seal and journal; what it had queued, workers read anyway.

        Raises:
            VaultFailed: the store or the index cannot be used now.
        """
        self._taking.adopt()
        self._releasing.note_gone()

    def tend(self) -> None:
        """Let go of what workers have done since the last look.

        Raises:
            VaultFailed: the index cannot be used now.
        """
        self._releasing.tend()
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        with self._taking.index.read() as session:
            self._queue = queue.waiting(session, self._taking.clock())
            ended = list(self._ended(session))
        self._looked, self._since = time.monotonic(), 0
        if self._queue.workers:
            self._alive = self._looked
        for row, documents, pages in ended:
            out = self._out.pop(row.id)
            stand = Stand(State(row.state), row.error, row.error_facts, documents=documents, pages=pages)
            if out.scan is not None and out.took is not None:
                self._let_go(out.scan, out.took, stand)
            else:
                self._on_done(_done(None, row.id, stand))

    def wait(self) -> None:
        """Wait until workers have done everything that was handed over, or until a stop is asked for.

        Raises:
            NoWorker: no worker has been alive for a minute.
            VaultFailed: the index cannot be used.
        """
        while self._out and not self._stop.is_set():
            self._looked = -LOOK_SECONDS
            self.tend()
            if time.monotonic() - self._alive > NOBODY_SECONDS:
                raise NoWorker(captures=len(self._out))
            if self._out:
                self._stop.wait(LOOK_SECONDS / 4)

    @contextmanager
    def running(self) -> Iterator["Handing"]:
        """Yield it; at the end wait for what was handed over, but not where the watcher is asked to stop."""
        yield self
        if not self._lasting:
            self.wait()
        self._releasing.finish()

    def _queue_again(self, took: Took) -> None:
        with self._taking.index.write() as session:
            row = journal.find(session, took.capture.id)
            if took.again:
                row = journal.reopen(session, row.id)
            if row.state in journal.UNFINISHED and self._taking.enqueue is not None:
                self._taking.enqueue(session, row.id)

    def _ended(self, session: Session) -> Iterator[tuple[Capture, tuple[str, ...], int]]:
        """Yield what is at its end, its documents, and its pages; what came out of it is looked for from now on."""
        numbers = list(self._out)
        for first in range(0, len(numbers), _AT_ONCE):
            some = numbers[first : first + _AT_ONCE]
            rows = session.exec(select(Capture).where(col(Capture.id).in_(some))).all()
            ended = [row for row in rows if row.state not in journal.UNFINISHED]
            inner = session.exec(select(Capture.id).where(col(Capture.parent).in_([row.id for row in ended]))).all()
            for number in inner:
                self._out.setdefault(number, _Out(None, None))
            for row in ended:
                found: Sequence[Document] = session.exec(
                    select(Document).where(Document.capture == row.id).order_by(col(Document.ordinal))
                ).all()
                yield row, tuple(one.id for one in found), sum(len(one.pages) for one in found)

    def _let_go(self, scan: Scan, took: Took, stand: Stand) -> None:
        self._releasing.let_go(scan, took, stand)
        self._on_done(_done(scan, took.capture.id, stand, duplicate=took.duplicate))


def _done(scan: Scan | None, number: str, stand: Stand, *, duplicate: bool = False) -> Done:
    return Done(scan, number, stand.state, duplicate, stand.error, stand.documents, pages=stand.pages)
