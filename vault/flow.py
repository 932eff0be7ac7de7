"""Bytes on their way: pieces as a file, and what passed by."""

import hashlib
from collections.abc import Iterable, Iterator
from io import RawIOBase

from vault.progress import Progress


class PieceReader(RawIOBase):
    """Reads pieces as one stream, for stores that take a file. An error of the pieces' source comes through."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = memoryview(b"")

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill as much of ``buffer`` as the next piece allows; 0 at the end."""
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._held = memoryview(piece)
        length = min(len(buffer), len(self._held))
        buffer[:length] = self._held[:length]
        self._held = self._held[length:]
        return length


class Tally:
    """Counts and hashes the bytes that pass."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass pieces on, taking note of each."""
        for piece in pieces:
            self._hash.update(piece)
            self.size += len(piece)
            yield piece

    def sha256(self) -> bytes:
        """Return the SHA-256 of what has passed so far."""
        return self._hash.digest()


def told(pieces: Iterable[bytes], progress: Progress, total: int | None) -> Iterator[bytes]:
    """Pass pieces on and tell ``progress`` how many bytes have passed."""
    done = 0
    for piece in pieces:
        yield piece
        done += len(piece)
        progress(done, total)
