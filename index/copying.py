"""A consistent copy of a sealed index file while others work on it."""

from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from index.engine import Shelf
from index.errors import IndexMissing, IndexStuck, IndexUnopened


def copy_sealed(shelf: Shelf, target: Path) -> None:
    """Write a copy of the sealed file at ``shelf`` to ``target``, sealed under the same key; ``target`` must not exist.

    Raises:
        IndexMissing: there is no such file.
        IndexUnopened: the key does not fit, or the file is damaged.
        IndexStuck: the copy cannot be written.
    """
    if not shelf.path.exists():
        raise IndexMissing(path=shelf.path)
    connection = sqlcipher.connect(str(shelf.path), isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{shelf.key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlcipher.OperationalError as fault:
        raise IndexStuck(path=shelf.path, cause=str(fault)) from fault
    except sqlcipher.DatabaseError as fault:
        raise IndexUnopened(path=shelf.path) from fault
    finally:
        connection.close()
