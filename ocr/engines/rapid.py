"""The main engine: RapidOCR's PP-OCR networks, run line by line on one thread."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from ocr.engines import Pixels, Spotted
from ocr.engines.detection import Detector, Region
from ocr.engines.gutters import parted_at_gutters
from ocr.engines.recognition import Recogniser, cut, level


class RapidEngine:
    """Finds lines, then reads each at its own width."""

    name = "rapidocr"

    def __init__(self, detector: Detector | None = None, recogniser: Recogniser | None = None) -> None:
        self.detector = detector or Detector()
        self.recogniser = recogniser or Recogniser()

    @property
    def cpu_seconds(self) -> float:
        """CPU time that inference has taken so far."""
        return self.detector.cpu_seconds + self.recogniser.cpu_seconds

    def warm(self) -> None:
        """Set the networks up for a page and for lines of usual lengths, which all pages read after it share."""
        self.detector.warm()
        self.recogniser.warm()

    @classmethod
    def loaded(cls) -> "RapidEngine":
        """Return an engine that is warm, its two networks set up at the same time; leaves no thread behind."""
        with ThreadPoolExecutor(1) as aside:
            detector = aside.submit(_warm_detector)
            recogniser = Recogniser()
            recogniser.warm()
            return cls(detector.result(), recogniser)

    def read(self, image: Pixels) -> tuple[Spotted, ...]:
        """Return the lines on an upright RGB page."""
        return self.read_regions(image, self.detector.regions(image))

    def read_regions(self, image: Pixels, regions: Sequence[Region]) -> tuple[Spotted, ...]:
        """Return the lines that stand in ``regions`` of an upright RGB page."""
        lines = [line for region in regions for line in self.read_region(image, region)]
        return tuple(parted_at_gutters(lines))

    def read_region(self, image: Pixels, region: Region) -> list[Spotted]:
        """Return the line in a region, in parts where wide white stands between them."""
        piece = cut(image, region.corners)
        told = self.recogniser.tell(level(piece, self.recogniser.settings.tall_ratio))
        top_left, top_right, bottom_right, bottom_left = ((float(x), float(y)) for x, y in region.corners)
        whole = Spotted("", (top_left, top_right, bottom_right, bottom_left), 0.0)
        lying = np.linalg.norm(region.corners[3] - region.corners[0]) > np.linalg.norm(
            region.corners[1] - region.corners[0]
        )
        return [
            replace(
                whole,
                text=one.text,
                confidence=one.confidence,
                corners=whole.corners if lying else whole.part(one.start, one.end),
                gaps=() if lying else one.gaps,
            )
            for one in told
        ]


def _warm_detector() -> Detector:
    detector = Detector()
    detector.warm()
    return detector
