"""Work off the queue: what `juanzong worker` does with an archive, on this machine or on any other."""

import threading
from typing import Final

from desk.archive import Archive
from desk.capture import taking_for
from desk.in_force import InForce
from desk.metrics import Counts, serving
from desk.reading import settings_for
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from index import queue
from index.queue import Mended
from ingest.journey import Journey
from ingest.pipeline import Done
from ingest.worker import Heard, Worker, WorkerSettings
from ocr.reader import Reader, cores

MOST_DEATHS: Final = 10
"""After how many workers that died with it in hand a capture is set aside; machines die for causes of their own, and
take along whatever they have in hand."""


class NoQueue(JuanzongError):
    """A worker was started for an archive whose watcher reads by itself."""

    exit_code = ExitCode.USAGE
    wording = "desk.no-queue"


@needs(Duty.INTAKE)
def work(
    archive: Archive, *, stop: threading.Event, heard: Heard, places: int | None = None, metrics: int | None = None
) -> None:
    """Read what waits in the queue until ``stop`` is set; ``places`` captures at once, by default one for each core.

    With ``metrics``, figures are served at that port of the loopback.

    Raises:
        PortTaken: another program listens there.
        NoQueue: the settings say that the watcher reads.
        index.IndexStuck: the queue cannot be made now.
    """
    if not archive.settings.queue.workers:
        raise NoQueue(file=archive.home.settings_file)
    queue.make(archive.index)
    readers = places or archive.settings.reading.workers or cores()
    taking = taking_for(archive, priority=queue.BULK)
    with Reader(settings_for(archive, readers)) as reader:
        journey = Journey(taking, reader, InForce(archive).shelves, MOST_DEATHS)
        # One more than the readers, so that filing one capture does not keep a reader idle.
        settings = WorkerSettings(readers + 1, stalled_seconds=archive.settings.queue.stalled_seconds)
        with serving(archive, metrics) as counts:
            counted = _counted(heard, counts)
            Worker(journey, archive.settings.database, settings, stop, counted).run()


def _counted(heard: Heard, counts: Counts) -> Heard:
    """Return who hears of what a worker does, with the figures hearing it too."""

    def done(one: Done) -> None:
        counts.done(one)
        heard.on_done(one)

    def trouble(fault: BaseException, capture: str) -> None:
        counts.trouble(fault)
        heard.on_trouble(fault, capture)

    def mended(mended: Mended) -> None:
        counts.mended(mended)
        heard.on_mended(mended)

    return Heard(done, trouble, mended)
