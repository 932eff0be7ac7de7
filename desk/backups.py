"""Back an archive up, bring it back, and know which backups there are."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from sqlmodel import select

from desk.archive import Archive, index_of
from desk.database import LOCAL as IN_FILES
from desk.database import copy_of_server, on_server, sealed_shelves
from desk.home import Home, HomeTaken, Settings
from desk.people import who
from desk.rights import needs
from desk.stores import BUCKETS, LOCAL, create_place, create_store, open_place
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from index import record
from index.copying import copy_sealed
from index.engine import Index, Shelf
from index.forgetting import forget
from index.places import Place, forget_place, note_place, places
from index.tables import Capture
from vault import backup as backups
from vault import restore as restores
from vault.keyfile import PRODUCTION, Cost
from vault.levels import Level
from vault.progress import SILENT, Progress
from vault.restore import Restored
from vault.seal import is_object_id
from vault.stores.store import Store
from vault.witness import FileWitness

SETTINGS: Final = "settings.toml"
INDEX: Final = "index.db"
_SHELVES: Final = (INDEX, *(f"index-{level.value}.db" for level in Level if level is not Level.ORDINARY))
_OWN: Final = "own "
"""What the names of packs and calendars of the site's own are led by in a backup."""
_WAITING: Final = f".{SETTINGS}"
_LEFT: Final = frozenset({"keys", "store", "witness", "locks"})
"""What a restore that was broken off leaves behind, beside index files: it is gone on with."""


class BackupInside(JuanzongError):
    """A backup was to be kept inside the archive it is of."""

    exit_code = ExitCode.USAGE
    wording = "desk.backup-inside"


class NoSuchBackup(JuanzongError):
    """No backup is known at the place named."""

    exit_code = ExitCode.NOT_FOUND
    wording = "keeping.no-such-backup"


class BackupPartial(JuanzongError):
    """Whoever asks lacks keys of a level: without its part of the index a backup would not be whole."""

    exit_code = ExitCode.REFUSED
    wording = "keeping.backup-partial"


class BackupDated(JuanzongError):
    """A backup was to be kept until a day that has passed."""

    exit_code = ExitCode.USAGE
    wording = "keeping.backup-dated"


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
def backup(
    archive: Archive,
    target: str,
    *,
    kept_until: date | None = None,
    keep: int = backups.KEEP,
    progress: Progress = SILENT,
) -> BackedUp:
    """Bring the backup at ``target`` (a folder, or ``s3://…``) up to date; everything in it is sealed.

    ``kept_until`` says when it will be overwritten or discarded; certificates of destruction name that day where the
    backup cannot be reached. ``keep`` snapshots stay in it.

    Raises:
        BackupInside, BackupDated: the place, or the day, makes no sense.
        BackupPartial: whoever asks does not hold every level.
        vault.StoreFailed, index.IndexStuck: something cannot be read or written; run again to go on.
    """
    name = named(target)
    home = archive.home.path.resolve()
    if not name.startswith(BUCKETS) and Path(name).is_relative_to(home):
        raise BackupInside(target=target)
    if kept_until is not None and kept_until < datetime.now(UTC).date():
        raise BackupDated(day=kept_until.isoformat())
    return refresh(archive, name, kept_until=kept_until, keep=keep, progress=progress)


def refresh(
    archive: Archive,
    name: str,
    *,
    kept_until: date | None = None,
    keep: int = backups.KEEP,
    progress: Progress = SILENT,
) -> BackedUp:
    """Bring the backup of this name up to date, whoever asks: a destruction does so too.

    Raises:
        BackupPartial, vault.StoreFailed, index.IndexStuck: as ``backup``.
    """
    if not holds_all(archive):
        raise BackupPartial
    store = create_place(name, archive.keys.public.archive)
    with archive.index.write() as session:  # before anything is carried: what is there from now on is known
        note_place(session, name, made=datetime.now(UTC), kept_until=kept_until)
    served = on_server(archive.settings.database)
    shelves = {INDEX: Shelf(archive.home.index, archive.keys.index_key())}
    shelves |= {shelf.path.name: shelf for shelf in sealed_shelves(archive.home, archive.keys).values()}
    with tempfile.TemporaryDirectory(dir=archive.home.path) as folder:
        extras = {SETTINGS: archive.home.settings_file, **_own_files(archive)}
        if served:
            extras |= copy_of_server(archive.index, Path(folder), archive.keys)
        for file, shelf in shelves.items():
            if not served and shelf.path.exists():
                extras[file] = Path(folder, file)
                copy_sealed(shelf, extras[file])
        done = backups.backup(archive.vault, store, home=archive.home.path, extras=extras, keep=keep, progress=progress)
    with archive.index.write() as session:
        facts = {"place": name, "objects": done.snapshot.objects, "carried": done.carried}
        archive.note(session, "backup", archive.keys.public.archive, facts)
    return BackedUp(done.snapshot.objects, done.carried, done.octets, done.destroyed, done.damaged)


def holds_all(archive: Archive) -> bool:
    """Tell whether whoever asks holds the keys of every level."""
    return all(level in archive.keys.index_keys for level in Level)


@needs(Duty.KEEP)
def known(archive: Archive) -> tuple[Place, ...]:
    """Return the backups of the archive."""
    with archive.index.read() as session:
        return places(session)


@needs(Duty.KEEP)
def discard(archive: Archive, target: str) -> None:
    """Note that a backup is no more: nothing of a destroyed document is left there.

    Raises:
        NoSuchBackup: none is known at that place.
    """
    with archive.index.write() as session:
        if not forget_place(session, named(target)):
            raise NoSuchBackup(place=target)
        archive.note(session, "discard-backup", archive.keys.public.archive, {"place": named(target)})


def named(target: str) -> str:
    """Return the name a backup goes by: the same place named twice is one."""
    return target if target.startswith(BUCKETS) else str(Path(target).expanduser().resolve())


def restore(
    home: Home,
    source: str,
    passphrase: str,
    *,
    code: str | None = None,
    store: str = LOCAL,
    cost: Cost = PRODUCTION,
    progress: Progress = SILENT,
) -> Restored:
    """Make the archive again at an empty ``home`` from the backup at ``source``; run again after an interruption.

    With ``code`` the recovery code opens it and ``passphrase`` is the new one.

    Raises:
        HomeTaken, HomeClosed: the folder cannot be used.
        vault.NoBackup, vault.WrongPassphrase, vault.WrongRecoveryCode, vault.StoreFailed: see the vault.
    """
    if home.exists() or not _only_ours(home):
        raise HomeTaken(home=home.path)
    opened = open_place(named(source))
    home.make_folder()
    done = restores.restore(
        opened,
        home.path,
        lambda archive: create_store(home, Settings(store=store), archive),
        passphrase=passphrase,
        code=code,
        extra=lambda name: _where(home, name),
        witness=FileWitness(home.witness),
        cost=cost,
        progress=progress,
    )
    waiting = home.path / _WAITING
    settings = home.settings_in(waiting) if waiting.exists() else Settings()
    # A backup carries the index as sealed files, wherever it was kept; `juanzong migrate` takes it to a server again.
    settings = settings.model_copy(update={"database": IN_FILES})
    if home.index.exists():
        _put_in_order(home, settings, done, opened)
    # The settings come last: a home that has them is whole.
    home.write(settings.model_copy(update={"store": store}))
    waiting.unlink(missing_ok=True)
    return done


def _own_files(archive: Archive) -> dict[str, Path]:
    """Return the files of the home that its settings name, packs and calendars of the site's own, by extra's name."""
    home = archive.home.path
    found = {}
    for name in (*archive.settings.packs, archive.settings.calendar.file):
        path = archive.home.beside(name) if name else home
        if path.is_file() and path.resolve().is_relative_to(home.resolve()):
            found[_OWN + path.resolve().relative_to(home.resolve()).as_posix()] = path
    return found


def _where(home: Home, name: str) -> Path | None:
    """Return where an extra file of a backup goes in a home; None for what is none of ours or would lead out of it."""
    if name == SETTINGS:
        return home.path / _WAITING
    if name in _SHELVES:
        return home.path / name
    path = (home.path / name.removeprefix(_OWN)).resolve()
    fit = name.startswith(_OWN) and path.suffix == ".toml" and path.is_relative_to(home.path.resolve())
    return path if fit else None


def _only_ours(home: Home) -> bool:
    if not home.path.exists():
        return True
    if not home.path.is_dir():
        return False
    names = {path.name for path in home.path.iterdir()}
    return all(name in _LEFT or name.startswith((".", "index")) or name.endswith(".toml") for name in names)


def _put_in_order(home: Home, settings: Settings, done: Restored, source: Store) -> None:
    """Forget in the restored index what was destroyed after it was copied, and put the restoring on record."""
    gone = {name.name.rpartition("/")[2] for name in source.names("destroyed/")}
    index = index_of(home, settings, done.keys)
    try:
        _forget_destroyed(index, {one for one in gone if is_object_id(one)})
        with index.write() as session:
            facts = {"snapshot": done.snapshot.made.isoformat(), "objects": done.objects}
            record.append(session, who(), "restore", done.snapshot.archive, facts)
    finally:
        index.close()


def _forget_destroyed(index: Index, gone: set[str]) -> None:
    if not gone:
        return
    with index.write() as session:
        for row in session.exec(select(Capture)).all():
            if gone & {row.original, row.record, row.reading}:
                forget(session, row.id)
