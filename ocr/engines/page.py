"""Read one page image: make it upright, find and read its lines, ask for a second opinion, put them in order."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np

from dossier.reading import Box, Line, SignatureRoom
from ocr.engines import Engine, EngineChoice, Pixels, Spotted
from ocr.engines.agreement import agrees
from ocr.engines.detection import Region
from ocr.engines.opinion import OpinionSettings, better, confidence, wants_second, weak_lines
from ocr.engines.rapid import RapidEngine
from ocr.engines.recognition import cut
from ocr.engines.tesseract import TesseractEngine
from ocr.layout import in_reading_order
from ocr.preprocess.blank import BlankSettings, ink_share
from ocr.preprocess.contrast import ContrastSettings, gain_needed, with_contrast
from ocr.preprocess.ruling import ruled_cells
from ocr.preprocess.stamps import StampSettings, without_stamps
from ocr.preprocess.upright import UprightSettings, turn_needed, turned
from ocr.signature import rooms_on

LEAST_LEAN: Final = 0.3
"""Degrees below which a page is taken to lie straight."""


@dataclass(frozen=True, slots=True)
class PageOrder:
    """A page to read: its image, and what its file says stands on it (see ``rendering.Sheet``).

    ``turn`` is how far a person says it must be turned clockwise; None leaves that to be found out.
    """

    image: Pixels
    dpi: int
    lines: tuple[Line, ...] = ()
    covers: tuple[Box, ...] = ()
    doubted: bool = False
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read on a page image; boxes in pixels of the upright page, ``rotation`` clockwise degrees."""

    width: int
    height: int
    rotation: int
    engine: str
    lines: tuple[Line, ...]
    blank: bool = False
    own_text: bool = False
    """Whether the lines are (mostly) those that the file carries."""
    signatures: tuple[SignatureRoom, ...] = ()


@dataclass(frozen=True, slots=True)
class PageSettings:
    """The steps from image to lines, each to be left out by setting it None (or False)."""

    engine: EngineChoice = EngineChoice.AUTO
    """RAPIDOCR leaves out ``second``; TESSERACT has the second engine read everything, asked once."""
    blank: BlankSettings | None = field(default_factory=BlankSettings)
    upright: UprightSettings | None = field(default_factory=UprightSettings)
    second: OpinionSettings | None = field(default_factory=OpinionSettings)
    contrast: ContrastSettings | None = field(default_factory=ContrastSettings)
    stamps: StampSettings | None = field(default_factory=StampSettings)
    level: bool = True
    cells: bool = True
    least_confidence: float = 0.45
    """Lines read less surely than this are not text."""


class PageReader:
    """Reads page images of any orientation with the engines it was given."""

    def __init__(self, engine: RapidEngine, second: TesseractEngine, settings: PageSettings | None = None) -> None:
        self._engine = engine
        self._second = second
        self.settings = settings or PageSettings()

    def read(self, order: PageOrder) -> ReadPage:
        """Read a page: from its image, or, where its file's own text is to be believed, what that leaves out."""
        if order.turn is not None:
            return self._seen(order.image, order.turn)
        if order.lines and not (order.doubted and not agrees(order.lines, order.image, self._engine.recogniser)):
            return self._completed(order)
        return self._seen(order.image)

    def _completed(self, order: PageOrder) -> ReadPage:
        """Add to the file's own lines what is written in its pictures."""
        image = order.image
        reads: Engine = self._second if self.settings.engine is EngineChoice.TESSERACT else self._engine
        seen: list[Line] = []
        for box in order.covers:
            left, top = max(0, box[0]), max(0, box[1])
            part = np.ascontiguousarray(image[top : box[3], left : box[2]])
            if min(part.shape[:2], default=0) >= 16:
                seen += [_moved(line, left, top) for line in self._lines(reads.read(part))]
        lines = in_reading_order([*order.lines, *seen], self._cells(image)) if seen else order.lines
        name = f"pdfium+{reads.name}" if seen else "pdfium"
        rooms = rooms_on(image, lines, own_text=True)
        return ReadPage(image.shape[1], image.shape[0], 0, name, lines, own_text=True, signatures=rooms)

    def _seen(self, image: Pixels, asked: int | None = None) -> ReadPage:
        small = _small(grey(image))
        ink = ink_share(small, self.settings.blank) if self.settings.blank else 1.0
        gain = gain_needed(small, self.settings.contrast) if self.settings.contrast else 1.0
        if self.settings.blank and ink < self.settings.blank.blank_below and gain == 1.0:
            image = turned(image, asked) if asked else image
            return ReadPage(image.shape[1], image.shape[0], asked or 0, self._engine.name, (), blank=True)
        if gain > 1.0:
            image = with_contrast(image, gain)
        if self.settings.stamps:
            image = without_stamps(image, self.settings.stamps)
        regions = self._engine.detector.regions(image)
        turn = self._turn(image, regions) if asked is None else asked
        if turn:
            image = turned(image, turn)
            regions = self._engine.detector.regions(image)
        name, lines = self._told(image, regions)
        lean = lean_of(regions) if self.settings.level else 0.0
        if not lines and turn and asked is None:
            image, turn = turned(image, 360 - turn), 0
        ordered = level_order(lines, self._cells(image, lean), lean)
        blank = not lines and self.settings.blank is not None and ink < self.settings.blank.bare_below
        rooms = rooms_on(image, ordered)
        return ReadPage(image.shape[1], image.shape[0], turn, name, ordered, blank, signatures=rooms)

    def _turn(self, image: Pixels, regions: Sequence[Region]) -> int:
        if self.settings.upright is None:
            return 0
        return turn_needed(
            regions, lambda region: cut(image, region.corners), self._engine.recogniser.whole, self.settings.upright
        )

    def _told(self, image: Pixels, regions: Sequence[Region]) -> tuple[str, list[Line]]:
        """Return which engine read an upright page, and its lines."""
        if self.settings.engine is EngineChoice.TESSERACT:
            return self._second.name, self._lines(self._second.read(image))
        spotted = self._engine.read_regions(image, regions)
        lines = self._lines(spotted)
        if not self.settings.second or self.settings.engine is EngineChoice.RAPIDOCR:
            return self._engine.name, lines
        if wants_second(lines, self.settings.second):
            return self._second_opinion(image, lines, self.settings.second)
        return self._engine.name, self._weak_asked_again(image, spotted, self.settings.second)

    def _second_opinion(self, image: Pixels, lines: list[Line], settings: OpinionSettings) -> tuple[str, list[Line]]:
        western = bool(lines) and all(line.text.isascii() for line in lines)
        second = self._lines(self._second.read(image, western=western))
        return (self._second.name, second) if better(lines, second, settings) else (self._engine.name, lines)

    def _weak_asked_again(self, image: Pixels, spotted: Sequence[Spotted], settings: OpinionSettings) -> list[Line]:
        """Return the lines, the weakest of them as the second engine reads them where that is better."""
        again: dict[int, Spotted] = {}
        for one in weak_lines(spotted, settings):
            left, top, right, bottom = one.box
            margin = max(2, (bottom - top) // 6)
            part = image[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
            second = self._lines(self._second.read(np.ascontiguousarray(part), segmentation=7))
            if better(self._lines([one]), second, settings):
                text = " ".join(line.text for line in second)
                again[id(one)] = replace(one, text=text, confidence=confidence(second), gaps=())
        return self._lines([again.get(id(one), one) for one in spotted])

    def _lines(self, spotted: Sequence[Spotted]) -> list[Line]:
        least = self.settings.least_confidence
        return [Line(one.text, one.box, one.confidence) for one in spotted if one.confidence >= least]

    def _cells(self, image: Pixels, lean: float = 0.0) -> list[Box]:
        """Return the ruled cells, on the page laid straight as ``level_order`` lays its lines."""
        if not self.settings.cells:
            return []
        return ruled_cells(grey(image)) if abs(lean) < LEAST_LEAN else straight_cells(grey(image), lean)


def lean_of(regions: Sequence[Region]) -> float:
    """Return how far the page's lines lean, in degrees clockwise: the median of its long lines."""
    angles = []
    for region in regions:
        along = region.corners[1] - region.corners[0]
        down = region.corners[3] - region.corners[0]
        if np.linalg.norm(along) > 4 * np.linalg.norm(down):
            angles.append(math.degrees(math.atan2(float(along[1]), float(along[0]))))
    return float(np.median(angles)) if len(angles) >= 3 else 0.0


def level_order(lines: Sequence[Line], cells: Sequence[Box], lean: float) -> tuple[Line, ...]:
    """Order lines as if the page lay straight, as ``cells`` do; the lines' boxes stay where they are."""
    if abs(lean) < LEAST_LEAN:
        return in_reading_order(lines, cells)
    sine, cosine = math.sin(math.radians(-lean)), math.cos(math.radians(lean))
    straight = []
    for line in lines:
        left, top, right, bottom = line.box
        x, y = (left + right) / 2, (top + bottom) / 2
        across, down = cosine * x - sine * y, sine * x + cosine * y
        # The upright box round a leaning line is taller than the line.
        width = right - left
        height = max(4.0, bottom - top - abs(sine) * width)
        box = (round(across - width / 2), round(down - height / 2), round(across + width / 2), round(down + height / 2))
        straight.append(replace(line, box=box))
    where = {id(moved): line for moved, line in zip(straight, lines, strict=True)}
    return tuple(where[id(moved)] for moved in in_reading_order(straight, cells))


def straight_cells(page: Pixels, lean: float) -> list[Box]:
    """Return the ruled cells of a leaning grey page, turned round its top left corner until it lies straight."""
    height, width = page.shape
    sine, cosine = math.sin(math.radians(-lean)), math.cos(math.radians(lean))
    across = (0.0, cosine * width, -sine * height, cosine * width - sine * height)
    down = (0.0, sine * width, cosine * height, sine * width + cosine * height)
    left, top = math.floor(min(across)), math.floor(min(down))
    size = (math.ceil(max(across)) - left, math.ceil(max(down)) - top)
    move = np.array([[cosine, -sine, -left], [sine, cosine, -top]], np.float32)
    straight = np.asarray(cv2.warpAffine(page, move, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    return [(cell[0] + left, cell[1] + top, cell[2] + left, cell[3] + top) for cell in ruled_cells(straight)]


def _moved(line: Line, right: int, down: int) -> Line:
    box = line.box
    return replace(line, box=(box[0] + right, box[1] + down, box[2] + right, box[3] + down))


def _small(image: Pixels, longest_side: int = 1000) -> Pixels:
    """Return a grey page shrunk to what is enough to tell blank and faded pages, once for both."""
    scale = longest_side / max(image.shape)
    if scale >= 1:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def grey(image: Pixels) -> Pixels:
    """Return an RGB image without its colours."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
