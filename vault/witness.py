"""What this archive has seen of envelopes, kept out of the store, so that the store cannot go back in time."""

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from vault.durable import sync_folder

GONE: Final = 2**32 - 1
"""Stands for "destroyed": higher than any revision."""


class Witness(Protocol):
    """Remembers the highest revision seen of every envelope that was ever changed."""

    def least(self, object_id: str) -> int:
        """Return the least revision the store may give now; ``GONE`` when the object was destroyed."""

    def note(self, seen: Iterable[tuple[str, int]]) -> None:
        """Remember revisions (or ``GONE``) by object id; durable when this returns."""


class NoWitness:
    """Remembers nothing: then the store alone says what is new."""

    def least(self, object_id: str) -> int:  # noqa: ARG002  # the protocol's name
        """Return 0."""
        return 0

    def note(self, seen: Iterable[tuple[str, int]]) -> None:  # the protocol's name
        """Do nothing."""


class FileWitness:
    """Remembers in a file of the home, one line ``<object id> <revision>`` for each change (vault-format §10)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._least: dict[str, int] = {}
        self._read_to = 0
        self._one_reader = Lock()

    def least(self, object_id: str) -> int:
        """Return the least revision the store may give now; ``GONE`` when the object was destroyed."""
        with self._one_reader:
            self._catch_up()
            return self._least.get(object_id, 0)

    def note(self, seen: Iterable[tuple[str, int]]) -> None:
        """Remember revisions (or ``GONE``) by object id; durable when this returns."""
        lines = "".join(f"{object_id} {revision}\n" for object_id, revision in seen)
        if not lines:
            return
        fresh = not self._path.exists()
        handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            # A line that a power cut tore must not swallow the next one.
            file.seek(max(0, end - 1))
            torn = file.read(1) not in (b"", b"\n")
            file.write((b"\n" if torn else b"") + lines.encode("ascii"))
            os.fsync(file.fileno())
        if fresh:
            sync_folder(self._path.parent)

    def _catch_up(self) -> None:
        """Read what was added since the last look: another process of the same home may have noted it."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return
        if size <= self._read_to:
            return
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            added = file.read()
        whole, newline, _ = added.rpartition(b"\n")
        self._read_to += len(whole) + len(newline)
        for line in whole.split(b"\n"):
            object_id, _, revision = line.decode("ascii", "replace").partition(" ")
            if revision.isdigit():
                self._least[object_id] = max(self._least.get(object_id, 0), int(revision))
