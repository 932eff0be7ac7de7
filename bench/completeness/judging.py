"""Judge 100,000 dossiers of 12 documents each, beside the SQL join that only counts what is missing.

    nice .venv/bin/python -m bench.completeness.judging [--dossiers N] [--processes N]

Prints the seconds of a full evaluation, peak memory, the time of judging one dossier again after one document came in,
and the ratio to a single LEFT JOIN over the same documents in SQLite. The join knows nothing of working days, sides,
signatures, conditions or reasons.
"""

import argparse
import random
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context

from dossier.completeness import evaluate
from dossier.model import Document, Dossier, Event, Status
from dossier.pack import Pack
from dossier.policy import load_pack
from dossier.workdays import work_calendar

TODAY = date(2026, 11, 23)
KINDS = (
    "green-card",
    "purchase-invoice",
    "sales-contract",
    "id-card",
    "delivery-checklist",
    "vehicle-licence",
    "insurance-policy",
    "derived-services-list",
    "vehicle-certificate",
    "delivery-photo",
    "pdi-checklist",
    "other-certificate",
)
SIDES = {"id-card": frozenset({"front", "back"})}
SIGNED = {"delivery-checklist": {"customer": "signed", "staff": "signed"}, "pdi-checklist": {"staff": "signed"}}
EMPTY: dict[str, str] = {}


def made_dossiers(first: int, last: int, missing: float) -> Iterator[Dossier]:
    """Yield dossiers whose documents come in 0–9 days after the sale; a share of them never does."""
    for number in range(first, last):
        dice = random.Random(number)
        sale = TODAY - timedelta(days=dice.randrange(1, 300))
        documents = tuple(
            Document(
                id=f"{number}-{kind}",
                kind=kind,
                received=min(TODAY, sale + timedelta(days=dice.randrange(10))),
                sides=SIDES.get(kind, frozenset()),
                signatures=SIGNED.get(kind, EMPTY),
                fields=EMPTY,
            )
            for kind in KINDS
            if dice.random() >= missing
        )
        facts = {"customer_type": "person", "special_customer": "yes", "consultant": f"C{number % 40}"}
        yield Dossier(f"V{number}", "new-vehicle", "", "auto-dealer", sale, facts, (Event("sale", sale),), documents)


def judge_share(first: int, last: int, missing: float) -> tuple[float, float, int, int, int]:
    """Judge a share of the dossiers; return seconds, CPU seconds, verdicts, gaps, peak memory in kB."""
    pack, calendar = load_pack("auto-dealer"), work_calendar("CN")
    dossiers = list(made_dossiers(first, last, missing))
    began, began_cpu = time.perf_counter(), time.process_time()
    verdicts = gaps = 0
    for dossier in dossiers:
        found = evaluate(dossier, pack, TODAY, calendar)
        verdicts += len(found)
        gaps += sum(verdict.status in {Status.LATE, Status.DUE, Status.MISSING} for verdict in found)
    spent, spent_cpu = time.perf_counter() - began, time.process_time() - began_cpu
    return spent, spent_cpu, verdicts, gaps, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def judge_again(pack: Pack) -> float:
    """Return the seconds of judging one dossier once more after a document came in, the median of 1,000."""
    calendar = work_calendar("CN")
    dossier = next(made_dossiers(0, 1, 0.2))
    spent = []
    for number in range(1000):
        later = replace(dossier, documents=(*dossier.documents, Document(f"n{number}", "green-card", TODAY)))
        began = time.perf_counter()
        evaluate(later, pack, TODAY, calendar)
        spent.append(time.perf_counter() - began)
    return sorted(spent)[500]


def join(count: int, missing: float) -> tuple[float, int]:
    """Return the seconds of the SQL join that counts missing documents, and its count."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE dossier (id INTEGER PRIMARY KEY)")
    base.execute("CREATE TABLE required (kind TEXT PRIMARY KEY)")
    base.execute("CREATE TABLE document (dossier INTEGER, kind TEXT)")
    base.executemany("INSERT INTO dossier VALUES (?)", ((number,) for number in range(count)))
    base.executemany("INSERT INTO required VALUES (?)", ((kind,) for kind in KINDS))
    rows = (
        (number, document.kind)
        for number, dossier in enumerate(made_dossiers(0, count, missing))
        for document in dossier.documents
    )
    base.executemany("INSERT INTO document VALUES (?, ?)", rows)
    base.execute("CREATE INDEX by_dossier ON document (dossier, kind)")
    began = time.perf_counter()
    (found,) = base.execute(
        "SELECT count(*) FROM dossier CROSS JOIN required LEFT JOIN document"
        " ON document.dossier = dossier.id AND document.kind = required.kind WHERE document.kind IS NULL"
    ).fetchone()
    return time.perf_counter() - began, found


def main() -> int:
    """Run the benchmark and print its figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dossiers", type=int, default=100_000)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--missing", type=float, default=0.05)
    chosen = options.parse_args()
    share = -(-chosen.dossiers // chosen.processes)
    edges = [(first, min(first + share, chosen.dossiers), chosen.missing) for first in range(0, chosen.dossiers, share)]
    with ProcessPoolExecutor(chosen.processes, mp_context=get_context("spawn")) as pool:
        shares = list(pool.map(judge_share, *zip(*edges, strict=True)))
    seconds = max(each[0] for each in shares)
    verdicts, gaps, memory = (sum(each[place] for each in shares) for place in (2, 3, 4))
    cpu = sum(each[1] for each in shares)
    again = judge_again(load_pack("auto-dealer"))
    joined, counted = join(chosen.dossiers, chosen.missing)
    print(f"evaluate   {chosen.dossiers} dossiers, {verdicts} verdicts, {gaps} open: {seconds:.2f} s", end="")
    most = max(each[1] for each in shares)
    print(f" on {len(edges)} process(es), {most:.1f} s CPU in the busier, {1e6 * cpu / verdicts:.1f} µs CPU a verdict")
    print(f"memory     {memory / 1024:.0f} MB peak over all processes, documents included")
    print(f"one more   {1000 * again:.3f} ms to judge a dossier again after a document")
    print(f"SQL join   {counted} missing: {joined:.2f} s; evaluate / join = {seconds / joined:.1f}")
    return 0 if gaps == counted else 1


if __name__ == "__main__":
    sys.exit(main())
