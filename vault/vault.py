"""The vault: what goes in is sealed and proven kept, what comes out is verified first."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader, BytesIO
from typing import BinaryIO, Final, cast

from vault.aad import object_aad
from vault.envelope import Envelope, capture, envelope
from vault.envelopes import Envelopes
from vault.errors import (
    ContentLost,
    ContentTampered,
    Destroyed,
    Foreign,
    Locked,
    NameUnknown,
    SourceFailed,
    StoreFailed,
    StoreLied,
    StoreRefused,
    Unknown,
)
from vault.flow import PieceReader, Tally, told
from vault.keys import Keys, PublicKeys, Station
from vault.levels import Level
from vault.progress import SILENT, Progress
from vault.seal import (
    envelope_name,
    is_object_id,
    new_object_id,
    object_name,
    standing_recipients,
    unwrap_object_key,
)
from vault.stores.store import Store
from vault.stream import KEY_SIZE, Broken, open_stream, seal_stream
from vault.witness import NoWitness, Witness
from vault.wrap import Keyring

HELD_SIZE: Final = 8 * 1024 * 1024
"""Up to this size a ciphertext is held in memory until its hash is checked; a larger one is read twice."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document part now kept: its id and envelope, and its size before and after sealing, in bytes."""

    object_id: str
    envelope: Envelope
    plain_size: int
    sealed_size: int


class Vault:
    """Seals into a store and opens from it.

    With public keys alone it can check what is there. A ``station`` (or ``keys``) can seal; ``keys``, or the
    ``reader`` ring of a person, can open. ``witness`` remembers changed envelopes outside the store;
    ``newer`` reads the public keys again, for stations enrolled since.
    """

    def __init__(
        self,
        store: Store,
        public: PublicKeys,
        keys: Keys | None = None,
        *,
        station: Station | None = None,
        reader: Keyring | None = None,
        witness: Witness | None = None,
        clock: Callable[[], datetime] = _now,
        newer: Callable[[], PublicKeys] | None = None,
    ) -> None:
        self.store = store
        self.public = public
        self.keys = keys
        self.clock = clock
        self.witness: Witness = witness or NoWitness()
        self.envelopes = Envelopes(store, public, self.witness, newer)
        self._station = station or (keys.station if keys else None)
        self._reader = reader or (keys.reading if keys else None)

    def seal(
        self,
        content: BinaryIO,
        *,
        document: str,
        role: str,
        level: Level = Level.ORDINARY,
        object_id: str | None = None,
        progress: Progress = SILENT,
        total: int | None = None,
    ) -> Sealed:
        """Seal ``content`` for ``level``, store it, read it back, and only then return.

        ``object_id`` is one that ``allot`` gave for this level, for a caller who notes it before anything is kept;
        without it the vault makes one. ``progress`` is told of bytes sealed, out of ``total`` where the caller knows
        the size.

        Raises:
            Locked: there is no station key to sign with.
            SourceFailed: ``content`` cannot be read to its end.
            StoreFailed: the store cannot keep it, or gave back something else than it was given.
        """
        station = self.signing_station().signing
        object_id, key = object_id or self.allot(level), secrets.token_bytes(KEY_SIZE)
        aad = object_aad(archive=self.public.archive, document=document, object_id=object_id, role=role)
        source, name, tally = _Source(content), object_name(object_id), Tally()
        ciphertext = told(tally.over(seal_stream(cast("BinaryIO", source), key, aad)), progress, total)
        try:
            self.store.put(name, cast("BinaryIO", BufferedReader(PieceReader(ciphertext))))
            self._check_kept(name, tally.size, tally.sha256())
            what = capture(
                object_id=object_id,
                archive=self.public.archive,
                document=document,
                role=role,
                level=level,
                sealed_at=self.clock(),
                content_sha256=tally.sha256(),
                content_size=tally.size,
                station=station,
            )
            recipients = standing_recipients(self.public, level, key, aad)
            made = envelope(what, recipients, revision=1, signer=station)
            self.envelopes.put(made)
        except StoreFailed:
            # Leave no litter where the store still listens. The envelope goes first, should it have arrived after all:
            # an envelope without its ciphertext would look like a loss, the other way round it is only a rest.
            with suppress(StoreFailed):
                self.withdraw(object_id)
            raise
        return Sealed(object_id, made, source.size, tally.size)

    def seal_bytes(
        self,
        content: bytes,
        *,
        document: str,
        role: str,
        level: Level = Level.ORDINARY,
        object_id: str | None = None,
    ) -> Sealed:
        """Seal bytes held in memory; see ``seal``."""
        return self.seal(BytesIO(content), document=document, role=role, level=level, object_id=object_id)

    def is_begun(self, object_id: str) -> bool:
        """Tell whether anything was stored under an id, be it only a rest of interrupted work.

        Raises:
            StoreFailed: the store cannot say.
        """
        return self.store.size(object_name(object_id)) is not None or bool(self.envelopes.revisions(object_id))

    @staticmethod
    def allot(level: Level = Level.ORDINARY) -> str:
        """Return a fresh object id for ``level``: 160 random bits, never given twice."""
        return new_object_id(level)

    def open(self, object_id: str, *, document: str, role: str) -> Iterator[bytes]:
        """Return the content of an object, piece by piece; nothing is given out before all of it was verified.

        Everything is checked when this is called: envelope, right, and the whole ciphertext against its signed
        hash. Each piece is then authenticated again as it is opened.

        Raises:
            Locked: there are no reading keys.
            Unknown: there is no such object.
            Destroyed: it was destroyed.
            Tampered: it, or its envelope, is not what was sealed as this document and role.
            NoAccess: none of the keys at hand opens it.
            LoanEnded: the loan that opened it has run out.
            StoreFailed: the store cannot give it.
        """
        ring = self.reading()
        found = self.envelope(object_id)
        if found.document != document or found.role != role:
            raise Foreign(object=object_id)
        key = unwrap_object_key(found, ring, self.clock())
        if found.capture.content_size > HELD_SIZE:
            self.verify_content(found)
            return self._opened(found, self.ciphertext(found), key)
        held = list(self.ciphertext(found))
        _check_content(found, iter(held))
        return self._opened(found, iter(held), key)

    def open_bytes(self, object_id: str, *, document: str, role: str) -> bytes:
        """Return the whole content of an object; see ``open``."""
        return b"".join(self.open(object_id, document=document, role=role))

    def envelope(self, object_id: str) -> Envelope:
        """Return the newest envelope of an object, its signatures checked.

        Raises:
            Unknown, Destroyed, EnvelopeTampered, Foreign, Replayed, StoreFailed: as for ``open``.
        """
        return self.envelopes.newest(object_id)

    def objects(self, level: Level | None = None) -> Iterator[Envelope]:
        """Yield the newest envelope of every object (of one level), signatures checked, in the order of ids.

        Destroyed objects are left out, whatever the store shows of them.

        Raises:
            EnvelopeTampered, Foreign, Replayed, StoreFailed: as for ``open``.
        """
        for object_id in self.envelopes.ids(level):
            try:
                yield self.envelope(object_id)
            except (Destroyed, Unknown):  # destroyed since the names were listed, or shown again by the store
                continue

    def verify(self, object_id: str) -> Envelope:
        """Read an object back whole and prove that it is what was sealed; needs no reading key. Return its envelope.

        Raises:
            Unknown, Destroyed, Tampered, StoreFailed: as for ``open``.
        """
        found = self.envelope(object_id)
        self.verify_content(found)
        return found

    def verify_content(self, found: Envelope, *, progress: Progress = SILENT) -> None:
        """Read the ciphertext of an envelope and compare it with the signed size and hash.

        Raises:
            ContentLost, ContentTampered, StoreFailed: as for ``open``.
        """
        _check_content(found, told(self.ciphertext(found), progress, found.capture.content_size))

    def withdraw(self, object_id: str) -> None:
        """Remove an object that nothing refers to yet; the keys go first, so that a rest can never be opened.

        A ciphertext that a bucket's lock holds stays for its time. For documents that were kept, use
        ``vault.destroy``: it leaves a tombstone and a certificate.

        Raises:
            Unknown: it is no object id.
            StoreFailed: the store cannot remove it.
        """
        if not is_object_id(object_id):
            raise Unknown(object=object_id)
        for revision in self.envelopes.revisions(object_id):
            self.store.delete(envelope_name(object_id, revision))
        with suppress(StoreRefused):
            self.store.delete(object_name(object_id))

    def signing_station(self) -> Station:
        """Return the station this vault signs as.

        Raises:
            Locked: there is none.
        """
        if self._station is None:
            raise Locked
        return self._station

    def over(self, store: Store) -> "Vault":
        """Return a vault with the same keys over another store: a backup of this one's."""
        return Vault(store, self.public, self.keys, station=self._station, reader=self._reader, clock=self.clock)

    def reading(self) -> Keyring:
        """Return the keys this vault opens with.

        Raises:
            Locked: there are none.
        """
        if self._reader is None:
            raise Locked
        return self._reader

    def _check_kept(self, name: str, size: int, sha256: bytes) -> None:
        kept = Tally()
        try:
            for _ in kept.over(self.store.get(name)):
                if kept.size > size:
                    break
        except NameUnknown as error:
            raise StoreLied(store=self.store.label, name=name) from error
        if kept.size != size or kept.sha256() != sha256:
            raise StoreLied(store=self.store.label, name=name)

    def ciphertext(self, found: Envelope) -> Iterator[bytes]:
        """Yield an object's ciphertext as the store gives it, never more than the envelope says there is.

        Raises:
            ContentLost, ContentTampered, StoreFailed: as for ``open``.
        """
        size = 0
        try:
            for piece in self.store.get(object_name(found.object_id)):
                size += len(piece)
                if size > found.capture.content_size:
                    raise ContentTampered(object=found.object_id)
                yield piece
        except NameUnknown as error:
            raise ContentLost(object=found.object_id) from error

    def _opened(self, found: Envelope, pieces: Iterator[bytes], key: bytes) -> Iterator[bytes]:
        try:
            yield from open_stream(pieces, key, found.aad())
        except Broken as error:
            raise ContentTampered(object=found.object_id) from error


def _check_content(found: Envelope, pieces: Iterator[bytes]) -> None:
    tally = Tally()
    for _ in tally.over(pieces):
        pass
    if tally.size != found.capture.content_size or tally.sha256() != found.capture.content_sha256:
        raise ContentTampered(object=found.object_id)


class _Source:
    """What is being sealed: counts its bytes, and tells its own read errors from the store's."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self.size = 0

    def read(self, size: int) -> bytes:
        try:
            octets = self._content.read(size)
        except OSError as error:
            raise SourceFailed(reason=error.strerror or str(error)) from error
        self.size += len(octets)
        return octets
