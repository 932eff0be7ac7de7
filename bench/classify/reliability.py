#!/usr/bin/env python3
"""How far the confidence of a kind can be relied on: right share by confidence, and what is accepted unseen.

Usage:  .venv/bin/python bench/classify/reliability.py [--corpus ../shared/corpus/dev] [--specimens N] [-v]

Reads every labelled file of the corpus (``classify_labels.tsv``: path, label), recognises it and compares families.
With ``--specimens`` also N synthetic scans, worn hard, whose kinds are compared. Prints for each set the share right,
the share accepted without a person, what of that is right, and a table: for each step of confidence the number of
documents, their mean confidence and the share right. ECE is the mean gap between the two, weighted by number.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from dossier.catalogue import catalogue
from dossier.reading import Recognised
from ocr.reader import Reader, ReadingSettings
from ocr.specimen import larger_batch

LABELS = {
    "id_card": "id-card", "vat_invoice": "invoice", "tax_form": "form", "other_legal": "contract",
    "insurance_card": "insurance", "bank_document": "bank", "statement": "bank",
    "business_licence": "business-licence", "driving_licence": "driving-licence", "medical_report": "report",
    "shipping_document": "shipping", "business_card": "other", "label": "other", "math_test": "other", "seal": "other",
}  # fmt: skip
"""Labels of the corpus that are not a family's own name."""
STEPS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: its truth, what it was taken for, whether that is right."""

    name: str
    truth: str
    found: Recognised | None
    right: bool


def corpus(folder: Path, reader: Reader) -> Iterator[Outcome]:
    """Go through the labelled files of a corpus, comparing families."""
    rows = [line.split("\t") for line in (folder / "classify_labels.tsv").read_text(encoding="utf-8").splitlines()]
    files = [(folder / path, LABELS.get(label, label)) for path, label in rows if (folder / path).is_file()]
    truths = {path.name: family for path, family in files}
    for name, reading in reader.read_many((path.name, path.read_bytes()) for path, _ in files):
        found = reading.documents[0] if reading.documents else None
        yield Outcome(name, truths[name], found, found is not None and found.family == truths[name])


def specimens(count: int, reader: Reader) -> Iterator[Outcome]:
    """Go through synthetic scans, comparing kinds."""
    scans = {scan.name: scan for scan in larger_batch(count, "bench-classify", "hard")}
    for name, reading in reader.read_many((scan.name, scan.content) for scan in scans.values()):
        truth = scans[name].documents[0].kind
        found = reading.documents[0] if reading.documents else None
        yield Outcome(name, truth, found, found is not None and found.kind == truth)


def told(title: str, outcomes: list[Outcome], *, verbose: bool) -> None:
    """Print the figures of one set."""
    read = [one for one in outcomes if one.found is not None]
    accepted = [one for one in read if one.found and not one.found.review]
    right = sum(one.right for one in outcomes)
    kept = sum(one.right for one in accepted)
    print(f"{title}: {len(outcomes)} files, right {right / max(1, len(outcomes)):.3f}, ", end="")
    print(f"accepted {len(accepted) / max(1, len(outcomes)):.3f}, of these right {kept / max(1, len(accepted)):.3f}")
    gap = 0.0
    print("  confidence   n   mean  right")
    for step in range(STEPS):
        rows = [one for one in read if one.found and min(STEPS - 1, int(one.found.confidence * STEPS)) == step]
        if not rows:
            continue
        mean = sum(one.found.confidence for one in rows if one.found) / len(rows)
        share = sum(one.right for one in rows) / len(rows)
        gap += abs(mean - share) * len(rows) / len(read)
        print(f"  {step / STEPS:.1f}–{(step + 1) / STEPS:.1f}    {len(rows):4}  {mean:.3f}  {share:.3f}")
    print(f"  ECE {gap:.3f}")
    for one in outcomes:
        if verbose and not one.right:
            told_as = f"{one.found.kind} {one.found.confidence:.2f}" if one.found else "nothing"
            waits = "waits" if one.found is None or one.found.review else "ACCEPTED"
            print(f"    {one.name[:48]:48} {one.truth:20} {told_as:32} {waits}")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).parents[3] / "shared" / "corpus" / "dev")
    parser.add_argument("--specimens", type=int, default=0)
    parser.add_argument("-v", "--verbose", action="store_true")
    asked = parser.parse_args()
    print(f"{len(catalogue())} kinds")
    with Reader(ReadingSettings()) as reader:
        if asked.corpus.is_dir():
            told(str(asked.corpus), list(corpus(asked.corpus, reader)), verbose=asked.verbose)
        else:
            print(f"{asked.corpus} is not there: no corpus measured")
        if asked.specimens:
            told("specimens", list(specimens(asked.specimens, reader)), verbose=asked.verbose)


if __name__ == "__main__":
    main()
