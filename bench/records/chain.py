"""Eight processes add 5,000 records each to one audit chain: one unbroken chain, and how many records a second.

The peer is one process that adds as many alone, in the same run.

    .venv/bin/python -m bench.records.chain [RECORDS]
"""

import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from index import record
from index.engine import create, open_index

KEY = bytes(range(32))
PROCESSES, RECORDS = 8, 5_000


def append(path: Path, who: str, count: int) -> None:
    """Add records, each in a transaction of its own, as commands do."""
    index = open_index(path, KEY)
    for turn in range(count):
        with index.write() as session:
            record.append(session, who, "view", f"doc-{turn}", {"turn": turn})
    index.close()


def main() -> int:
    """Run both and print the ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "index.db")
        create(path, KEY).close()
        begun = time.perf_counter()
        append(path, "alone", count)
        alone = count / (time.perf_counter() - begun)
        spawn = get_context("spawn")
        workers = [spawn.Process(target=append, args=(path, f"p{number}", count)) for number in range(PROCESSES)]
        begun = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        together = PROCESSES * count / (time.perf_counter() - begun)
        index = open_index(path, KEY)
        with index.read() as session:
            sound = record.verify(session)
        index.close()
    failed = [worker.exitcode for worker in workers if worker.exitcode]
    whole = sound.size == (PROCESSES + 1) * count
    print(f"{sound.size} records, one unbroken chain: {whole}; processes failed: {len(failed)}")
    print(f"{PROCESSES} processes {together:.0f}/s, one process {alone:.0f}/s: ratio {together / alone:.2f}")
    return bool(failed) or not whole


if __name__ == "__main__":
    sys.exit(main())
