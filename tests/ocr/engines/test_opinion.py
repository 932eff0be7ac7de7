"""When a second engine is asked, and whose reading is kept."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from dossier.reading import Line
from ocr.engines import EngineChoice, Pixels, Spotted
from ocr.engines.opinion import OpinionSettings, better, wants_second, weak_lines
from ocr.engines.page import PageOrder, PageReader, PageSettings

SETTINGS = OpinionSettings()


def spotted(text: str, confidence: float, top: int, width: int = 400) -> Spotted:
    """Place a line of 30 pixels' height at the left."""
    return Spotted(text, ((20, top), (20 + width, top), (20 + width, top + 30), (20, top + 30)), confidence)


class Told:
    """An engine that has its lines ready; it notes the height of what it is asked to read."""

    name = "told"

    def __init__(self, lines: Sequence[Spotted]) -> None:
        self.lines = tuple(lines)
        self.asked: list[int] = []
        self.detector = SimpleNamespace(regions=lambda image: [])
        self.recogniser = SimpleNamespace(whole=lambda image: ("", 0.0))

    def read_regions(self, image: Pixels, regions: object) -> tuple[Spotted, ...]:
        """Return the lines."""
        return self.lines

    def read(self, image: Pixels, **_: Any) -> tuple[Spotted, ...]:
        """Return the lines."""
        self.asked.append(image.shape[0])
        return self.lines


def read(first: Sequence[Spotted], second: Told, engine: EngineChoice = EngineChoice.AUTO) -> list[str]:
    """Return what a page says that ``first`` was seen on, with ``second`` to ask."""
    page = np.full((600, 800, 3), 255, np.uint8)
    settings = PageSettings(engine=engine, blank=None, stamps=None, upright=None)
    reader = PageReader(cast("Any", Told(first)), cast("Any", second), settings)
    return [line.text for line in reader.read(PageOrder(page, 200)).lines]


def test_one_weak_line_alone_is_asked_again() -> None:
    """Of a page read well, only the line in doubt goes to the second engine, whose surer reading is kept."""
    good = [spotted("a line that was read very well indeed", 0.99, 40 + 60 * n) for n in range(6)]
    second = Told([spotted("Please sign here", 0.9, 5)])
    assert read([*good, spotted("Plea5e sgn hera", 0.5, 420)], second)[-1] == "Please sign here"
    assert len(second.asked) == 1
    assert second.asked[0] < 60


def test_first_reading_stays_where_the_second_is_no_better() -> None:
    """A second reading that is worth about as much changes nothing."""
    good = [spotted("a line that was read very well indeed", 0.99, 40 + 60 * n) for n in range(6)]
    assert read([*good, spotted("Please sign", 0.58, 420)], Told([spotted("Please", 0.6, 5)]))[-1] == "Please sign"


def test_empty_page_is_asked_as_a_whole() -> None:
    """Where the first engine saw nothing the second reads the whole page."""
    second = Told([spotted("lone line", 0.9, 40)])
    assert read([], second) == ["lone line"]
    assert second.asked == [600]


def test_engine_that_was_asked_for_reads_alone() -> None:
    """On request Tesseract reads what the first engine would have read surely, or is never asked."""
    good = [spotted("a line that was read very well indeed", 0.99, 40)]
    second = Told([spotted("Здравствуйте", 0.7, 40)])
    assert read(good, second, EngineChoice.TESSERACT) == ["Здравствуйте"]
    second.asked.clear()
    assert read([], second, EngineChoice.RAPIDOCR) == []
    assert second.asked == []


def test_scraps_are_not_asked_for_and_few_lines_are() -> None:
    """Short scraps of stamps and pictures are left, and no page costs more than a few questions."""
    weak = [spotted("some weak line", 0.5, 40 * n, 300 + n) for n in range(9)]
    assert weak_lines([*weak, spotted("x", 0.3, 500, 40)], SETTINGS) == [weak[8], weak[7]]


def test_worth_counts_letters_above_an_even_guess() -> None:
    """Much text read by guessing is worth less than little text read surely."""
    guessed = [Line("qwertyuiop" * 5, (0, 0, 9, 9), 0.42)]
    sure = [Line("Invoice", (0, 0, 9, 9), 0.95)]
    assert better(guessed, sure, SETTINGS)
    assert not better(sure, guessed, SETTINGS)
    assert wants_second(guessed, SETTINGS)
    assert not wants_second(sure, SETTINGS)
