"""Copy a whole index into another database, and prove that both hold the same.

Everything goes: journal, documents, decisions, the record, and the text of every page of the levels that are open. The
texts are opened on one side and sealed again on the other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Integer, Table, bindparam, delete, func, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlmodel import Session, col

from index import record, texts
from index.engine import Index
from index.errors import IndexDiffers, LevelClosed
from index.schema import METADATA
from index.tables import Page
from index.veiling import veil_above_ordinary

_AT_ONCE: Final = 1_000
"""Rows, or pages, in one statement."""
_OWN: Final = "probe-"
"""Rows of ``Meta`` that are the database's own."""
_WHOLE: Final = 1 << 256

Progress = Callable[[int, int], None]
"""Told how many rows and pages are done, of how many."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied: rows of all tables, and pages with a text."""

    rows: int
    pages: int


def copy(
    source: Index, target: Index, progress: Progress | None = None, *, then: Callable[[], None] | None = None
) -> Moved:
    """Copy everything into ``target``, an index just made, in one transaction, and compare afterwards.

    Nobody else writes to ``source`` from the first row until ``then`` was called, after a copy that is the same.

    Raises:
        LevelClosed: a page is of a level that is not open on both sides: nothing is copied without all keys.
        IndexDiffers: the copy is not the same.
        AuditBroken: the record was changed before.
    """
    with source.write() as session:
        veil_above_ordinary(session)
    with source.write(), source.read() as reading:
        levels = set(_levels(reading))
        for level in levels - (set(source.levels) & set(target.levels)):
            raise LevelClosed(level=level)
        record.verify(reading)
        of = sum(_count(reading, table) for table in METADATA.sorted_tables)
        of += _count(reading, METADATA.tables["page"])
        with target.write() as writing:
            rows = 0
            for table in reversed(METADATA.sorted_tables):
                if table.name == "meta":
                    writing.execute(delete(table).where(table.c.key.not_like(f"{_OWN}%")))
                else:
                    writing.execute(delete(table))
            for table in METADATA.sorted_tables:
                for batch in _rows(reading, table):
                    _put(writing.connection(), table, batch)
                    rows += len(batch)
                    if progress:
                        progress(rows, of)
                _count_on(writing.connection(), table)
            veil_above_ordinary(writing)  # rows were read in the clear
            pages = 0
            for level, batch_of_pages in _pages(reading):
                held = texts.get(reading, [(level, page) for page in batch_of_pages])
                texts.add(writing, level, held)
                pages += len(batch_of_pages)
                if progress:
                    progress(rows + pages, of)
        _compare(reading, target)
        if then:
            then()
    return Moved(rows, pages)


def _compare(one: Session, target: Index) -> None:
    with target.read() as other:
        for table in METADATA.sorted_tables:
            if _digest(one, table) != _digest(other, table):
                raise IndexDiffers(part=table.name)
        for level, pages in _pages(one):
            wanted = [(level, page) for page in pages]
            if texts.get(one, wanted) != texts.get(other, wanted):
                raise IndexDiffers(part=f"{level}/{pages[0]}–{pages[-1]}")
        record.verify(other)


def _levels(session: Session) -> list[str]:
    return sorted(session.execute(select(col(Page.level)).distinct()).scalars())


def _count(session: Session, table: Table) -> int:
    return session.connection().execute(select(func.count()).select_from(table)).scalar_one()


def _rows(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    statement = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    for part in session.connection().execute(statement).mappings().partitions():
        rows = [dict(row) for row in part]
        yield [row for row in rows if table.name != "meta" or not row["key"].startswith(_OWN)]


def _put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows in; what points into the same table is set once all of the batch are there."""
    if not rows:
        return
    own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    connection.execute(insert(table), [{**row, **{column.name: None for column in own}} for row in rows])
    for column in own:
        (key,) = table.primary_key
        later = [{"row": row[key.name], "to": row[column.name]} for row in rows if row[column.name] is not None]
        if later:
            connection.execute(update(table).where(key == bindparam("row")).values({column: bindparam("to")}), later)


def _count_on(connection: Connection, table: Table) -> None:
    """Let numbers that PostgreSQL gives go on after those that were copied."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None or not isinstance(column.type, Integer):
        return
    last = connection.execute(select(func.max(column))).scalar_one()
    if last is not None:
        sequence = text("SELECT setval(s, :last) FROM pg_get_serial_sequence(:table, :column) AS s WHERE s IS NOT NULL")
        connection.execute(sequence, {"last": last, "table": table.name, "column": column.name})


def _pages(session: Session) -> Iterator[tuple[str, list[int]]]:
    for level in _levels(session):
        after = 0
        while True:
            wanted = select(col(Page.id)).where(col(Page.level) == level, col(Page.id) > after)
            pages = list(session.execute(wanted.order_by(col(Page.id)).limit(_AT_ONCE)).scalars())
            if not pages:
                break
            yield level, pages
            after = pages[-1]


def _digest(session: Session, table: Table) -> tuple[int, int]:
    """Return how many rows there are and a number made of all of them, in whatever order they come."""
    count = whole = 0
    for rows in _rows(session, table):
        for row in rows:
            count += 1
            # A text with the character 0 is one that PostgreSQL cannot hold (``index.postgres``).
            content = repr(sorted(row.items())).replace("\\x00", "\ufffd")
            digest = sha256(content.encode("utf-8", "backslashreplace")).digest()
            whole = (whole + int.from_bytes(digest, "big")) % _WHOLE
    return count, whole
