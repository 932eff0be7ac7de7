"""Fill an archive on PostgreSQL with the rows of very many captures: COPY into the product's own tables.

Each capture is a paper of one page in a dossier of ``bench.completeness.seeding``, with a sealed text of some 120
characters and the words it is found by, made as the program makes them. There are no scans behind them. Only keys are
kept while rows come in; the other indexes are made at the end, which is what anybody would do who moves so many rows.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from json import dumps
from typing import Any, Final

import psycopg

from bench.completeness.seeding import rows_of
from bench.search.pages import make
from index import tables
from index.texts import PageText, comparable, packed
from index.tsvector import MAIN, TsVector, schema

ORDER: Final = (
    tables.Dossier,
    tables.DossierIdentifier,
    tables.DossierFact,
    tables.DossierEvent,
    tables.Capture,
    tables.Document,
    tables.DocumentField,
    tables.Page,
)
SHELF: Final = f"{schema(tables.ORDINARY)}.page_text"
BATCH: Final = 2_000
PASSAGES: Final = 5_000
SAMPLES: Final = 2_000
_VIN: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_LINES: Final = 3
"""Lines of a made page before its numbers."""
_NOTES: Final = f"""
    CREATE TABLE IF NOT EXISTS {MAIN}.bench_index (made text);
    CREATE TABLE IF NOT EXISTS {MAIN}.bench_stocked (captures bigint, dossiers bigint, seconds float, cpu float);
"""
_LAY_BARE: Final = f"""
    INSERT INTO {MAIN}.bench_index SELECT indexdef FROM pg_indexes WHERE schemaname = '{MAIN}'
    AND tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)
    RETURNING substring(made FROM 'INDEX (\\S+) ON')
"""
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Stocked:
    """What was put in, in all, and what that took."""

    captures: int
    dossiers: int
    seconds: float
    cpu: float


def stocked(connection: psycopg.Connection) -> Stocked:
    """Return what was put in until now."""
    connection.execute(_NOTES.encode())
    found = connection.execute(
        "SELECT coalesce(sum(captures), 0)::bigint, coalesce(sum(dossiers), 0)::bigint, "
        f"coalesce(sum(seconds), 0), coalesce(sum(cpu), 0) FROM {MAIN}.bench_stocked".encode()
    ).fetchone()
    return Stocked(*(found or (0, 0, 0.0, 0.0)))


def stock(connection: psycopg.Connection, shelves: TsVector, captures: int, today: date) -> None:
    """Put in captures, and the dossiers they belong to, until there are so many; ``dress`` makes the indexes again."""
    before = stocked(connection)
    began, cpu = time.perf_counter(), time.process_time()
    passages = ["\n".join(page.text.split("\n")[:_LINES]) for page in make(PASSAGES)]
    connection.execute("SET session_replication_role = replica")  # what a row points at is in the same batch
    bared = [*(one.__tablename__ for one in ORDER), SHELF.rpartition(".")[2]]
    for (name,) in connection.execute(_LAY_BARE.encode(), [bared]).fetchall():
        connection.execute(f"DROP INDEX {MAIN}.{name}".encode())
    found = connection.execute(f"SELECT coalesce(max(id), 0) FROM {MAIN}.page".encode()).fetchone()
    pages, done, number = count(int(found[0]) + 1 if found else 1), before.captures, before.dossiers
    try:
        while done < captures:
            rows: defaultdict[type, list[dict[str, Any]]] = defaultdict(list)
            texts: list[dict[str, Any]] = []
            last = number
            while len(rows[tables.Capture]) < min(BATCH, captures - done):
                for table, some in _dossier(last, today, passages, pages, shelves, texts).items():
                    rows[table].extend(some)
                last += 1
            with connection.transaction():
                for table in ORDER:
                    _copy(connection, table, rows[table])
                _copy_texts(connection, texts)
            done, number = done + len(rows[tables.Capture]), last
            print(f"\r{done} captures", end="", flush=True)
    finally:  # broken off, it goes on from here
        spent = (time.perf_counter() - began, time.process_time() - cpu)
        _note(connection, done - before.captures, number - before.dossiers, *spent)
    print()
    connection.execute("RESET session_replication_role")


def dress(connection: psycopg.Connection) -> None:
    """Make the indexes that ``stock`` took away, and let the database look at what it has."""
    began, cpu = time.perf_counter(), time.process_time()
    connection.execute(f"SELECT setval('{MAIN}.page_id_seq', (SELECT max(id) + 1 FROM {MAIN}.page))".encode())
    for (made,) in connection.execute(f"SELECT made FROM {MAIN}.bench_index".encode()).fetchall():
        connection.execute(made.replace("INDEX", "INDEX IF NOT EXISTS", 1))  # opening the archive made those of words
    connection.execute(f"TRUNCATE {MAIN}.bench_index".encode())
    connection.execute("VACUUM ANALYZE")
    _note(connection, 0, 0, time.perf_counter() - began, time.process_time() - cpu)


def sampled(connection: psycopg.Connection) -> list[dict[str, str]]:
    """Return VIN, kind and dossier key of some documents, and a text as theirs, to make queries of."""
    some = connection.execute(
        f"SELECT f.value, d.kind, s.key FROM {MAIN}.document_field f TABLESAMPLE BERNOULLI (1) REPEATABLE (5) "
        f"JOIN {MAIN}.document d ON d.id = f.document JOIN {MAIN}.dossier s ON s.id = d.dossier "
        f"WHERE f.name = 'vin' LIMIT {SAMPLES}".encode()
    ).fetchall()
    passages = make(PASSAGES)
    return [
        {"vin": vin, "kind": kind, "key": key, "text": "\n".join(page.text.split("\n")[:_LINES])}
        for (vin, kind, key), page in zip(some, passages, strict=False)
    ]


def _dossier(
    number: int, today: date, passages: list[str], pages: "count[int]", shelves: TsVector, texts: list[dict[str, Any]]
) -> Mapping[type, list[dict[str, Any]]]:
    """Return the rows of one dossier, and add its pages' texts."""
    dice, made = random.Random(f"vin-{number}"), rows_of(number, today)
    vin = "".join(dice.choices(_VIN, k=17))
    of: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for field in made[tables.DocumentField]:
        if field["name"] == "vin":
            field["value"], field["folded"] = vin, comparable(vin)
        of[field["document"]].append((field["name"], field["value"]))
    for document in made[tables.Document]:
        page = next(pages)
        same = {name: document[name] for name in ("capture", "kind", "family", "dated")}
        made[tables.Page].append({**same, "id": page, "number": 1, "document": document["id"], "width": 1654,
                                  "height": 2339, "source": "ocr", "engine": "bench", "first": True})  # fmt: skip
        body = PageText(f"{passages[page % PASSAGES]}\n车架号 {vin} {document['dated']}", (), tuple(of[document["id"]]))
        texts.append(shelves.row(tables.ORDINARY, page, packed(body), body.words))
    return made


def _note(connection: psycopg.Connection, *facts: float) -> None:
    connection.execute(f"INSERT INTO {MAIN}.bench_stocked VALUES (%s, %s, %s, %s)".encode(), facts)


def _copy(connection: psycopg.Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    defaults = {one.name: one.default for one in table.__table__.columns}
    given = [name for name in defaults if name in rows[0] or defaults[name] is not None]
    otherwise = {name: _default(defaults[name]) for name in given if name not in rows[0]}
    names = ", ".join(f'"{name}"' for name in given)
    with connection.cursor().copy(f"COPY {MAIN}.{table.__tablename__} ({names}) FROM STDIN".encode()) as target:
        whole = ({**otherwise, **row} for row in rows)
        target.write("".join("\t".join(_plain(row[name]) for name in given) + "\n" for row in whole))


def _default(default: Any) -> Any:
    return default.arg(None) if default.is_callable else default.arg


def _plain(value: Any) -> str:
    """Return a value as COPY's text format has it."""
    match value:
        case None:
            return "\\N"
        case str():
            return value.translate(_ESCAPES)
        case bool():
            return "t" if value else "f"
        case date() | datetime():
            return value.isoformat()
        case list() | dict():
            return dumps(value, ensure_ascii=False).translate(_ESCAPES) if value else str(value)
        case _:
            return str(value)


def _copy_texts(connection: psycopg.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    with connection.cursor().copy(f"COPY {SHELF} (id, body, form, words) FROM STDIN".encode()) as target:
        for row in rows:
            words = "' '".join(row["words"])
            target.write(f"{row['id']}\t\\\\x{row['body'].hex()}\t\\\\x{row['form'].hex()}\t'{words}'\n")
