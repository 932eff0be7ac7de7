"""Two stores as one: ciphertexts in one, envelopes and all else in the other.

Ciphertexts may lie in a bucket that locks or versions what it has; envelopes must not, or deleting them would destroy
nothing (docs/threat-model.md G8).
"""

import heapq
from collections.abc import Iterator
from typing import BinaryIO, Final

from vault.stores.names import checked_prefix
from vault.stores.store import Store, Stored

OBJECTS: Final = "objects/"


class SplitStore:
    """Sends ``objects/`` to one store and everything else to another; implements ``Store``."""

    def __init__(self, objects: Store, keys: Store) -> None:
        self._objects = objects
        self._keys = keys

    @property
    def label(self) -> str:
        """Where both are, for messages."""
        return f"{self._objects.label} + {self._keys.label}"

    def put(self, name: str, source: BinaryIO) -> int:
        """Keep all of ``source`` under ``name``, as ``Store`` says."""
        return self._of(name).put(name, source)

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes under ``name`` from ``offset`` on, as ``Store`` says."""
        return self._of(name).get(name, offset)

    def size(self, name: str) -> int | None:
        """Return the size of what is under ``name``, or None."""
        return self._of(name).size(name)

    def delete(self, name: str) -> None:
        """Remove ``name``."""
        self._of(name).delete(name)

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield everything whose name starts with ``prefix``, in the order of names."""
        if prefix.startswith(OBJECTS):
            return self._objects.names(prefix)
        if not OBJECTS.startswith(checked_prefix(prefix)):
            return self._keys.names(prefix)
        ours = self._objects.names(OBJECTS)
        others = (one for one in self._keys.names(prefix) if not one.name.startswith(OBJECTS))
        return heapq.merge(ours, others, key=lambda one: one.name)

    def _of(self, name: str) -> Store:
        return self._objects if name.startswith(OBJECTS) else self._keys
