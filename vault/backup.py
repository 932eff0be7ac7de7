"""Backup: a second store that has every sealed object, and what it takes to open them (docs/vault-format.md §12).

Everything in it is sealed. Objects are immutable, so that each is carried once; what was destroyed is destroyed there
too. The snapshot is written last: a backup without one is not whole and is gone on with next time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Final

from vault.errors import Destroyed, Tampered, Unknown
from vault.keyfile import read_key_file
from vault.keys import FOLDER, PRIVATE, PUBLIC, RECOVERY
from vault.levels import Level
from vault.progress import SILENT, Progress
from vault.snapshot import Snapshot, document_of, put_snapshot, signed, snapshots
from vault.stores.store import Store
from vault.transfer import carry, carry_tombstones
from vault.vault import Vault

KEEP: Final = 7
"""Snapshots that stay; older ones hold old indexes and old passphrases."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup run did."""

    snapshot: Snapshot
    carried: int
    already: int
    octets: int
    """Of ciphertext carried."""
    destroyed: int
    damaged: tuple[str, ...]
    """Objects that are not what was sealed; an earlier good copy in the backup stays."""


def backup(
    vault: Vault,
    target: Store,
    *,
    home: Path,
    extras: Mapping[str, Path] | None = None,
    keep: int = KEEP,
    progress: Progress = SILENT,
) -> Backup:
    """Bring ``target`` up to date with the vault, with the key files of ``home`` and the files ``extras``.

    ``extras`` are consistent copies of files that cannot be made again from the vault (an index); each is sealed to
    the key of the secret level. ``progress`` counts objects.

    Raises:
        Locked: there is no station key to sign with.
        KeysMissing, KeysDamaged, KeysOpen: a key file is not as it must be.
        StoreFailed: a store cannot give or keep; run again to go on.
    """
    made = vault.clock().astimezone(UTC)
    second = vault.over(target)
    destroyed = carry_tombstones(vault, second)
    listing, carried, octets, damaged = _carry_all(vault, second, progress)
    keys = home / FOLDER
    key_files = {
        PUBLIC: read_key_file(keys / PUBLIC, secret=False),
        PRIVATE: read_key_file(keys / PRIVATE, secret=True),
        RECOVERY: read_key_file(keys / RECOVERY, secret=True),
    }
    document = document_of(made)
    sealed = {}
    for name, path in sorted((extras or {}).items()):
        with path.open("rb") as file:
            kept = second.seal(file, document=document, role=f"extra {name}", level=Level.SECRET)
            sealed[name] = kept.object_id
    lines = "".join(f"{object_id} {revision}\n" for object_id, revision in listing).encode("ascii")
    listed = second.seal(BytesIO(lines), document=document, role="listing", level=Level.SECRET)
    unsigned = Snapshot(
        archive=vault.public.archive,
        made=made,
        objects=len(listing),
        listing=listed.object_id,
        extras=sealed,
        key_files=key_files,
        signer="",
        signature=b"",
    )
    snapshot = signed(unsigned, vault.signing_station().signing)
    put_snapshot(target, snapshot)
    prune(second, keep=keep)
    return Backup(snapshot, carried, len(listing) - carried, octets, destroyed, damaged)


def prune(second: Vault, *, keep: int) -> None:
    """Remove all but the newest ``keep`` snapshots of a backup.

    Raises:
        StoreFailed: the store cannot remove them.
    """
    for old in list(snapshots(second.store))[max(1, keep) :]:
        second.store.delete(old.name)
        for object_id in old.object_ids:
            second.withdraw(object_id)


def _carry_all(
    vault: Vault, second: Vault, progress: Progress
) -> tuple[list[tuple[str, int]], int, int, tuple[str, ...]]:
    total = sum(1 for _ in vault.envelopes.ids())
    listing: list[tuple[str, int]] = []
    damaged: list[str] = []
    carried = octets = 0
    for done, object_id in enumerate(vault.envelopes.ids(), start=1):
        try:
            found = vault.envelope(object_id)
            if carry(vault, second, found):
                carried += 1
                octets += found.capture.content_size
            listing.append((object_id, found.revision))
        except (Unknown, Destroyed):  # destroyed since the names were listed
            pass
        except Tampered:
            damaged.append(object_id)
        progress(done, total)
    return listing, carried, octets, tuple(damaged)
