"""Read a file here and there: bounded pieces by place, from bytes, a path or an open file alike."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

TAIL_BYTES: Final = 65536 + 22
"""Enough for the longest ZIP comment with its end record."""


class Ending(StrEnum):
    """Whether a file ends as a whole one does."""

    ENDED = "ended"
    OPEN = "open"
    """Its end is not there: it is being written, or was cut."""
    SHAPELESS = "shapeless"
    """Its format has no end of its own; only quiet tells."""


class Span:
    """The bytes of a file, by place."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.size = source.seek(0, os.SEEK_END)
        self.reads = 0
        """How many pieces were asked for."""

    def at(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``offset``; fewer, or none, where the file is shorter."""
        self.reads += 1
        if offset < 0 or offset >= self.size or length <= 0:
            return b""
        self._source.seek(offset)
        return self._source.read(min(length, self.size - offset))

    def tail(self, length: int) -> bytes:
        """Return the last ``length`` bytes, or all."""
        return self.at(max(self.size - length, 0), length)


@contextmanager
def spanning(source: bytes | Path | BinaryIO) -> Iterator[Span]:
    """Give ``source`` as a span; a file opened here is closed again, one that came open is left open."""
    if isinstance(source, bytes):
        yield Span(io.BytesIO(source))
    elif isinstance(source, Path):
        with source.open("rb") as opened:
            yield Span(opened)
    else:
        yield Span(source)
