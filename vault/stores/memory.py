"""A store in memory: the second implementation of the seam, for tests."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from vault.errors import NameTaken, NameUnknown
from vault.stores.names import checked_name, checked_prefix
from vault.stores.store import Stored

PIECE: Final = 64 * 1024


class MemoryStore:
    """Keeps objects in a dictionary; implements ``Store``."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    @property
    def label(self) -> str:
        """Where this store is, for messages."""
        return "memory"

    def put(self, name: str, source: BinaryIO) -> int:
        """Keep all of ``source`` under ``name``. Raises NameTaken."""
        parts = []
        while part := source.read(PIECE):
            parts.append(part)
        if checked_name(name) in self.objects:
            raise NameTaken(store=self.label, name=name)
        self.objects[name] = b"".join(parts)
        return len(self.objects[name])

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes under ``name`` from ``offset`` on. Raises NameUnknown."""
        if name not in self.objects:
            raise NameUnknown(store=self.label, name=name)
        octets = self.objects[name]
        for at in range(offset, len(octets), PIECE):
            yield octets[at : at + PIECE]

    def size(self, name: str) -> int | None:
        """Return the size of what is under ``name``, or None."""
        return len(self.objects[name]) if name in self.objects else None

    def delete(self, name: str) -> None:
        """Remove ``name``."""
        self.objects.pop(name, None)

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield everything whose name starts with ``prefix``, in order."""
        for name in sorted(self.objects):
            if name.startswith(checked_prefix(prefix)):
                yield Stored(name, len(self.objects[name]))
