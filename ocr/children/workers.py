"""The pool of engine workers: one process a core, forked when there is work for it, replaced when it dies.

They are forked from a process that has loaded the networks once for all of them.
"""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from dossier.errors import ExitCode, JuanzongError
from ocr.children.forks import Fork, Forks
from ocr.children.frames import Frame, FrameFailed
from ocr.engines.models import ModelFailed

ENGINES: Final = "ocr.engines.worker"
MOST_ANSWER_BYTES: Final = 16 << 20


class EngineFailed(JuanzongError):
    """No engine starts on this machine: nothing can be read until that is mended, and no document is at fault."""

    exit_code: ClassVar[ExitCode] = ExitCode.TOOL
    wording: ClassVar[str] = "ocr.engine_failed"


class PageNotRead(Exception):
    """A worker died over a page, or took too long."""


class EngineWorker:
    """One engine process; ``begin`` before it is asked anything."""

    def __init__(self, fork: Fork) -> None:
        self._fork = fork
        self._begun = False

    def begin(self, within_seconds: float) -> None:
        """Wait until it is ready to read.

        Raises:
            EngineFailed, ModelFailed: it cannot be; it must be closed.
        """
        if self._begun:
            return
        try:
            ready = self._fork.receive(within_seconds, payload_limit=0)
        except FrameFailed as failed:
            raise EngineFailed from failed
        self._begun = ready.word == "ready"
        if not self._begun:
            model = ready.facts.get("model")
            raise ModelFailed(model=model) if model else EngineFailed

    def ask(self, order: Frame, within_seconds: float) -> Frame:
        """Return the worker's answer.

        Raises:
            FrameFailed: it died or took too long; it must be closed.
        """
        self._fork.send(order)
        return self._fork.receive(within_seconds, payload_limit=MOST_ANSWER_BYTES)

    def stop(self) -> None:
        """Hang up and kill the process, from any thread; whoever waits for its answer gets none, at once."""
        self._fork.stop()

    def close(self) -> None:
        """End the process."""
        self._fork.close()


class WorkerPool:
    """Lends workers to threads."""

    def __init__(self, count: int, start_seconds: float = 120.0) -> None:
        self.count = count
        self._start_seconds = start_seconds
        self._idle: queue.LifoQueue[EngineWorker | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        self._forks = Forks(ENGINES)
        self._lock = threading.Lock()
        self._closed = False
        self._abandoned = False
        self._at_work: set[EngineWorker] = set()

    def prepare(self) -> None:
        """Have the networks loaded, if they are not, while whoever will ask still gets the first page ready."""
        with self._lock:
            if not self._closed and not self._abandoned:
                self._forks.prepare()

    def ask(self, order: Frame, within_seconds: float) -> Frame:
        """Have a worker carry out ``order``; one that fails is ended and another takes its place.

        Raises:
            PageNotRead: the worker that tried died or took too long.
            EngineFailed, ModelFailed: none can be started.
        """
        with self._lend() as place:
            with self._lock:
                if self._abandoned:
                    raise PageNotRead
                worker = place[0] = place[0] or self._started()
                self._at_work.add(worker)
            try:
                worker.begin(self._start_seconds)
                return worker.ask(order, within_seconds)
            except (EngineFailed, ModelFailed) as failed:
                place[0] = None
                worker.close()
                if self._abandoned:
                    raise PageNotRead from failed
                raise
            except FrameFailed as failed:
                place[0] = None
                worker.close()
                raise PageNotRead from failed
            finally:
                with self._lock:
                    self._at_work.discard(worker)

    def abandon(self) -> None:
        """End what is being read now, and whatever would come after it, with PageNotRead."""
        with self._lock:
            self._abandoned = True
            for worker in self._at_work:
                worker.stop()

    def close(self) -> None:
        """End all workers; those at work are waited for."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        for _ in range(self.count):
            worker = self._idle.get()
            if worker is not None:
                worker.close()
        self._forks.close()

    def _started(self) -> EngineWorker:
        try:
            return EngineWorker(self._forks.start())
        except OSError as failed:
            raise EngineFailed from failed

    @contextmanager
    def _lend(self) -> Iterator[list[EngineWorker | None]]:
        place = [self._idle.get()]
        try:
            yield place
        finally:
            self._idle.put(place[0])
