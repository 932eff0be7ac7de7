"""How a watcher is doing: what waits, what is being read, what became of scans, how fast."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from index.journal import State
from ingest.pipeline import Done

WINDOW_SECONDS: Final = 60.0
LEAST_SECONDS: Final = 5.0
"""The shortest time a rate is taken over, so that the first page does not make a thousand a minute."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Counts since the watcher began, and pages read a minute over the last minute."""

    waiting: int
    reading: int
    filed: int
    review: int
    quarantined: int
    locked: int
    duplicate: int
    pages_a_minute: float


class Counting:
    """Counts what is done, from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._lock = threading.Lock()
        self._states: Counter[str] = Counter()
        self._pages: deque[tuple[float, int]] = deque()

    def add(self, one: Done) -> None:
        """Count a scan that is done."""
        with self._lock:
            self._states["duplicate" if one.duplicate else one.state] += 1
            self._pages.append((self._clock(), one.pages))

    def pulse(self, *, waiting: int, reading: int) -> Pulse:
        """Return how things stand now."""
        with self._lock:
            now = self._clock()
            while self._pages and now - self._pages[0][0] > WINDOW_SECONDS:
                self._pages.popleft()
            seconds = max(min(now - self._began, WINDOW_SECONDS), LEAST_SECONDS)
            return Pulse(
                waiting=max(waiting, 0),
                reading=reading,
                filed=self._states[State.FILED],
                review=self._states[State.REVIEW],
                quarantined=self._states[State.QUARANTINED],
                locked=self._states[State.LOCKED],
                duplicate=self._states["duplicate"],
                pages_a_minute=sum(pages for _, pages in self._pages) / seconds * 60,
            )
