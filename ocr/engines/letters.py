"""Tell the likeliest letter at each step along a line, and how likely it is.

The recognition network ends with a product that weighs 18,710 letters at every step. It has as many steps as the line
is long, and OpenVINO would set that product up anew for every length, which takes longer than running it. So the
network is cut before it, and the steps go through the product a few at a time, always the same number: one set-up for
all. There, too, the likeliest letter is chosen and its share counted, while all weights are in the processor's cache.
Steps that are surely blank are left out (``ocr/engines/blanks.py``).
"""

import time
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.engines.blanks import blanks_for
from ocr.engines.models import Model
from ocr.engines.network import (
    Floats,
    Network,
    Precision,
    alphabet_of,
    load,
    openvino_core,
    parsed,
    request_for,
    runtime,
)
from ocr.engines.pointwise import constant_of
from ocr.engines.quantise import quantise, ranges_for

STEPS: Final = 16
"""How many steps go through the last product at once."""

Indices = NDArray[np.int64]


class Letters(Protocol):
    """A loaded network that reads lines."""

    @property
    def cpu_seconds(self) -> float:
        """CPU time that inference has taken so far."""

    def best(self, batch: Floats) -> tuple[Indices, Floats]:
        """Return the likeliest letter at each step of the only line in ``batch``, and its probability."""

    def characters(self) -> Sequence[str]:
        """Return the alphabet in the network's metadata, empty where it has none."""


class LettersOf:
    """Letters by a network that gives the probability of each at every step."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @property
    def cpu_seconds(self) -> float:
        """CPU time that inference has taken so far."""
        return self._network.cpu_seconds

    def best(self, batch: Floats) -> tuple[Indices, Floats]:
        """Return the likeliest letter at each step, and its probability."""
        shares = self._network.run(batch)[0]
        letters = shares.argmax(axis=1)
        return letters, shares[np.arange(len(letters)), letters]

    def characters(self) -> Sequence[str]:
        """Return the alphabet in the metadata."""
        return self._network.characters()


class CutNetwork:
    """Letters by OpenVINO: the network up to its last product, then that product for a few steps at a time."""

    def __init__(self, model: Model, precision: Precision, *, blanks: bool = True) -> None:
        """Set the network up; without ``blanks`` every step goes through the last product."""
        self.cpu_seconds = 0.0
        self._blanks = blanks_for(model) if blanks else None
        core = openvino_core()
        network = parsed(model)
        self._alphabet = alphabet_of(network)
        last = _cut(network)
        able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if precision is Precision.QUICK and "INT8" in able:
            quantise(network, ranges_for(model))
            quantise(last, ranges_for(model))
        self._line = request_for(network, precision)
        self._last = request_for(last, precision)

    def best(self, batch: Floats) -> tuple[Indices, Floats]:
        """Return the likeliest letter at each step, and its probability."""
        began = time.process_time()
        self._line.infer([batch], share_inputs=True)
        seen = self.seen()
        where = np.arange(len(seen)) if self._blanks is None else self._blanks.others(seen)
        count = len(where)
        padded = np.zeros((-(-count // STEPS) * STEPS, seen.shape[1]), np.float32)
        padded[:count] = seen[where]
        letters = np.empty(len(padded), np.int64)
        shares = np.empty(len(padded), np.float32)
        for start in range(0, len(padded), STEPS):
            part = slice(start, start + STEPS)
            self._last.infer([padded[part]], share_inputs=True)
            letters[part] = self._last.get_output_tensor(0).data[:, 0]
            shares[part] = self._last.get_output_tensor(1).data[:, 0]
        told, sure = np.zeros(len(seen), np.int64), np.ones(len(seen), np.float32)
        told[where], sure[where] = letters[:count], shares[:count]
        self.cpu_seconds += time.process_time() - began
        return told, sure

    def seen(self) -> Floats:
        """Return what reached the last product at each step of the line read last."""
        steps: Floats = self._line.get_output_tensor().data[0]
        return steps

    def characters(self) -> Sequence[str]:
        """Return the alphabet in the metadata."""
        return self._alphabet


def load_letters(model: Model, precision: Precision = Precision.QUICK) -> Letters:
    """Load a network that reads lines; only OpenVINO heeds ``precision``."""
    return CutNetwork(model, precision) if runtime() == "openvino" else LettersOf(load(model))


def _cut(network: Any) -> Any:
    """Cut ``network`` before its last product, for lines one at a time, and return what comes after.

    What comes after is given STEPS steps and tells the index of the likeliest letter of each, and its probability.
    """
    import openvino  # noqa: PLC0415  only the worker that reads may pay for it
    from openvino import opset13  # noqa: PLC0415

    end = network.get_results()[0]
    product, offsets = end.input_value(0).get_node(), np.zeros(1, np.float32)
    while product.get_type_name() != "MatMul":
        if product.get_type_name() == "Add":
            offsets = constant_of(product.input_value(1))
        product = product.input_value(0).get_node()
    weights = constant_of(product.input_value(1))
    end.input(0).replace_source_output(product.input_value(0))
    network.reshape([1, *(side.get_length() for side in list(network.input(0).get_partial_shape())[1:3]), -1])

    steps = opset13.parameter([STEPS, len(weights)], np.float32)
    again = opset13.matmul(steps, opset13.constant(weights), transpose_a=False, transpose_b=False)
    again.set_friendly_name(product.get_friendly_name())  # by which its range is known
    weighed = opset13.add(again, opset13.constant(offsets.reshape(1, -1)))
    best = opset13.topk(weighed, opset13.constant(np.int64(1)), 1, "max", "none", index_element_type="i32")
    others = opset13.exp(opset13.subtract(weighed, best.output(0)))
    share = opset13.divide(
        opset13.constant(np.float32(1)), opset13.reduce_sum(others, opset13.constant(np.array([1])), keep_dims=True)
    )
    return openvino.Model([opset13.result(best.output(1)), opset13.result(share)], [steps], "letters")
