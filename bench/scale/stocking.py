"""Fill an archive on PostgreSQL with the rows of very many captures: COPY into the product's own tables.

Each capture is a paper of one page in a dossier of ``bench.completeness.seeding``, with a sealed text of some 120
characters and the words it is found by, made as the program makes them. There are no scans behind them.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

import psycopg
from psycopg.types.json import Json

from bench.completeness.seeding import rows_of
from bench.search.pages import make
from index import tables
from index.texts import PageText, packed
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
_VIN: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_LINES: Final = 3
"""Lines of a made page before its numbers."""


@dataclass(frozen=True, slots=True)
class Stocked:
    """What was put in."""

    captures: int
    dossiers: int
    samples: tuple[dict[str, str], ...]
    """Text, vin, kind and dossier key of some pages, to make queries of."""


def stock(connection: psycopg.Connection, shelves: TsVector, captures: int, today: date) -> Stocked:
    """Put in so many captures, and as many dossiers as they belong to; the indexes of words are made at the end."""
    passages = ["\n".join(page.text.split("\n")[:_LINES]) for page in make(PASSAGES)]
    connection.execute("SET session_replication_role = replica")  # what a row points at is in the same batch
    connection.execute(f"DROP INDEX {schema(tables.ORDINARY)}.page_text_by_word".encode())
    found = connection.execute(f"SELECT coalesce(max(id), 0) FROM {MAIN}.page".encode()).fetchone()
    done, number, page = 0, 0, int(found[0]) if found else 0
    samples: list[dict[str, str]] = []
    while done < captures:
        rows: defaultdict[type, list[dict[str, Any]]] = defaultdict(list)
        texts: list[dict[str, Any]] = []
        while len(rows[tables.Capture]) < min(BATCH, captures - done):
            dice, made = random.Random(f"vin-{number}"), rows_of(number, today)
            vin = "".join(dice.choices(_VIN, k=17))
            for field in (one for one in made[tables.DocumentField] if one["name"] == "vin"):
                field["value"], field["folded"] = vin, vin.lower().replace("o", "0").replace("i", "1")
            of = {one["document"]: [] for one in made[tables.DocumentField]}
            for one in made[tables.DocumentField]:
                of[one["document"]].append((one["name"], one["value"]))
            for document in made[tables.Document]:
                page += 1
                made[tables.Page].append(_page(page, document))
                text = f"{passages[page % PASSAGES]}\n车架号 {vin} {document['dated']}"
                body = PageText(text, (), tuple(of.get(document["id"], ())))
                texts.append(shelves.row(tables.ORDINARY, page, packed(body), body.words))
                if page % 997 == 0:
                    samples.append({"text": text, "vin": vin, "kind": document["kind"],
                                    "key": made[tables.Dossier][0]["key"]})  # fmt: skip
            for table, some in made.items():
                rows[table].extend(some)
            number += 1
        for table in ORDER:
            _copy(connection, table, rows[table])
        _copy_texts(connection, texts)
        done += len(rows[tables.Capture])
        print(f"\r{done} captures", end="", flush=True)
    print()
    connection.execute(f"SELECT setval('{MAIN}.page_id_seq', {page + 1})".encode())
    connection.execute(f"CREATE INDEX page_text_by_word ON {SHELF} USING gin (words)".encode())
    connection.execute("RESET session_replication_role")
    connection.execute("VACUUM ANALYZE")
    return Stocked(done, number, tuple(islice(samples, 2_000)))


def _page(number: int, document: Mapping[str, Any]) -> dict[str, Any]:
    same = {name: document[name] for name in ("capture", "kind", "family", "dated")}
    return {**same, "id": number, "number": 1, "document": document["id"], "width": 1654, "height": 2339,
            "source": "ocr", "engine": "bench", "first": True}  # fmt: skip


def _copy(connection: psycopg.Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    defaults = {one.name: one.default for one in table.__table__.columns}
    given = [name for name in defaults if name in rows[0] or defaults[name] is not None]
    names = ", ".join(f'"{name}"' for name in given)
    with connection.cursor().copy(f"COPY {MAIN}.{table.__tablename__} ({names}) FROM STDIN".encode()) as target:
        for row in rows:
            target.write_row([_plain(row[name] if name in row else _default(defaults[name])) for name in given])


def _default(default: Any) -> Any:
    return default.arg(None) if default.is_callable else default.arg


def _plain(value: Any) -> Any:
    return Json(value) if isinstance(value, (list, dict)) else value


def _copy_texts(connection: psycopg.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    with connection.cursor().copy(f"COPY {SHELF} (id, body, form, words) FROM STDIN".encode()) as target:
        for row in _as_texts(rows):
            target.write_row(row)


def _as_texts(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield row["id"], row["body"], row["form"], " ".join(f"'{word}'" for word in row["words"])
