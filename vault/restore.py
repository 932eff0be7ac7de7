"""Restore: the same archive on another machine, from a backup and the passphrase or the recovery code."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from vault.durable import make_private_folder, write_pieces_durably
from vault.errors import Destroyed, NoBackup, Tampered, Unknown
from vault.keyfile import PRODUCTION, Cost
from vault.keys import Keys, restore_keys
from vault.progress import SILENT, Progress
from vault.received import TICKET, note_again
from vault.snapshot import Snapshot, is_snapshots_own, snapshots
from vault.stores.store import Store
from vault.transfer import carry, carry_tombstones
from vault.vault import Vault
from vault.witness import Witness


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    keys: Keys
    snapshot: Snapshot
    objects: int
    """Objects that are in the restored store."""
    carried: int
    """Those of them that this run brought."""
    missing: tuple[str, ...]
    """Objects the snapshot lists and the backup no longer has."""
    damaged: tuple[str, ...]
    """Objects of the backup that are not what was sealed."""
    extras: tuple[str, ...]


def restore(
    source: Store,
    home: Path,
    make_store: Callable[[str], Store],
    *,
    passphrase: str,
    code: str | None = None,
    extra: Callable[[str], Path | None] = lambda _: None,
    destroyed_in: Iterable[Store] = (),
    witness: Witness | None = None,
    cost: Cost = PRODUCTION,
    progress: Progress = SILENT,
) -> Restored:
    """Make ``home`` and the store of the archive again from the backup ``source``.

    With ``code`` the recovery code opens the keys and ``passphrase`` is the new one; without it ``passphrase`` is the
    one at the time of the backup. ``make_store`` gets the archive's id. ``extra`` says where an extra file goes, None
    where it is not wanted. ``destroyed_in`` are stores whose tombstones count too: destroyed documents do not come
    back. Run again after an interruption. ``progress`` counts objects.

    Raises:
        NoBackup: ``source`` has no whole snapshot.
        KeysExist: ``home`` has the keys of another archive.
        WrongPassphrase, WrongRecoveryCode, WeakPassphrase, KeysDamaged: the keys do not open.
        StoreFailed: a store cannot give or keep.
    """
    snapshot = next(snapshots(source), None)
    if snapshot is None:
        raise NoBackup(store=source.label)
    keys = restore_keys(home, snapshot.key_files, passphrase, code=code, cost=cost)
    backup = Vault(source, keys.public, keys)
    vault = Vault(make_store(snapshot.archive), keys.public, keys, witness=witness)
    for store in (*destroyed_in, source):
        carry_tombstones(backup.over(store), vault)
    objects, carried, damaged, tickets = _carry_all(backup, vault, progress)
    if tickets:
        note_again(vault)
    missing = _missing(backup, vault, snapshot)
    brought = []
    for name, object_id in snapshot.extras.items():
        path = extra(name)
        if path is not None:
            pieces = backup.open(object_id, document=snapshot.document, role=f"extra {name}")
            make_private_folder(path.parent)
            write_pieces_durably(path, pieces)
            brought.append(name)
    return Restored(keys, snapshot, objects, carried, missing, damaged, tuple(brought))


def _carry_all(backup: Vault, vault: Vault, progress: Progress) -> tuple[int, int, tuple[str, ...], int]:
    total = sum(1 for _ in backup.envelopes.ids())
    objects = carried = tickets = 0
    damaged = []
    for done, object_id in enumerate(backup.envelopes.ids(), start=1):
        try:
            found = backup.envelope(object_id)
            if not is_snapshots_own(found.document) and vault.envelopes.tombstone(object_id) is None:
                carried += carry(backup, vault, found)
                objects += 1
                tickets += found.role == TICKET
        except (Unknown, Destroyed):
            pass
        except Tampered:
            damaged.append(object_id)
        progress(done, total)
    return objects, carried, tuple(damaged), tickets


def _missing(backup: Vault, vault: Vault, snapshot: Snapshot) -> tuple[str, ...]:
    lines = backup.open_bytes(snapshot.listing, document=snapshot.document, role="listing").decode("ascii")
    listed = [line.partition(" ")[0] for line in lines.splitlines()]
    return tuple(one for one in listed if not vault.envelopes.revisions(one) and vault.envelopes.tombstone(one) is None)
