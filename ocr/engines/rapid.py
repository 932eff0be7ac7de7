"""The main engine: RapidOCR's PP-OCR networks, run line by line on one thread."""

import numpy as np

from ocr.engines import Pixels, Spotted
from ocr.engines.detection import Corners, Detector
from ocr.engines.recognition import Recogniser, Told, cut


class RapidEngine:
    """Finds lines, then reads each at its own width."""

    name = "rapidocr"

    def __init__(self, detector: Detector | None = None, recogniser: Recogniser | None = None) -> None:
        self.detector = detector or Detector()
        self.recogniser = recogniser or Recogniser()

    def read(self, image: Pixels) -> tuple[Spotted, ...]:
        """Return the lines on an upright RGB page."""
        lines = []
        for region in self.detector.regions(image):
            line = cut(image, region.corners, self.recogniser.settings.tall_ratio)
            lines += [placed(told, region.corners) for told in self.recogniser.tell(line)]
        return tuple(lines)


def placed(told: Told, corners: Corners) -> Spotted:
    """Return a part of a line where it stands on the page."""
    along = corners[1] - corners[0], corners[2] - corners[3]
    if np.linalg.norm(corners[3] - corners[0]) > np.linalg.norm(along[0]):  # read on its side, from its foot
        return Spotted(told.text, _points(corners), told.confidence)
    part = (
        corners[0] + along[0] * told.start,
        corners[0] + along[0] * told.end,
        corners[3] + along[1] * told.end,
        corners[3] + along[1] * told.start,
    )
    return Spotted(told.text, _points(np.stack(part)), told.confidence)


def _points(corners: Corners) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in corners)
