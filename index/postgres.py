"""Open the index on PostgreSQL: one database for an archive, a schema for each secrecy level's shelf.

One writer at a time, as on SQLite: a lock of the whole archive is taken when a transaction that writes begins, so what
holds there holds here. Readers see one state throughout and wait for nobody. Texts and the words they are found by are
sealed (``index.tsvector``); everything else lies in the database as it is.
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.types.string import StrDumper
from sqlalchemy import QueuePool, event, inspect
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

from index.engine import WAIT_MS, Index, begun
from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexExists,
    IndexFailed,
    IndexMissing,
    IndexStuck,
    IndexUnopened,
)
from index.reaching import IDLE_WRITER_SECONDS, reaching
from index.tables import Meta
from index.tsvector import MAIN, QUEUE, Sealer, TsVector, schema

WRITER: Final = 0x6A75616E7A6F6E67
"""The advisory lock that a writer holds: “juanzong” in ASCII."""
_TURN: Final = (
    f"SELECT pg_advisory_xact_lock({WRITER}), "
    f"set_config('idle_in_transaction_session_timeout', '{IDLE_WRITER_SECONDS}s', true)"
)
_WORK_MEMORY: Final = "64MB"
"""So that tens of thousands of hits are remembered row by row."""
_PROBE: Final = "probe"


def create(url: str, sealers: Mapping[str, Sealer]) -> Index:
    """Make a new index in an empty database; ``sealers`` by secrecy level, the ordinary one among them.

    Raises:
        IndexExists: an index is there already.
        IndexMissing, IndexUnopened, IndexStuck: there is no such database, it refuses us, or it cannot be reached.
    """
    index = _connected(url, sealers)
    try:
        with index.engine.begin() as connection:
            _refuse_used(connection, index.where)
            for level in sealers:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema(level)}")
        begun(index, new=True)
        with index.write() as session:
            for level, sealer in sealers.items():
                session.add(Meta(key=f"{_PROBE}-{level}", value=sealer.seal(_PROBE.encode(), level).hex()))
    except DatabaseError as error:
        index.close()
        raise index.plainly(error) or error from error
    except IndexFailed:
        index.close()
        raise
    return index


def open_index(url: str, sealers: Mapping[str, Sealer], *, any_version: bool = False) -> Index:
    """Open the index of a database with those levels that one holds the sealer of.

    ``any_version`` opens it whatever its tables are, to be migrated.

    Raises:
        IndexMissing: there is no such database, or no index in it.
        IndexUnopened: the database refuses us, or a key does not fit.
        IndexStuck: it cannot be reached.
        IndexTooOld, IndexTooNew: its tables are of another Juanzong.
    """
    index = _connected(url, sealers)
    try:
        with index.engine.begin() as connection:
            if not inspect(connection).has_table("meta", schema=MAIN):
                raise IndexMissing(path=index.where)
        begun(index, new=None if any_version else False)
        _prove(index, sealers)
    except DatabaseError as error:
        index.close()
        raise index.plainly(error) or error from error
    except IndexFailed:
        index.close()
        raise
    return index


def open_empty(url: str, sealers: Mapping[str, Sealer]) -> Index:
    """Open a database that has no index, with the schemas that one would have."""
    index = _connected(url, sealers)
    with index.engine.begin() as connection:
        for level in sealers:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema(level)}")
    return index


def refuse_used(url: str) -> None:
    """Refuse a database that has an index already, or that cannot be used.

    Raises:
        IndexExists, IndexMissing, IndexUnopened, IndexStuck: as ``create``.
    """
    index = _connected(url, {})
    try:
        with index.engine.begin() as connection:
            _refuse_used(connection, index.where)
    except DatabaseError as error:
        raise index.plainly(error) or error from error
    finally:
        index.close()


def _refuse_used(connection: Connection, where: str) -> None:
    if inspect(connection).has_table("meta", schema=MAIN):
        raise IndexExists(path=where)


def place(url: str) -> str:
    """Return where a database is, without a password: what messages name.

    Raises:
        IndexMissing: it is no address of a PostgreSQL database.
    """
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise IndexMissing(path=url.partition("@")[2] or url) from error
    return f"postgresql://{parts.get('host', '')}/{parts.get('dbname', '')}"


def in_the_open(url: str) -> bool:
    """Tell whether a database is reached over a network without TLS that proves who answers."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    host = str(parts.get("host") or "")
    near = not host or host.startswith("/") or host in {"localhost", "127.0.0.1", "::1"}
    return not near and parts.get("sslmode") not in {"verify-full", "verify-ca"}


def _prove(index: Index, sealers: Mapping[str, Sealer]) -> None:
    with index.read() as session:
        for level, sealer in sealers.items():
            probe = session.get(Meta, f"{_PROBE}-{level}")
            try:
                sealer.open(bytes.fromhex(probe.value) if probe else b"", level)
            except ValueError as error:
                raise IndexUnopened(path=index.where) from error


def _connected(url: str, sealers: Mapping[str, Sealer]) -> Index:
    where = place(url)
    engine = sqlalchemy_engine(
        "postgresql+psycopg://",
        creator=lambda: _connection(url),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,
    )
    event.listen(engine, "begin", _begin)
    reading = engine.execution_options(reading=True, isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Index(engine, reading, levels=tuple(sealers), shelves=TsVector(sealers), where=where, plain=_plain)


class _WithoutNul(StrDumper):
    """PostgreSQL's texts cannot hold the character 0, which files do; it becomes the mark for what cannot be shown."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


def _connection(url: str) -> Any:
    connection = psycopg.connect(
        reaching(
            url,
            application="juanzong",
            search_path=f"{MAIN},{QUEUE}",
            lock_timeout=str(WAIT_MS),
            work_mem=_WORK_MEMORY,
        )
    )
    connection.adapters.register_dumper(str, _WithoutNul)
    return connection


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql(_TURN)


# Classes and codes: PostgreSQL documentation, Appendix A.
_MEANT: Final[Mapping[str, type[IndexFailed]]] = {
    "3D000": IndexMissing,
    "55P03": IndexBusy,
    "40001": IndexBusy,
    "40P01": IndexBusy,
    "XX001": IndexDamaged,
    "XX002": IndexDamaged,
    "42501": IndexUnopened,
    "28": IndexUnopened,
}
_STUCK: Final = frozenset({"08", "25", "53", "57", "58"})
"""Connections, read-only servers, resources, operators, the server's own system."""


def _plain(error: DatabaseError, where: str) -> IndexFailed | IndexStuck | None:
    code = getattr(error.orig, "sqlstate", None)
    if code is None:  # the server did not answer, or does not let us in
        unreached = isinstance(error.orig, psycopg.OperationalError)
        return IndexStuck(path=where, cause=_first_line(error)) if unreached else None
    if code[:2] in _STUCK:
        return IndexStuck(path=where, cause=_first_line(error))
    meant = _MEANT.get(code) or _MEANT.get(code[:2])
    return meant(path=where) if meant else None


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().partition("\n")[0]
