"""Bring an index that an older Juanzong made to the tables in force, step by step, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from index import schema
from index.engine import Index
from index.errors import IndexDamaged, IndexTooNew
from index.kept import unwatch


def migrate(index: Index) -> tuple[str, str]:
    """Bring the tables of an index, opened with ``any_version``, to the version in force; return both versions.

    A step that fails leaves the index as it was.

    Raises:
        IndexTooNew: a newer program made it.
        IndexDamaged: rows point at rows that are not there.
        IndexBusy, IndexStuck: it cannot be written.
    """
    with _changing(index) as connection:
        before = schema.revision(connection)
        if before not in schema.REVISIONS:
            raise IndexTooNew(found=before, known=schema.REVISIONS[-1])
        if before != schema.REVISIONS[-1]:
            upgrade(connection, schema.REVISIONS[-1])
            index.shelves.create(connection, index.levels)
            if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise IndexDamaged(path=index.where)
    return before, schema.REVISIONS[-1]


def upgrade(connection: Connection, revision: str) -> None:
    """Run the steps up to a version on a connection, in its transaction."""
    if connection.dialect.name == "sqlite":
        # They name tables that a step may make anew; the shelves put them back.
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS document_to_page")
        unwatch(connection)
    schema.note(connection)
    with as_file(files("index") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def _changing(index: Index) -> Iterator[Connection]:
    """Give a connection whose transaction may make tables anew: SQLite checks what points where at the end only."""
    with index.plain_errors(), index.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        driver = connection.connection.driver_connection
        if sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
        try:
            with connection.begin():
                if not sqlite:
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # a step may make every row anew
                yield connection
        finally:
            connection.detach()
