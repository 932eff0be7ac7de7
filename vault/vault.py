"""The vault: what goes in is sealed and proven kept, what comes out is verified first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from vault.envelope import Envelope
from vault.keys import Keys, PublicKeys
from vault.levels import Level
from vault.stores.store import Store


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document part now kept: its id and envelope, and its size before and after sealing, in bytes."""

    object_id: str
    envelope: Envelope
    plain_size: int
    sealed_size: int


class Vault:
    """Seals into a store and opens from it.

    With public keys alone nothing can be opened; with ``keys`` it seals and opens.
    """

    def __init__(
        self,
        store: Store,
        public: PublicKeys,
        keys: Keys | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        raise NotImplementedError

    def seal(self, content: BinaryIO, *, document: str, role: str, level: Level = Level.ORDINARY) -> Sealed:
        """Seal ``content`` for ``level``, store it, read it back, and only then return.

        Raises:
            Locked: there is no station key to sign with.
            StoreFailed: the store cannot keep it, or gave back something else than it was given.
        """
        raise NotImplementedError

    def seal_bytes(self, content: bytes, *, document: str, role: str, level: Level = Level.ORDINARY) -> Sealed:
        """Seal bytes held in memory; see ``seal``."""
        raise NotImplementedError

    def open(self, object_id: str, *, document: str, role: str) -> Iterator[bytes]:
        """Yield the content of an object, every piece verified before it is given out.

        Raises:
            Locked: there are no reading keys.
            Unknown: there is no such object.
            Destroyed: it was destroyed.
            Tampered: it, or its envelope, is not what was sealed as this document and role.
            NoAccess: none of the keys at hand opens it.
            LoanEnded: the loan that opened it has run out.
            StoreFailed: the store cannot give it.
        """
        raise NotImplementedError

    def open_bytes(self, object_id: str, *, document: str, role: str) -> bytes:
        """Return the whole content of an object; see ``open``."""
        raise NotImplementedError

    def envelope(self, object_id: str) -> Envelope:
        """Return the newest envelope of an object, its signatures checked.

        Raises:
            Unknown, Destroyed, EnvelopeTampered, Foreign, StoreFailed: as for ``open``.
        """
        raise NotImplementedError

    def objects(self, level: Level | None = None) -> Iterator[Envelope]:
        """Yield the newest envelope of every object (of one level), signatures checked, in the order of ids.

        Raises:
            EnvelopeTampered, Foreign, StoreFailed: as for ``open``.
        """
        raise NotImplementedError

    def verify(self, object_id: str) -> None:
        """Read an object back whole and prove that it is what was sealed; needs no reading key.

        Raises:
            Unknown, Destroyed, Tampered, StoreFailed: as for ``open``.
        """
        raise NotImplementedError
