"""Take scans in: from the drop folders, or named one by one."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from desk.archive import Archive
from desk.in_force import InForce
from desk.loans import Sweeping
from desk.opening import watch_policies
from desk.pulse import Counting, Pulse
from desk.reading import settings_for
from desk.retrieval import NoSuchDocument, capture_by
from desk.rights import Refused, needs, sight
from desk.taken import Taken, of_capture, of_scan
from dossier.errors import DocumentFailed, ExitCode, JuanzongError
from dossier.filing import Shelf
from dossier.rights import Deed, Duty
from index import journal, queue
from ingest import guards, source
from ingest import watch as watching
from ingest.handing import Handing
from ingest.journey import Journey
from ingest.named import named_scan
from ingest.pipeline import Done, Pipeline
from ingest.received import Received
from ingest.releasing import Releasing
from ingest.scan import Scan, ScanGone, shown
from ingest.settle import SettleSettings
from ingest.source import ReleasePolicy
from ingest.taking import Taking
from ingest.watch import Notice, Said, WatchSettings
from ocr.reader import Reader, cores
from vault.keys import public_keys

Tick = Callable[[int, int, str], None]
Journeys = Callable[[Taking, Reader, Sequence[Shelf]], Journey]
"""Makes what carries captures to their dossiers; another than the usual one where only the taking is measured."""


class NoDropFolder(JuanzongError):
    """Nothing was named and the settings name no drop folder."""

    exit_code = ExitCode.USAGE
    wording = "desk.no-drop-folder"


@needs(Duty.INTAKE)
def ingest(archive: Archive, files: Sequence[Path], *, tick: Tick) -> list[Taken]:
    """Take the named files over; they stay where they are. Each ends in a stated state; none stops the others.

    Raises:
        VaultFailed: nothing can be kept now; files not yet taken are untouched.
    """
    done, refused = list[Done](), list[Taken]()
    heard = _Collecting(done, lambda count: tick(count + len(refused), max(len(files), count), ""))
    with _running(archive, _Ears(on_done=heard), priority=queue.URGENT) as pipeline:
        for path in files:
            try:
                pipeline.take(named_scan(path, quiet_seconds=archive.settings.intake.quiet_seconds))
            except ScanGone:
                facts = {"file": shown(str(path))}
                refused.append(Taken("", shown(path.name), "", "quarantined", error="desk.file-not-there", facts=facts))
            except DocumentFailed as failed:
                facts = {name: str(value) for name, value in failed.facts.items()}
                refused.append(Taken("", shown(path.name), "", "quarantined", error=failed.wording, facts=facts))
    return [*taken(archive, done), *refused]


@needs(Duty.INTAKE)
def watch_once(
    archive: Archive,
    folders: Sequence[Path],
    *,
    stop: threading.Event,
    tick: Tick,
    on_notice: Callable[[Notice], None] = lambda _: None,
    polling: bool = False,
) -> list[Taken]:
    """Take everything that now lies in the drop folders, read and file it, and return what became of each.

    Raises:
        NoDropFolder, ingest.DropRefused: the folders cannot be used.
        VaultFailed: nothing can be kept now; scans stay where they are.
    """
    places = checked_folders(archive, folders)
    _prune(archive, places)
    done, given = list[Done](), list[Scan]()
    heard = _Collecting(done, lambda count: tick(count, max(len(given), count), ""))
    with _running(archive, _Ears(heard, on_notice), stop=stop) as pipeline:
        pipeline.resume()
        for took in _received(pipeline, on_notice).tend(lambda: True, whole=True):
            pipeline.go_on(took)

        def take(scan: Scan) -> None:
            pipeline.take(scan)
            given.append(scan)
            tick(len(done), len(given), "")

        settings = WatchSettings(SettleSettings.for_one_pass(), polling=polling, heartbeat=archive.home.heartbeat)
        tend = lambda _: pipeline.tend()  # noqa: E731
        watching.watch(
            places, settings, take, stop, once=True, notice=on_notice, each_round=tend, ready=pipeline.has_room
        )
        pipeline.wait()
    return taken(archive, done)


@needs(Duty.INTAKE)
def watch(
    archive: Archive,
    folders: Sequence[Path],
    *,
    stop: threading.Event,
    on_done: Callable[[Done], None],
    on_notice: Callable[[Notice], None],
    on_pulse: Callable[[Pulse], None] = lambda _: None,
    polling: bool = False,
    journeys: Journeys = Journey,
) -> None:
    """Watch the drop folders until ``stop`` is set; ``on_done`` hears of every scan that is done.

    ``on_notice`` hears what the watcher has to say of folders and of scans it cannot take, ``on_pulse`` how it is
    doing, about twice a second.

    Raises:
        NoDropFolder, ingest.DropRefused: the folders cannot be used.
    """
    places = checked_folders(archive, folders)
    _prune(archive, places)
    intake = archive.settings.intake
    settle = SettleSettings(quiet_seconds=intake.quiet_seconds, patience_seconds=intake.patience_seconds)
    settings = WatchSettings(settle, polling=polling, heartbeat=archive.home.heartbeat)
    counting, pruning, sweeping = Counting(), _Pruning(archive, places), Sweeping(archive)
    in_force = InForce(archive, lambda fault: on_notice(Notice(Said.UNFIT, archive.home.settings_file, fault)))

    def heard(one: Done) -> None:
        counting.add(one)
        on_done(one)

    ears = _Ears(heard, on_notice)
    with _running(archive, ears, stop=stop, lasting=True, shelves=in_force.shelves, journeys=journeys) as pipeline:
        pipeline.resume()
        received = _received(pipeline, on_notice)

        def each_round(waiting: int) -> None:
            pipeline.tend()
            for took in received.tend(pipeline.has_room):
                pipeline.go_on(took)
            if in_force.taken_up():
                watch_policies(in_force.archive)
                on_notice(Notice(Said.RENEWED, archive.home.settings_file))
            pruning()
            sweeping()
            on_pulse(counting.pulse(waiting=waiting, reading=pipeline.in_hand))

        watching.watch(
            places, settings, pipeline.take, stop, notice=on_notice, each_round=each_round, ready=pipeline.has_room
        )


@needs(Duty.INTAKE)
def unlock(archive: Archive, number: str, password: str) -> Taken:
    """Read a locked capture with its password, or one that was set aside once more, and file it.

    Raises:
        NoSuchDocument, Ambiguous: there is no such capture.
        index.IllegalTransition: it is neither locked nor set aside.
    """
    with archive.index.write() as session:
        capture = capture_by(session, number)
        if not sight(archive, session, Deed.CHANGE).holds(None, capture.level):
            raise Refused(Duty.INTAKE, archive.who, number, instead=NoSuchDocument(document=number))
        journal.reopen(session, capture.id)
    with Reader(settings_for(archive, 1)) as reader:
        journey = Journey(taking_for(archive), reader, archive.shelves)
        waiting = list(journey.go_on(capture.id, password=password or None).members)
        while waiting:
            waiting.extend(journey.go_on(waiting.pop()).members)
    with archive.index.read() as session:
        return of_capture(session, capture.id)


@needs(Duty.INTAKE)
def drop_folders(archive: Archive, folders: Sequence[Path]) -> list[Path]:
    """Return the folders to watch: those named, else those of the settings.

    Raises:
        NoDropFolder: there is none.
    """
    chosen = list(folders) or [Path(folder).expanduser() for folder in archive.settings.intake.drop]
    if not chosen:
        raise NoDropFolder(file=archive.home.settings_file)
    return [folder.absolute() for folder in chosen]


@needs(Duty.INTAKE)
def watched(archive: Archive, folders: Sequence[Path]) -> list[Path]:
    """Return the folders to watch, which may be none where scanner PCs send what they seal.

    Raises:
        NoDropFolder: there is none, and no scanner PC is enrolled either.
    """
    stations = public_keys(archive.home.path).stations
    if not folders and not archive.settings.intake.drop and any(not one.desk and not one.revoked for one in stations):
        return []
    return drop_folders(archive, folders)


@needs(Duty.INTAKE)
def checked_folders(archive: Archive, folders: Sequence[Path]) -> list[Path]:
    """Return the drop folders after the guards passed them.

    Raises:
        NoDropFolder, ingest.DropRefused: there is none, or one cannot be used.
    """
    return list(guards.check(watched(archive, folders), archive.home.path, memory=archive.home.mounts))


def _prune(archive: Archive, places: Sequence[Path]) -> None:
    """Remove what lay in ``done/`` for longer than the settings say."""
    for place in places:
        source.prune(place, archive.settings.intake.keep_done_days, today=date.today())  # noqa: DTZ011


@needs(Duty.INTAKE)
def taken(archive: Archive, done: Sequence[Done]) -> list[Taken]:
    """Return what became of scans, as the index has it now."""
    with archive.index.read() as session:
        return [of_scan(session, one) for one in done]


def _received(pipeline: Pipeline | Handing, on_notice: Callable[[Notice], None]) -> Received:
    """Return what takes over what scanner PCs sent."""
    return Received(pipeline.taking, lambda path, error: on_notice(Notice(Said.DEFERRED, path, error)))


class _Collecting:
    """Collects what is done, from many threads, and tells how much that is."""

    def __init__(self, done: list[Done], count: Callable[[int], None]) -> None:
        self._done = done
        self._count = count

    def __call__(self, one: Done) -> None:
        self._done.append(one)
        self._count(len(self._done))


class _Pruning:
    """Removes old days from ``done/`` once each new day."""

    def __init__(self, archive: Archive, places: Sequence[Path]) -> None:
        self._archive = archive
        self._places = places
        self._day = date.today()  # noqa: DTZ011

    def __call__(self) -> None:
        today = date.today()  # noqa: DTZ011
        if today != self._day:
            self._day = today
            _prune(self._archive, self._places)


@dataclass(frozen=True, slots=True)
class _Ears:
    """Who hears of scans that are done, and of what keeps others."""

    on_done: Callable[[Done], None]
    on_notice: Callable[[Notice], None] = lambda _: None

    def on_held(self, path: Path, error: OSError | None) -> None:
        """Pass on that a scan whose bytes are safe cannot be moved out of the drop folder now."""
        self.on_notice(Notice(Said.HELD, path, error))


@needs(Duty.INTAKE)
def taking_for(archive: Archive, *, priority: int | None = None) -> Taking:
    """Return what takes scans over; with a ``priority`` it queues each for the workers."""
    reserve = archive.settings.intake.reserve_mib * 1024**2
    enqueue = None if priority is None else partial(queue.enqueue, priority=priority)
    return Taking(archive.index, archive.vault, archive.keys, archive.home.locks, reserve, enqueue=enqueue)


@contextmanager
def _running(
    archive: Archive,
    ears: _Ears,
    *,
    stop: threading.Event | None = None,
    lasting: bool = False,
    priority: int = queue.BULK,
    shelves: Sequence[Shelf] | None = None,
    journeys: Journeys = Journey,
) -> Iterator[Pipeline | Handing]:
    workers = archive.settings.reading.workers or cores()
    intake, queued = archive.settings.intake, archive.settings.queue
    taking = taking_for(archive, priority=priority if queued.workers else None)
    policy = ReleasePolicy(keep_days=intake.keep_done_days if intake.released == "keep" else 0)
    releasing = Releasing(taking, policy, on_held=ears.on_held)
    if queued.workers:
        queue.make(archive.index)
        handing = Handing(
            taking, releasing, most_waiting=queued.most_waiting, on_done=ears.on_done, stop=stop, lasting=lasting
        )
        with handing.running():
            yield handing
        return
    with Reader(settings_for(archive, workers)) as reader:
        journey = journeys(taking, reader, archive.shelves if shelves is None else shelves)
        # One more than the readers, so that filing one scan does not keep a reader idle.
        pipeline = Pipeline(
            taking, journey, releasing, workers=workers + 1, on_done=ears.on_done, stop=stop, lasting=lasting
        )
        with pipeline.running():
            yield pipeline
