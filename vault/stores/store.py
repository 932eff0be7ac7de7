"""The seam between the vault and whatever keeps its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Stored:
    """One name in a store and the size of what is under it, in bytes."""

    name: str
    size: int


class Store(Protocol):
    """Keeps bytes under names. A name is written once and never overwritten.

    Names are ``/``-separated parts of ``a-z 0-9 . -``. Every method raises a ``StoreFailed``
    (disk full, mount gone, server down, refused) when the store cannot do what it is asked.
    """

    @property
    def label(self) -> str:
        """Where this store is, for messages: a folder, or server and bucket."""

    def put(self, name: str, source: BinaryIO) -> int:
        """Keep all of ``source`` under ``name``; when this returns, it is durable. Return its size in bytes.

        Nothing is kept under ``name`` when this raises, or when ``source`` itself raises.

        Raises:
            NameTaken: there is something under ``name`` already.
            StoreFailed: it could not be kept.
        """

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes under ``name`` from ``offset`` on, in pieces of the store's own choosing.

        Raises:
            NameUnknown: there is nothing under ``name``.
            StoreFailed: it could not be read to its end.
        """

    def size(self, name: str) -> int | None:
        """Return the size of what is under ``name`` in bytes, or None when there is nothing."""

    def delete(self, name: str) -> None:
        """Remove ``name`` and every older version of it the store keeps; no error when there is nothing."""

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield everything whose name starts with ``prefix``, in the order of names."""
