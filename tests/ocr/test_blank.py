"""Pages with nothing on them, as scanners deliver them."""

import cv2
import numpy as np

from ocr.engines import Pixels
from ocr.preprocess.blank import BlankSettings, ink_share


def askew(*, written: bool) -> Pixels:
    """Return a sheet that lies askew on a dark scanner bed."""
    bed = np.full((1750, 1240), 35, np.uint8)
    corners = cv2.boxPoints(((620, 875), (1130, 1640), 3.0)).astype(np.int32)
    cv2.fillPoly(bed, [corners], (240,))
    if written:
        cv2.putText(bed, "Received with thanks", (300, 800), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (20,), 5)
    return bed


def test_the_bed_round_a_skewed_sheet_is_no_ink() -> None:
    """An empty sheet is empty however it lies; a line written on it is still seen."""
    assert ink_share(askew(written=False)) < BlankSettings().blank_below
    assert ink_share(askew(written=True)) > BlankSettings().blank_below


def test_a_dark_page_is_not_taken_for_a_bed() -> None:
    """White letters on black fill the page to its edges, and are ink."""
    dark = np.full((1750, 1240), 20, np.uint8)
    cv2.putText(dark, "ALARM", (200, 800), cv2.FONT_HERSHEY_SIMPLEX, 6.0, (250,), 20)
    assert ink_share(dark) > BlankSettings().blank_below
