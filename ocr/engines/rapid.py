"""The main engine: RapidOCR's PP-OCR networks, run line by line on one thread."""

from ocr.engines import Pixels, Spotted
from ocr.engines.detection import Detector
from ocr.engines.recognition import Recogniser, cut


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
            told = self.recogniser.tell(cut(image, region.corners, self.recogniser.settings.tall_ratio))
            if told.text.strip():
                corners = tuple((float(x), float(y)) for x, y in region.corners)
                lines.append(Spotted(told.text.strip(), corners, told.confidence))
        return tuple(lines)
