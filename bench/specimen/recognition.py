"""Measure what the reader makes of synthetic papers: kinds, identifiers, text; and print what it took for what.

Usage: .venv/bin/python bench/specimen/recognition.py [-n 200] [--severity hard] [--seed 1] [--group sale] [-v]

The severity ``hard`` is the wear that the figures are promised under: 150 dpi, 3° skew, JPEG quality 40, a stamp over
text.
"""

import argparse
import collections
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from dossier.reading import Reading
from ocr.reader import Reader, ReadingSettings
from ocr.specimen import FORMS, Scan, larger_batch

IDENTIFIERS = ("vin", "plate", "id_number", "credit_code")
ABSENT = {"blank", "separator", "cover-sheet"}


@dataclass
class Tally:
    """How often something was right, out of how often it was there, and how often a value was given that is not it."""

    right: int = 0
    wrong: int = 0
    there: int = 0

    def __str__(self) -> str:
        share = self.right / self.there if self.there else 1.0
        return f"{share:6.3f}  {self.right}/{self.there} right, {self.wrong} wrong"


@dataclass
class Measured:
    """All tallies of a run."""

    kind: Tally = field(default_factory=Tally)
    accepted: Tally = field(default_factory=Tally)
    fields: dict[str, Tally] = field(default_factory=lambda: collections.defaultdict(Tally))
    confusions: list[str] = field(default_factory=list)
    by_kind: dict[str, Tally] = field(default_factory=lambda: collections.defaultdict(Tally))
    f1: list[float] = field(default_factory=list)


def squeezed(text: str) -> str:
    """Return text without spaces, width folded."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def text_f1(want: str, got: str) -> float:
    """Return the order-free character F1 of two texts."""
    a, b = collections.Counter(squeezed(want)), collections.Counter(squeezed(got))
    return 2 * sum((a & b).values()) / max(1, a.total() + b.total())


def compare(scan: Scan, reading: Reading, measured: Measured, *, verbose: bool) -> None:
    """Add one scan's reading to the tallies."""
    (truth,) = scan.documents
    found = reading.documents[0] if len(reading.documents) == 1 else None
    kinds = [one.kind for one in reading.documents] or [reading.error or "nothing"]
    right = found is not None and found.kind == truth.kind
    for tally in (measured.kind, measured.by_kind[truth.kind]):
        tally.there += 1
        tally.right += right
        tally.wrong += not right
    if found and not found.review:
        measured.accepted.there += 1
        measured.accepted.right += right
        measured.accepted.wrong += not right
    if truth.kind not in ABSENT:
        measured.f1.append(text_f1("".join(truth.texts), "".join(page.text for page in reading.pages)))
    title = f"{scan.name} {truth.script}/{truth.variant} {truth.kind}"
    if not right:
        measured.confusions.append(f"{title}: taken for {' + '.join(kinds)}\n{_evidence(reading)}")
    read = {name: value.value for one in reading.documents for name, value in one.fields.items()}
    for name, want in truth.fields.items():
        tally = measured.fields[name]
        tally.there += 1
        got = read.get(name)
        if got is not None and squeezed(got).casefold() == squeezed(want).casefold():
            tally.right += 1
            continue
        tally.wrong += got is not None
        if verbose or name in IDENTIFIERS:
            near = _near(reading, want)
            measured.confusions.append(f"{title}: {name} is {want!r}, read {got!r}; nearest line {near!r}")


def _evidence(reading: Reading) -> str:
    rows = []
    for one in reading.documents:
        reasons = ", ".join(f"{evidence.what} {evidence.text!r} {evidence.weight:.2f}" for evidence in one.evidence[:6])
        rows.append(f"    {one.kind} {one.confidence:.2f} {'review' if one.review else 'accepted'}: {reasons}")
    first = " | ".join(line.text for page in reading.pages[:1] for line in page.lines[:6])
    return "\n".join([*rows, f"    first lines: {first}"])


def _near(reading: Reading, want: str) -> str:
    lines = [line.text for page in reading.pages for line in page.lines]
    return max(lines, key=lambda line: text_f1(want, line), default="")


def scans(n: int, seed: int, severity: str, kinds: list[str]) -> Iterator[Scan]:
    """Draw the scans to measure on."""
    yield from larger_batch(n, seed, severity, kinds=kinds)  # type: ignore[arg-type]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("-n", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--severity", default="hard", choices=("clean", "light", "office", "hard", "worst"))
    asked.add_argument("--group", default="", help="sale, service, general, with commas; all where not given")
    asked.add_argument("--kinds", default="", help="names of the register, with commas")
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("-v", "--verbose", action="store_true", help="list every field that was not read right")
    given = asked.parse_args()
    groups = given.group.split(",") if given.group else ["sale", "service", "general"]
    kinds = (
        given.kinds.split(",")
        if given.kinds
        else [made.name for made in FORMS.values() if made.group in groups and made.name != "unclear"]
    )
    measured, waiting, began = Measured(), collections.deque[Scan](), time.perf_counter()

    def files() -> Iterator[tuple[str, bytes]]:
        for scan in scans(given.n, given.seed, given.severity, kinds):
            waiting.append(scan)
            yield scan.name, scan.content

    with Reader(ReadingSettings(workers=given.workers)) as reader:
        for name, reading in reader.read_many(files()):
            scan = waiting.popleft()
            if scan.name != name:
                raise ValueError(f"{name} came for {scan.name}")
            compare(scan, reading, measured, verbose=given.verbose)
    for row in measured.confusions:
        print(row)
    print(f"\n{given.n} papers, {given.severity}, seed {given.seed}, {time.perf_counter() - began:.0f} s")
    print(f"kind          {measured.kind}")
    print(f"accepted      {measured.accepted}")
    for name in IDENTIFIERS:
        print(f"{name:13} {measured.fields[name]}")
    print(f"text F1       {sum(measured.f1) / max(1, len(measured.f1)):6.3f}")
    print(
        "other fields  "
        + "; ".join(
            f"{name} {tally.right}/{tally.there}"
            for name, tally in sorted(measured.fields.items())
            if name not in IDENTIFIERS
        )
    )
    print(
        "kinds missed  "
        + "; ".join(
            f"{name} {tally.right}/{tally.there}" for name, tally in sorted(measured.by_kind.items()) if tally.wrong
        )
    )


if __name__ == "__main__":
    main()
