"""How long a rotation takes and what memory it holds: ``python -m bench.vault.rotation [COUNT] [memory|local]``."""

import resource
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from vault.keyfile import FAST
from vault.keys import create_keys, unlock
from vault.levels import Level
from vault.rotate import new_level_key, rotate
from vault.stores.local import LocalStore
from vault.stores.memory import MemoryStore
from vault.stores.store import Store, Stored
from vault.vault import Vault
from vault.witness import FileWitness

PASSPHRASE = "specimen heron violet anchor"


class IndexedStore(MemoryStore):
    """A store in memory that finds names as fast as a real one."""

    def __init__(self) -> None:
        super().__init__()
        self._order: list[str] = []
        self._one_writer = Lock()

    def put(self, name: str, source: BinaryIO) -> int:
        """Keep ``source`` under ``name``."""
        size = super().put(name, source)
        with self._one_writer:
            insort(self._order, name)
        return size

    def delete(self, name: str) -> None:
        """Remove ``name``."""
        with self._one_writer:
            if name in self.objects:
                super().delete(name)
                del self._order[bisect_left(self._order, name)]

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield everything whose name starts with ``prefix``, also while names come and go."""
        after = prefix
        first = True
        while True:
            # Under the lock: between looking up a place and reading it, another thread may move everything by one.
            with self._one_writer:
                at = bisect_left(self._order, after) if first else bisect_right(self._order, after)
                if at >= len(self._order) or not self._order[at].startswith(prefix):
                    return
                after, first = self._order[at], False
            yield Stored(after, self.size(after) or 0)


def main() -> None:
    """Seal so many small objects, rotate their level, print time and memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    where = sys.argv[2] if len(sys.argv) > 2 else "memory"
    with tempfile.TemporaryDirectory() as text:
        home = Path(text)
        create_keys(home, PASSPHRASE, cost=FAST)
        keys = unlock(home, PASSPHRASE)
        store: Store = IndexedStore()
        if where == "local":
            store = LocalStore.create(home / "store", archive=keys.public.archive)
        vault = Vault(store, keys.public, keys)
        start = time.perf_counter()
        for _ in range(count):
            vault.seal_bytes(b"x", document="d", role="r")
        print(f"{count} objects sealed in {time.perf_counter() - start:.0f} s")
        changed = new_level_key(home, keys, Level.ORDINARY)
        rotating = Vault(store, changed.public, changed, witness=FileWitness(home / "witness"))
        before = _held_mb()
        start, cpu = time.perf_counter(), time.process_time()
        done = rotate(rotating, Level.ORDINARY)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        if done.rewrapped != count:
            raise RuntimeError(f"{done.rewrapped} of {count} envelopes were rotated")
        print(
            f"{done.rewrapped} envelopes rotated ({where} store) in {seconds:.0f} s, {cpu:.0f} s of CPU:"
            f" {seconds / count * 1000:.2f} ms each; memory grew by {_held_mb() - before} MB to {_held_mb()} MB"
        )


def _held_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
