"""Hear of changes in the drop folders as they happen, where the file system says so."""

import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from ingest.walking import is_inside

if TYPE_CHECKING:
    from watchdog.observers.api import ObservedWatch


# watchdog logs a warning for each event that comes while it stops; without a handler Python would print it.
logging.getLogger("watchdog").addHandler(logging.NullHandler())


_HEARD: Final[list[type[FileSystemEvent]]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
]
"""What the system is asked to tell; not that a file was opened or read, which is our own looking."""


class Events:
    """Collects the paths that changed since they were last asked for. Rescans make up for what it misses."""

    def __init__(self) -> None:
        self.wake = threading.Event()
        self._observer = Observer()
        self._changed: set[tuple[Path, Path]] = set()
        self._gone: set[Path] = set()
        self._lock = threading.Lock()
        self._heard: dict[Path, ObservedWatch] = {}

    def __enter__(self) -> Self:
        self._observer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._observer.stop()
        self._observer.join(timeout=5)

    def listen(self, drop: Path) -> bool:
        """Start to hear of changes below ``drop``; return False where the system has no room for that."""
        if drop in self._heard:
            return True
        try:
            ear = _Ear(self, drop)
            self._heard[drop] = self._observer.schedule(ear, str(drop), recursive=True, event_filter=_HEARD)
        except OSError:  # inotify limits (ENOSPC, EMFILE), or a folder that just went away
            return False
        return True

    def stop_listening(self, drop: Path) -> None:
        """Hear no more of ``drop``, for example because its mount is gone."""
        watch = self._heard.pop(drop, None)
        if watch is not None:
            self._observer.unschedule(watch)

    def changed(self) -> set[tuple[Path, Path]]:
        """Return (drop folder, path) of everything that changed since the last call."""
        self.wake.clear()
        with self._lock:
            changed, self._changed = self._changed, set()
        return changed

    def gone(self) -> set[Path]:
        """Return the paths from which something went since the last call, whatever may stand there now."""
        with self._lock:
            gone, self._gone = self._gone, set()
        return gone

    def note(self, drop: Path, path: Path, *, went: bool = False) -> None:
        """Remember that something happened at ``path``, or that something ``went`` from there, and wake who waits."""
        if is_inside(drop, path):
            with self._lock:
                self._changed.add((drop, path))
                if went:
                    self._gone.add(path)
            self.wake.set()


class _Ear(FileSystemEventHandler):
    def __init__(self, events: Events, drop: Path) -> None:
        self._events = events
        self._drop = drop

    def on_any_event(self, event: FileSystemEvent) -> None:
        went = isinstance(event, FileDeletedEvent | FileMovedEvent)
        if event.src_path:
            self._events.note(self._drop, Path(os.fsdecode(event.src_path)), went=went)
        if event.dest_path:
            self._events.note(self._drop, Path(os.fsdecode(event.dest_path)))
