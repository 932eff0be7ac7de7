"""Keep the vault: verify it, rotate its keys, destroy, back up and restore, change the passphrase."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desk import retrieval
from desk.archive import Archive, sealed_shelves
from desk.home import Home, Settings
from desk.rights import needs
from desk.stores import LOCAL, bucket_settings, create_store
from dossier.errors import ExitCode, JuanzongError
from dossier.reading import Reading
from dossier.reading_json import from_json
from dossier.rights import Duty
from index import record
from index.copying import copy_sealed
from index.engine import Shelf
from index.forgetting import forget
from index.rebuilding import Flaw, Rebuilt, check, rebuild
from ingest.taking import READING
from vault import backup as backups
from vault import destroy as destruction
from vault import restore as restores
from vault import rotate as rotation
from vault import verify as verification
from vault.destroy import Certificate
from vault.keyfile import PRODUCTION, Cost
from vault.keys import change_passphrase, recover
from vault.levels import Level
from vault.progress import SILENT, Progress
from vault.stores.local import LocalStore
from vault.stores.s3 import S3Store
from vault.stores.store import Store
from vault.vault import Vault
from vault.verify import Verification
from vault.witness import FileWitness

SETTINGS: Final = "settings.toml"
TWO: Final = 2
"""Destruction is decided by two people."""


class TwoPeople(JuanzongError):
    """A destruction was asked for that fewer than two people decided."""

    exit_code = ExitCode.REFUSED
    wording = "desk.two-people"


class ReasonMissing(JuanzongError):
    """A destruction was asked for without a reason."""

    exit_code = ExitCode.REFUSED
    wording = "desk.reason-missing"


class BackupInside(JuanzongError):
    """A backup was to be kept inside the archive it is of."""

    exit_code = ExitCode.USAGE
    wording = "desk.backup-inside"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup did, in numbers."""

    objects: int
    carried: int
    octets: int
    destroyed: int
    damaged: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "objects": self.objects,
            "carried": self.carried,
            "bytes": self.octets,
            "destroyed": self.destroyed,
            "damaged": list(self.damaged),
        }


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
def rotate(archive: Archive, level: Level, *, fresh: bool = True, progress: Progress = SILENT) -> rotation.Rotation:
    """Make a new reading key for ``level`` and wrap every object key to it; run again with ``fresh`` off to go on.

    Raises:
        vault.KeysChanged, vault.StoreFailed, vault.NoAccess: see the vault.
    """
    keys = rotation.new_level_key(archive.home.path, archive.keys, level) if fresh else archive.keys
    vault = Vault(archive.vault.store, keys.public, keys, witness=archive.vault.witness)
    done = rotation.rotate(vault, level, progress=progress)
    facts = {"level": level.value, "rewrapped": done.rewrapped, "damaged": len(done.damaged)}
    _record(archive, "rotate", facts)
    return done


@needs(Duty.DESTROY)
def destroy(
    archive: Archive, documents: Sequence[str], *, reason: str, decided_by: Sequence[str], progress: Progress = SILENT
) -> Certificate:
    """Destroy captures for good: their keys everywhere, then what the index knows of them; return the certificate.

    ``documents`` are whole numbers of documents or captures, never beginnings of them; a capture goes with every
    document in it. Copies in ``done/`` of a drop folder and backups out of reach are not touched.

    Raises:
        TwoPeople, ReasonMissing: fewer than two different people decided, or nobody said why.
        NoSuchDocument, Ambiguous: there is no such document.
        vault.StoreLied, vault.StoreFailed: the store cannot remove; run again.
    """
    if len({name.strip().casefold() for name in decided_by if name.strip()}) < TWO:
        raise TwoPeople
    if not reason.strip():
        raise ReasonMissing
    with archive.index.read() as session:
        found = (retrieval.capture_by(session, number, whole=True) for number in documents)
        rows = list({one.id: one for one in found}.values())
    objects = [one for row in rows for one in (row.reading, row.coming, row.record, row.original) if one]
    certificate = destruction.destroy(archive.vault, objects, reason=reason, decided_by=decided_by, progress=progress)
    with archive.index.write() as session:
        for row in rows:
            forget(session, row.id)
            facts = {"objects": len(objects), "decided_by": list(decided_by), "reason": reason}
            record.append(session, archive.who, "destroy", row.id, facts)
    return certificate


@needs(Duty.KEEP)
def backup(archive: Archive, target: str, *, progress: Progress = SILENT) -> BackedUp:
    """Bring the backup at ``target`` (a folder, or ``s3://…``) up to date; everything in it is sealed.

    Raises:
        vault.StoreFailed, index.IndexStuck: something cannot be read or written; run again to go on.
    """
    if not target.startswith("s3://") and Path(target).expanduser().resolve().is_relative_to(
        archive.home.path.resolve()
    ):
        raise BackupInside(target=target)
    store = _backup_store(target, archive.keys.public.archive)
    shelves = {"index.db": Shelf(archive.home.index, archive.keys.index_key())}
    shelves |= {shelf.path.name: shelf for shelf in sealed_shelves(archive.home, archive.keys).values()}
    with tempfile.TemporaryDirectory(dir=archive.home.path) as folder:
        extras = {SETTINGS: archive.home.settings_file}
        for name, shelf in shelves.items():
            if shelf.path.exists():
                extras[name] = Path(folder, name)
                copy_sealed(shelf, extras[name])
        done = backups.backup(archive.vault, store, home=archive.home.path, extras=extras, progress=progress)
    _record(archive, "backup", {"objects": done.snapshot.objects, "carried": done.carried})
    return BackedUp(done.snapshot.objects, done.carried, done.octets, done.destroyed, done.damaged)


def restore(
    home: Home,
    source: str,
    passphrase: str,
    *,
    code: str | None = None,
    store: str = LOCAL,
    cost: Cost = PRODUCTION,
    progress: Progress = SILENT,
) -> restores.Restored:
    """Make the archive again at an empty ``home`` from the backup at ``source``.

    With ``code`` the recovery code opens it and ``passphrase`` is the new one.

    Raises:
        HomeTaken, HomeClosed: the folder cannot be used.
        vault.NoBackup, vault.WrongPassphrase, vault.WrongRecoveryCode, vault.StoreFailed: see the vault.
    """
    home.refuse_taken()
    home.make_folder()
    settings = Settings(store=store)
    levels = [level.value for level in Level if level is not Level.ORDINARY]
    extras = {SETTINGS: home.settings_file, "index.db": home.index}
    extras |= {f"index-{level}.db": home.path / f"index-{level}.db" for level in levels}
    return restores.restore(
        _open_backup(source),
        home.path,
        lambda archive: create_store(home, settings, archive),
        passphrase=passphrase,
        code=code,
        extras=extras,
        witness=FileWitness(home.witness),
        cost=cost,
        progress=progress,
    )


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


def _backup_store(target: str, archive: str) -> Store:
    if target.startswith("s3://"):
        return S3Store.create(bucket_settings(target), archive=archive)
    return LocalStore.create(Path(target).expanduser().absolute(), archive=archive)


def _open_backup(source: str) -> Store:
    if source.startswith("s3://"):
        return S3Store(bucket_settings(source), archive=None)
    return LocalStore.found(Path(source).expanduser().absolute())
