"""Open the index: one sealed SQLite file (SQLCipher) with a shelf per secrecy level; ``index.postgres`` has the other.

A shelf is the sealed file that holds the page texts of one level under that level's key; the ordinary level's shelf is
the index file itself. Readers never wait for writers; a writer takes the write lock when it begins.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, QueuePool, event, text
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from dossier.folding import FOLDING
from index import schema, texts
from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexExists,
    IndexFailed,
    IndexMissing,
    IndexStuck,
    IndexUnopened,
)
from index.fts5 import Fts5
from index.kept import Kept
from index.noting import Notes
from index.record import START
from index.shelves import Shelves
from index.tables import ORDINARY, AuditHead, Meta
from index.turns import SUFFIX, turn
from index.veil import SEALERS, Sealer

KEY_BYTES: Final = 32
WAIT_MS: Final = 15_000
"""How long a connection waits for another's write lock."""
CACHE_KIB: Final = 65_536
"""Decrypted pages each connection keeps in memory."""
CHECKPOINT_PAGES: Final = 4_000
"""Pages written ahead before they go to their places; fewer, and those that change often go there each time."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A sealed file and its raw 256-bit key."""

    path: Path
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError(len(self.key))


Plain = Callable[[DatabaseError, str], IndexFailed | IndexStuck | None]
"""Return what a database's error (and where it is) means in our words, None for what should never happen."""


class Index:
    """An open index. ``levels`` are the secrecy levels whose texts it can read and write."""

    def __init__(
        self,
        engine: Engine,
        reading: Engine,
        *,
        levels: tuple[str, ...],
        shelves: Shelves,
        where: str,
        plain: Plain,
        turns: Path | None = None,
    ) -> None:
        self.engine = engine
        self.levels = levels
        self.shelves = shelves
        self.where = where
        self._reading = reading
        self._plain = plain
        self._sealers: Mapping[str, Sealer] = {}
        self._turns = turns
        self.notes = Notes(self.write)
        """Puts looks on record, those of many at once in one transaction."""
        self.kept = Kept()
        """What was worked out of it, as long as that holds."""
        self._parted = lru_cache(texts.LATELY)(texts.parted)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose transaction commits at the end of the block, or rolls back with its exception.

        Raises:
            IndexBusy: another process kept the write lock.
            IndexStuck: the disk is full or gone.
            IndexDamaged: the file is not what was written.
        """
        with self.turn(), self.plain_errors(), self._session(self.engine) as session, session.begin():
            session.connection()  # takes the write lock now, not with the first statement
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the index throughout and waits for nobody.

        Raises:
            IndexDamaged: the file is not what was written.
        """
        with self.plain_errors(), self._session(self._reading) as session, session.begin():
            yield session

    def turn(self) -> AbstractContextManager[None]:
        """Wait for this writer's turn, where the database keeps no queue of its own, and hold it in the block."""
        return turn(self._turns, WAIT_MS / 1000)

    @contextmanager
    def only(self, what: str) -> Iterator[None]:
        """Hold a lock by the name ``what`` in the block, over all machines that use this database.

        An index file is used by one machine, whose own locks do: there this waits for nobody.

        Raises:
            IndexBusy: another machine kept it.
            IndexStuck: the database cannot be reached.
        """
        if self.engine.dialect.name == "sqlite":
            yield
            return
        key = {"what": what}
        with self.plain_errors(), self._reading.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:what, 0))"), key)
            try:
                yield
            finally:  # a connection that broke has let go of it
                if not connection.invalidated and not connection.closed:
                    with suppress(DatabaseError):
                        connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:what, 0))"), key)

    def damaged_parts(self) -> list[str]:
        """Return the shelves and indexes whose sealed pages are not what was written; reads every one of them."""
        with self.write() as session:
            return texts.damaged(session)

    def plainly(self, error: DatabaseError) -> IndexFailed | IndexStuck | None:
        """Return what an error of the database means in our words, None for what should never happen."""
        return self._plain(error, self.where)

    def veil_with(self, sealers: Mapping[str, Sealer]) -> "Index":
        """Veil what the tables say of documents above ordinary by these sealers (``index.veil``); return the index."""
        self._sealers = sealers
        setattr(self.engine.dialect, SEALERS, sealers)  # column types see nothing of an index but its dialect
        return self

    def close(self) -> None:
        """Close all connections, and forget the texts that were opened lately."""
        self.engine.dispose()
        self._parted.cache_clear()

    @property
    def folding_is_current(self) -> bool:
        """Whether the texts were folded with the table in force; if not, the index wants a rebuild."""
        with self.read() as session:
            made = session.get(Meta, "folding")
            return made is not None and made.value == FOLDING

    def _session(self, engine: Engine) -> Session:
        info = {"levels": self.levels, "shelves": self.shelves, "sealers": self._sealers, "kept": self.kept}
        info["parted"] = self._parted
        return Session(engine, expire_on_commit=False, info=info)

    @contextmanager
    def plain_errors(self) -> Iterator[None]:
        """Turn what the database raises in the block into our words."""
        try:
            yield
        except DatabaseError as error:
            plain = self.plainly(error)
            if plain is None:
                raise
            raise plain from error


def create(path: Path, key: bytes, shelves: Mapping[str, Shelf] | None = None) -> Index:
    """Make a new sealed index at ``path``, with further shelves by secrecy level.

    Raises:
        IndexExists: there is something at ``path`` or at a shelf's path.
        IndexStuck: the file cannot be written.
    """
    files = {ORDINARY: Shelf(path, key), **(shelves or {})}
    refuse_used([shelf.path for shelf in files.values()])
    return _sealed(files, new=True)


def refuse_used(paths: Iterable[Path]) -> None:
    """Refuse places for a new index where something lies already.

    Raises:
        IndexExists
    """
    for path in paths:
        if path.exists():
            raise IndexExists(path=path)


def open_index(
    path: Path, key: bytes, shelves: Mapping[str, Shelf] | None = None, *, any_version: bool = False
) -> Index:
    """Open the index at ``path`` with those shelves that one holds the key of; a missing shelf file is made.

    ``any_version`` opens it whatever its tables are, to be migrated.

    Raises:
        IndexMissing: there is no index.
        IndexUnopened: the key does not fit, or the file is damaged.
        IndexTooOld, IndexTooNew: its tables are of an older or newer Juanzong.
    """
    if not path.exists():
        raise IndexMissing(path=path)
    return _sealed({ORDINARY: Shelf(path, key), **(shelves or {})}, new=None if any_version else False)


def _sealed(files: dict[str, Shelf], *, new: bool | None) -> Index:
    main = files[ORDINARY]
    others = {level: shelf for level, shelf in files.items() if level != ORDINARY}
    engine = sqlalchemy_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: _connection(main, others),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=8,
        pool_use_lifo=True,  # the connection used last has the most of what is asked for in its memory
    )
    event.listen(engine, "begin", _begin)
    reading = engine.execution_options(reading=True)
    return begun(
        Index(
            engine,
            reading,
            levels=tuple(files),
            shelves=Fts5(),
            where=str(main.path),
            plain=_plain,
            turns=main.path.with_name(main.path.name + SUFFIX),
        ),
        new=new,
    )


def begun(index: Index, *, new: bool | None) -> Index:
    """Make a new index's tables, or see that an old one's are those in force (None: whatever they are).

    An index that cannot be used is closed.

    Raises:
        IndexUnopened, IndexDamaged, IndexBusy, IndexStuck: see ``open_index``.
        IndexTooOld, IndexTooNew: its tables are of another release.
    """
    try:
        with index.turn(), Session(index.engine) as session, session.begin():
            connection = session.connection()
            if new:
                schema.make(connection)
                session.add(Meta(key="folding", value=FOLDING))
                session.add(AuditHead(link=START))
            elif new is False:
                schema.check(connection)
            if new is not None:
                index.shelves.create(connection, index.levels)
    except DatabaseError as error:
        index.close()
        raise index.plainly(error) or IndexUnopened(path=index.where) from error
    except IndexFailed:
        index.close()
        raise
    return index


def _connection(main: Shelf, others: Mapping[str, Shelf]) -> Any:
    connection = sqlcipher.connect(str(main.path), isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA key = \"x'{main.key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        for level, shelf in others.items():
            connection.execute(f"ATTACH DATABASE ? AS {level} KEY \"x'{shelf.key.hex()}'\"", (str(shelf.path),))
            connection.execute(f"PRAGMA {level}.journal_mode = WAL")
            connection.execute(f"PRAGMA {level}.synchronous = FULL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    except sqlcipher.Error:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writer fails when another wrote meanwhile, so writers say so first.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _plain(error: DatabaseError, where: str) -> IndexFailed | IndexStuck | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is None:
        return None
    match code & 0xFF:  # the low byte is the primary result code: https://www.sqlite.org/rescode.html
        case sqlcipher.SQLITE_NOTADB:
            return IndexUnopened(path=where)
        case sqlcipher.SQLITE_CORRUPT:
            return IndexDamaged(path=where)
        case sqlcipher.SQLITE_BUSY | sqlcipher.SQLITE_LOCKED:
            return IndexBusy(path=where)
        case sqlcipher.SQLITE_FULL | sqlcipher.SQLITE_IOERR | sqlcipher.SQLITE_CANTOPEN | sqlcipher.SQLITE_READONLY:
            return IndexStuck(path=where, cause=str(error.orig))
        case _:
            return None
