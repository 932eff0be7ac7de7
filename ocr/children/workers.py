"""The pool of engine workers: one process a core, started when there is work for it, replaced when it dies."""

import os
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import ClassVar

from dossier.errors import ExitCode, JuanzongError
from ocr.children.forks import end, kill, start_child
from ocr.children.frames import Frame, FrameFailed, receive, send
from ocr.children.sandbox import scratch_folder
from ocr.engines.models import ModelFailed

MOST_ANSWER_BYTES = 16 << 20


class EngineFailed(JuanzongError):
    """No engine starts on this machine: nothing can be read until that is mended, and no document is at fault."""

    exit_code: ClassVar[ExitCode] = ExitCode.TOOL
    wording: ClassVar[str] = "ocr.engine_failed"


class PageNotRead(Exception):
    """A worker died over a page, or took too long."""


class EngineWorker:
    """One engine process; ``begin`` before it is asked anything."""

    def __init__(self) -> None:
        self._open = ExitStack()
        scratch = self._open.enter_context(scratch_folder())
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = start_child("ocr.engines.worker", theirs, scratch or os.devnull)
        self._begun = False

    def begin(self, within_seconds: float) -> None:
        """Wait until it is ready to read.

        Raises:
            EngineFailed, ModelFailed: it cannot be; it must be closed.
        """
        if self._begun:
            return
        try:
            ready = receive(self._channel, within_seconds=within_seconds, payload_limit=0)
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
        send(self._channel, order)
        return receive(self._channel, within_seconds=within_seconds, payload_limit=MOST_ANSWER_BYTES)

    def stop(self) -> None:
        """Hang up and kill the process, from any thread; whoever waits for its answer gets none, at once."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        kill(self._process)

    def close(self) -> None:
        """End the process."""
        self._channel.close()
        end(self._process, within_seconds=0.2)
        self._open.close()


class WorkerPool:
    """Lends workers to threads."""

    def __init__(self, count: int, start_seconds: float = 120.0) -> None:
        self.count = count
        self._start_seconds = start_seconds
        self._idle: queue.LifoQueue[EngineWorker | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        self._lock = threading.Lock()
        self._closed = False
        self._abandoned = False
        self._at_work: set[EngineWorker] = set()

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
                worker = place[0] = place[0] or EngineWorker()
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

    @contextmanager
    def _lend(self) -> Iterator[list[EngineWorker | None]]:
        place = [self._idle.get()]
        try:
            yield place
        finally:
            self._idle.put(place[0])
