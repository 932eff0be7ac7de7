"""Sign-ins by way of an identity provider that are on their way: kept here, known to the browser by a random name.

Two steps lie between the button and a visit: the provider is asked, then it has answered and the person's keys are
still locked. Each step has a name of its own, each ends by itself, and an answer is taken once.
"""

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic
from typing import Final

LONGEST_SECONDS: Final = 600
MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody was sent to the provider: what must come back (``state``, ``nonce``) and what only we know."""

    to: str
    at: float
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)


@dataclass(frozen=True, slots=True)
class Identified:
    """The provider said who it is; the keys are locked still."""

    name: str
    to: str
    at: float


class Identities:
    """The sign-ins on their way of one running page. Safe to use from many threads."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._steps: OrderedDict[str, Begun | Identified] = OrderedDict()

    def begin(self, to: str) -> tuple[str, Begun]:
        """Begin a sign-in that leads to ``to``; return the name for the browser to keep, and what to ask with."""
        step = Begun(to, self._clock())
        return self._keep(step), step

    def take(self, name: str | None, state: str) -> Begun | None:
        """Return what was begun under a name if the state is its own, once; a wrong state ends it as well."""
        with self._lock:
            step = self._pop(name, Begun)
        if not isinstance(step, Begun):
            return None
        return step if hmac.compare_digest(step.state.encode(), state.encode("utf-8", "replace")) else None

    def identify(self, who: str, to: str) -> str:
        """Keep that the provider said who it is, under a new name, and return that."""
        return self._keep(Identified(who, to, self._clock()))

    def of(self, name: str | None) -> Identified | None:
        """Return who the provider said it is, under a name, while it counts."""
        with self._lock:
            self._sweep()
            step = self._steps.get(_hash(name or ""))
        return step if isinstance(step, Identified) else None

    def end(self, name: str | None) -> None:
        """Forget a sign-in."""
        with self._lock:
            self._steps.pop(_hash(name or ""), None)

    def _keep(self, step: Begun | Identified) -> str:
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._sweep()
            self._steps[_hash(name)] = step
            while len(self._steps) > MOST:
                self._steps.popitem(last=False)
        return name

    def _pop(self, name: str | None, sort: type) -> Begun | Identified | None:
        self._sweep()
        key = _hash(name or "")
        return self._steps.pop(key) if isinstance(self._steps.get(key), sort) else None

    def _sweep(self) -> None:
        now = self._clock()
        while self._steps and now - next(iter(self._steps.values())).at > LONGEST_SECONDS:
            self._steps.popitem(last=False)


def _hash(name: str) -> str:
    return sha256(name.encode("utf-8", "replace")).hexdigest()
