"""Stores that lie, stall or break: each a small named fault around a real store."""

from collections.abc import Iterator
from typing import BinaryIO

from vault.errors import StoreFull, StoreUnreachable
from vault.stores.memory import MemoryStore
from vault.stores.store import Stored


class Forgetful(MemoryStore):
    """Says it kept an object and kept nothing."""

    def put(self, name: str, source: BinaryIO) -> int:
        size = super().put(name, source)
        del self.objects[name]
        return size


class Halving(MemoryStore):
    """Keeps the first half of what it is given."""

    def put(self, name: str, source: BinaryIO) -> int:
        size = super().put(name, source)
        self.objects[name] = self.objects[name][: size // 2]
        return size


class Lengthening(MemoryStore):
    """Gives back more than it was given, without end."""

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        yield from super().get(name, offset)
        while True:
            yield bytes(65536)


class Stale(MemoryStore):
    """Gives back what it was given before, under whatever name."""

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        kind = name.partition("/")[0]
        first = min((other for other in self.objects if other.startswith(kind)), default=name)
        yield from super().get(first, offset)


class Flipping(MemoryStore):
    """Turns one bit of everything it keeps."""

    def put(self, name: str, source: BinaryIO) -> int:
        size = super().put(name, source)
        octets = bytearray(self.objects[name])
        octets[size // 2] ^= 4
        self.objects[name] = bytes(octets)
        return size


class Filling(MemoryStore):
    """Has room for so many bytes in all."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def put(self, name: str, source: BinaryIO) -> int:
        size = super().put(name, source)
        if sum(map(len, self.objects.values())) > self.room:
            del self.objects[name]
            raise StoreFull(store=self.label)
        return size


class Breaking(MemoryStore):
    """Answers so many calls, then stops in the middle of one; reads break after their first piece."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def _count(self) -> None:
        self.calls -= 1
        if self.calls < 0:
            raise StoreUnreachable(store=self.label, reason="timed out")

    def put(self, name: str, source: BinaryIO) -> int:
        self._count()
        return super().put(name, source)

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        pieces = super().get(name, offset)
        yield next(pieces, b"")
        self._count()
        yield from pieces

    def size(self, name: str) -> int | None:
        self._count()
        return super().size(name)

    def delete(self, name: str) -> None:
        self._count()
        super().delete(name)

    def names(self, prefix: str = "") -> Iterator[Stored]:
        self._count()
        yield from super().names(prefix)
