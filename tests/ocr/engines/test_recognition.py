"""How a line becomes the network's input, and what its output says."""

import cv2
import numpy as np
import pytest

from ocr.engines.blanks import blanks_for
from ocr.engines.detection import Detector
from ocr.engines.letters import STEPS, CutNetwork, LettersOf, load_letters
from ocr.engines.models import Model
from ocr.engines.network import Floats, Precision, load, runtime
from ocr.engines.recognition import ROWS, STEP_PIXELS, Recogniser, cut
from tests.ocr.reading.conftest import page_image


class Noting:
    """A network that reads nothing and notes the widths it is given."""

    cpu_seconds = 0.0

    def __init__(self) -> None:
        self.widths: list[int] = []

    def characters(self) -> tuple[str, ...]:
        """Know one letter."""
        return ("A",)

    def run(self, batch: Floats) -> Floats:
        """Return blanks."""
        self.widths.append(batch.shape[3])
        return np.tile(np.array([1.0, 0.0, 0.0], np.float32), (1, batch.shape[3] // STEP_PIXELS, 1))


def test_wide_lines_are_narrowed_to_few_widths() -> None:
    """Every wide line is shown at three quarters to nine tenths of its width, and all of them share a few widths."""
    network = Noting()
    recogniser = Recogniser(network=LettersOf(network))
    naturals = range(5 * ROWS, 60 * ROWS, 37)
    for natural in naturals:
        recogniser.tell(np.full((ROWS, natural, 3), 255, np.uint8))
    shares = [width / natural for width, natural in zip(network.widths, naturals, strict=True)]
    assert min(shares) > 0.75
    assert max(shares) < 0.9
    assert abs(float(np.mean(shares)) - recogniser.settings.squash) < 0.02
    assert len(set(network.widths)) < 40


def test_short_lines_keep_their_width_and_long_ones_have_an_end() -> None:
    """A short line is not narrowed but set on white; no input is wider than the settings say."""
    network = Noting()
    recogniser = Recogniser(network=LettersOf(network))
    recogniser.tell(np.full((ROWS, 2 * ROWS, 3), 255, np.uint8))
    recogniser.tell(np.full((10, 9000, 3), 255, np.uint8))
    assert network.widths[0] >= 2 * ROWS
    assert network.widths[1] == recogniser.settings.widest


@pytest.mark.skipif(runtime() != "openvino", reason="OpenVINO is not installed")
def test_network_cut_before_its_last_product_reads_the_same() -> None:
    """The last product a few steps at a time gives the letters and the confidence that the whole network gives."""
    line = np.asarray(page_image(("合同编号 SPECIMEN-0042",), size=(620, 160)), np.uint8)[50:110, 60:560]
    cut = Recogniser(network=load_letters(Model.RECOGNITION)).tell(line)
    whole = Recogniser(network=LettersOf(load(Model.RECOGNITION, with_runtime="onnxruntime"))).tell(line)
    assert [one.text for one in cut] == [one.text for one in whole]
    assert abs(cut[0].confidence - whole[0].confidence) < 0.03
    assert 0.9 < cut[0].least <= 1.0


@pytest.mark.skipif(runtime() != "openvino", reason="OpenVINO is not installed")
@pytest.mark.parametrize("columns", [96, 8 * STEPS, 8 * STEPS + 8, 1000])
def test_every_step_of_a_line_is_told(columns: int) -> None:
    """However many steps a line has, each gets its letter: as many as from the whole network, and the same."""
    batch = np.random.default_rng(columns).uniform(-1, 1, (1, 3, ROWS, columns)).astype(np.float32)
    letters, shares = CutNetwork(Model.RECOGNITION, Precision.EXACT, blanks=False).best(batch)
    whole, whole_shares = LettersOf(load(Model.RECOGNITION, Precision.EXACT)).best(batch)
    assert letters.tolist() == whole.tolist()
    assert np.allclose(shares, whole_shares, atol=1e-3)


@pytest.mark.skipif(runtime() != "openvino", reason="OpenVINO is not installed")
def test_leaving_out_blank_steps_loses_no_letter() -> None:
    """With and without them the letters and their confidences are the same; half of all that is blank is left out."""
    page = np.asarray(page_image(("合同编号 SPECIMEN-0042 金额 12,800.00 元", "Total due 1,120.50 on 3 May")), np.uint8)
    quick, whole = (CutNetwork(Model.RECOGNITION, Precision.QUICK, blanks=kept) for kept in (True, False))
    told = blanks_for(Model.RECOGNITION)
    assert told is not None
    for region in Detector().regions(page):
        line = np.zeros((1, 3, ROWS, 640), np.float32)
        shown = cv2.resize(cut(page, region.corners), (640, ROWS))
        line[0] = shown.transpose(2, 0, 1) / 127.5 - 1.0
        (letters, shares), (others, sures) = quick.best(line), whole.best(line)
        assert letters.tolist() == others.tolist()
        assert np.allclose(shares[letters > 0], sures[letters > 0], atol=1e-3)
        assert len(told.others(whole.seen())) < np.count_nonzero(letters) + 0.5 * np.count_nonzero(letters == 0)
