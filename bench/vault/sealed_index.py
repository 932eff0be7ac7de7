"""What sealing the index costs: ``python -m bench.vault.sealed_index [PAGES]``.

The same pages lie in a SQLCipher file and in a plain SQLite file of the same library; the product's own searches,
look-ups and writes run over both, taking turns.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import QueuePool, event
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.engine import Connection
from sqlmodel import col, select

from bench.search.measuring import KEY, _filled, _han
from bench.search.pages import Made, make
from index import engine as engines
from index.dossiers import fields_of
from index.engine import Index
from index.fts5 import Fts5
from index.places import note_place
from index.search import search
from index.tables import ORDINARY, Document

EACH: Final = 60
RUNS: Final = 5
Work = Callable[[Index], object]


def main() -> None:
    """Print one line a sort of work: both times and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as text:
        sealed_file, plain_file = Path(text, "sealed.db"), Path(text, "plain.db")
        _filled(sealed_file, count).close()
        _export(sealed_file, plain_file)
        sealed_mb, plain_mb = (file.stat().st_size / 1e6 for file in (sealed_file, plain_file))
        print(f"{count} pages: sealed {sealed_mb:.0f} MB, plain {plain_mb:.0f} MB, ratio {sealed_mb / plain_mb:.2f}")
        sample = list(islice(make(count), 2_000))
        _compare("open and ask once (nothing in memory)", _cold(sample), sealed_file, plain_file, anew=True)
        for name, work in _works(sample).items():
            _compare(name, work, sealed_file, plain_file)


def _works(sample: Sequence[Made]) -> dict[str, Work]:
    chance = random.Random(11)
    found: dict[str, Work] = {}
    for length in (1, 2, 4):
        queries = [_han(chance, sample, length) for _ in range(EACH)]
        found[f"{EACH} searches of {length} Chinese characters"] = _searches(queries)
    pairs = [f"{_han(chance, sample, 2)} AND {_han(chance, sample, 2)}" for _ in range(EACH)]
    found[f"{EACH} searches with AND"] = _searches(pairs)
    found[f"{EACH} searches by kind and words"] = _searches([f"kind:other {one}" for one in pairs])
    found["fields of 2,000 documents"] = _fields
    found["20 small writes, each committed"] = _writes
    return found


def _searches(queries: Sequence[str]) -> Work:
    def work(index: Index) -> None:
        with index.read() as session:
            for query in queries:
                search(session, query, newest=True)

    return work


def _fields(index: Index) -> None:
    with index.read() as session:
        fields_of(session, session.exec(select(Document.id).order_by(col(Document.id)).limit(2_000)).all())


def _writes(index: Index) -> None:
    for number in range(20):
        with index.write() as session:
            note_place(session, f"/bench/{number}", made=datetime.now(UTC))


def _cold(sample: Sequence[Made]) -> Work:
    return _searches([_han(random.Random(5), sample, 3)])


def _export(sealed: Path, plain: Path) -> None:
    """Copy a sealed file into a plain one, as SQLCipher itself does it."""
    connection = sqlcipher.connect(str(sealed), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.execute("DETACH DATABASE plain")
    connection.close()


def _open_plain(file: Path) -> Index:
    """Open a plain file as the product opens a sealed one, but for the key."""

    def connect() -> Any:
        connection = sqlcipher.connect(str(file), isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout = {engines.WAIT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{engines.CACHE_KIB}")
        return connection

    engine = sqlalchemy_engine("sqlite://", module=sqlcipher, creator=connect, poolclass=QueuePool)
    event.listen(engine, "begin", _begin)
    reading = engine.execution_options(reading=True)
    return Index(
        engine, reading, levels=(ORDINARY,), shelves=Fts5(), where=str(file), plain=lambda _error, _where: None
    )


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _compare(name: str, work: Work, sealed: Path, plain: Path, *, anew: bool = False) -> None:
    """Time a work over both files, taking turns, and print the medians of this process's CPU in milliseconds."""
    opens: tuple[Callable[[], Index], ...] = (lambda: engines.open_index(sealed, KEY), lambda: _open_plain(plain))
    indexes = [open_() for open_ in opens]
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS + 1):
        for place, open_ in enumerate(opens):
            if anew:
                indexes[place].close()
            start = time.process_time()
            if anew:
                indexes[place] = open_()
            work(indexes[place])
            if run:  # the first fills the page cache of either
                times[place].append(time.process_time() - start)
    for index in indexes:
        index.close()
    ours, theirs = (statistics.median(one) * 1000 for one in times)
    print(f"{name:45} sealed {ours:8.1f} ms  plain {theirs:8.1f} ms  ratio {ours / theirs:5.2f}", flush=True)


if __name__ == "__main__":
    main()
