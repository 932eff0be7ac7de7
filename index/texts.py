"""The shelves: page texts and their search tables, one set per secrecy level. The one module with SQL of a dialect."""

from collections.abc import Iterable

from sqlalchemy.engine import Connection


def create(connection: Connection, levels: Iterable[str]) -> None:
    """Make the text tables of these levels where they are missing."""
