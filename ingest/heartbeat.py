"""A small file that says the watcher lives, for ``doctor`` and for supervisors."""

import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

STALE_AFTER_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Beat:
    """The state of a watcher: its process, wall-clock seconds, counts; nothing of any document."""

    pid: int
    started: float
    beat: float
    looped: float
    """When the watcher last went round; older than ``beat`` while it takes one scan."""
    waiting: int
    taken: int
    paused: bool
    folders: Mapping[str, str] = field(default_factory=dict)
    """The drop folders, and how changes in each are noticed: ``events`` or ``polling``; ``away`` where it is gone."""

    def is_alive(self, now: float) -> bool:
        """Tell whether the watcher beat within the last minute, by wall-clock seconds."""
        return 0 <= now - self.beat < STALE_AFTER_SECONDS


def last_beat(path: Path) -> Beat | None:
    """Return the last beat written to ``path``, or None where there is none that can be read."""
    try:
        fields: Any = json.loads(path.read_text(encoding="utf-8"))
        return Beat(**fields)
    except (OSError, ValueError, TypeError):
        return None


class Heartbeat:
    """Writes a beat every few seconds while it is open, from a thread of its own, and removes it in the end."""

    def __init__(self, path: Path, every_seconds: float) -> None:
        self._path = path
        self._every = every_seconds
        self._ended = threading.Event()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        now = time.time()
        self._beat = Beat(os.getpid(), started=now, beat=now, looped=now, waiting=0, taken=0, paused=False)

    def __enter__(self) -> Self:
        self._write()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=5)
        self._path.unlink(missing_ok=True)

    def looped(self, *, waiting: int, taken: int, paused: bool, folders: Mapping[str, str]) -> None:
        """Note that the watcher went round."""
        now, before = time.time(), self._beat
        self._beat = Beat(before.pid, before.started, now, now, waiting, taken, paused, folders)
        if folders != before.folders:
            self._write()

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self._write()

    def _write(self) -> None:
        with self._writing:
            beat = asdict(self._beat) | {"beat": time.time()}
            new = self._path.with_name(f"{self._path.name}.new")
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                new.write_text(json.dumps(beat), encoding="utf-8")
                new.replace(self._path)
            except OSError:
                return  # a full disk must not end the watcher; the missing beat tells
