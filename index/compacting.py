"""Write a sealed index anew, so that nothing of what was taken out is left in its free pages."""

from contextlib import closing
from typing import Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlmodel import Session

from index.engine import Index
from index.errors import IndexStuck
from index.tables import ORDINARY, Meta

_WORDS: Final = ("page_words", "page_characters")


DUE: Final = "compact"
"""Under this key the index notes that words of papers no longer ordinary are left in its free pages."""


def note_due(session: Session) -> None:
    """Note, in the session's transaction, that the index is to be written anew."""
    session.merge(Meta(key=DUE, value="due"))


def compact_if_due(index: Index) -> bool:
    """Write the index anew if that was noted; tell whether it was done. While another program writes it stays due."""
    with index.read() as session:
        if session.get(Meta, DUE) is None:
            return False
    try:
        compact(index)
    except IndexStuck:
        return False
    return True


def compact(index: Index) -> None:
    """Merge the word indexes of every open shelf and write its file anew; takes about as long as copying it.

    Deleting alone leaves texts in free pages and in word indexes that were not merged yet: sealed, but there. On
    PostgreSQL the server's own vacuum does this in its time (docs/threat-model.md N9).

    Raises:
        IndexStuck: there is no room, or another program kept it from being written.
    """
    if index.engine.dialect.name == "sqlite":
        _rewrite(index)
    with index.write() as session:
        noted = session.get(Meta, DUE)
        if noted is not None:
            session.delete(noted)


def _rewrite(index: Index) -> None:
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
