"""The end of the detection network, computed where its map is small."""

import numpy as np
import pytest

from ocr.engines.models import Model
from ocr.engines.network import Precision, load, runtime
from tests.ocr.reading.conftest import page_image

pytestmark = pytest.mark.skipif(runtime() != "openvino", reason="OpenVINO is not installed")


def test_shortened_network_finds_the_same_ink() -> None:
    """With its end replaced the network gives the map that the network as shipped gives, at its full size."""
    page = np.asarray(page_image(("合同编号 SPECIMEN-0042", "second line"), size=(320, 192)), np.float32)
    batch = np.ascontiguousarray(page.transpose(2, 0, 1)[None]) / 127.5 - 1
    shortened = load(Model.DETECTION, Precision.FULL).run(batch).copy()
    as_shipped = load(Model.DETECTION, Precision.EXACT).run(batch)
    assert shortened.shape == as_shipped.shape == (1, 1, 192, 320)
    assert (as_shipped > 0.5).any()
    assert np.abs(shortened - as_shipped).mean() < 0.005
    assert ((shortened > 0.3) != (as_shipped > 0.3)).mean() < 0.005
