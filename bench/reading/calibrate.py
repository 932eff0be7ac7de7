"""Measure over synthetic papers what ``ocr/engines`` must know of a network: ``ranges.json`` and ``blanks.json``.

Usage: .venv/bin/python bench/reading/calibrate.py [--papers 24] [--blanks-only]

Run it when the networks of the RapidOCR wheel change. A range is the mean over all images of the lowest and of the
highest value that reaches a layer, which leaves rare outliers out. Detection is not measured: in 8 bits it gains
nothing. Blank steps are told from letters by logistic regression over the network in 8 bits, so the ranges come first.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import opset13
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from ocr.engines import Pixels
from ocr.engines.blanks import BLANKS_FILE
from ocr.engines.detection import Detector
from ocr.engines.letters import CutNetwork, LettersOf
from ocr.engines.models import Model, model_bytes
from ocr.engines.network import OpenVinoNetwork, Precision
from ocr.engines.quantise import HEAVY, RANGES_FILE, ranges_for
from ocr.engines.recognition import Recogniser, cut, level
from ocr.specimen import general_papers, vehicle_papers, wear_of, worn

Batch = NDArray[np.float32]
ENGINES = Path(__file__).parents[2] / "ocr" / "engines"
STRICTNESS = 0.003
"""Inverse strength of the regularisation: weights that fit these papers closely fail on others."""
SURE_FROM = 5.0
"""Logarithm of the odds from which a step is called blank."""


class Tapped(OpenVinoNetwork):
    """A network that keeps what it is given."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, Precision.EXACT)
        self.given: list[Batch] = []

    def run(self, batch: Batch) -> Batch:
        """Keep the batch and run it."""
        self.given.append(batch.copy())
        return super().run(batch)


def main() -> None:
    """Measure the recognition network and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=24)
    parser.add_argument("--blanks-only", action="store_true", help="keep the ranges that there are")
    given = parser.parse_args()
    recognition = Tapped(Model.RECOGNITION)
    detector, recogniser = Detector(), Recogniser(network=LettersOf(recognition))
    dice = np.random.default_rng(7)
    for page in pages(given.papers):
        regions = detector.regions(page)
        for index in dice.permutation(len(regions))[:12]:
            recogniser.tell(level(cut(page, regions[index].corners), recogniser.settings.tall_ratio))
    if not given.blanks_only:
        write_ranges(recognition.given)
    learn_blanks(recognition.given)


def write_ranges(lines: Sequence[Batch]) -> None:
    """Measure the ranges of the recognition network, and write the file."""
    measured = {Model.RECOGNITION.value[1]: ranges(Model.RECOGNITION, lines)}
    target = ENGINES / RANGES_FILE
    target.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: {[len(one) for one in measured.values()]} layers over {len(lines)} lines")


def learn_blanks(lines: Iterable[Batch]) -> None:
    """Learn to tell blank steps, and write the file."""
    ranges_for.cache_clear()
    network = CutNetwork(Model.RECOGNITION, Precision.QUICK, blanks=False)
    told = [(network.best(line)[0], network.seen().copy()) for line in lines]
    blank = np.concatenate([letters == 0 for letters, _ in told])
    steps = np.concatenate([seen for _, seen in told])
    learned = LogisticRegression(C=STRICTNESS, max_iter=500).fit(steps, blank)
    offset = float(learned.intercept_[0]) - SURE_FROM
    sums = steps @ learned.coef_[0] + offset
    weights = [round(float(weight), 4) for weight in learned.coef_[0]]
    target = ENGINES / BLANKS_FILE
    known = {Model.RECOGNITION.value[1]: {"weights": weights, "offset": round(offset, 4)}}
    target.write_text(json.dumps(known) + "\n", encoding="utf-8")
    print(f"{target}: {len(steps)} steps, {blank.mean():.0%} blank, of these told {(sums[blank] > 0).mean():.0%}")
    print(f"of {np.count_nonzero(~blank)} letters taken for blank {np.count_nonzero(sums[~blank] > 0)}")


def pages(count: int) -> Iterable[Pixels]:
    """Yield pages of synthetic papers, worn more and less."""
    papers = [
        *vehicle_papers("calibrate"),
        *general_papers("calibrate"),
        *vehicle_papers("calibrate", script="zh-Hant"),
        *general_papers("calibrate", script="en"),
    ]
    for number, paper in enumerate(papers[:: max(1, len(papers) // count)][:count]):
        wear = wear_of(("light", "office", "hard")[number % 3], number)
        yield np.asarray(worn(paper.pages[0], wear).convert("RGB"), np.uint8)


def ranges(model: Model, batches: Sequence[Batch]) -> dict[str, list[float]]:
    """Return the lowest and highest value that reaches each heavy layer."""
    core = openvino.Core()
    network = core.read_model(model_bytes(model), b"")
    layers = [layer for layer in network.get_ordered_ops() if is_heavy(layer)]
    seen = openvino.Model([opset13.result(layer.input_value(0)) for layer in layers], network.get_parameters(), "seen")
    request = core.compile_model(seen, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    extremes: list[list[tuple[float, float]]] = [[] for _ in layers]
    for batch in batches:
        request.infer([batch])
        for index, kept in enumerate(extremes):
            values = request.get_output_tensor(index).data
            kept.append((float(values.min()), float(values.max())))
    mean: Callable[[list[tuple[float, float]]], list[float]] = lambda kept: [  # noqa: E731
        round(float(value), 4) for value in np.mean(kept, axis=0)
    ]
    return {layer.get_friendly_name(): mean(kept) for layer, kept in zip(layers, extremes, strict=True)}


def is_heavy(layer: Any) -> bool:
    """Tell the layers that take most of the time from those that take little and lose much when rounded.

    Left out: the first convolution, those over a single point (squeeze and excitation), and attention.
    """
    if layer.get_type_name() not in HEAVY or layer.input_value(1).get_node().get_type_name() != "Constant":
        return False
    if layer.get_type_name() == "MatMul":
        return int(np.prod(layer.input_value(1).get_shape())) > 1_000_000
    shape = layer.input_value(0).get_partial_shape()
    single = all(side.is_static and side.get_length() == 1 for side in list(shape)[2:])
    return not single and layer.input_value(1).get_shape()[1] > 3


if __name__ == "__main__":
    main()
