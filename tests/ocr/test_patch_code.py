"""Separator sheets that carry nothing but the bars of patch code T, and codes as scanners leave them."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.codes import find_codes
from ocr.engines import Pixels
from ocr.patch_code import find_patch
from ocr.specimen import larger_batch

A4_AT_150_DPI = (1754, 1240)
MM = 150 / 25.4


def sheet(bars: tuple[float, ...], *, degrees: float = 0.0, lying: bool = True) -> Pixels:
    """Draw bars of these breadths in millimetres, 2 mm apart, leaning."""
    page = np.full(A4_AT_150_DPI, 255, np.uint8)
    at = 30.0
    for bar in bars:
        begin, end = round(at * MM), round((at + bar) * MM)
        along = slice(round(40 * MM), round(150 * MM))
        page[(slice(begin, end), along) if lying else (along, slice(begin, end))] = 20
        at += bar + 2.0
    turn = cv2.getRotationMatrix2D((620, 877), degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, turn, (page.shape[1], page.shape[0]), borderValue=(255,)), np.uint8)


@pytest.mark.parametrize("lying", [True, False])
@pytest.mark.parametrize("degrees", [0.0, 3.0, -3.0])
def test_bars_alone_part_documents(degrees: float, *, lying: bool) -> None:
    """Wide, narrow, narrow, wide, along either edge of a sheet that went in askew."""
    found = find_patch(sheet((5.1, 2.0, 2.0, 5.1), degrees=degrees, lying=lying))
    assert found is not None
    assert found.text == "PATCH T"


@pytest.mark.parametrize(
    "bars", [(5.1, 5.1, 2.0, 2.0), (2.0, 2.0, 2.0, 2.0), (5.1, 2.0, 2.0), (5.1, 2.0, 2.0, 5.1, 2.0)]
)
def test_other_bars_are_no_patch_t(bars: tuple[float, ...]) -> None:
    """Another patch code, a ruled block, bars too few or too many."""
    assert find_patch(sheet(bars)) is None


def test_qr_codes_are_read_after_hard_wear() -> None:
    """150 dpi, skewed, JPEG quality 40: cover sheets keep their dossier's key."""
    for scan in larger_batch(4, "codes", "hard", kinds=["cover-sheet"]):
        page = np.asarray(Image.open(io.BytesIO(scan.content)).convert("RGB"), np.uint8)
        assert [code.text.startswith("juanzong:dossier:") for code in find_codes(page)] == [True]
