"""Figures of an archive and of this worker, as Prometheus text on the machine's own loopback: counts, no names."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from desk.archive import Archive
from dossier.errors import ExitCode, JuanzongError
from index import journal, queue
from index.journal import State
from index.queue import Mended, Waiting
from ingest.pipeline import Done

LOOPBACK = "127.0.0.1"


class PortTaken(JuanzongError):
    """Another program listens where the metrics were to be served."""

    exit_code = ExitCode.USAGE
    wording = "desk.port-taken"


class _Stands(Collector):
    """How the whole archive stands, asked of the database whenever somebody looks."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; while the database is away, only that it is."""
        up = GaugeMetricFamily("juanzong_database_up", "Whether the database answers.")
        try:
            with self._archive.index.read() as session:
                tally = journal.tally(session)
                stands = queue.waiting(
                    session, datetime.now(UTC), stalled_seconds=self._archive.settings.queue.stalled_seconds
                )
        except JuanzongError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        captures = GaugeMetricFamily("juanzong_captures", "Captures by state.", labels=["state"])
        for state in State:
            captures.add_metric([state.value], tally[state])
        yield captures
        yield from _queue(stands)


def _queue(stands: Waiting) -> Iterator[Metric]:
    told = (
        ("juanzong_queue_waiting", "Captures that wait for a worker.", stands.waiting),
        ("juanzong_queue_reading", "Captures in a worker's hands.", stands.reading),
        ("juanzong_queue_failing", "Captures that wait for another try after one that failed.", stands.failing),
        ("juanzong_queue_oldest_seconds", "Since when the oldest unread capture waits.", stands.oldest_seconds),
        ("juanzong_workers", "Workers that gave a sign of life lately.", stands.workers),
    )
    for name, what, value in told:
        yield GaugeMetricFamily(name, what, value=value)


class Counts:
    """What this worker did since it began."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._read = Counter("juanzong_read", "Captures read, by what became of them.", ["state"], registry=registry)
        self._pages = Counter("juanzong_pages", "Pages read.", registry=registry)
        self._seconds = Histogram(
            "juanzong_read_seconds",
            "How long reading a capture took.",
            buckets=(0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
            registry=registry,
        )
        self._failures = Counter("juanzong_failures", "Tries that failed, by why.", ["reason"], registry=registry)
        self._mended = Counter("juanzong_mended", "Jobs that sweeps put right, by how.", ["how"], registry=registry)

    def done(self, one: Done) -> None:
        """Count a capture that is done."""
        self._read.labels(one.state.value).inc()
        self._pages.inc(one.pages)
        self._seconds.observe(one.seconds)

    def trouble(self, fault: BaseException) -> None:
        """Count a try that failed."""
        self._failures.labels(fault.wording if isinstance(fault, JuanzongError) else type(fault).__name__).inc()

    def mended(self, mended: Mended) -> None:
        """Count what a sweep put right."""
        for how in ("taken_back", "written", "set_aside"):
            self._mended.labels(how).inc(getattr(mended, how))


@contextmanager
def serving(archive: Archive, port: int | None) -> Iterator[Counts]:
    """Serve the figures at a port of the loopback in the block, or with None to nobody.

    Raises:
        PortTaken
    """
    registry = CollectorRegistry()
    counts = Counts(registry)
    if port is None:
        yield counts
        return
    registry.register(_Stands(archive))
    try:
        server, thread = start_http_server(port, addr=LOOPBACK, registry=registry)
    except OSError as fault:
        raise PortTaken(port=port, fault=fault.strerror) from fault
    try:
        yield counts
    finally:
        server.shutdown()
        server.server_close()
        if thread is not threading.current_thread():
            thread.join()
