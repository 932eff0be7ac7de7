"""How fast pages go into the sealed index and answers come out, and what others miss on the same pages.

    python -m bench.search.measuring [--pages 100000] [--peer-pages 20000] [--keep FOLDER]

The peers' Tantivy is used where it is found: ``pip install --target FOLDER tantivy`` anywhere outside the project, and
FOLDER on PYTHONPATH. With ``--keep`` the index is left in FOLDER, or taken from there.
"""

import argparse
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final

from sqlmodel import Session

from bench.search.pages import Made, make
from bench.search.peers import BigramTantivy, DefaultFts5, has_tantivy
from dossier.folding import fold, unspace
from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from index import filing
from index.engine import Index, create, open_index
from index.search import search
from index.tables import Capture

KEY: Final = bytes(range(32))
BATCH: Final = 500
LONGEST_PAPER: Final = 4
"""Pages of a document, one at least."""
EACH: Final = 100
"""Queries of each sort."""
WARM: Final = 20
HAN: Final = re.compile("[一-鿿]+")
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--peer-pages", type=int, default=20_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # what is known by then is said when a run is broken off
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = asked.keep or Path(scratch)
        index = _filled(folder / f"bench-{asked.pages}.db", asked.pages)
        sample = list(islice(make(asked.pages), 2_000))
        _latency(index, sample)
        index.close()
        _recall(Path(scratch) / "peers.db", asked.peer_pages)


def _filled(path: Path, count: int) -> Index:
    if path.exists():
        print(f"index of {count} pages taken from {path}")
        return open_index(path, KEY)
    index = create(path, KEY)
    wall = cpu = 0.0
    characters = octets = papers = 0
    chance = random.Random(3)
    for _, pages in _batches(make(count), BATCH):
        readings = list(_papers(pages, chance))
        octets += sum(len(page.text.encode()) for page in pages)
        characters += sum(len(page.text) for page in pages)
        captures = _taken(index, papers, len(readings))
        papers += len(readings)
        began, began_cpu = time.perf_counter(), time.process_time()
        _put(index, captures, readings)
        wall, cpu = wall + time.perf_counter() - began, cpu + time.process_time() - began_cpu
    _settle(index)
    print(
        f"{count} pages of {papers} documents, {characters / count:.0f} characters each, {octets / 1e6:.1f} MB of text"
    )
    print(
        f"indexing, sealed, 1 thread, {BATCH} pages a transaction: {count / wall:.0f} pages/s, {count / cpu:.0f} by CPU"
    )
    shelf = _shelf_octets(index)
    whole = path.stat().st_size
    print(
        f"size: texts and full-text index {shelf / octets:.2f} × text, with journal and fields {whole / octets:.2f} ×"
    )
    return index


def _latency(index: Index, sample: Sequence[Made]) -> None:
    chance = random.Random(11)
    sorts: dict[str, Callable[[], str]] = {
        "1 character": lambda: _han(chance, sample, 1),
        "2 characters": lambda: _han(chance, sample, 2),
        "4 characters": lambda: _han(chance, sample, 4),
        "phrase of 8": lambda: f'"{_han(chance, sample, 8)}"',
        "two words": lambda: f"{_han(chance, sample, 2)} {_han(chance, sample, 3)}",
        "NOT": lambda: f"{_han(chance, sample, 2)} NOT {_han(chance, sample, 2)}",
        "English word": lambda: chance.choice(re.findall("[a-z]{4,}", " ".join(page.text for page in sample[:300]))),
        "kind + word": lambda: f"kind:{chance.choice(sample).kind} {_han(chance, sample, 2)}",
        "dates + word": lambda: f"from:2024 to:2025-06 {_han(chance, sample, 2)}",
        "amount + word": lambda: f"amount:>500000 {_han(chance, sample, 2)}",
        "identifier": lambda: chance.choice(sample).fields["vin"],
        "part of one": lambda: chance.choice(sample).fields["vin"][-6:],
        "vin: misread": lambda: "vin:" + chance.choice(sample).fields["vin"].replace("0", "O").replace("1", "I"),
    }
    print(
        f"\n{'latency, ms':16}{'p50':>8}{'p95':>8}{'CPU p50':>9}{'p95':>8}{'newest p95':>12}{'CPU':>8}{'mean hits':>11}"
    )
    with index.read() as session:
        for name, draw in sorts.items():
            queries = [draw() for _ in range(EACH)]
            for query in queries[:WARM]:
                search(session, query)
            (wall, cpu), hits = _timed(session, queries, newest=False)
            (newest, newest_cpu), _ = _timed(session, queries, newest=True)
            high = EACH * 95 // 100
            print(
                f"{name:16}{wall[EACH // 2]:8.1f}{wall[high]:8.1f}{cpu[EACH // 2]:9.1f}{cpu[high]:8.1f}"
                f"{newest[high]:12.1f}{newest_cpu[high]:8.1f}{hits:11.0f}"
            )


def _timed(session: Session, queries: Sequence[str], *, newest: bool) -> tuple[tuple[list[float], list[float]], float]:
    """Return wall and CPU times in order, and the mean number of hits; on a busy machine only CPU time tells."""
    wall: list[float] = []
    cpu: list[float] = []
    hits: list[int] = []
    for query in queries:
        began, began_cpu = time.perf_counter(), time.process_time()
        hits.append(search(session, query, newest=newest).total)
        wall.append((time.perf_counter() - began) * 1_000)
        cpu.append((time.process_time() - began_cpu) * 1_000)
    return (sorted(wall), sorted(cpu)), statistics.mean(hits)


def _recall(path: Path, count: int) -> None:
    """Ask all of them for what is known to be there, by looking through every page's folded, unspaced text."""
    pages = list(make(count, seed=23))
    texts = [page.text for page in pages]
    truth = [unspace(fold(text))[0] for text in texts]
    index = create(path, KEY)
    for start, batch in _batches(iter(pages), BATCH):
        _put(index, _taken(index, start, len(batch)), [_reading([page]) for page in batch])
    peers = [DefaultFts5(texts), *([BigramTantivy(texts)] if has_tantivy() else [])]
    chance = random.Random(5)
    sorts: dict[str, Callable[[], str]] = {
        "1 character": lambda: chance.choice("伟芳娜敏静丽强磊軍洋勇豔傑娟濤"),
        "2 characters": lambda: _han(chance, pages, 2),
        "4 characters": lambda: _han(chance, pages, 4),
        "3, same script": lambda: _han(chance, pages[:50], 3),
        "digits": lambda: chance.choice(pages).fields["invoice_number"],
        "in a sentence": lambda: chance.choice(pages).fields["buyer_name"],
    }
    print(f"\nrecall on {count} pages, both scripts, some set apart or full-width; {EACH} queries each, all hits shown")
    print(f"{'':16}{'ours':>8}{'p50 ms':>8}" + "".join(f"{peer.name:>26}{'p50 ms':>8}" for peer in peers))
    with index.read() as session:
        for name, draw in sorts.items():
            queries = [draw() for _ in range(EACH)]
            wanted = [{n for n, text in enumerate(truth, start=1) if fold(query) in text} for query in queries]
            cells = [_recalled(lambda query: _ours(session, query, count), queries, wanted)]
            cells += [_recalled(peer.find, queries, wanted) for peer in peers]
            shown = [
                f"{cells[0][0]:8.3f}{cells[0][1]:8.1f}",
                *(f"{found:26.3f}{took:8.1f}" for found, took in cells[1:]),
            ]
            print(f"{name:16}" + "".join(shown))
    index.close()


def _recalled(
    find: Callable[[str], set[int]], queries: Sequence[str], wanted: Sequence[set[int]]
) -> tuple[float, float]:
    """Return which share of what is there was found, over all queries, and the median time."""
    there = found = 0
    took: list[float] = []
    for query, pages in zip(queries, wanted, strict=True):
        began = time.perf_counter()
        hits = find(query)
        took.append((time.perf_counter() - began) * 1_000)
        there += len(pages)
        found += len(pages & hits)
    return found / there, statistics.median(took)


def _ours(session: Session, query: str, most: int) -> set[int]:
    """Return the pages found, all of them; the time includes cutting a snippet from each."""
    return {int(hit.capture[1:]) + 1 for hit in search(session, query, most, newest=True).hits}


def _han(chance: random.Random, pages: Sequence[Made], length: int) -> str:
    """Return some characters that stand side by side on some page, so that frequent ones come often."""
    while True:
        runs = [run for run in HAN.findall(chance.choice(pages).text) if len(run) >= length]
        if runs:
            run = chance.choice(runs)
            start = chance.randint(0, len(run) - length)
            return run[start : start + length]


def _batches(pages: Iterator[Made], size: int) -> Iterator[tuple[int, list[Made]]]:
    start = 0
    while batch := list(islice(pages, size)):
        yield start, batch
        start += len(batch)


def _papers(pages: Sequence[Made], chance: random.Random) -> Iterator[Reading]:
    """Yield documents of one to four of the pages; a document's fields stand on its first page."""
    at = 0
    while at < len(pages):
        length = chance.randint(1, LONGEST_PAPER)
        yield _reading(pages[at : at + length])
        at += length


def _reading(paper: Sequence[Made]) -> Reading:
    pages = tuple(
        Page(number, 2480, 3508, 300, 0, "ocr", "bench", made.text, _lines(made.text))
        for number, made in enumerate(paper, start=1)
    )
    fields = {name: FieldValue(value, 0.9, 1) for name, value in paper[0].fields.items()}
    numbers = tuple(page.number for page in pages)
    return Reading(pages, (Recognised(paper[0].kind, "other", 0.9, False, fields, numbers),))


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(
        Line(line, (180, 120 + 60 * row, 180 + 40 * len(line), 164 + 60 * row), 0.93)
        for row, line in enumerate(text.split("\n"))
    )


def _taken(index: Index, start: int, count: int) -> list[str]:
    """Put captures into the journal, as they are before they are read; return their ids."""
    rows = [
        {
            "id": f"c{number:07}",
            "digest": sha256(f"digest {number}".encode()).hexdigest(),
            "name": "scan.pdf",
            "size": 1,
            "format": "PDF",
            "sha256": sha256(f"scan {number}".encode()).hexdigest(),
            "state": "read",
            "claimed": NOW,
            "reading": "reading",
        }
        for number in range(start, start + count)
    ]
    with index.write() as session:
        session.add_all([Capture(**row) for row in rows])
    return [f"c{number:07}" for number in range(start, start + count)]


def _put(index: Index, captures: Sequence[str], readings: Sequence[Reading]) -> None:
    with index.write() as session:
        day = date(2026, 1, 1)
        pairs = zip(captures, readings, strict=True)
        filing.save_readings(session, [filing.Read(capture, reading, day) for capture, reading in pairs])


def _settle(index: Index) -> None:
    with index.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _shelf_octets(index: Index) -> int:
    with index.read() as session:
        parts = (
            "SELECT body AS part FROM page_text",
            "SELECT block FROM page_words_data",
            "SELECT block FROM page_characters_data",
        )
        connection = session.connection()
        return sum(
            connection.exec_driver_sql(
                f"SELECT sum(length(part)) FROM ({query.replace('block', 'block AS part')})"
            ).scalar_one()
            for query in parts
        )


if __name__ == "__main__":
    main()
