"""What each way to calculate costs and loses: runtimes, precisions, widths of lines, size of the page for detection.

Usage: .venv/bin/python bench/reading/precision.py IMAGE… [--ways int8,bf16,f32,onnx,width-1.0,width-0.7,side-1024]

IMAGEs are page images with their true text in a ``.txt`` of the same name beside. Everything runs in this process on
one thread; the networks' CPU time is what is compared, and shown as a ratio to the first way's.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import numpy as np
from PIL import Image

from bench.reading.scores import character_f1, edits, squeezed
from ocr.engines import Pixels
from ocr.engines.detection import DetectionSettings, Detector
from ocr.engines.letters import LettersOf, load_letters
from ocr.engines.models import Model
from ocr.engines.network import Precision, load
from ocr.engines.page import PageOrder, PageReader, PageSettings
from ocr.engines.rapid import RapidEngine
from ocr.engines.recognition import Recogniser, RecognitionSettings
from ocr.engines.tesseract import TesseractEngine

WAYS = "int8,bf16,f32,onnx,width-1.0,width-0.7,width-0.6,side-1024"


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of the networks for each page, and how well they read."""

    seconds: float
    f1: float
    cer: float


def engine(way: str) -> RapidEngine:
    """Return the engine as ``way`` has it."""
    name, _, value = way.partition("-")
    precisions = {"bf16": Precision.FULL, "f32": Precision.EXACT}
    if name in precisions or name == "onnx":
        runtime = "onnxruntime" if name == "onnx" else "openvino"
        if runtime == "onnxruntime":
            whole = LettersOf(load(Model.RECOGNITION, with_runtime=runtime))
            return RapidEngine(Detector(network=load(Model.DETECTION, with_runtime=runtime)), Recogniser(network=whole))
        exactness = precisions[name]
        return RapidEngine(
            Detector(network=load(Model.DETECTION, exactness)),
            Recogniser(network=load_letters(Model.RECOGNITION, exactness)),
        )
    if name == "width":
        return RapidEngine(recogniser=Recogniser(RecognitionSettings(squash=float(value))))
    if name == "side":
        return RapidEngine(Detector(DetectionSettings(longest_side=int(value))))
    return RapidEngine()


def measured(way: str, pages: Sequence[tuple[Pixels, str]]) -> Measured:
    """Read the pages and score them; a first page, read before, loads what is loaded once."""
    running = engine(way)
    reader = PageReader(running, TesseractEngine(), PageSettings(second=None))
    reader.read(PageOrder(pages[0][0], 200))
    before = running.cpu_seconds
    texts = [squeezed("".join(line.text for line in reader.read(PageOrder(image, 200)).lines)) for image, _ in pages]
    seconds = (running.cpu_seconds - before) / len(pages)
    pairs = [(truth, text) for (_, truth), text in zip(pages, texts, strict=True)]
    wrong = sum(edits(*pair) for pair in pairs) / sum(len(truth) for truth, _ in pairs)
    return Measured(seconds, sum(character_f1(*pair) for pair in pairs) / len(pairs), wrong)


def main() -> None:
    """Measure every way and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="+", type=Path)
    parser.add_argument("--ways", default=WAYS)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    pages = [
        (np.asarray(Image.open(path).convert("RGB"), np.uint8), squeezed(path.with_suffix(".txt").read_text()))
        for path in given.images
    ]
    first: Measured | None = None
    for way in given.ways.split(","):
        found = measured(way, pages)
        first = first or found
        cost = f"{found.seconds:6.2f} s/page  {found.seconds / first.seconds:5.2f} of the first"
        print(f"{way:10} {cost}  mean F1 {found.f1:.4f}  micro CER {found.cer:.4f}", flush=True)


if __name__ == "__main__":
    main()
