"""Measure the ranges that ``ocr/engines/quantise.py`` needs, over synthetic papers, and write ``ranges.json``.

Usage: .venv/bin/python bench/reading/calibrate.py [--papers 24]

Run it when the networks of the RapidOCR wheel change. A range is the mean over all images of the lowest and of the
highest value that reaches a layer, which leaves rare outliers out. Detection is not measured: in 8 bits it gains
nothing.
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

from ocr.engines import Pixels
from ocr.engines.detection import Detector
from ocr.engines.letters import LettersOf
from ocr.engines.models import Model, model_bytes
from ocr.engines.network import OpenVinoNetwork, Precision
from ocr.engines.quantise import HEAVY, RANGES_FILE
from ocr.engines.recognition import Recogniser, cut, level
from ocr.specimen import general_papers, vehicle_papers, wear_of, worn

Batch = NDArray[np.float32]


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
    given = parser.parse_args()
    recognition = Tapped(Model.RECOGNITION)
    detector, recogniser = Detector(), Recogniser(network=LettersOf(recognition))
    dice = np.random.default_rng(7)
    for page in pages(given.papers):
        regions = detector.regions(page)
        for index in dice.permutation(len(regions))[:12]:
            recogniser.tell(level(cut(page, regions[index].corners), recogniser.settings.tall_ratio))
    measured = {Model.RECOGNITION.value[1]: ranges(Model.RECOGNITION, recognition.given)}
    target = Path(__file__).parents[2] / "ocr" / "engines" / RANGES_FILE
    target.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: {[len(one) for one in measured.values()]} layers over {len(recognition.given)} lines")


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
