#!/usr/bin/env python3
"""Train the model of families from synthetic papers and write it into the package.

Usage:  .venv/bin/python scripts/train_kinds.py [--count 9000] [--seed 20]

The same count and seed give the same papers and the same model. Prints its share right on papers it has not seen.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from ocr.classify.grams import features
from ocr.classify.model import SHIPPED, train
from ocr.classify.samples.papers import samples
from ocr.classify.sight import look

TARGET = Path(__file__).parents[1] / "ocr" / "classify" / SHIPPED


def main() -> None:
    """Make the papers, learn, test, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=9000)
    parser.add_argument("--seed", type=int, default=20)
    asked = parser.parse_args()
    model = train([(family, features(look((page,)))) for family, page in samples(asked.seed, asked.count)])
    TARGET.write_bytes(model.dump())
    unseen = [(family, model.shares(features(look((page,))))) for family, page in samples(asked.seed + 1, 1500)]
    right = sum(max(shares, key=lambda name: shares[name]) == family for family, shares in unseen)
    told = f"{TARGET.name}: {len(model.families)} families, {TARGET.stat().st_size} bytes, right {right}/{len(unseen)}"
    sys.stdout.write(told + "\n")


if __name__ == "__main__":
    main()
