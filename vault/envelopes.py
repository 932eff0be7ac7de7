"""The envelopes and tombstones in a store: found, checked and put (docs/vault-format.md §9)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO

from vault.envelope import MOST_BYTES, Envelope, encode, parse, signed_by
from vault.errors import (
    Destroyed,
    EnvelopeTampered,
    Foreign,
    KeysDamaged,
    KeysMissing,
    KeysOpen,
    NameUnknown,
    Replayed,
    StoreFailed,
    StoreLied,
    Unknown,
)
from vault.levels import Level
from vault.octets import Malformed
from vault.public import PublicKeys, StationKey
from vault.seal import envelope_name, envelope_names, is_object_id, parse_envelope_name, tombstone_name
from vault.stores.store import Store
from vault.tombstone import Tombstone, parse_tombstone
from vault.witness import GONE, Witness


class Envelopes:
    """What the store says of sealed objects, believed only where a station of the archive signed it."""

    def __init__(
        self, store: Store, public: PublicKeys, witness: Witness, newer: Callable[[], PublicKeys] | None = None
    ) -> None:
        """``newer`` reads the archive's public keys again, for stations that were enrolled or struck off since."""
        self._store = store
        self._public = public
        self._witness = witness
        self._newer = newer

    def renew(self) -> bool:
        """Go by the archive's public keys as they are now, where they are newer; tell whether they were."""
        if self._newer is None:
            return False
        try:
            found = self._newer()
        except (KeysMissing, KeysDamaged, KeysOpen):
            return False
        # Only a file that this archive's own key signed parses, and its id is that key's hash: no other can pass.
        if found.archive != self._public.archive or found.serial <= self._public.serial:
            return False
        self._public = found
        return True

    def newest(self, object_id: str) -> Envelope:
        """Return the newest envelope of an object, its signatures checked.

        Raises:
            Unknown: there is no such object.
            Destroyed: it was destroyed.
            EnvelopeTampered, Foreign, Replayed: the envelope is not what this archive's stations wrote last.
            StoreFailed: the store cannot give it.
        """
        if not is_object_id(object_id):
            raise Unknown(object=object_id)
        revisions = self.revisions(object_id)
        if self._witness.least(object_id) == GONE or self.tombstone(object_id) is not None:
            raise Destroyed(object=object_id)
        if not revisions:
            raise Unknown(object=object_id)
        return self._read(object_id, revisions[-1])

    def station_of(self, object_id: str) -> str:
        """Return what the station is called that sealed an object.

        Raises:
            Unknown, Destroyed, EnvelopeTampered, Foreign, Replayed, StoreFailed: as ``newest``.
        """
        station = self._public.station(self.newest(object_id).capture.station)
        return station.name if station is not None else ""

    def ids(self, level: Level | None = None, *, after: str = "") -> Iterator[str]:
        """Yield the ids that have an envelope, in order, from the one after ``after`` on; nothing is checked yet.

        Raises:
            StoreFailed: the store cannot list its names.
        """
        last = after
        for one in (level,) if level else sorted(Level, key=lambda level: level.letter):
            for stored in self._store.names(f"keys/{one.value}/"):
                parsed = parse_envelope_name(stored.name)
                if parsed is not None and parsed[0] > last:
                    last = parsed[0]
                    yield last

    def revisions(self, object_id: str) -> list[int]:
        """Return the revisions of an object's envelope that the store has, in order.

        Raises:
            StoreFailed: the store cannot list its names.
        """
        parsed = (parse_envelope_name(stored.name) for stored in self._store.names(envelope_names(object_id)))
        return sorted(found[1] for found in parsed if found is not None)

    def put(self, new: Envelope) -> None:
        """Store an envelope and read it back.

        Raises:
            StoreFailed: the store cannot keep it, or gave back something else than it was given.
        """
        name, octets = envelope_name(new.object_id, new.revision), encode(new)
        self._store.put(name, BytesIO(octets))
        try:
            kept = self._small(name)
        except NameUnknown as error:
            raise StoreLied(store=self._store.label, name=name) from error
        if kept != octets:
            # It would count as the newest and hide the good one before it.
            with suppress(StoreFailed):
                self._store.delete(name)
            raise StoreLied(store=self._store.label, name=name)

    def tombstone(self, object_id: str) -> Tombstone | None:
        """Return what the store says of the object's destruction, its signature checked, or None.

        Raises:
            EnvelopeTampered: something lies there that no records desk of this archive signed.
            StoreFailed: the store cannot say.
        """
        name = tombstone_name(object_id)
        if self._store.size(name) is None:
            return None
        try:
            stone = parse_tombstone(self._small(name))
        except (Malformed, NameUnknown) as error:
            raise EnvelopeTampered(object=object_id) from error
        signer = self._public.desk(stone.signer)
        named = stone.object_id == object_id and stone.archive == self._public.archive
        if not named or signer is None or not stone.signed_by(signer.public):
            raise EnvelopeTampered(object=object_id)
        return stone

    def _read(self, object_id: str, revision: int) -> Envelope:
        try:
            found = parse(self._small(envelope_name(object_id, revision)))
        except (Malformed, NameUnknown) as error:
            raise EnvelopeTampered(object=object_id) from error
        # An envelope of another archive or object, or of another revision, put under this name.
        if found.capture.archive != self._public.archive or found.object_id != object_id or found.revision != revision:
            raise Foreign(object=object_id)
        if self._public.station(found.capture.station) is None:
            self.renew()
        station, signer = self._public.station(found.capture.station), self._signer(found)
        if station is None or signer is None or not signed_by(found, station.public, signer.public):
            raise EnvelopeTampered(object=object_id)
        if station.revoked is not None and found.capture.sealed_at >= station.revoked:
            raise EnvelopeTampered(object=object_id)
        if revision < self._witness.least(object_id):
            raise Replayed(object=object_id)
        return found

    def _signer(self, found: Envelope) -> StationKey | None:
        """Return who may have written this revision: the first the capture station itself, later ones a desk."""
        if found.revision > 1:
            return self._public.desk(found.signer)
        return self._public.station(found.signer) if found.signer == found.capture.station else None

    def _small(self, name: str) -> bytes:
        """Return what is under a name where an envelope belongs, cut off where it is too long for one."""
        octets = bytearray()
        for piece in self._store.get(name):
            octets += piece
            if len(octets) > MOST_BYTES:
                break
        return bytes(octets)
