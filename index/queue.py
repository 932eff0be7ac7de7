"""The queue of captures that wait for a worker: procrastinate's jobs, in the documents' own PostgreSQL.

It is a projection of the journal. A job is written in the transaction that journals its capture as sealed, and
``mend`` writes those that lack, takes back those whose worker is gone, and sets aside what keeps failing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import psycopg
from sqlalchemy import bindparam, text
from sqlalchemy.engine import Connection
from sqlmodel import Session

from index import journal, tsvector
from index.engine import Index
from index.errors import NoSuchThing
from index.journal import State

SCHEMA: Final = tsvector.QUEUE
QUEUE: Final = "reading"
TASK: Final = "read"
BULK: Final = 0
URGENT: Final = 100
"""Priorities: what came in by a drop folder, and what a person waits for."""
STALLED_SECONDS: Final = 30.0
"""A worker that gave no sign of life for so long is taken for dead, unless the settings say otherwise."""
LOST_SECONDS: Final = 60
ATTEMPT_SECONDS: Final = 600
"""How long a capture without a job may be in somebody's hands: just sealed, or just tried by another command."""
LONGEST_WAIT_SECONDS: Final = 60
"""How long a capture waits at most that was in the hands of several workers that died."""
_LOCK: Final = 0x6A7571756575  # “juqueu” in ASCII: one sweep at a time


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the queue stands: jobs that wait, those in a worker's hands, workers alive, age of the oldest in seconds."""

    waiting: int
    reading: int
    failing: int
    """Jobs that wait for another try after one that failed."""
    workers: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Mended:
    """What a sweep put right: jobs taken back from workers, jobs that lacked, captures set aside."""

    taken_back: int = 0
    written: int = 0
    set_aside: int = 0

    def __bool__(self) -> bool:
        return bool(self.taken_back or self.written or self.set_aside)


def make(index: Index) -> None:
    """Make the queue where there is none; an index on SQLite has none, and needs none.

    Raises:
        IndexStuck, IndexUnopened: it cannot be made.
    """
    if index.engine.dialect.name != "postgresql":
        return
    with index.write() as session:
        if not is_laid(session):
            _lay(session.connection())


def is_laid(session: Session) -> bool:
    """Tell whether there is a queue; a watcher or worker makes it when it starts."""
    return session.scalar(text("SELECT to_regclass(:name)"), {"name": f"{SCHEMA}.procrastinate_jobs"}) is not None


def enqueue(session: Session, capture: str, *, priority: int = BULK) -> None:
    """Have a capture read by whichever worker is free, once; joins the session's transaction.

    One that waits already is moved forward where the new priority is higher.
    """
    session.execute(_FORWARD, {"capture": capture, "priority": priority})
    session.execute(_DEFER, {"queue": QUEUE, "task": TASK, "capture": capture, "priority": priority})


def waiting(session: Session, now: datetime, *, stalled_seconds: float = STALLED_SECONDS) -> Waiting:
    """Return how the queue stands."""
    counted = session.execute(_COUNT, {"stalled": stalled_seconds}).one()
    oldest = session.execute(_OLDEST).scalar()
    age = (now - oldest).total_seconds() if oldest is not None else 0.0
    return Waiting(
        int(counted.waiting), int(counted.reading), int(counted.failing), int(counted.workers), max(age, 0.0)
    )


def held_by(session: Session, worker: int) -> set[int]:
    """Return the numbers of the jobs that a worker has in hand, as the queue has it."""
    held = text("SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = :worker")
    return set(session.execute(held, {"worker": worker}).scalars())


def mend(
    session: Session, now: datetime, *, dropped: Collection[int] = (), stalled_seconds: float = STALLED_SECONDS
) -> Mended | None:
    """Put the queue right against the journal; None while another sweep does.

    Taken back are jobs of workers that gave no sign of life, and the ``dropped`` ones of a worker that lives but no
    longer has them in hand. A capture between its seal and its place without any job gets one. What failed for a cause
    that cannot pass is set aside, where people see it.
    """
    if not session.execute(text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")).scalar():
        return None
    facts = {"dropped": list(dropped) or [-1], "stalled": stalled_seconds, "longest": LONGEST_WAIT_SECONDS}
    taken_back = len(session.execute(_TAKE_BACK, facts).all())
    session.execute(_FORGET_WORKERS, {"stalled": stalled_seconds})
    set_aside = 0
    for job, capture, attempts in session.execute(_FAILED).all():
        session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :job"), {"job": job})
        if _set_aside(session, capture, attempts):
            set_aside += 1
    lost = session.execute(
        _LOST,
        {
            "sealed": now - timedelta(seconds=LOST_SECONDS),
            "tried": now - timedelta(seconds=ATTEMPT_SECONDS),
            "states": [State.SEALED.value, State.READ.value],
        },
    )
    captures = list(lost.scalars())
    for capture in captures:
        enqueue(session, capture)
    return Mended(taken_back, len(captures), set_aside)


def _lay(connection: Connection) -> None:
    # The library takes a while to load; only workers, and who makes the queue, wait for it.
    from procrastinate import App, PsycopgConnector  # noqa: PLC0415

    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(type(driver))
    laid = App(connector=PsycopgConnector()).schema_manager.get_schema()
    driver.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}".encode())
    driver.execute(f"SET LOCAL search_path = {SCHEMA}".encode())
    driver.execute(laid.encode())
    driver.execute(f"SET LOCAL search_path = {tsvector.MAIN}, {SCHEMA}".encode())


def _set_aside(session: Session, capture: str, attempts: int) -> bool:
    try:
        row = journal.find(session, capture)
    except NoSuchThing:
        return False  # destroyed meanwhile
    if row.state not in (State.SEALED, State.READ):
        return False
    journal.quarantine(session, capture, error="ingest.keeps-failing", facts={"attempts": attempts})
    return True


_FORWARD: Final = text(
    "UPDATE procrastinate_jobs SET priority = :priority "
    "WHERE queueing_lock = :capture AND status = 'todo' AND priority < :priority"
)
_DEFER: Final = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(CAST(:queue AS varchar), CAST(:task AS varchar), "
    "CAST(:priority AS integer), NULL, CAST(:capture AS text), jsonb_build_object('capture', CAST(:capture AS text)), "
    "NULL)::procrastinate_job_to_defer_v1]) "
    "WHERE NOT EXISTS "
    "(SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :capture AND status IN ('todo', 'doing'))"
)
_COUNT: Final = text(
    "SELECT count(*) FILTER (WHERE status = 'todo') AS waiting, count(*) FILTER (WHERE status = 'doing') AS reading, "
    "count(*) FILTER (WHERE status = 'todo' AND attempts > 0) AS failing, "
    "(SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :stalled)) "
    "AS workers FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
)
_OLDEST: Final = text("SELECT min(sealed) FROM capture WHERE state IN ('sealed', 'read')")
_TAKE_BACK: Final = text(
    # The first time at once; one that was in the hands of several that died waits, so that whatever takes workers with
    # it takes fewer, and what lay beside it in their hands gets out of its way.
    "SELECT procrastinate_retry_job_v2(job.id, now() + make_interval(secs => "
    "CASE WHEN capture.attempts > 1 THEN least(:longest, power(2, least(capture.attempts, 9))) ELSE 0 END), "
    "NULL, NULL, NULL) "
    "FROM procrastinate_jobs job LEFT JOIN capture ON capture.id = job.args->>'capture' "
    "LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id WHERE job.status = 'doing' AND "
    "(worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :stalled) OR job.id IN :dropped)"
).bindparams(bindparam("dropped", expanding=True))
_FORGET_WORKERS: Final = text(
    "DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => :stalled)"
)
_FAILED: Final = text(
    "SELECT id, args->>'capture', attempts FROM procrastinate_jobs WHERE status IN ('failed', 'aborted', 'cancelled')"
)
_LOST: Final = text(
    "SELECT id FROM capture WHERE state IN :states AND (next_retry IS NULL OR next_retry < :tried) "
    "AND coalesce(sealed, claimed) < :sealed AND NOT EXISTS "
    "(SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = capture.id AND status IN ('todo', 'doing')) "
    "ORDER BY claimed LIMIT 1000"
).bindparams(bindparam("states", expanding=True))
