"""The queue on a real PostgreSQL: one transaction with the journal, people first, and put right against the journal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from dossier.errors import VaultFailed
from index import journal, queue
from index.engine import Index
from index.errors import IndexBusy
from index.postgres import create
from index.tables import Capture
from tests.servers.postgres import Postgres
from vault.shelfkey import ShelfKey

NOW = datetime.now(UTC)


@pytest.fixture
def index(postgres: Postgres) -> Iterator[Index]:
    """An index with a queue."""
    made = create(postgres.database(), {"ordinary": ShelfKey(bytes(32))})
    queue.make(made)
    queue.make(made)
    yield made
    made.close()


def sealed(session: Session, number: str, *, ago: float = 3600) -> None:
    """Add a capture that was sealed a while ago."""
    at = NOW - timedelta(seconds=ago)
    session.add(
        Capture(
            id=number, digest=number, name="n", size=1, format="pdf", sha256="s", state="sealed", claimed=at, sealed=at
        )
    )
    session.flush()


def fetched(session: Session, worker: int) -> str | None:
    """Have a worker fetch a job, as procrastinate does; return its capture."""
    found = session.execute(
        text("SELECT args->>'capture' FROM procrastinate_fetch_job_v2(ARRAY['reading']::varchar[], :w)"), {"w": worker}
    ).scalar()
    return None if found is None else str(found)


def worker(session: Session) -> int:
    """Register a worker."""
    return int(session.execute(text("SELECT worker_id FROM procrastinate_register_worker_v1()")).scalar_one())


def test_a_job_is_there_when_its_capture_is(index: Index) -> None:
    """What rolls a capture back rolls its job back; queued twice is queued once."""
    with index.write() as session:
        sealed(session, "a")
        queue.enqueue(session, "a")
        session.rollback()
    with index.write() as session:
        assert queue.waiting(session, NOW) == queue.Waiting(0, 0, 0, 0, 0.0)
        sealed(session, "b")
        queue.enqueue(session, "b")
        queue.enqueue(session, "b")
        assert queue.waiting(session, NOW) == queue.Waiting(1, 0, 0, 0, 3600.0)


def test_what_a_person_waits_for_goes_first(index: Index) -> None:
    """Bulk in the order it came, people before it; a capture that waits already moves forward."""
    with index.write() as session:
        for number in ("one", "two", "three"):
            sealed(session, number)
            queue.enqueue(session, number)
        queue.enqueue(session, "three", priority=queue.URGENT)
        here = worker(session)
        assert [fetched(session, here) for _ in range(4)] == ["three", "one", "two", None]
        queue.enqueue(session, "one")
        assert queue.waiting(session, NOW).waiting == 0, "what is in somebody's hands is not queued again"


def test_jobs_of_dead_workers_are_taken_back(index: Index) -> None:
    """Only theirs; and those that a living worker no longer has in hand."""
    with index.write() as session:
        for number in ("one", "two", "three"):
            sealed(session, number)
            queue.enqueue(session, number)
        dead, alive = worker(session), worker(session)
        fetched(session, dead)
        fetched(session, alive)
        fetched(session, alive)
        session.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour' WHERE id = :w"),
            {"w": dead},
        )
        assert queue.mend(session, NOW) == queue.Mended(taken_back=1)
        held = sorted(queue.held_by(session, alive))
        assert len(held) == 2
        assert queue.mend(session, NOW, dropped=held[:1]) == queue.Mended(taken_back=1)
        assert queue.mend(session, NOW) == queue.Mended()
        stands = queue.waiting(session, NOW)
        assert (stands.waiting, stands.reading, stands.failing, stands.workers) == (2, 1, 2, 1)


def test_what_was_in_several_dead_hands_waits_longer_each_time(index: Index) -> None:
    """Taken back from one that died a capture goes on at once; the next time others go first, and it waits a while."""
    waits = []
    for attempts in (1, 2, 3, 40):
        with index.write() as session:
            sealed(session, f"tried {attempts}")
            queue.enqueue(session, f"tried {attempts}")
            session.get_one(Capture, f"tried {attempts}").attempts = attempts
            session.flush()
            fetched(session, worker(session))
            session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"))
            queue.mend(session, NOW)
            due = (
                "SELECT extract(epoch FROM scheduled_at - now()) FROM procrastinate_jobs WHERE queueing_lock = :capture"
            )
            waits.append(round(float(session.execute(text(due), {"capture": f"tried {attempts}"}).scalar_one())))
            session.execute(text("DELETE FROM procrastinate_jobs"))
    assert waits == [0, 4, 8, 60]


def test_the_queue_is_made_again_from_the_journal(index: Index) -> None:
    """With the whole queue gone, every capture between seal and place is queued again, and nothing else."""
    with index.write() as session:
        for number in ("one", "two", "done", "fresh"):
            sealed(session, number, ago=1 if number == "fresh" else 3600)
            queue.enqueue(session, number)
        journal.read(session, "done", reading="r", at=NOW)
        journal.filed(session, "done", at=NOW)
        session.execute(text(f"DROP SCHEMA {queue.SCHEMA} CASCADE"))
    queue.make(index)
    with index.write() as session:
        assert queue.mend(session, NOW) == queue.Mended(written=2)
        here = worker(session)
        assert {fetched(session, here) for _ in range(3)} == {"one", "two", None}


def test_what_keeps_failing_is_set_aside(index: Index) -> None:
    """A job that ended in a fault of the program leaves the queue; its capture stands where people see it, with why."""
    with index.write() as session:
        sealed(session, "one")
        queue.enqueue(session, "one")
        fetched(session, worker(session))
        session.execute(text("UPDATE procrastinate_jobs SET status = 'failed', attempts = 3"))
        assert queue.mend(session, NOW) == queue.Mended(set_aside=1)
        row = journal.find(session, "one")
        assert (row.state, row.error, row.error_facts) == ("quarantined", "ingest.keeps-failing", {"attempts": 3})
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar() == 0


def test_a_name_is_held_by_one_at_a_time(index: Index) -> None:
    """Whoever comes second to the same bytes waits, over all machines; a failure lets go of it."""
    tried = text("SELECT pg_try_advisory_lock(hashtextextended('bytes', 0))")
    with index.engine.connect() as other:
        with index.only("bytes"), index.only("more"):
            assert other.execute(tried).scalar() is False
        with pytest.raises(ZeroDivisionError), index.only("bytes"):
            raise ZeroDivisionError
        assert other.execute(tried).scalar() is True


def test_a_busy_database_is_waited_for() -> None:
    """That others kept the lock for long is a cause that passes: watcher and workers try again instead of ending."""
    assert issubclass(IndexBusy, VaultFailed)
