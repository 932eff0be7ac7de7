"""The vault: what goes in is sealed and proven kept, what comes out is verified first."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader, BytesIO
from typing import BinaryIO, Final, cast

from vault.aad import object_aad
from vault.envelope import MOST_BYTES, Envelope, capture, encode, envelope, parse, signed_by
from vault.errors import (
    ContentLost,
    ContentTampered,
    Destroyed,
    EnvelopeTampered,
    Foreign,
    Locked,
    NameUnknown,
    Replayed,
    SourceFailed,
    StoreFailed,
    StoreLied,
    Unknown,
)
from vault.flow import PieceReader, Tally, told
from vault.keys import Keys, PublicKeys, Station
from vault.levels import Level
from vault.octets import Malformed
from vault.progress import SILENT, Progress
from vault.seal import (
    envelope_name,
    envelope_names,
    is_object_id,
    new_object_id,
    object_name,
    parse_envelope_name,
    standing_recipients,
    tombstone_name,
    unwrap_object_key,
)
from vault.stores.store import Store
from vault.stream import KEY_SIZE, Broken, open_stream, seal_stream
from vault.witness import GONE, NoWitness, Witness
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
    ``reader`` ring of a person, can open. ``witness`` remembers changed envelopes outside the store.
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
    ) -> None:
        self.store = store
        self.public = public
        self.keys = keys
        self.clock = clock
        self.witness: Witness = witness or NoWitness()
        self._station = station or (keys.station if keys else None)
        self._reader = reader or (keys.reading if keys else None)

    def seal(
        self,
        content: BinaryIO,
        *,
        document: str,
        role: str,
        level: Level = Level.ORDINARY,
        progress: Progress = SILENT,
        total: int | None = None,
    ) -> Sealed:
        """Seal ``content`` for ``level``, store it, read it back, and only then return.

        ``progress`` is told of bytes sealed, out of ``total`` where the caller knows the size.

        Raises:
            Locked: there is no station key to sign with.
            SourceFailed: ``content`` cannot be read to its end.
            StoreFailed: the store cannot keep it, or gave back something else than it was given.
        """
        station = self.signing_station().signing
        object_id, key = new_object_id(level), secrets.token_bytes(KEY_SIZE)
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
            self.put_envelope(made)
        except StoreFailed:
            # What has no envelope can never be opened; leave no such litter where the store still listens.
            with suppress(StoreFailed):
                self.store.delete(name)
            raise
        return Sealed(object_id, made, source.size, tally.size)

    def seal_bytes(self, content: bytes, *, document: str, role: str, level: Level = Level.ORDINARY) -> Sealed:
        """Seal bytes held in memory; see ``seal``."""
        return self.seal(BytesIO(content), document=document, role=role, level=level)

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
        if self._reader is None:
            raise Locked
        found = self.envelope(object_id)
        if found.document != document or found.role != role:
            raise Foreign(object=object_id)
        key = unwrap_object_key(found, self._reader, self.clock())
        if found.capture.content_size > HELD_SIZE:
            self.verify_content(found)
            return self._opened(found, self._content(found), key)
        held = list(self._content(found))
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
        if not is_object_id(object_id):
            raise Unknown(object=object_id)
        revisions = self.revisions(object_id)
        if self.witness.least(object_id) == GONE or self.store.size(tombstone_name(object_id)) is not None:
            raise Destroyed(object=object_id)
        if not revisions:
            raise Unknown(object=object_id)
        return self._read_envelope(object_id, revisions[-1])

    def objects(self, level: Level | None = None) -> Iterator[Envelope]:
        """Yield the newest envelope of every object (of one level), signatures checked, in the order of ids.

        Destroyed objects are left out, whatever the store shows of them.

        Raises:
            EnvelopeTampered, Foreign, Replayed, StoreFailed: as for ``open``.
        """
        for object_id in self.object_ids(level):
            try:
                yield self.envelope(object_id)
            except (Destroyed, Unknown):  # destroyed since the names were listed, or shown again by the store
                continue

    def object_ids(self, level: Level | None = None, *, after: str = "") -> Iterator[str]:
        """Yield the ids that have an envelope, in order, from the one after ``after`` on; nothing is checked yet.

        Raises:
            StoreFailed: the store cannot list its names.
        """
        last = after
        for one in (level,) if level else sorted(Level, key=lambda level: level.letter):
            for stored in self.store.names(f"keys/{one.value}/"):
                parsed = parse_envelope_name(stored.name)
                if parsed is not None and parsed[0] > last:
                    last = parsed[0]
                    yield last

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
        _check_content(found, told(self._content(found), progress, found.capture.content_size))

    def revisions(self, object_id: str) -> list[int]:
        """Return the revisions of an object's envelope that the store has, in order.

        Raises:
            StoreFailed: the store cannot list its names.
        """
        parsed = (parse_envelope_name(stored.name) for stored in self.store.names(envelope_names(object_id)))
        return sorted(found[1] for found in parsed if found is not None)

    def put_envelope(self, new: Envelope) -> None:
        """Store an envelope and read it back.

        Raises:
            StoreFailed: the store cannot keep it, or gave back something else than it was given.
        """
        name, octets = envelope_name(new.object_id, new.revision), encode(new)
        self.store.put(name, BytesIO(octets))
        if self._small(name) != octets:
            raise StoreLied(store=self.store.label, name=name)

    def withdraw(self, object_id: str) -> None:
        """Remove an object that nothing refers to yet; the keys go first, so that a rest can never be opened.

        For documents that were kept, use ``vault.destroy``: it leaves a tombstone and a certificate.

        Raises:
            Unknown: it is no object id.
            StoreFailed: the store cannot remove it.
        """
        if not is_object_id(object_id):
            raise Unknown(object=object_id)
        for revision in self.revisions(object_id):
            self.store.delete(envelope_name(object_id, revision))
        self.store.delete(object_name(object_id))

    def signing_station(self) -> Station:
        """Return the station this vault signs as.

        Raises:
            Locked: there is none.
        """
        if self._station is None:
            raise Locked
        return self._station

    def _read_envelope(self, object_id: str, revision: int) -> Envelope:
        try:
            found = parse(self._small(envelope_name(object_id, revision)))
        except (Malformed, NameUnknown) as error:
            raise EnvelopeTampered(object=object_id) from error
        # An envelope of another archive or object, or of another revision, put under this name.
        if found.capture.archive != self.public.archive or found.object_id != object_id or found.revision != revision:
            raise Foreign(object=object_id)
        station, signer = self.public.station(found.capture.station), self.public.station(found.signer)
        if station is None or signer is None or not signed_by(found, station.public, signer.public):
            raise EnvelopeTampered(object=object_id)
        if station.revoked is not None and found.capture.sealed_at >= station.revoked:
            raise EnvelopeTampered(object=object_id)
        if revision < self.witness.least(object_id):
            raise Replayed(object=object_id)
        return found

    def _small(self, name: str) -> bytes:
        """Return what is under a name where an envelope belongs, cut off where it is too long for one."""
        octets = bytearray()
        for piece in self.store.get(name):
            octets += piece
            if len(octets) > MOST_BYTES:
                break
        return bytes(octets)

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

    def _content(self, found: Envelope) -> Iterator[bytes]:
        """Yield an object's ciphertext, never more of it than the envelope says there is."""
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
