"""Writers of one index file take turns: SQLite has no queue, and of many that ask again one may never be heard."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

try:
    import fcntl
except ImportError:  # Windows has no such lock; there SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]

LEAST, MOST = 0.0005, 0.004
"""Seconds between two looks; short against a transaction, and never the same for two that wait."""
SUFFIX: Final = ".turn"


@contextmanager
def turn(path: Path | None, patience: float) -> Iterator[None]:
    """Hold the turn of an index file in the block; after ``patience`` seconds go on without, and let SQLite decide.

    The kernel lets go of it when the holder dies. None waits for nobody.
    """
    if path is None or fcntl is None:
        yield
        return
    try:
        handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError:  # a folder that cannot be written: the write itself will say so
        yield
        return
    with handle:
        _wait(handle, time.monotonic() + patience)
        yield


def _wait(handle: IO[bytes], until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                return
            time.sleep(random.uniform(LEAST, MOST))  # noqa: S311  # spreads waiters, hides nothing
        else:
            return
