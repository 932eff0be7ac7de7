"""One at a time, over threads and processes: a lock that ends with whoever holds it, however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

MOMENT_SECONDS: Final = 0.05


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock file at ``lock``, waiting for whoever holds it; it is gone again afterwards.

    The kernel lets go of it when the holder dies, so a crash never leaves it held.
    """
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    while True:
        with lock.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if not _still_there(lock, handle.fileno()):
                continue  # its last holder removed it between our opening and locking it
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
            return


@contextmanager
def among_others(lock: Path) -> Iterator[None]:
    """Hold the lock file at ``lock`` together with any number of others; without it where the disk knows no locks."""
    with ExitStack() as opened:
        with suppress(OSError):
            handle = opened.enter_context(lock.open("a"))
            fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextmanager
def apart(lock: Path, seconds: float) -> Iterator[bool]:
    """Hold the lock file at ``lock`` while nobody is among others on it, and tell whether that came within ``seconds``.

    Where the disk knows no locks, it counts as come at once.
    """
    with ExitStack() as opened:
        yield _got_apart(lock, seconds, opened)


def _got_apart(lock: Path, seconds: float, opened: ExitStack) -> bool:
    end = time.monotonic() + seconds
    try:
        handle = opened.enter_context(lock.open("a"))
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    return False
                time.sleep(MOMENT_SECONDS)
            else:
                return True
    except OSError:
        return True


def _still_there(lock: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
