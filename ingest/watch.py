"""Watch drop folders: hear of changes, rescan always, and give each settled scan to whoever takes it over."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from dossier.errors import DocumentFailed, VaultFailed
from ingest.events import Events
from ingest.guards import is_present, mark
from ingest.heartbeat import Heartbeat
from ingest.mounts import is_local
from ingest.scan import Scan, ScanGone, ScanRefused
from ingest.settle import SettleSettings, Stuck
from ingest.source import recover
from ingest.waiting import WaitingRoom
from ingest.walking import Found, walk

BEAT_SECONDS = 0.5
"""The longest sleep: how soon a request to stop is seen."""
BATCH_SECONDS = 0.1
"""After a wake-up, the time in which further events are gathered."""


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How drop folders are watched."""

    settle: SettleSettings = field(default_factory=SettleSettings)
    rescan_seconds: float = 60.0
    """Between whole rescans of a folder that also reports its changes."""
    poll_seconds: float = 5.0
    """Between rescans of a folder that does not: network mounts, FUSE, overlays, or on request."""
    polling: bool = False
    """Whether to rely on rescans alone everywhere."""
    heartbeat: Path | None = None
    heartbeat_seconds: float = 10.0
    first_pause_seconds: float = 2.0
    longest_pause_seconds: float = 60.0
    """How long taking rests when the vault fails; twice as long each time, up to the longest."""


class Said(StrEnum):
    """What a watcher has to tell."""

    EVENTS = "events"
    POLLING = "polling"
    AWAY = "away"
    """The drop folder, or the mount it is on, is gone; nothing is taken from it until it is back."""
    BACK = "back"
    REFUSED = "refused"
    STUCK = "stuck"
    DEFERRED = "deferred"
    """This scan could not be taken now; it is offered again later."""
    PAUSED = "paused"
    """The vault cannot keep anything now; scans stay where they are."""
    RESUMED = "resumed"
    HELD = "held"
    """This scan is safe in the archive, and cannot be moved out of its drop folder yet."""
    RENEWED = "renewed"
    """Packs, kinds or calendar were changed, and count from now on."""
    UNFIT = "unfit"
    """They were changed to something that cannot be used; what was in force before still is."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a watcher tells: about which folder or file, and the error behind it."""

    said: Said
    path: Path
    error: Exception | None = None
    stuck: Stuck | None = None


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What a watcher did: scans given away, and the files that did not settle, with the reason."""

    given: int
    stuck: dict[Path, Stuck]


def watch(
    folders: Sequence[Path],
    settings: WatchSettings,
    on_scan: Callable[[Scan], object],
    stop: threading.Event,
    *,
    once: bool = False,
    notice: Callable[[Notice], None] = lambda _: None,
    each_round: Callable[[int], None] = lambda _: None,
    ready: Callable[[], bool] = lambda: True,
) -> WatchReport:
    """Give every scan that settles in ``folders`` to ``on_scan``, one at a time, until ``stop`` is set.

    With ``once``, takes what is there now and settles, and returns. A scan counts as dealt with when ``on_scan``
    returns, whether or not its file is still there; it is given again only after it changed. Where ``on_scan`` raises
    DocumentFailed it is offered again later; where it raises VaultFailed or OSError, everything rests for a while.
    ``each_round`` is called about twice a second with the number of files that wait; it may raise the same. Scans wait
    in their folder while ``ready`` says that no more can be taken.

    Raises:
        VaultFailed, OSError: with ``once``, what ``on_scan`` or ``each_round`` raised.
    """
    watcher = _Watcher(folders, settings, on_scan, stop, once=once, notice=notice, each_round=each_round, ready=ready)
    return watcher.run()


class _Watcher:
    def __init__(
        self,
        folders: Sequence[Path],
        settings: WatchSettings,
        on_scan: Callable[[Scan], object],
        stop: threading.Event,
        *,
        once: bool,
        notice: Callable[[Notice], None],
        each_round: Callable[[int], None],
        ready: Callable[[], bool],
    ) -> None:
        self._folders = [_Drop(folder.resolve()) for folder in folders]
        self._settings = settings
        self._on_scan = on_scan
        self._stop = stop
        self._once = once
        self._notice = notice
        self._each_round = each_round
        self._ready = ready
        self._room = WaitingRoom(settings.settle)
        self._given = 0
        self._pause_seconds = 0.0
        self._paused_until = 0.0
        self._told: dict[Path, Stuck] = {}

    def run(self) -> WatchReport:
        for drop in self._folders:
            mark(drop.path)
            recover(drop.path)
        with ExitStack() as opened:
            heartbeat = self._settings.heartbeat
            beating = None
            if heartbeat is not None and not self._once:
                beating = opened.enter_context(Heartbeat(heartbeat, self._settings.heartbeat_seconds))
            events = opened.enter_context(Events())
            rounds = self._one_pass() if self._once else self._for_ever(events)
            for _ in rounds:
                self._tend()
                if beating is not None:
                    paused = self._paused_until > time.monotonic()
                    folders = {str(drop.path): drop.noticed() for drop in self._folders}
                    beating.looped(waiting=len(self._room), taken=self._given, paused=paused, folders=folders)
        return WatchReport(self._given, self._room.stuck())

    def _for_ever(self, events: Events) -> Iterator[None]:
        while not self._stop.is_set():
            for drop in self._folders:
                self._rescan_if_due(drop, events)
            changed = events.changed()
            for path in events.gone():  # asked for last, so that whatever came after it is looked into next time
                self._room.forget(path)
            for root, path in changed:
                self._look_into(root, path)
            self._give_what_settled()
            self._tell_stuck()
            yield
            self._sleep(events)

    def _one_pass(self) -> Iterator[None]:
        """Go over the folders, wait for what settles, and once more for what was renamed into place meanwhile."""
        for _ in range(2):
            for drop in self._folders:
                self._rescan(drop)
            while len(self._room) > len(self._room.stuck()) and not self._stop.is_set():
                self._give_what_settled()
                yield
                if len(self._room):
                    self._stop.wait(self._rest_seconds())
        self._tell_stuck()

    def _rescan_if_due(self, drop: "_Drop", events: Events) -> None:
        now = time.monotonic()
        if now < drop.next_rescan:
            return
        there = is_present(drop.path) or drop.is_same()
        if there is drop.away:
            drop.away = not there
            self._notice(Notice(Said.AWAY if drop.away else Said.BACK, drop.path))
        if not there:
            events.stop_listening(drop.path)
            drop.next_rescan = now + self._settings.poll_seconds
            return
        mark(drop.path)  # someone may have tidied it away
        heard = not self._settings.polling and drop.local and events.listen(drop.path)
        if heard is not drop.heard:
            drop.heard = heard
            self._notice(Notice(Said.EVENTS if heard else Said.POLLING, drop.path))
        self._rescan(drop)
        drop.next_rescan = now + (self._settings.rescan_seconds if drop.heard else self._settings.poll_seconds)

    def _rescan(self, drop: "_Drop") -> None:
        there: set[Path] = set()
        try:
            for found in walk(drop.path, failed=lambda error: self._notice(Notice(Said.DEFERRED, drop.path, error))):
                there.add(found.path)
                drop.local = drop.local and is_local(found.stat.st_dev, found.path)
                self._admit(drop.path, found)
        except OSError as error:
            self._notice(Notice(Said.DEFERRED, drop.path, error))
            return
        self._room.forget_missing(drop.path, there)

    def _look_into(self, drop: Path, path: Path) -> None:
        """Take note of a path that something happened to: a file, or a folder with files."""
        try:
            found = path.lstat()
            if path.is_dir() and not path.is_symlink():
                for inner in walk(drop, path):
                    self._admit(drop, inner)
                return
        except OSError:
            return  # gone again, or the next rescan will tell
        self._room.hurry(path)
        self._admit(drop, Found(path, found, regular=True))

    def _admit(self, drop: Path, found: Found) -> None:
        self._room.admit(drop, found)

    def _give_what_settled(self) -> None:
        if time.monotonic() < self._paused_until:
            return
        enough = time.monotonic() + BEAT_SECONDS  # then look for others again, and show that we live
        while time.monotonic() < enough and not self._stop.is_set() and self._ready():
            path = self._room.next_ready()
            if path is None:
                return
            try:
                scan = self._room.look(path)
            except ScanRefused as refused:
                self._notice(Notice(Said.REFUSED, path, refused))
                continue
            except OSError as error:
                self._notice(Notice(Said.DEFERRED, path, error))
                continue
            if scan is not None and not self._give(scan):
                return

    def _tend(self) -> None:
        try:
            self._each_round(len(self._room))
        except (VaultFailed, OSError) as failed:
            if self._once:
                raise
            self._pause(self._folders[0].path if self._folders else Path(), failed)

    def _give(self, scan: Scan) -> bool:
        """Hand a scan over, and return whether others may follow now."""
        try:
            self._on_scan(scan)
        except ScanGone:
            self._room.done(scan)
        except DocumentFailed as failed:
            self._room.defer(scan.path)
            self._notice(Notice(Said.DEFERRED, scan.path, failed))
        except (VaultFailed, OSError) as failed:
            self._room.hurry(scan.path)  # as soon as anything is taken again: the fault is not the scan's
            if self._once:
                raise
            self._pause(scan.path, failed)
            return False
        else:
            self._given += 1
            self._room.done(scan)
            if self._pause_seconds:
                self._pause_seconds = 0.0
                self._notice(Notice(Said.RESUMED, scan.path))
        return True

    def _pause(self, path: Path, failed: Exception) -> None:
        longest = self._settings.longest_pause_seconds
        self._pause_seconds = min(self._pause_seconds * 2 or self._settings.first_pause_seconds, longest)
        self._paused_until = time.monotonic() + self._pause_seconds
        self._notice(Notice(Said.PAUSED, path, failed))

    def _tell_stuck(self) -> None:
        stuck = self._room.stuck()
        for path, why in stuck.items():
            if self._told.get(path) is not why:
                self._notice(Notice(Said.STUCK, path, stuck=why))
        self._told = stuck

    def _rest_seconds(self) -> float:
        """Return how long nothing is to be done: until the next file is due, or something may have become free."""
        due = self._room.next_due_seconds()
        rest = BEAT_SECONDS if due is None else min(due, BEAT_SECONDS)
        return max(rest, 0.02 if self._ready() else BATCH_SECONDS)

    def _sleep(self, events: Events) -> None:
        if not self._stop.is_set() and events.wake.wait(self._rest_seconds()):
            self._stop.wait(BATCH_SECONDS)


@dataclass(slots=True)
class _Drop:
    path: Path
    away: bool = False
    heard: bool | None = None
    local: bool = True
    next_rescan: float = 0.0
    device_and_inode: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.device_and_inode = self._where()
        if self.device_and_inode is not None:
            self.local = is_local(self.device_and_inode[0], self.path)

    def is_same(self) -> bool:
        """Tell whether the folder is the one that was there at the start."""
        return self._where() == self.device_and_inode

    def noticed(self) -> str:
        """Return how changes in it are noticed, as the heartbeat tells it."""
        return str(Said.AWAY if self.away else Said.EVENTS if self.heard else Said.POLLING)

    def _where(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
