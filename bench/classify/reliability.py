#!/usr/bin/env python3
"""How far the confidence of a kind can be relied on: right share by confidence, and what is accepted unseen.

Usage:  .venv/bin/python bench/classify/reliability.py [--corpus ../shared/corpus/dev] [--specimens N] [--samples N]
            [--seed S] [--plot FILE.svg] [-v]

Three sets, none of which the model has seen: every labelled file of the corpus (``classify_labels.tsv``: path, label),
read and compared by family; N synthetic scans worn hard, compared by kind; N synthetic texts from the generator the
model was trained with, of another seed, compared by family. For each: the share right, the share accepted without a
person and what of that is right, with the lower end of its 95 % interval (Wilson); and a table by steps of confidence.
ECE is the mean gap between confidence and share right, weighted by number. ``isotonic`` is the ECE that a monotonic
correction would reach, learned on four fifths and tried on the fifth, five times: while it is no better than the plain
one there is nothing to correct. ``--plot`` draws share right against confidence, the diagonal being perfect.
"""

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]
from sklearn.model_selection import KFold  # type: ignore[import-untyped]

sys.path.insert(0, str(Path(__file__).parents[2]))

from dossier.catalogue import catalogue
from ocr.classify.samples.papers import samples
from ocr.classify.verdict import classify
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
COLOURS = ("#1f6f8b", "#c8553d", "#4d7c0f")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: its truth, what it was taken for and how surely, and whether a person is asked."""

    name: str
    truth: str
    taken: str
    confidence: float
    accepted: bool

    @property
    def right(self) -> bool:
        """Whether it was taken for what it is."""
        return self.taken == self.truth


def corpus(folder: Path, reader: Reader) -> Iterator[Outcome]:
    """Go through the labelled files of a corpus, comparing families."""
    rows = [line.split("\t") for line in (folder / "classify_labels.tsv").read_text(encoding="utf-8").splitlines()]
    files = [(folder / row[0], LABELS.get(row[1], row[1])) for row in rows if (folder / row[0]).is_file()]
    truths = {path.name: family for path, family in files}
    for name, reading in reader.read_many((path.name, path.read_bytes()) for path, _ in files):
        found = reading.documents[0] if reading.documents else None
        if found is None:
            yield Outcome(name, truths[name], reading.error or "nothing", 0.0, accepted=False)
        else:
            yield Outcome(name, truths[name], found.family, found.confidence, accepted=not found.review)


def specimens(count: int, seed: str, reader: Reader) -> Iterator[Outcome]:
    """Go through synthetic scans, comparing kinds."""
    scans = {scan.name: scan for scan in larger_batch(count, seed, "hard")}
    for name, reading in reader.read_many((scan.name, scan.content) for scan in scans.values()):
        found = reading.documents[0] if reading.documents else None
        if found is not None:
            truth = scans[name].documents[0].kind
            yield Outcome(name, truth, found.kind, found.confidence, accepted=not found.review)


def texts(count: int, seed: int) -> Iterator[Outcome]:
    """Go through synthetic texts, comparing families."""
    for number, (family, page) in enumerate(samples(seed, count)):
        verdict = classify((page,))
        yield Outcome(f"text {number}", family, verdict.family, verdict.confidence, accepted=not verdict.doubts)


def told(title: str, outcomes: Sequence[Outcome], *, verbose: bool) -> None:
    """Print the figures of one set."""
    accepted = [one for one in outcomes if one.accepted]
    right, kept = sum(one.right for one in outcomes), sum(one.right for one in accepted)
    print(f"{title}: {len(outcomes)} documents, right {right / max(1, len(outcomes)):.3f}, ", end="")
    share = kept / max(1, len(accepted))
    print(f"accepted {len(accepted) / max(1, len(outcomes)):.3f}, of these right {share:.4f}", end="")
    print(f" (at least {wilson(kept, len(accepted)):.3f})")
    print("  confidence   n   mean  right")
    sure = np.array([one.confidence for one in outcomes])
    hits = np.array([float(one.right) for one in outcomes])
    for step, count, mean, good in steps(sure, hits):
        print(f"  {step / STEPS:.1f}–{(step + 1) / STEPS:.1f}    {count:4}  {mean:.3f}  {good:.3f}")
    print(f"  ECE {gap(sure, hits):.3f}, isotonic {corrected_gap(sure, hits):.3f}")
    for one in outcomes:
        if verbose and not one.right:
            waits = "ACCEPTED" if one.accepted else "waits"
            print(f"    {one.name[:48]:48} {one.truth:20} {one.taken:24} {one.confidence:.2f} {waits}")


def steps(sure: np.ndarray, hits: np.ndarray) -> Iterator[tuple[int, int, float, float]]:
    """Go through the steps of confidence: which, how many, mean confidence, share right."""
    which = np.minimum(STEPS - 1, (sure * STEPS).astype(int))
    for step in range(STEPS):
        inside = which == step
        if inside.any():
            yield step, int(inside.sum()), float(sure[inside].mean()), float(hits[inside].mean())


def gap(sure: np.ndarray, hits: np.ndarray) -> float:
    """Return the expected calibration error."""
    return sum(abs(mean - good) * count for _, count, mean, good in steps(sure, hits)) / max(1, len(sure))


def corrected_gap(sure: np.ndarray, hits: np.ndarray) -> float:
    """Return the expected calibration error after a correction learned on other documents."""
    better = sure.copy()
    for known, unseen in KFold(5, shuffle=True, random_state=0).split(sure):
        curve = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(sure[known], hits[known])
        better[unseen] = curve.predict(sure[unseen])
    return gap(better, hits)


def wilson(good: int, of: int) -> float:
    """Return the lower end of the 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0
    z, share = 1.96, good / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of)


def plot(sets: dict[str, list[Outcome]], target: Path) -> None:
    """Draw share right against mean confidence for each set; a dot's size is the number of documents."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 470" font-family="sans-serif" font-size="12">',
        '<rect width="460" height="470" fill="white"/><g stroke="#ddd">',
        *(f'<path d="M{50 + 40 * k} 20V420M50 {20 + 40 * k}H450"/>' for k in range(11)),
        '</g><path d="M50 420L450 20" stroke="#888" stroke-dasharray="4"/>',
        *(f'<text x="{44 + 40 * k}" y="436">{k / 10:.1f}</text>' for k in range(0, 11, 2)),
        *(f'<text x="24" y="{424 - 40 * k}">{k / 10:.1f}</text>' for k in range(0, 11, 2)),
        '<text x="210" y="452">confidence</text><text transform="translate(14 250) rotate(-90)">share right</text>',
    ]
    for (title, outcomes), colour, row in zip(sets.items(), COLOURS, range(3), strict=False):
        sure = np.array([one.confidence for one in outcomes])
        hits = np.array([float(one.right) for one in outcomes])
        for _, count, mean, good in steps(sure, hits):
            place = f'cx="{50 + 400 * mean:.1f}" cy="{420 - 400 * good:.1f}"'
            parts.append(f'<circle {place} r="{2 + math.log2(count + 1):.1f}" fill="{colour}" fill-opacity="0.7"/>')
        parts.append(f'<text x="60" y="{36 + 16 * row}" fill="{colour}">{title} ({len(outcomes)})</text>')
    target.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).parents[3] / "shared" / "corpus" / "dev")
    parser.add_argument("--specimens", type=int, default=0)
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--seed", type=int, default=991)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    asked = parser.parse_args()
    print(f"{len(catalogue())} kinds")
    sets: dict[str, list[Outcome]] = {}
    with Reader(ReadingSettings()) as reader:
        if asked.corpus.is_dir():
            sets["scans of others"] = list(corpus(asked.corpus, reader))
        else:
            print(f"{asked.corpus} is not there: no corpus measured")
        if asked.specimens:
            sets["synthetic scans"] = list(specimens(asked.specimens, f"bench-classify {asked.seed}", reader))
    if asked.samples:
        sets["synthetic texts"] = list(texts(asked.samples, asked.seed))
    for title, outcomes in sets.items():
        told(title, outcomes, verbose=asked.verbose)
    if asked.plot:
        plot(sets, asked.plot)
        print(f"{asked.plot} drawn")


if __name__ == "__main__":
    main()
