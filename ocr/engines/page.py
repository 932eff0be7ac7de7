"""Read one page image: make it upright, find and read its lines, ask for a second opinion, put them in order."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dossier.reading import Box, Line
from ocr.engines import Pixels
from ocr.engines.agreement import agrees
from ocr.engines.rapid import RapidEngine
from ocr.layout import in_reading_order
from ocr.preprocess.ruling import ruled_cells


@dataclass(frozen=True, slots=True)
class PageOrder:
    """A page to read: its image, and what its file says stands on it (see ``rendering.Sheet``)."""

    image: Pixels
    dpi: int
    lines: tuple[Line, ...] = ()
    covers: tuple[Box, ...] = ()
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read on a page image; boxes in pixels of the upright page, ``rotation`` clockwise degrees."""

    width: int
    height: int
    rotation: int
    engine: str
    lines: tuple[Line, ...]
    blank: bool
    own_text: bool = False
    """Whether the lines are (mostly) those that the file carries."""


def read_page(order: PageOrder, engine: RapidEngine) -> ReadPage:
    """Read a page: from its image, or, where its file's own text is to be believed, what that leaves out."""
    if order.lines and not (order.doubted and not agrees(order.lines, order.image, engine.recogniser)):
        return _completed(order, engine)
    return _seen(order.image, engine)


def _completed(order: PageOrder, engine: RapidEngine) -> ReadPage:
    """Add to the file's own lines what is written in its pictures."""
    image = order.image
    cells = ruled_cells(grey(image))
    seen: list[Line] = []
    for left, top, right, bottom in order.covers:
        part = image[max(0, top) : bottom, max(0, left) : right]
        if min(part.shape[:2], default=0) >= 16:
            seen += [_moved(line, max(0, left), max(0, top)) for line in _lines(np.ascontiguousarray(part), engine)]
    lines = in_reading_order([*order.lines, *seen], cells) if seen else order.lines
    return ReadPage(
        image.shape[1], image.shape[0], 0, f"pdfium+{engine.name}" if seen else "pdfium", lines, not lines, True
    )


def _seen(image: Pixels, engine: RapidEngine) -> ReadPage:
    lines = in_reading_order(_lines(image, engine), ruled_cells(grey(image)))
    return ReadPage(image.shape[1], image.shape[0], 0, engine.name, lines, not lines)


def _lines(image: Pixels, engine: RapidEngine) -> Sequence[Line]:
    return [Line(one.text, one.box, one.confidence) for one in engine.read(image)]


def _moved(line: Line, right: int, down: int) -> Line:
    box = line.box
    return Line(line.text, (box[0] + right, box[1] + down, box[2] + right, box[3] + down), line.confidence)


def grey(image: Pixels) -> Pixels:
    """Return an RGB image without its colours."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
