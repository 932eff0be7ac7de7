"""A snapshot: what a backup held when it was whole, with the sealed key files (docs/vault-format.md §12)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from vault import public
from vault.octets import Malformed
from vault.public import PublicKeys, canonical
from vault.signing import SigningKey
from vault.stores.store import Store

VERSION: Final = 1
PURPOSE: Final = "juanzong snapshot 1"
FOLDER: Final = "snapshots/"
MOST_BYTES: Final = 64 * 1024 * 1024
_DOCUMENT: Final = "snapshot "
_NAME: Final = re.compile(r"snapshots/[0-9]{8}t[0-9]{12}z")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One finished backup run."""

    archive: str
    made: datetime
    objects: int
    listing: str
    """Id of the sealed object that lists every object id and revision, a line each."""
    extras: Mapping[str, str]
    """Name of an extra file → id of the object it is sealed in."""
    key_files: Mapping[str, bytes] = field(repr=False)
    """Name in the keys folder → its bytes: public, or sealed under passphrase or recovery code."""
    signer: str
    signature: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Its name in the store; names sort by time."""
        return FOLDER + self.made.strftime("%Y%m%dt%H%M%S%fz")

    @property
    def document(self) -> str:
        """The document that its own objects are sealed as."""
        return document_of(self.made)

    @property
    def object_ids(self) -> tuple[str, ...]:
        """The objects that belong to the snapshot itself and not to the archive."""
        return (self.listing, *self.extras.values())

    def public_keys(self) -> PublicKeys:
        """Return the archive's public keys as they were.

        Raises:
            Malformed: they are missing or not signed by the archive.
        """
        return public.parse(self.key_files.get("archive.json", b""))


def document_of(made: datetime) -> str:
    """Return the document that the objects of the snapshot made at a moment are sealed as."""
    return f"{_DOCUMENT}{made.isoformat()}"


def is_snapshots_own(document: str) -> bool:
    """Tell whether a document is part of a snapshot and not of the archive."""
    return document.startswith(_DOCUMENT)


def signed(unsigned: Snapshot, signer: SigningKey) -> Snapshot:
    """Sign a snapshot."""
    named = replace(unsigned, signer=signer.public.id)
    return replace(named, signature=signer.sign(PURPOSE, canonical(_body(named))))


def put_snapshot(store: Store, snapshot: Snapshot) -> None:
    """Keep a snapshot; this is what makes a backup whole.

    Raises:
        StoreFailed: the store cannot keep it.
    """
    octets = canonical({"signature": snapshot.signature.hex(), "snapshot": _body(snapshot)})
    store.put(snapshot.name, BytesIO(octets))


def snapshots(store: Store) -> Iterator[Snapshot]:
    """Yield the sound snapshots of a backup, the newest first; what is cut, changed or unsigned is passed over.

    Raises:
        StoreFailed: the store cannot be read.
    """
    names = [one.name for one in store.names(FOLDER) if _NAME.fullmatch(one.name) and one.size <= MOST_BYTES]
    for name in reversed(names):
        try:
            yield _parse(b"".join(store.get(name)), name)
        except Malformed:
            continue


def _parse(octets: bytes, name: str) -> Snapshot:
    try:
        whole = json.loads(octets)
        body = whole["snapshot"]
        found = Snapshot(
            archive=body["archive"],
            made=datetime.strptime(body["made"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
            objects=body["objects"],
            listing=body["listing"],
            extras=dict(body["extras"]),
            key_files={name: bytes.fromhex(text) for name, text in body["keys"].items()},
            signer=body["signer"],
            signature=bytes.fromhex(whole["signature"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed("not a snapshot") from error
    keys = found.public_keys()
    signer = keys.desk(found.signer)
    canonical_bytes = canonical({"signature": found.signature.hex(), "snapshot": _body(found)})
    if canonical_bytes != octets or keys.archive != found.archive or found.name != name:
        raise Malformed("not canonical")
    if signer is None or not signer.public.verifies(found.signature, PURPOSE, canonical(_body(found))):
        raise Malformed("not signed by this archive")
    return found


def _body(snapshot: Snapshot) -> dict[str, object]:
    return {
        "archive": snapshot.archive,
        "extras": dict(snapshot.extras),
        "keys": {name: octets.hex() for name, octets in snapshot.key_files.items()},
        "listing": snapshot.listing,
        "made": snapshot.made.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "objects": snapshot.objects,
        "signer": snapshot.signer,
        "version": VERSION,
    }
