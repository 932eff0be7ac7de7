"""All tables of the index, in whatever module they are defined, and which version of them a database has.

A new module of tables is named here. The versions are the revisions in ``index/migrations``; their names are repeated
here, so that opening an index needs no migration tool.
"""

from typing import Final

from sqlalchemy import Column, MetaData, String, Table, delete, insert, inspect, select
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from index import custody, handovers, lending, paper, people, tables, versions
from index.errors import IndexTooNew, IndexTooOld

MODULES: Final = (tables, people, custody, lending, paper, handovers, versions)
METADATA: Final[MetaData] = SQLModel.metadata
REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005")
"""All versions there ever were, oldest first; the last is in force."""
_VERSION: Final = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Where Alembic notes the revision of a database."""


def make(connection: Connection) -> None:
    """Make all tables of an empty database, of the version in force."""
    METADATA.create_all(connection)
    _VERSION.create(connection)
    stamp(connection, REVISIONS[-1])


def note(connection: Connection) -> None:
    """Note the first version in a database that is older than the noting of versions."""
    if not inspect(connection).has_table(_VERSION.name):
        _VERSION.create(connection)
        if inspect(connection).has_table("meta"):
            stamp(connection, REVISIONS[0])


def stamp(connection: Connection, revision: str) -> None:
    """Note which version of the tables a database has."""
    connection.execute(delete(_VERSION))
    connection.execute(insert(_VERSION), {"version_num": revision})


def revision(connection: Connection) -> str:
    """Return which version of the tables a database has; before versions were noted it was the first."""
    if not inspect(connection).has_table(_VERSION.name):
        return REVISIONS[0]
    return str(connection.execute(select(_VERSION.c.version_num)).scalar_one())


def check(connection: Connection) -> None:
    """See that the tables are those in force.

    Raises:
        IndexTooOld, IndexTooNew
    """
    found = revision(connection)
    if found not in REVISIONS:
        raise IndexTooNew(found=found, known=REVISIONS[-1])
    if found != REVISIONS[-1]:
        raise IndexTooOld(found=found, known=REVISIONS[-1])
