"""Destruction by key: every copy of an object's envelope goes, and with it the only way in (threat-model §3 G8).

The order matters. The tombstone stands first: from then on nothing opens, and an interrupted destruction is finished by
running it again. Then the keys go, then the ciphertext, which nothing could open any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from typing import Final

from vault.envelope import Envelope
from vault.errors import Destroyed, StoreLied, StoreRefused, Tampered
from vault.progress import SILENT, Progress
from vault.public import PublicKeys, canonical
from vault.seal import envelope_name, envelope_names, object_name, parse_envelope_name, tombstone_name
from vault.stores.store import Store
from vault.tombstone import Tombstone, tombstone
from vault.vault import Vault
from vault.witness import GONE

VERSION: Final = 1
PURPOSE: Final = "juanzong certificate 1"


@dataclass(frozen=True, slots=True)
class DestroyedObject:
    """What is known of an object that is gone; the last four are empty when its envelope could not be read."""

    object_id: str
    destroyed_at: datetime
    document: str
    role: str
    sealed_at: datetime | None
    content_sha256: str
    """Of the ciphertext, hex: tells whether a copy found later is this one, and nothing of what was in it."""
    held_by: tuple[str, ...] = ()
    """Stores whose lock still holds the ciphertext, to which no key is left."""

    def stated(self) -> dict[str, object]:
        """Return it as the certificate states it."""
        return {
            "content_sha256": self.content_sha256,
            "destroyed_at": self.destroyed_at.isoformat(timespec="seconds"),
            "document": self.document,
            "held_by": list(self.held_by),
            "object": self.object_id,
            "role": self.role,
            "sealed_at": self.sealed_at.isoformat(timespec="seconds") if self.sealed_at else None,
        }


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A backup that could not be reached: until it lapses, it still holds keys of what was destroyed."""

    place: str
    lapses: date | None
    """The day on which it is overwritten or discarded; None when nobody said."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Proof of a destruction, signed by the desk that carried it out."""

    archive: str
    objects: tuple[DestroyedObject, ...]
    reason: str
    decided_by: tuple[str, ...]
    stores: tuple[str, ...]
    """Where every copy of the keys was removed and proven gone."""
    out_of_reach: tuple[OutOfReach, ...]
    made_at: datetime
    signer: str
    signature: bytes

    @property
    def last_copy_lapses(self) -> date | None:
        """When the last backup that could not be reached runs out; None when there is none, or one has no date."""
        days = [one.lapses for one in self.out_of_reach if one.lapses is not None]
        return max(days) if days and len(days) == len(self.out_of_reach) else None

    def statement(self) -> bytes:
        """Return the bytes that are signed: canonical JSON, fit to be printed and kept."""
        return canonical(
            {
                "archive": self.archive,
                "decided_by": list(self.decided_by),
                "last_copy_lapses": self.last_copy_lapses.isoformat() if self.last_copy_lapses else None,
                "made_at": self.made_at.isoformat(timespec="seconds"),
                "objects": [one.stated() for one in self.objects],
                "out_of_reach": [
                    {"lapses": one.lapses.isoformat() if one.lapses else None, "place": one.place}
                    for one in self.out_of_reach
                ],
                "reason": self.reason,
                "stores": list(self.stores),
                "version": VERSION,
            }
        )

    def signed(self, public: PublicKeys) -> bool:
        """Tell whether a records desk of this archive signed it."""
        station = public.desk(self.signer)
        return station is not None and station.public.verifies(self.signature, PURPOSE, self.statement())


def destroy(
    vault: Vault,
    object_ids: Sequence[str],
    *,
    reason: str,
    decided_by: Sequence[str],
    copies: Sequence[Store] = (),
    out_of_reach: Sequence[OutOfReach] = (),
    progress: Progress = SILENT,
) -> Certificate:
    """Destroy objects for good, in the vault's store and in the backups ``copies``.

    Who may decide, and that two people did, is the caller's to check. ``out_of_reach`` names backups that
    could not be opened. ``progress`` counts objects.

    Raises:
        Locked: there is no station key to sign with.
        StoreLied: a store said it removed a key and still gives it.
        StoreFailed: a store cannot remove; run again with the same objects.
    """
    signer = vault.signing_station().signing
    gone = []
    for done, object_id in enumerate(object_ids, start=1):
        gone.append(_destroy_one(vault, object_id, copies))
        progress(done, len(object_ids))
    unsigned = Certificate(
        archive=vault.public.archive,
        objects=tuple(gone),
        reason=reason,
        decided_by=tuple(decided_by),
        stores=tuple(store.label for store in (vault.store, *copies)),
        out_of_reach=tuple(out_of_reach),
        made_at=vault.clock(),
        signer=signer.public.id,
        signature=b"",
    )
    return replace(unsigned, signature=signer.sign(PURPOSE, unsigned.statement()))


def remove_keys(store: Store, object_id: str) -> bool:
    """Remove every revision of an object's envelope, prove that they are gone, then remove the ciphertext.

    Return whether the ciphertext went too: a bucket that locks keeps it for its time, and nothing opens it any more.

    Raises:
        StoreLied: the store still gives one.
        StoreFailed: it cannot remove them.
    """
    for name in _envelopes(store, object_id):
        store.delete(name)
    left = _envelopes(store, object_id)
    if left or store.size(envelope_name(object_id, 1)) is not None:
        raise StoreLied(store=store.label, name=envelope_names(object_id))
    try:
        store.delete(object_name(object_id))
    except StoreRefused:
        return False
    return True


def put_tombstone(store: Store, stone: Tombstone) -> None:
    """Put a tombstone where there is none yet.

    Raises:
        StoreFailed: the store cannot keep it.
    """
    name = tombstone_name(stone.object_id)
    if store.size(name) is None:
        store.put(name, BytesIO(stone.encode()))


def _destroy_one(vault: Vault, object_id: str, copies: Sequence[Store]) -> DestroyedObject:
    known = _known(vault, object_id)
    stone = vault.envelopes.tombstone(object_id)
    if stone is None:
        stone = tombstone(object_id, vault.public.archive, vault.clock(), vault.signing_station().signing)
    put_tombstone(vault.store, stone)
    vault.witness.note([(object_id, GONE)])
    held_by = []
    for store in (vault.store, *copies):
        put_tombstone(store, stone)
        if not remove_keys(store, object_id):
            held_by.append(store.label)
    return DestroyedObject(
        object_id=object_id,
        destroyed_at=stone.destroyed_at,
        document=known.document if known else "",
        role=known.role if known else "",
        sealed_at=known.capture.sealed_at if known else None,
        content_sha256=known.capture.content_sha256.hex() if known else "",
        held_by=tuple(held_by),
    )


def _known(vault: Vault, object_id: str) -> Envelope | None:
    try:
        return vault.envelope(object_id)
    except (Tampered, Destroyed):  # damaged, or an interrupted destruction: it goes all the same
        return None


def _envelopes(store: Store, object_id: str) -> list[str]:
    return [one.name for one in store.names(envelope_names(object_id)) if parse_envelope_name(one.name) is not None]
