"""Run a network on one thread: OpenVINO where it is installed, else ONNX Runtime. Nothing phones home."""

import sys
import time
from collections.abc import Sequence
from enum import Enum
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.engines.models import Model, model_bytes
from ocr.engines.quantise import quantise, ranges_for

Floats = NDArray[np.float32]


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
    bare: bool
    """Whether the output are the last layer's sums and not probabilities: of a long alphabet few are ever looked at."""

    def run(self, batch: Floats) -> Floats:
        """Return the network's only output for ``batch``; the array is good until the next call."""

    def characters(self) -> Sequence[str]:
        """Return the alphabet in the network's metadata, empty where it has none."""


class OpenVinoNetwork:
    """A network compiled by OpenVINO; it keeps a set-up for each input shape, so shapes should be few."""

    def __init__(self, model: Model, precision: Precision) -> None:
        # The import alone reports to a statistics server unless its reporting parts cannot be found.
        for part in ("openvino_telemetry", "openvino.tools"):
            sys.modules.setdefault(part, None)  # type: ignore[arg-type]
        import openvino  # noqa: PLC0415  only the worker that reads may pay for it

        self.cpu_seconds = 0.0
        core = openvino.Core()
        self._model = core.read_model(model_bytes(model), b"")
        alphabet = self._model.get_rt_info()
        self._alphabet = (
            str(alphabet["framework"]["character"].value).splitlines()
            if "framework" in alphabet and "character" in alphabet["framework"]
            else []
        )
        able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.bare = _bared(self._model)
        if precision is Precision.QUICK and "INT8" in able:
            quantise(self._model, ranges_for(model))
        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if "BF16" in able and precision is not Precision.EXACT else "f32",
            "INFERENCE_NUM_THREADS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            # Pinned, the workers would all sit on the first core.
            "ENABLE_CPU_PINNING": False,
        }
        self._request: Any = core.compile_model(self._model, "CPU", options).create_infer_request()

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


def _bared(network: Any) -> bool:
    """Take the softmax off the end of a network, if there is one."""
    end = network.get_results()[0]
    last = end.input_value(0).get_node()
    if last.get_type_name() != "Softmax":
        return False
    end.input(0).replace_source_output(last.input_value(0))
    network.validate_nodes_and_infer_types()
    return True


class OnnxNetwork:
    """A network run by ONNX Runtime."""

    bare = False

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
