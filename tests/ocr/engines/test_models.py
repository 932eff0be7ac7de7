"""The networks: only those that were tested are loaded, and loading and running them tells nobody."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from ocr.engines import models
from ocr.engines.models import Model, ModelFailed, model_bytes

SPY = """
import sys
def noted(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "http.client.connect"}:
        sys.stdout.write(f"{event} {arguments}\\n")
sys.addaudithook(noted)
import numpy as np
from ocr.engines.letters import load_letters
from ocr.engines.models import Model
from ocr.engines.network import load, runtime
for name in {runtime(), "onnxruntime"}:
    load(Model.RECOGNITION, with_runtime=name).run(np.zeros((1, 3, 48, 96), np.float32))
load_letters(Model.RECOGNITION).best(np.zeros((1, 3, 48, 96), np.float32))
sys.stdout.write("done")
"""


def test_every_network_of_the_wheel_is_the_tested_one() -> None:
    """The wheel that is installed holds the files whose digests we know."""
    assert all(model_bytes(model) for model in Model)


@pytest.mark.parametrize("change", ["flipped", "cut", "missing"])
def test_changed_network_is_refused(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network with one bit changed, cut short or missing is not loaded."""
    spec = find_spec("rapidocr")
    assert spec is not None
    assert spec.origin is not None
    target = tmp_path / "models" / Model.DETECTION.file
    target.parent.mkdir()
    shutil.copy(Path(spec.origin).parent / "models" / Model.DETECTION.file, target)
    content = bytearray(target.read_bytes())
    content[1000] ^= 1
    target.write_bytes({"flipped": bytes(content), "cut": bytes(content[:-1]), "missing": b""}[change])
    if change == "missing":
        target.unlink()
    monkeypatch.setattr(models, "find_spec", lambda name: SimpleNamespace(origin=str(tmp_path / "__init__.py")))
    with pytest.raises(ModelFailed):
        model_bytes.__wrapped__(Model.DETECTION)


def test_loading_and_running_tells_nobody() -> None:
    """No runtime looks up a name or opens a connection, not even to count its users."""
    ran = subprocess.run([sys.executable, "-c", SPY], capture_output=True, text=True, check=True, timeout=120)
    assert ran.stdout == "done"
