"""The waiting room: the files of the drop folders that have been seen and have not passed the gate yet."""

import heapq
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ingest.mounts import is_local
from ingest.scan import (
    Scan,
    ScanBusy,
    ScanDenied,
    ScanGone,
    ScanIdentity,
    ScanRefused,
    identity_of,
    open_scan,
    shown,
)
from ingest.settle import Decision, Glance, SettleSettings, Stuck, Waiting, is_partial, step
from ingest.structure import Ending, ends
from ingest.walking import Found
from ingest.writers import held_by_a_writer
from ocr.formats import HEAD_BYTES, TAIL_BYTES, Format, sniff

AT_ONCE: Final = 0.0
FIRST_RETRY_SECONDS: Final = 2.0
LONGEST_RETRY_SECONDS: Final = 120.0
PATIENT_RETRIES: Final = 3
"""Failures after which a file counts as stuck; it is tried again all the same."""


@dataclass(slots=True)
class _Guest:
    """One file in the room."""

    drop: Path
    waiting: Waiting | None = None
    format: Format = Format.UNKNOWN
    stuck: Stuck | None = None
    failures: int = 0
    due: float = 0.0


@dataclass(slots=True)
class WaitingRoom:
    """Files on their way through the gate, each with the time when it is worth another look.

    ``clock`` is monotonic and in seconds; ``wall`` is the clock that the file systems of this machine write times by.
    """

    settings: SettleSettings
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    _guests: dict[Path, _Guest] = field(default_factory=dict)
    _handled: dict[Path, ScanIdentity] = field(default_factory=dict)
    _queue: list[tuple[float, int, Path]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._guests)

    def admit(self, drop: Path, found: Found) -> bool:
        """Let a file that was found wait here; tell whether it is new, or has changed since it was dealt with."""
        path = found.path
        if path in self._guests or self._handled.get(path) == identity_of(found.stat, path):
            return False
        self._handled.pop(path, None)
        self._guests[path] = _Guest(drop)
        self._schedule(path, AT_ONCE, found.stat.st_mtime_ns)  # so the oldest goes first
        return True

    def hurry(self, path: Path) -> None:
        """Look at a waiting file as soon as possible: something happened to it."""
        if path in self._guests:
            self._schedule(path, AT_ONCE)

    def forget(self, path: Path) -> None:
        """Drop what is known of a file that went: one that comes to its place, though it be the same, is new."""
        self._handled.pop(path, None)

    def forget_missing(self, drop: Path, there: set[Path]) -> None:
        """Drop what is known of files that a whole rescan of ``drop`` did not find."""
        for path in [path for path in self._handled if path not in there and path.is_relative_to(drop)]:
            del self._handled[path]

    def next_ready(self) -> Path | None:
        """Return the next file worth a look now, the oldest first; None where there is none yet."""
        now = self.clock()
        while self._queue and self._queue[0][0] <= now:
            at, _, path = heapq.heappop(self._queue)
            guest = self._guests.get(path)
            if guest is not None and guest.due == at:
                return path
        return None

    def next_due_seconds(self) -> float | None:
        """Return in how many seconds the next file is worth a look; None where none waits."""
        return max(self._queue[0][0] - self.clock(), 0.0) if self._queue else None

    def look(self, path: Path) -> Scan | None:
        """Look at a file, and return it as a scan where it has settled; it stays here until ``done`` or ``defer``.

        Raises:
            ScanRefused: it is not a file; it is not looked at again until it changes.
            OSError: its folder cannot be read.
        """
        guest = self._guests.get(path)
        if guest is None:
            return None
        try:
            return self._examine(path, guest)
        except (ScanGone, FileNotFoundError, NotADirectoryError):
            del self._guests[path]
        except (ScanBusy, ScanDenied):
            self.defer(path)
            guest.stuck = Stuck.UNREADABLE
        except ScanRefused:
            self._turn_away(path)
            raise
        except OSError:
            self.defer(path)
            guest.stuck = Stuck.UNREADABLE
            raise
        return None

    def done(self, scan: Scan) -> None:
        """Deal with a scan no more, unless its file changes."""
        self._guests.pop(scan.path, None)
        self._handled[scan.path] = scan.identity

    def defer(self, path: Path) -> None:
        """Look at a file again later, and later still each time."""
        guest = self._guests.get(path)
        if guest is not None:
            wait = min(FIRST_RETRY_SECONDS * 2**guest.failures, LONGEST_RETRY_SECONDS)
            guest.failures = min(guest.failures + 1, 16)
            guest.stuck = Stuck.FAILING if guest.failures >= PATIENT_RETRIES else guest.stuck
            self._schedule(path, self.clock() + wait)

    def stuck(self) -> dict[Path, Stuck]:
        """Return the files that may never settle by themselves, and why."""
        return {path: guest.stuck for path, guest in self._guests.items() if guest.stuck is not None}

    def _examine(self, path: Path, guest: _Guest) -> Scan | None:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise ScanRefused(name=shown(path.name))
        if is_partial(path.name):
            guest.stuck = Stuck.PARTIAL_NAME
            self._schedule(path, self.clock() + LONGEST_RETRY_SECONDS)
            return None
        glance = self._glance(path, found)
        verdict = step(guest.waiting, glance, self.settings)
        if verdict.decision is Decision.EXAMINE:
            stream, identity = open_scan(path, drop=guest.drop)
            with stream:
                if identity == identity_of(found, path):
                    ending = verdict.waiting.ending
                    if ending is None:
                        head, size = stream.read(HEAD_BYTES), identity.size_bytes
                        stream.seek(max(size - TAIL_BYTES, 0))
                        guest.format = sniff(head, tail=stream.read(TAIL_BYTES), size=size)
                        ending = ends(stream, guest.format)
                    held = held_by_a_writer(stream.fileno(), path)
                    glance = replace(glance, ending=ending, held=held)
                    verdict = step(verdict.waiting, glance, self.settings)
        guest.waiting, guest.stuck = verdict.waiting, verdict.stuck
        if verdict.decision in {Decision.TAKE, Decision.TAKE_UNENDED}:
            ended = glance.ending is not Ending.OPEN
            return Scan(path, guest.drop, identity_of(found, path), guest.format, ended=ended)
        self._schedule(path, self.clock() + max(verdict.again_seconds, 0.02))
        return None

    def _glance(self, path: Path, found: os.stat_result) -> Glance:
        local = is_local(found.st_dev, path)
        untouched = self.wall() - max(found.st_ctime, found.st_mtime) if local else None
        return Glance(
            size_bytes=found.st_size,
            mtime_ns=found.st_mtime_ns,
            inode=found.st_ino if local else 0,
            now=self.clock(),
            untouched_seconds=untouched,
        )

    def _turn_away(self, path: Path) -> None:
        del self._guests[path]
        try:
            self._handled[path] = identity_of(path.lstat(), path)
        except OSError:
            self._handled.pop(path, None)

    def _schedule(self, path: Path, at: float, order: int = 0) -> None:
        self._guests[path].due = at
        heapq.heappush(self._queue, (at, order, path))
