"""Write a sealed index anew, so that nothing of what was taken out is left in its free pages."""

from contextlib import closing
from typing import Final

import sqlcipher3.dbapi2 as sqlcipher

from index.engine import Index
from index.errors import IndexStuck
from index.tables import ORDINARY

_WORDS: Final = ("page_words", "page_characters")


def compact(index: Index) -> None:
    """Merge the word indexes of every open shelf and write its file anew; takes about as long as copying it.

    Deleting alone leaves texts in free pages and in word indexes that were not merged yet: sealed, but there. On
    PostgreSQL the server's own vacuum does this in its time (docs/threat-model.md N9).

    Raises:
        IndexStuck: there is no room, or another program kept it from being written.
    """
    if index.engine.dialect.name != "sqlite":
        return
    with closing(index.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        try:
            for level in index.levels:
                shelf = "main" if level == ORDINARY else level
                for table in _WORDS:
                    cursor.execute(f"INSERT INTO {shelf}.{table} ({table}) VALUES ('optimize')")  # noqa: S608  # ours
                cursor.execute(f"VACUUM {shelf}")
                cursor.execute(f"PRAGMA {shelf}.wal_checkpoint(TRUNCATE)")
                cursor.fetchall()
        except sqlcipher.Error as error:
            raise IndexStuck(path=index.where, cause=str(error)) from error
        finally:
            cursor.close()
