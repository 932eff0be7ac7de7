"""One at a time, over threads and processes: a lock that ends with whoever holds it, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


def _still_there(lock: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
