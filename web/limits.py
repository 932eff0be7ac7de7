"""How much one visitor may ask for: a bucket of requests that fills again, and the largest body a request may carry."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

MOST_KNOWN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """``burst`` requests at once, then ``per_second``."""

    burst: float
    per_second: float


GENERAL: Final = Allowance(burst=400, per_second=40)
"""A person who leafs through pages quickly, each page with its images."""
SIGNING_IN: Final = Allowance(burst=10, per_second=0.2)


class Buckets:
    """Token buckets by a name, an address or a visit; the least used are forgotten. Safe to use from many threads."""

    def __init__(self, allowance: Allowance, *, clock: Callable[[], float] = monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one; return 0 where there was one left, else the seconds to wait."""
        allowance, now = self._allowance, self._clock()
        with self._lock:
            left, since = self._left.pop(name, (allowance.burst, now))
            left = min(allowance.burst, left + (now - since) * allowance.per_second)
            waits = 0.0 if left >= 1 else (1 - left) / allowance.per_second
            self._left[name] = (left - 1 if not waits else left, now)
            while len(self._left) > MOST_KNOWN:
                self._left.popitem(last=False)
        return waits
