"""Run a network on one thread: OpenVINO where it is installed, else ONNX Runtime. Nothing phones home."""

import sys
import threading
import time
from collections.abc import Sequence
from enum import Enum
from functools import cache
from importlib.util import find_spec
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.engines.models import Model, model_bytes
from ocr.engines.pointwise import shorten
from ocr.engines.quantise import quantise, ranges_for

Floats = NDArray[np.float32]

_STARTING: Final = threading.Lock()


class Precision(Enum):
    """How exactly a network calculates."""

    QUICK = "quick"
    """8-bit integers in the layers whose ranges were measured, otherwise as FULL."""
    FULL = "full"
    """16-bit floats (bf16) where the processor has them, otherwise as EXACT."""
    EXACT = "exact"
    """32-bit floats."""


class Network(Protocol):
    """A loaded network."""

    cpu_seconds: float
    """CPU time that inference has taken so far."""

    def run(self, batch: Floats) -> Floats:
        """Return the network's only output for ``batch``; the array is good until the next call."""

    def characters(self) -> Sequence[str]:
        """Return the alphabet in the network's metadata, empty where it has none."""


class OpenVinoNetwork:
    """A network compiled by OpenVINO; it keeps a set-up for each input shape, so shapes should be few."""

    def __init__(self, model: Model, precision: Precision) -> None:
        self.cpu_seconds = 0.0
        core = openvino_core()
        network = parsed(model)
        self._alphabet = alphabet_of(network)
        if precision is not Precision.EXACT:
            shorten(network)
        able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if precision is Precision.QUICK and "INT8" in able:
            quantise(network, ranges_for(model))
        self._request = request_for(network, precision)

    def run(self, batch: Floats) -> Floats:
        """Return the output for ``batch``."""
        began = time.process_time()
        self._request.infer([batch], share_inputs=True)
        output: Floats = self._request.get_output_tensor().data
        self.cpu_seconds += time.process_time() - began
        return output

    def characters(self) -> Sequence[str]:
        """Return the alphabet in the metadata."""
        return self._alphabet


def openvino_core() -> Any:
    """Return OpenVINO, which tells nobody that it is used."""
    with _STARTING:
        return _core()


@cache
def _core() -> Any:
    # The import alone reports to a statistics server unless its reporting parts cannot be found.
    for part in ("openvino_telemetry", "openvino.tools"):
        sys.modules.setdefault(part, None)  # type: ignore[arg-type]
    import openvino  # noqa: PLC0415  only the worker that reads may pay for it

    return openvino.Core()


@cache
def _parsed(model: Model) -> Any:
    return openvino_core().read_model(model_bytes(model), b"")


def parsed(model: Model) -> Any:
    """Return an ``openvino.Model`` to change and compile; its file is parsed once, for workers forked later as well."""
    return _parsed(model).clone()


def request_for(network: Any, precision: Precision) -> Any:
    """Compile an ``openvino.Model`` for one thread and return a request that runs it."""
    core = openvino_core()
    able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    options = {
        "INFERENCE_PRECISION_HINT": "bf16" if "BF16" in able and precision is not Precision.EXACT else "f32",
        "INFERENCE_NUM_THREADS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        # Pinned, the workers would all sit on the first core.
        "ENABLE_CPU_PINNING": False,
    }
    return core.compile_model(network, "CPU", options).create_infer_request()


def alphabet_of(network: Any) -> Sequence[str]:
    """Return the alphabet in a network's metadata, empty where it has none."""
    told = network.get_rt_info()
    if "framework" in told and "character" in told["framework"]:
        return str(told["framework"]["character"].value).splitlines()
    return []


class OnnxNetwork:
    """A network run by ONNX Runtime."""

    def __init__(self, model: Model) -> None:
        import onnxruntime  # noqa: PLC0415  only the worker that reads may pay for it

        self.cpu_seconds = 0.0
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(
            model_bytes(model), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: Floats) -> Floats:
        """Return the output for ``batch``."""
        began = time.process_time()
        output: Floats = self._session.run(None, {self._input: batch})[0]
        self.cpu_seconds += time.process_time() - began
        return output

    def characters(self) -> Sequence[str]:
        """Return the alphabet in the metadata."""
        return str(self._session.get_modelmeta().custom_metadata_map.get("character", "")).splitlines()


def runtime() -> str:
    """Return the name of the runtime in force: ``openvino`` or ``onnxruntime``."""
    return "openvino" if find_spec("openvino") else "onnxruntime"


def load(model: Model, precision: Precision = Precision.QUICK, with_runtime: str | None = None) -> Network:
    """Load ``model``; only OpenVINO heeds ``precision``."""
    if (with_runtime or runtime()) == "openvino":
        return OpenVinoNetwork(model, precision)
    return OnnxNetwork(model)
