"""Which database an archive's index is kept in: sealed files in its own folder, or PostgreSQL named in the settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from desk.home import Home, Settings
from dossier.errors import ExitCode, JuanzongError
from index import engine, moving, postgres, queue
from index.engine import Index, Shelf
from vault.keys import Keys
from vault.levels import Level
from vault.shelfkey import ShelfKey

LOCAL: Final = "local"
_SCHEMES: Final = ("postgresql://", "postgres://")


class IndexKeys(Protocol):
    """What opens an index: the key of the shelf of each level one may look at; ``vault.Keys`` has it."""

    @property
    def index_keys(self) -> Mapping[Level, bytes]:
        """The keys by level."""

    def index_key(self, level: Level = Level.ORDINARY) -> bytes:
        """Return the key of a level."""


class DatabaseUnclear(JuanzongError):
    """The database named cannot be understood."""

    exit_code = ExitCode.USAGE
    wording = "desk.database-unclear"


def open_database(home: Home, settings: Settings, keys: IndexKeys, *, any_version: bool = False) -> Index:
    """Open the archive's index with the levels that these keys open; ``any_version`` to bring its tables up to date.

    Raises:
        DatabaseUnclear: the settings name none.
        index.IndexFailed, index.IndexStuck: it cannot be opened or reached.
    """
    if on_server(settings.database):
        return postgres.open_index(settings.database, _sealers(keys), any_version=any_version).veil_with(_sealers(keys))
    return engine.open_index(
        home.index, keys.index_key(), sealed_shelves(home, keys), any_version=any_version
    ).veil_with(_sealers(keys))


def make_database(home: Home, database: str, keys: Keys) -> Index:
    """Make the archive's index, empty.

    Raises:
        DatabaseUnclear: there is no such database.
        index.IndexExists: an index is there already.
        index.IndexFailed, index.IndexStuck: it cannot be made.
    """
    if on_server(database):
        index = postgres.create(database, _sealers(keys)).veil_with(_sealers(keys))
        queue.make(index)
        return index
    shelves = sealed_shelves(home, keys)
    made = engine.create(home.index, keys.index_key(), shelves).veil_with(_sealers(keys))
    for file in (home.index, *(shelf.path for shelf in shelves.values())):
        file.chmod(0o600)
    return made


def refuse_used(home: Home, database: str) -> None:
    """Refuse a place for a new index before anything is made.

    Raises:
        DatabaseUnclear, index.IndexExists, index.IndexFailed, index.IndexStuck: it cannot be used.
    """
    if on_server(database):
        postgres.refuse_used(database)
    else:
        engine.refuse_used([home.index, *(_shelf_file(home, level) for level in Level if level is not Level.ORDINARY)])


def on_server(database: str) -> bool:
    """Tell whether a setting names a PostgreSQL database.

    Raises:
        DatabaseUnclear: it names neither that nor ``local``.
    """
    if database == LOCAL:
        return False
    if not database.startswith(_SCHEMES):
        raise DatabaseUnclear(database=database.partition("@")[2] or database)
    return True


def place_of(home: Home, database: str) -> str:
    """Return where an index is, without a password.

    Raises:
        DatabaseUnclear
    """
    return postgres.place(database) if on_server(database) else str(home.index)


def in_the_open(database: str) -> bool:
    """Tell whether what goes to a PostgreSQL database can be read on the way: over a network, and TLS not required."""
    return postgres.in_the_open(database)


def sealed_shelves(home: Home, keys: IndexKeys) -> dict[str, Shelf]:
    """Return the sealed files with the page texts of the levels above ordinary whose keys these are."""
    return {
        level.value: Shelf(_shelf_file(home, level), keys.index_key(level))
        for level in Level
        if level is not Level.ORDINARY and level in keys.index_keys
    }


def copy_of_server(index: Index, folder: Path, keys: Keys) -> Mapping[str, Path]:
    """Copy an index on PostgreSQL into sealed files in ``folder``, as a backup carries them; return them by name.

    Raises:
        index.IndexStuck: it cannot be read or written.
    """
    home = Home(folder)
    copy = make_database(home, LOCAL, keys)
    try:
        moving.copy(index, copy)
    finally:
        copy.close()
    return {file.name: file for file in (home.index, *(shelf.path for shelf in sealed_shelves(home, keys).values()))}


def _sealers(keys: IndexKeys) -> dict[str, ShelfKey]:
    return {
        level.value: ShelfKey(keys.index_key(level))
        for level in Level
        if level is Level.ORDINARY or level in keys.index_keys
    }


def _shelf_file(home: Home, level: Level) -> Path:
    return home.path / f"index-{level.value}.db"
