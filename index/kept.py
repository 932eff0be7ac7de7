"""What was worked out of the index, kept in memory until something that it rests on changes.

On sealed SQLite triggers count every change of what decides who reaches which pages, whoever makes it and in whatever
process. A reader compares the count of its own transaction, so what it is given is what it would work out itself.
On PostgreSQL one counter would make all workers wait for each other: nothing is kept there.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, TypeVar, cast

from sqlalchemy import bindparam, insert, inspect, select
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.engine import Connection
from sqlmodel import Session

V = TypeVar("V")

REACH: Final = "reach"
"""Counts changes of what rights ask about dossiers: pack, kind, department, marks, and who is in charge."""
FILING: Final = "filing"
"""Counts changes of which pages lie in which dossier."""
MOST: Final = 100
"""Values kept that rest on one count. Each person who searches needs two or three, one of an octet for each page."""
SELDOM: Final = 20
"""What is costly is made anew at most for one part in so many of the time."""

_COUNTS: Final = sql_table("change_count", sql_column("what"), sql_column("count"))
_ASKED: Final = select(_COUNTS.c.count).where(_COUNTS.c.what == bindparam("what"))
_WATCHED: Final = (
    (REACH, "dossier", ("INSERT", "DELETE", "UPDATE OF pack, kind, department")),
    (REACH, "dossier_mark", ("INSERT", "DELETE", "UPDATE")),
    (REACH, "dossier_fact", ("INSERT", "DELETE", "UPDATE")),
    (FILING, "document", ("INSERT", "DELETE", "UPDATE OF dossier")),
    (FILING, "page", ("INSERT", "DELETE", "UPDATE OF document")),
)


@dataclass(slots=True)
class _Count:
    """What rests on one count as it was ``at``; ``made`` is when and how long the last costly value took."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    at: int = -1
    values: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    made: dict[Hashable, tuple[float, float]] = field(default_factory=dict)


class Kept:
    """What an open index keeps. Safe to use from many threads."""

    def __init__(self) -> None:
        self._counts = {what: _Count() for what in (REACH, FILING)}

    def get(self, session: Session, what: str, name: Hashable, make: Callable[[], V]) -> V:
        """Return the value of a name as of the session's transaction, made where it is not there.

        ``what`` is the count that the value rests on.
        """
        now = count_of(session, what)
        if now is None:
            return make()
        held = self._counts[what]
        with held.lock:  # so that twenty who come at once make it once
            if held.at < now:
                held.at = now
                held.values.clear()
            if held.at > now:
                return make()  # the transaction sees an earlier state
            if name not in held.values:
                held.values[name] = make()
                while len(held.values) > MOST:
                    held.values.popitem(last=False)
            held.values.move_to_end(name)
            return cast("V", held.values[name])

    def get_costly(self, session: Session, what: str, name: Hashable, make: Callable[[], V]) -> V | None:
        """Return as ``get`` does; None where it would have to be made though it was made only just now."""
        now = count_of(session, what)
        if now is None:
            return None
        held = self._counts[what]
        with held.lock:
            at, took = held.made.get(name, (0.0, 0.0))
            if (held.at != now or name not in held.values) and monotonic() - at < took * SELDOM:
                return None

            def timed() -> V:
                began = monotonic()
                made = make()
                held.made[name] = (monotonic(), monotonic() - began)
                return made

            return self.get(session, what, name, timed)


def kept(session: Session) -> Kept:
    """Return what the index of a session keeps."""
    found: Kept = session.info["kept"]
    return found


def count_of(session: Session, what: str) -> int | None:
    """Return how often that was changed, as the session's transaction sees it; None where nobody counts.

    In a transaction that writes nobody does: what it changed may be taken back, and its count be another's.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite" or not connection.get_execution_options().get("reading"):
        return None
    return cast("int", connection.execute(_ASKED, {"what": what}).scalar_one())


def watch(connection: Connection) -> None:
    """Make the counts and what moves them, where missing (SQLite); tables of a later version are passed over."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS change_count (what TEXT PRIMARY KEY, count INTEGER NOT NULL)"
    )
    there = set(connection.execute(select(_COUNTS.c.what)).scalars())
    for what in sorted({REACH, FILING} - there):
        connection.execute(insert(_COUNTS), {"what": what, "count": 0})
    tables = set(inspect(connection).get_table_names())
    for name, what, table, event in _triggers():
        if table not in tables:
            continue
        connection.exec_driver_sql(
            f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {table} "  # noqa: S608  # names of ours
            f"BEGIN UPDATE change_count SET count = count + 1 WHERE what = '{what}'; END"
        )


def unwatch(connection: Connection) -> None:
    """Take away what moves the counts, for a step that makes tables anew (SQLite); ``watch`` puts it back."""
    for name, _, _, _ in _triggers():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def _triggers() -> Iterator[tuple[str, str, str, str]]:
    """Yield each trigger: its name, the count it moves, its table and the event."""
    for what, table, events in _WATCHED:
        for event in events:
            yield f"count_{what}_{table}_{event.split()[0].lower()}", what, table, event
