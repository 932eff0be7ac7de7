"""Keep the vault and the index: verify, rotate keys, change the passphrase, make the index again."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from desk.archive import Archive
from desk.home import Home
from desk.rights import needs
from dossier.reading import Reading
from dossier.reading_json import from_json
from dossier.rights import Duty
from index import record
from index.rebuilding import Flaw, Rebuilt, check, rebuild
from ingest.taking import READING
from vault import rotate as rotation
from vault import verify as verification
from vault.keyfile import PRODUCTION, Cost
from vault.keys import change_passphrase, recover
from vault.levels import Level
from vault.progress import SILENT, Progress
from vault.vault import Vault
from vault.verify import Verification


@needs(Duty.KEEP)
def verify(archive: Archive, *, megabytes_per_second: int | None = None, progress: Progress = SILENT) -> Verification:
    """Read every object back and prove that it is what was sealed; goes on where an interrupted run stopped.

    Raises:
        vault.StoreFailed: the store cannot be read.
    """
    rate = megabytes_per_second * 1024**2 if megabytes_per_second else None
    state = archive.home.path / "verify.json"
    found = verification.verify(archive.vault, state=state, octets_per_second=rate, progress=progress)
    _record(archive, "verify-vault", {"objects": found.objects, "damaged": len(found.damaged)})
    return found


@needs(Duty.KEEP)
def rotate(
    archive: Archive, level: Level, *, fresh: bool = True, retire: bool = False, progress: Progress = SILENT
) -> rotation.Rotation:
    """Make a new reading key for ``level`` and wrap every object key to it; run again with ``fresh`` off to go on.

    With ``retire`` the old keys are forgotten once nothing needs them: what a leaver copied of them opens nothing here.

    Raises:
        vault.KeysChanged, vault.StoreFailed, vault.NoAccess, vault.StillNeeded: see the vault.
    """
    keys = rotation.new_level_key(archive.home.path, archive.keys, level) if fresh else archive.keys
    vault = Vault(archive.vault.store, keys.public, keys, witness=archive.vault.witness)
    done = rotation.rotate(vault, level, progress=progress)
    if retire:
        rotation.retire_level_keys(archive.home.path, keys, vault, level)
    facts = {"level": level.value, "rewrapped": done.rewrapped, "damaged": len(done.damaged), "retired": retire}
    _record(archive, "rotate", facts)
    return done


def set_passphrase(home: Home, old: str, new: str, *, cost: Cost = PRODUCTION) -> None:
    """Seal the same keys under a new passphrase.

    Raises:
        vault.WrongPassphrase, vault.WeakPassphrase, vault.KeysMissing, vault.KeysDamaged, vault.KeysOpen
    """
    home.settings()
    change_passphrase(home.path, old, new, cost=cost)


def recover_keys(home: Home, code: str, new: str, *, cost: Cost = PRODUCTION) -> None:
    """Open the keys with the recovery code and set a new passphrase.

    Raises:
        vault.WrongRecoveryCode, vault.WeakPassphrase, vault.KeysMissing, vault.KeysDamaged, vault.KeysOpen
    """
    home.settings()
    recover(home.path, code, new, cost=cost)


@needs(Duty.KEEP)
def rebuild_index(archive: Archive) -> Iterator[Rebuilt]:
    """Make the index's projection again from the sealed readings, batch by batch; goes on where it was broken off.

    Raises:
        vault.StoreFailed: the store cannot give them.
    """

    def load(capture: str, reading: str) -> Reading:
        return from_json(json.loads(archive.vault.open_bytes(reading, document=capture, role=READING)))

    yield from rebuild(archive.index, load)
    _record(archive, "rebuild-index", {})


@needs(Duty.KEEP)
def check_index(archive: Archive) -> list[Flaw]:
    """Compare index and vault both ways.

    Raises:
        vault.StoreFailed: the store cannot be listed.
    """
    sealed = ((one.document, one.object_id) for one in archive.vault.objects() if one.role == READING)
    return list(check(archive.index, sealed))


def _record(archive: Archive, what: str, facts: Mapping[str, Any]) -> None:
    with archive.index.write() as session:
        record.append(session, archive.who, what, archive.keys.public.archive, facts)
