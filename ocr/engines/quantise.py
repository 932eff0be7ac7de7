"""Let OpenVINO run the heavy layers of a network in 8-bit integers.

Every convolution and the last product get their inputs rounded to 256 levels over a known range, and their weights to
255 levels per output channel; OpenVINO then runs them in integers. The ranges were measured once over synthetic
papers (``bench/reading/calibrate.py``) and belong to a network by its digest. Depthwise convolutions and attention
stay as they are: they cost little and lose most.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ocr.engines.models import Model

RANGES_FILE: Final = "ranges.json"
HEAVY: Final = frozenset({"Convolution", "MatMul"})
_LEVELS: Final = 256
_WEIGHT_LEVELS: Final = 255

Ranges = Mapping[str, tuple[float, float]]
"""Lowest and highest value that reaches a layer, by the layer's name."""


@cache
def ranges_for(model: Model) -> Ranges:
    """Return the measured ranges of a network, none where it was not measured."""
    source = files("ocr.engines") / RANGES_FILE
    if not source.is_file():
        return {}
    measured = json.loads(source.read_text(encoding="utf-8")).get(model.value[1], {})
    return {name: (float(low), float(high)) for name, (low, high) in measured.items()}


def quantise(network: Any, ranges: Ranges) -> None:
    """Round the inputs and weights of the layers in ``ranges``; ``network`` is an ``openvino.Model`` and is changed."""
    from openvino import opset13  # noqa: PLC0415  only the worker that reads may pay for it

    for layer in network.get_ordered_ops():
        if layer.get_friendly_name() not in ranges:
            continue
        low, high = _bounds(*ranges[layer.get_friendly_name()])
        source, weights = layer.input_value(0), layer.input_value(1)
        if weights.get_node().get_type_name() != "Constant":
            continue
        rank = len(source.get_partial_shape())
        ends = [opset13.constant(np.full([1] * rank, value, np.float32)) for value in (low, high, low, high)]
        layer.input(0).replace_source_output(opset13.fake_quantize(source, *ends, _LEVELS).output(0))
        peak = _channel_peaks(np.asarray(weights.get_node().data, np.float32), layer)
        ends = [opset13.constant(value) for value in (-peak, peak, -peak, peak)]
        layer.input(1).replace_source_output(opset13.fake_quantize(weights, *ends, _WEIGHT_LEVELS).output(0))
    network.validate_nodes_and_infer_types()


def _bounds(low: float, high: float) -> tuple[float, float]:
    """Return the range to round over: from 0 for values that are never negative, else the same on both sides of it."""
    if low >= 0:
        return 0.0, high
    reach = max(-low, high)
    return -reach, reach * (_LEVELS / 2 - 1) / (_LEVELS / 2)


def _channel_peaks(weights: NDArray[np.float32], layer: Any) -> NDArray[np.float32]:
    """Return the largest weight of each output channel, in a shape that broadcasts over the weights."""
    if layer.get_type_name() == "Convolution":
        across = tuple(range(1, weights.ndim))
    else:
        across = (weights.ndim - 1,) if layer.get_attributes().get("transpose_b") else (weights.ndim - 2,)
    peaks: NDArray[np.float32] = np.abs(weights).max(axis=across, keepdims=True)
    return np.asarray(np.maximum(peaks, 1e-6), np.float32)
