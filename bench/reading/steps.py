"""What each step before reading is worth: the same pages in the state the step is for, read with it and without it.

Usage: .venv/bin/python bench/reading/steps.py IMAGE… [--steps upright,level,cells,stamps,contrast]

IMAGEs are page images. The truth is what poppler's ``pdftotext -raw`` says of the page where an image
``NAME__p02.png`` has its ``NAME.pdf`` beside it (the order in which the page was written), else the ``.txt`` of the
same name. ``upright`` is tried on the pages turned by 90 and 180°, ``level`` on pages that lie 2.5° askew, ``stamps``
under two red stamps over the text, ``contrast`` with four fifths of the contrast lost, ``cells`` on the pages as they
are. The first row is what every step together makes of the pages as they are; the last columns, what is made of those
without the step: a step that is not needed must do no harm.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageDraw

from bench.reading.scores import character_f1, edits, squeezed
from ocr.engines.page import PageOrder, PageReader, PageSettings
from ocr.engines.rapid import RapidEngine
from ocr.engines.tesseract import TesseractEngine

STEPS = "upright,level,cells,stamps,contrast"
Worn = Callable[[Image.Image], Iterator[Image.Image]]


def turned(page: Image.Image) -> Iterator[Image.Image]:
    """Yield the page on its side and on its head."""
    yield from (page.rotate(angle, expand=True) for angle in (90, 180))


def askew(page: Image.Image) -> Iterator[Image.Image]:
    """Yield the page as it lies in a feeder that pulls it in unevenly."""
    yield page.rotate(2.5, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)


def stamped(page: Image.Image) -> Iterator[Image.Image]:
    """Yield the page with two round red stamps over its text."""
    ring = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(ring)
    reach = round(0.09 * page.width)
    for share in (0.3, 0.6):
        x, y = page.width // 2, round(share * page.height)
        for part in (1.0, 0.92, 0.5):
            size = reach * part
            pen.ellipse((x - size, y - size, x + size, y + size), outline=(214, 32, 40), width=max(3, reach // 14))
    yield ImageChops.multiply(page, ring)


def faded(page: Image.Image) -> Iterator[Image.Image]:
    """Yield the page with a fifth of its contrast."""
    yield page.point(lambda value: round(235 - 0.2 * (235 - min(value, 235))))


def as_it_is(page: Image.Image) -> Iterator[Image.Image]:
    """Yield the page."""
    yield page


STATES: dict[str, Worn] = {
    "upright": turned,
    "level": askew,
    "cells": as_it_is,
    "stamps": stamped,
    "contrast": faded,
}


def without(step: str) -> PageSettings:
    """Return the settings with a step left out."""
    whole = PageSettings(second=None)
    off = False if step in {"level", "cells"} else None
    return replace(whole, **{step: off})  # type: ignore[arg-type]


def truth_of(path: Path) -> str:
    """Return what stands on a page, in the order it was written where that is known."""
    name, _, number = path.stem.partition("__p")
    pdf = path.with_name(f"{name}.pdf")
    if number and pdf.exists():
        order = ["pdftotext", "-raw", "-f", str(int(number)), "-l", str(int(number)), str(pdf), "-"]
        return squeezed(subprocess.run(order, capture_output=True, text=True, check=True).stdout)
    return squeezed(path.with_suffix(".txt").read_text())


def scored(reader: PageReader, pages: Sequence[tuple[Image.Image, str]], state: Worn) -> tuple[float, float]:
    """Return mean F1 and micro CER over all pages in a state."""
    shares, wrong, letters = list[float](), 0, 0
    for page, truth in pages:
        for worn in state(page):
            order = PageOrder(np.asarray(worn, np.uint8), 200)
            text = squeezed("".join(line.text for line in reader.read(order).lines))
            shares.append(character_f1(truth, text))
            wrong, letters = wrong + edits(truth, text), letters + len(truth)
    return sum(shares) / len(shares), wrong / letters


def main() -> None:
    """Print a row for each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="+", type=Path)
    parser.add_argument("--steps", default=STEPS)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    pages = [(Image.open(path).convert("RGB"), truth_of(path)) for path in given.images]
    engine, second = RapidEngine(), TesseractEngine()
    whole = PageReader(engine, second, PageSettings(second=None))
    unharmed = scored(whole, pages, as_it_is)
    print(
        f"{'step':10}{'with: F1':>10}{'CER':>8}{'without: F1':>13}{'CER':>8}{'not needed: F1':>16}{'CER':>8}",
        flush=True,
    )
    print(f"{'all':10}{unharmed[0]:10.4f}{unharmed[1]:8.4f}", flush=True)
    for step in given.steps.split(","):
        bare = PageReader(engine, second, without(step))
        kept, left_out = scored(whole, pages, STATES[step]), scored(bare, pages, STATES[step])
        plain = left_out if STATES[step] is as_it_is else scored(bare, pages, as_it_is)
        row = "".join(f"{value:{width}.4f}" for value, width in zip((*kept, *left_out), (10, 8, 13, 8), strict=True))
        print(f"{step:10}{row}{plain[0]:16.4f}{plain[1]:8.4f}", flush=True)


if __name__ == "__main__":
    main()
