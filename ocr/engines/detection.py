"""Find text lines on a page: PP-OCR's differentiable-binarisation network and its post-processing.

The rule that turns the probability map into boxes is that of DBNet (Liao et al., AAAI 2020, arXiv:1911.08947): a
shrunken core is grown back by area × ratio ÷ perimeter. For a rectangle this growth has a closed form.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines import Pixels
from ocr.engines.models import Model
from ocr.engines.network import Floats, Network, load

STEP: Final = 32
"""Both sides of the network's input are multiples of this."""

Corners = NDArray[np.float32]
"""Four corners, clockwise from top left: 4 × 2."""


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """How lines are found; sides in pixels of the network's input."""

    longest_side: int = 1280
    shortest_side: int = 640
    ink_threshold: float = 0.3
    box_threshold: float = 0.5
    growth: float = 1.6
    side_bucket: int = 64
    longest_shape: float = 2.4
    """A page longer than this many times its breadth is read in pieces of that shape, or it would be shrunk away."""
    overlap: float = 0.1
    same_text: float = 0.5
    most_lost: float = 0.1
    """Share of the text, by area, that the edges of pieces may cut; beyond it the page is looked at as one."""


@dataclass(frozen=True, slots=True)
class Region:
    """A text region: corners in pixels of the page and the network's score."""

    corners: Corners
    score: float

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the upright box round it."""
        (left, top), (right, bottom) = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


class Detector:
    """Finds the regions of a page that hold one text line each."""

    def __init__(self, settings: DetectionSettings | None = None, network: Network | None = None) -> None:
        self.settings = settings or DetectionSettings()
        self._network = network or load(Model.DETECTION)

    @property
    def cpu_seconds(self) -> float:
        """CPU time that inference has taken so far."""
        return self._network.cpu_seconds

    def warm(self) -> None:
        """Set the network up."""
        self._network.run(np.zeros((1, 3, self.settings.side_bucket, self.settings.side_bucket), np.float32))

    def regions(self, image: Pixels) -> list[Region]:
        """Return the text regions of an RGB page image."""
        height, width = image.shape[:2]
        if max(height, width) <= self.settings.longest_shape * min(height, width) or min(height, width) < 200:
            return self._piece(image)
        whole: list[Region] = []
        cut_off: list[Region] = []
        for left, top, right, bottom in pieces(width, height, self.settings):
            shift = np.array([left, top], np.float32)
            for region in self._piece(image[top:bottom, left:right]):
                moved = Region(region.corners + shift, region.score)
                edged = _cut_off(moved, (left, top, right, bottom), (width, height))
                (cut_off if edged else whole).append(moved)
        found = _without_doubles(whole, self.settings.same_text)
        # Lines that run along the page are longer than its pieces, and no piece has them whole.
        lost = [region for region in cut_off if not _covered(region, found, self.settings.same_text)]
        return self._piece(image) if _area(lost) > self.settings.most_lost * _area(found) else found

    def _piece(self, image: Pixels) -> list[Region]:
        height, width = image.shape[:2]
        shown, scale = self._fit(image)
        rows, columns = shown.shape[:2]
        # Sides in buckets: every new input shape costs the runtime a set-up.
        bucket = self.settings.side_bucket
        padded_rows, padded_columns = -(-rows // bucket) * bucket, -(-columns // bucket) * bucket
        batch = np.zeros((1, 3, padded_rows, padded_columns), np.float32)
        batch[0, :, :rows, :columns] = shown[:, :, ::-1].transpose(2, 0, 1)
        batch[0, :, :rows, :columns] *= 1 / 127.5
        batch[0, :, :rows, :columns] -= 1.0
        ink = self._network.run(batch)[0, 0, :rows, :columns]
        return self._boxes(ink, 1 / scale, width, height)

    def _fit(self, image: Pixels) -> tuple[Pixels, float]:
        """Scale the page so that neither small print nor a huge photo suffers; return it and the scale."""
        height, width = image.shape[:2]
        scale = 1.0
        if max(height, width) > self.settings.longest_side:
            scale = self.settings.longest_side / max(height, width)
        elif min(height, width) < self.settings.shortest_side:
            scale = min(
                self.settings.shortest_side / min(height, width), self.settings.longest_side / max(height, width)
            )
        if scale == 1.0:
            return image, 1.0
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        # Two pixels are enough to draw one from, down to half the size, and cost a seventh of all.
        how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8), scale

    def _boxes(self, ink: Floats, scale: float, width: int, height: int) -> list[Region]:
        mask = (ink > self.settings.ink_threshold).astype(np.uint8)
        mask = np.asarray(cv2.dilate(mask, np.ones((2, 2), np.uint8)), np.uint8)
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        found = []
        for contour in contours:
            centre, (across, down), turn = cv2.minAreaRect(contour)
            if min(across, down) < 3:
                continue
            core = np.asarray(cv2.boxPoints((centre, (across, down), turn)), np.float32)
            score = mean_inside(ink, core)
            if score < self.settings.box_threshold:
                continue
            grow = across * down * self.settings.growth / (2 * (across + down))
            box = cv2.boxPoints((centre, (across + 2 * grow, down + 2 * grow), turn)) * scale
            box = clockwise(box)
            np.clip(box[:, 0], 0, width - 1, out=box[:, 0])
            np.clip(box[:, 1], 0, height - 1, out=box[:, 1])
            found.append(Region(box, score))
        return found


def pieces(width: int, height: int, settings: DetectionSettings) -> list[tuple[int, int, int, int]]:
    """Return overlapping pieces, from the top or left, that a long page is read in."""
    longest, breadth = max(width, height), min(width, height)
    length = int(breadth * settings.longest_shape / 1.5)
    step = int(length * (1 - settings.overlap))
    starts = [*range(0, longest - length, step), longest - length]
    if height > width:
        return [(0, start, width, start + length) for start in starts]
    return [(start, 0, start + length, height) for start in starts]


def _cut_off(region: Region, piece: tuple[int, int, int, int], page: tuple[int, int]) -> bool:
    """Tell a region that the piece's edge cuts, where the page goes on: the next piece has it whole."""
    edge = 3
    low_x, low_y, high_x, high_y = region.sides
    left, top, right, bottom = piece
    return bool(
        (left > 0 and low_x < left + edge)
        or (top > 0 and low_y < top + edge)
        or (right < page[0] and high_x > right - edge)
        or (bottom < page[1] and high_y > bottom - edge)
    )


def _without_doubles(regions: list[Region], same: float) -> list[Region]:
    """Leave out regions that lie on a larger one: pieces overlap."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda one: -cv2.contourArea(one.corners)):
        if not _covered(region, kept, same):
            kept.append(region)
    return kept


def _covered(region: Region, others: list[Region], same: float) -> bool:
    """Tell whether one of ``others`` covers more than the share ``same`` of the upright box round a region."""
    left, top, right, bottom = region.sides
    least = same * (right - left) * (bottom - top)
    return any(
        max(0.0, min(right, r) - max(left, x)) * max(0.0, min(bottom, b) - max(top, y)) > least
        for x, y, r, b in (other.sides for other in others)
    )


def _area(regions: list[Region]) -> float:
    return float(sum(cv2.contourArea(region.corners) for region in regions))


def mean_inside(ink: Floats, corners: Corners) -> float:
    """Return the mean of ``ink`` inside a quadrilateral."""
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    part = ink[top : bottom + 1, left : right + 1]
    if not part.size:
        return 0.0
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])


def clockwise(corners: NDArray[np.floating]) -> Corners:
    """Order four corners of a rectangle clockwise from top left."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    (top_left, bottom_left), (top_right, bottom_right) = (side[np.argsort(side[:, 1])] for side in (by_x[:2], by_x[2:]))
    return np.array([top_left, top_right, bottom_right, bottom_left], np.float32)
