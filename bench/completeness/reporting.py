"""Draw up every report over thousands of dossiers, beside plain SQL that reads the same rows.

    nice .venv/bin/python -m bench.completeness.reporting [--dossiers N] [--home HOME] [REPORT/FORM …]

Each report runs in a process of its own on an archive seeded for it, or on HOME from ``bench.completeness.seeding``.
Prints seconds, CPU seconds, peak memory and size, and the ratio of its CPU time to that of reading the rows it rests
on through the same sealed file with nothing judged.
"""

import argparse
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from sqlalchemy import text

from bench.completeness.seeding import PASSPHRASE, make_home, seed
from desk.archive import Archive
from desk.home import Home
from desk.reports.issuing import REPORTS, issue
from desk.reports.scope import Scope
from desk.reports.sheet import Form

TODAY: Final = date(2026, 11, 23)
TABLES: Final = ("dossier", "dossier_fact", "dossier_event", "dossier_waiver", "dossier_identifier", "document")
ALL: Final = (
    *(f"{name}/json" for name in REPORTS),
    "completeness/csv",
    "completeness/xlsx",
    "completeness/html",
    "completeness/pdf",
)

Figure = tuple[float, float, float, int]
"""Seconds, CPU seconds, peak memory in MB, bytes."""


def read_rows(archive: Archive) -> int:
    """Read every row that reports rest on; return how many."""
    with archive.index.read() as session:
        return sum(len(session.connection().execute(text(f"SELECT * FROM {table}")).fetchall()) for table in TABLES)


def drawn_up(archive: Archive, what: str) -> int:
    """Draw up ``report/form``; return its size."""
    name, _, form = what.partition("/")
    return len(issue(archive, name, Scope(as_of=TODAY), Form(form), "zh-Hant").content)


def measured(home: Path, what: str) -> Figure:
    """Do one thing with the archive and return what it cost, opening the archive not counted."""
    place = Home(home)
    with Archive.open(place, place.settings(), PASSPHRASE) as archive:
        began, began_cpu = time.perf_counter(), time.process_time()
        size = read_rows(archive) if what == "rows" else drawn_up(archive, what)
        spent, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    return spent, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, size


def apart(home: Path, what: str) -> Figure:
    """Measure in a process of its own, so that memory is that of this thing alone."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, home, what).result()


def main() -> int:
    """Run the benchmark and print its figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="*", default=list(ALL))
    options.add_argument("--dossiers", type=int, default=10_000)
    options.add_argument("--home", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home
        if home is None:
            made = make_home(Path(folder) / "home")
            with Archive.open(made, made.settings(), PASSPHRASE) as archive, archive.index.write() as session:
                seed(session, chosen.dossiers, TODAY)
            home = made.path
        _, base, memory, rows = apart(home, "rows")
        print(f"{'rows alone':24} {'':8} {base:7.2f} s CPU {memory:6.0f} MB {rows:>12,} rows")
        for what in chosen.what:
            spent, cpu, memory, size = apart(home, what)
            ratio = f"{cpu / base:6.1f} × the rows"
            print(f"{what:24} {spent:6.2f} s {cpu:7.2f} s CPU {memory:6.0f} MB {size:>12,} bytes {ratio}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
