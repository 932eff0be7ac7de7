"""What an archive of very many captures on PostgreSQL takes: filling it, searching it, judging all its dossiers.

    .venv/bin/python -m bench.scale.million [--captures 1000000] [--filed 300] [--keep FOLDER] [--stock]

Needs PostgreSQL's programs and, for a million, 20 GB of disk. Prints how fast captures are filed through the product's
own functions, one transaction each, how fast their rows are copied in, bytes on disk by table, p50 and p95 of searches
of several sorts, and the seconds of the completeness report over all dossiers beside reading its rows alone.

``--keep`` leaves the archive in a folder and goes on with what is there; ``--stock`` only puts rows in, so that it can
be done in parts. Remove the folder afterwards.
"""

import argparse
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

import psycopg
from sqlalchemy import text as sql

from bench.completeness.reporting import drawn_up, read_rows
from bench.completeness.seeding import PACKS, PASSPHRASE
from bench.scale.stocking import dress, sampled, stock, stocked
from bench.search.pages import make
from desk import setup
from desk.archive import Archive
from desk.home import Home
from dossier.reading import FieldValue, Page, Reading, Recognised
from index import filing
from index.search import search
from index.tables import Capture
from index.tsvector import MAIN, TsVector
from tests.servers.postgres import Postgres, missing
from vault.keyfile import FAST

TODAY: Final = date(2026, 11, 23)
EACH: Final = 40
SERVER: Final = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
    "autovacuum": "on",
}
_HAN: Final = re.compile("[一-鿿]{9,}")
_SIZES: Final = (
    "SELECT n.nspname || '.' || c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname LIKE 'juanzong%' AND c.relkind = 'r' "
    "ORDER BY 2 + 3 DESC, pg_total_relation_size(c.oid) DESC LIMIT 6"
)


def filed(archive: Archive, count: int, after: int) -> float:
    """File small captures through the product's functions, one transaction each; return seconds a capture."""
    now, spent = datetime.now(UTC), 0.0
    for number, made in enumerate(make(count, seed=41)):
        digest = sha256(f"filed {after} {number}".encode()).hexdigest()
        row = Capture(id=f"f{after}-{number:07}", digest=digest, name="scan.pdf", size=1, format="PDF", sha256=digest,
                      state="read", claimed=now, reading="reading")  # fmt: skip
        fields = {name: FieldValue(value, 0.9, 1) for name, value in made.fields.items()}
        page = Page(1, 1654, 2339, 200, 0, "ocr", "bench", "\n".join(made.text.split("\n")[:4]), ())
        reading = Reading((page,), (Recognised(made.kind, "other", 0.9, False, fields, (1,)),))
        began = time.perf_counter()
        with archive.index.write() as session:
            session.add(row)
            session.flush()
            filing.save_readings(session, [filing.Read(row.id, reading, TODAY)])
        spent += time.perf_counter() - began
    return spent / count


def searched(archive: Archive, samples: Sequence[dict[str, str]]) -> None:
    """Print how long searches of each sort take."""
    chance = random.Random(5)

    def han(length: int) -> str:
        while True:
            runs = _HAN.findall(chance.choice(samples)["text"])
            if runs:
                run = chance.choice(runs)
                start = chance.randint(0, len(run) - length)
                return cast("str", run[start : start + length])

    sorts: dict[str, Callable[[], str]] = {
        "1 character": lambda: han(1),
        "2 characters": lambda: han(2),
        "4 characters": lambda: han(4),
        "two words": lambda: f"{han(2)} {han(3)}",
        "kind + word": lambda: f"kind:{chance.choice(samples)['kind']} {han(3)}",
        "dates + word": lambda: f"from:2026-03 to:2026-04 {han(3)}",
        "whole VIN": lambda: chance.choice(samples)["vin"],
        "vin: in part": lambda: f"vin:{chance.choice(samples)['vin'][4:12]}",
        "dossier: + word": lambda: f"dossier:{chance.choice(samples)['key']} {han(2)}",
    }
    print(f"{'search, ms':18}{'p50':>9}{'p95':>9}{'CPU p50':>12}{'CPU p95':>9}{'mean hits':>12}")
    with archive.index.read() as session:
        backend = session.execute(sql("SELECT pg_backend_pid()")).scalar_one()
        for name, draw in sorts.items():
            search(session, draw(), today=TODAY)
            times, worked, hits = [], [], 0
            for _ in range(EACH):
                query = draw()
                began, cpu = time.perf_counter(), _cpu(backend)
                hits += search(session, query, today=TODAY).total
                times.append(1000 * (time.perf_counter() - began))
                worked.append(1000 * (_cpu(backend) - cpu))
            figures = [_share(times, 0.5), _share(times, 0.95), _share(worked, 0.5), _share(worked, 0.95)]
            print("{:18}{:9.0f}{:9.0f}{:12.0f}{:9.0f}{:12.0f}".format(name, *figures, hits / EACH), flush=True)


def _cpu(backend: int) -> float:
    """Return the CPU seconds of this process and of the database's for it: what waiting for a busy core is not in."""
    told = Path(f"/proc/{backend}/schedstat")  # Linux: nanoseconds on a core come first
    return time.process_time() + (int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0)


def judged(archive: Archive, dossiers: int) -> None:
    """Print how long the completeness of all dossiers takes, beside reading the rows it rests on."""
    began = time.perf_counter()
    rows = read_rows(archive)
    alone = time.perf_counter() - began
    began, cpu = time.perf_counter(), time.process_time()
    drawn_up(archive, "completeness/json")
    whole, worked = time.perf_counter() - began, time.process_time() - cpu
    print(f"completeness of {dossiers} dossiers {whole:.1f} s ({worked:.1f} s CPU here), "
          f"{whole / alone:.1f} × reading their {rows} rows")  # fmt: skip


def _share(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--captures", type=int, default=1_000_000)
    options.add_argument("--filed", type=int, default=300)
    options.add_argument("--keep", type=Path)
    options.add_argument("--stock", action="store_true")
    chosen = options.parse_args()
    reason = missing()
    if reason:
        raise SystemExit(reason)
    with tempfile.TemporaryDirectory(prefix="jz-million-") as folder:
        place = chosen.keep or Path(folder)
        home, server = Home(place / "home"), Postgres(place / "pg", settings=SERVER)
        if server.data.exists():
            server.start()
        else:  # a temporary folder is closed to the account that PostgreSQL runs as
            server = Postgres.make(settings=SERVER, folder=server.folder if chosen.keep else None)
        try:
            if not home.exists():
                setup.make(home, PASSPHRASE, packs=PACKS, database=server.database(), cost=FAST)
            with Archive.open(home, home.settings(), PASSPHRASE) as archive:
                print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
                _stock(archive, chosen.captures)
                if not chosen.stock:
                    _measure(archive, chosen.filed)
        finally:
            if chosen.keep:
                server.stop()
            else:
                server.remove()


def _stock(archive: Archive, captures: int) -> None:
    with psycopg.connect(archive.settings.database, autocommit=True) as connection:
        if stocked(connection).captures < captures:
            stock(connection, cast("TsVector", archive.index.shelves), captures, TODAY)


def _measure(archive: Archive, few: int) -> None:
    with psycopg.connect(archive.settings.database, autocommit=True) as connection:
        dress(connection)
        found, samples = stocked(connection), sampled(connection)
        rate = found.captures / found.seconds
        print(f"copied in         {found.captures} captures of {found.dossiers} dossiers, indexes made at the end, in "
              f"{found.seconds:.0f} s ({found.cpu:.0f} s CPU here): {rate:.0f} a second")  # fmt: skip
        for name, table, indexes in connection.execute(_SIZES):
            print(f"{name:36}{table / 1e6:9.0f} MB and indexes of {indexes / 1e6:.0f} MB")
    with archive.index.read() as session:
        size = session.execute(sql("SELECT pg_database_size(current_database())")).scalar_one()
        lie = session.execute(sql(f"SELECT count(*) FROM {MAIN}.capture")).scalar_one()
    print(f"database          {size / 1e9:.2f} GB, {size / lie / 1000:.1f} kB a capture of {lie}")
    print(f"filed one by one  {1000 * filed(archive, few, lie):.1f} ms a capture, a transaction each, into all these")
    searched(archive, samples)
    judged(archive, found.dossiers)


if __name__ == "__main__":
    main()
