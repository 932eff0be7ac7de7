"""How much one visitor may ask for: a bucket of requests that fills again, and the largest body a request may carry."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from time import monotonic
from typing import Final, ParamSpec, TypeVar

MOST_BODY_BYTES: Final = 512 * 1024**2
"""The largest body of a request; a file that is sent has to fit."""
MOST_KNOWN: Final = 10_000
AT_ONCE: Final = max(2, os.cpu_count() or 1)
"""Answers worked out at once that keep a processor busy: more only wait for each other, and all come late."""
LONGEST_TURN_SECONDS: Final = 0.5
"""Nobody waits longer for a turn: what runs may be waiting for something that takes long."""

_turns = threading.BoundedSemaphore(AT_ONCE)
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Allowance:
    """``burst`` requests at once, then ``per_second``."""

    burst: float
    per_second: float


GENERAL: Final = Allowance(burst=400, per_second=40)
"""A person who leafs through pages quickly, each page with its images; who is not signed in counts by the address."""
SIGNING_IN: Final = Allowance(burst=20, per_second=0.2)
"""Failures to sign in from one address; a whole office may share one, and those who get in take nothing from it."""


class Buckets:
    """Token buckets by a name, an address or a visit; the least used are forgotten. Safe to use from many threads."""

    def __init__(self, allowance: Allowance, *, clock: Callable[[], float] = monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one; return 0 where there was one left, else the seconds to wait."""
        with self._lock:
            left, now = self._now(name)
            waits = self._waits(left)
            self._left[name] = (left if waits else left - 1, now)
            while len(self._left) > MOST_KNOWN:
                self._left.popitem(last=False)
        return waits

    def waits(self, name: str) -> float:
        """Return the seconds to wait until there is one to take, 0 for none; nothing is taken."""
        with self._lock:
            return self._waits(self._now(name)[0])

    def _now(self, name: str) -> tuple[float, float]:
        now = self._clock()
        left, since = self._left.pop(name, (self._allowance.burst, now))
        left = min(self._allowance.burst, left + (now - since) * self._allowance.per_second)
        self._left[name] = (left, now)
        return left, now

    def _waits(self, left: float) -> float:
        return 0.0 if left >= 1 else (1 - left) / self._allowance.per_second


def in_turn(work: Callable[P, R]) -> Callable[P, R]:
    """Have a route wait its turn: `AT_ONCE` of all routes so marked run, the others follow in the order they came."""

    @wraps(work)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        mine = _turns.acquire(timeout=LONGEST_TURN_SECONDS)
        try:
            return work(*args, **kwargs)
        finally:
            if mine:
                _turns.release()

    return waiting
