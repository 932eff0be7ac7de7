"""Read what waits in the queue: any number of these, on any machines, each of which may die at any time.

A job that fails for a cause that can pass (store or database away) is tried again where it is for a while, so that an
outage does not stir the whole queue up, then goes back into the queue to wait longer each time. A job whose worker is
gone is taken back by the others' sweeps. What keeps failing is set aside, where people see it.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg_pool import PoolClosed, PoolTimeout
from sqlalchemy.exc import DatabaseError

from dossier.errors import JuanzongError, VaultFailed
from index import queue, schema
from index.errors import IndexTooNew, IndexTooOld, NoSuchThing
from index.queue import Mended
from index.reaching import reaching
from ingest.advancing import advance
from ingest.journey import Journey, Overtaken
from ingest.pipeline import FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, PASSING, STOP_SECONDS, Done
from ocr.children.forks import ReadingAbandoned

_LOST_TOUCH: Final = (ConnectorException, psycopg.Error, PoolTimeout, PoolClosed, OSError)
_BEAT_SECONDS: Final = 0.2
_NEVER_SECONDS: Final = 1e9
"""When the library forgets silent workers; the sweeps do, one at a time, and the two would lock each other out."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker works."""

    places: int
    """How many captures it has in hand at once."""
    stalled_seconds: float = queue.STALLED_SECONDS
    """After so long without a sign of life a worker is taken for dead; it gives one six times as often."""
    poll_seconds: float = 2.0
    """How often it looks for jobs by itself, besides being told of them."""
    patience_seconds: float = 30.0
    """How long a job waits in hand for what can pass, before it goes back into the queue."""
    most_attempts: int = 3
    """After so many faults of the program itself a capture is set aside."""
    longest_pause_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """Who hears of what a worker does: captures done, troubles, and what its sweeps put right."""

    on_done: Callable[[Done], None] = lambda _: None
    on_trouble: Callable[[BaseException, str], None] = lambda _fault, _capture: None
    """Given the fault and the capture it happened to; an empty one for the worker as a whole."""
    on_mended: Callable[[Mended], None] = lambda _: None


class Worker:
    """Reads what waits in the queue of the database at ``address`` until ``stop`` is set."""

    def __init__(
        self, journey: Journey, address: str, settings: WorkerSettings, stop: threading.Event, heard: Heard
    ) -> None:
        self._journey = journey
        self._address = address
        self._settings = settings
        self._stop = stop
        self._heard = heard
        self._lock = threading.Lock()
        self._hands: set[int] = set()
        self._seen_dropped: set[int] = set()
        self._number: int | None = None
        self._outdated: IndexTooNew | IndexTooOld | None = None

    @property
    def in_hand(self) -> int:
        """How many captures are being read."""
        return len(self._hands)

    def run(self) -> None:
        """Work until asked to stop; then give what is being read a moment, and back to the queue what is left.

        Raises:
            IndexTooNew, IndexTooOld: the tables were changed meanwhile; what it had in hand is in the queue again.
        """
        asyncio.run(self._run())
        if self._outdated is not None:
            raise self._outdated

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._settings.places + 4, thread_name_prefix="worker"))
        loop.set_exception_handler(lambda _, context: self._trouble(context.get("exception")))
        pause = FIRST_RETRY_SECONDS
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                await self._serve()
            except _LOST_TOUCH as fault:
                self._trouble(fault)
            if time.monotonic() - began > self._settings.longest_pause_seconds:
                pause = FIRST_RETRY_SECONDS
            await self._asked_to_stop(pause)
            pause = min(pause * 2, LONGEST_RETRY_SECONDS)

    async def _serve(self) -> None:
        """Work as long as the database is there."""
        app = self._app()
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[queue.QUEUE],
                    concurrency=self._settings.places,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    fetch_job_polling_interval=self._settings.poll_seconds,
                    update_heartbeat_interval=self._settings.stalled_seconds / 6,
                    stalled_worker_timeout=_NEVER_SECONDS,
                )
            )
            sweeping = asyncio.create_task(self._sweeping())
            asked = asyncio.create_task(self._asked_to_stop())
            try:
                await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    await self._wind_up(working)
                else:
                    await working
            finally:
                for task in (sweeping, asked):
                    task.cancel()
                await asyncio.gather(sweeping, asked, return_exceptions=True)

    async def _wind_up(self, working: "asyncio.Task[None]") -> None:
        """Take no more; what is not done in a moment is given up, to be read again by another worker."""
        working.cancel()  # which procrastinate takes as a wish to end well: it waits for what runs
        with suppress(asyncio.TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(working), STOP_SECONDS)
        if not working.done():
            self._journey.reader.abandon()
        with suppress(asyncio.CancelledError):
            await working

    async def _asked_to_stop(self, seconds: float | None = None) -> None:
        until = None if seconds is None else time.monotonic() + seconds
        while not self._stop.is_set() and (until is None or time.monotonic() < until):
            await asyncio.sleep(_BEAT_SECONDS)

    def _app(self) -> App:
        address = reaching(self._address, application="juanzong-worker", search_path=queue.SCHEMA)
        app = App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=3, timeout=15))
        again = _Again(self._settings.most_attempts)
        app.task(name=queue.TASK, queue=queue.QUEUE, pass_context=True, retry=again)(self._read)
        return app

    def _read(self, context: JobContext, capture: str) -> None:
        """Carry one capture to its end; called by procrastinate in a thread."""
        self._number = context.job.worker_id
        with self._holding(context.job.id):
            try:
                done = self._carry(capture)
            except (Overtaken, NoSuchThing) as passed:
                self._trouble(passed, capture)  # somebody else's now, or destroyed meanwhile
                return
            except ReadingAbandoned:
                raise
            except BaseException as fault:
                if not isinstance(fault, PASSING) and self._is_outdated():
                    with suppress(JuanzongError, DatabaseError):
                        self._journey.uncount(capture)
                    raise IndexTooNew from fault
                self._trouble(fault, capture)
                raise
            self._heard.on_done(done)

    def _carry(self, capture: str) -> Done:
        pause, began = FIRST_RETRY_SECONDS, time.monotonic()
        while True:
            try:
                stand = advance(self._journey, capture)
            except PASSING as fault:
                with suppress(VaultFailed):
                    self._journey.uncount(capture)
                if time.monotonic() - began > self._settings.patience_seconds or self._stop.is_set():
                    raise
                self._trouble(fault, capture)
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_RETRY_SECONDS)
            else:
                return Done(None, capture, stand.state, False, stand.error, stand.documents, stand.pages, stand.seconds)

    def _is_outdated(self) -> bool:
        """Tell whether the tables were changed while this worker runs, and stop if so: its program no longer fits."""
        try:
            with suppress(VaultFailed), self._journey.taking.index.read() as session:
                schema.check(session.connection())
        except (IndexTooNew, IndexTooOld) as changed:
            if self._outdated is None:
                self._trouble(changed)
            self._outdated = changed
            self._stop.set()
        return self._outdated is not None

    @contextmanager
    def _holding(self, job: int | None) -> Iterator[None]:
        number = -1 if job is None else job
        with self._lock:
            self._hands.add(number)
        try:
            yield
        finally:
            with self._lock:
                self._hands.discard(number)

    async def _sweeping(self) -> None:
        while True:
            with suppress(VaultFailed):
                await asyncio.to_thread(self._sweep)
            await asyncio.sleep(self._settings.stalled_seconds / 3)

    def _sweep(self) -> None:
        """Put the queue right: also what this worker no longer has in hand, as it could not say that it was done."""
        if self._is_outdated():
            return
        index, now = self._journey.taking.index, self._journey.taking.clock()
        with index.read() as session:
            mine = queue.held_by(session, self._number) if self._number is not None else set()
        with self._lock:
            missing = mine - self._hands
        dropped, self._seen_dropped = missing & self._seen_dropped, missing
        with index.write() as session:
            mended = queue.mend(session, now, dropped=dropped, stalled_seconds=self._settings.stalled_seconds)
        if mended:
            self._heard.on_mended(mended)

    def _trouble(self, fault: BaseException | None, capture: str = "") -> None:
        if fault is not None:
            self._heard.on_trouble(fault, capture)


class _Again(BaseRetryStrategy):
    """Whether and when a job is tried again."""

    def __init__(self, most: int) -> None:
        self._most = most

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when: at once what a stop gave up, soon what can pass, a few times what is a fault of ours."""
        if isinstance(exception, (ReadingAbandoned, IndexTooNew)):
            return RetryDecision()
        wait = min(FIRST_RETRY_SECONDS * 2 ** min(job.attempts, 8), LONGEST_RETRY_SECONDS)
        if isinstance(exception, PASSING) or job.attempts + 1 < self._most:
            return RetryDecision(retry_in={"seconds": int(wait)})
        return None
