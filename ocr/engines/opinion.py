"""When is a second engine asked, and whose reading is kept?

The second engine is asked for a whole page that came back empty or unsure, and on other pages for the few long lines
that did. The worth of a reading is the number of its letters and Han characters, each weighed by how far the confidence
in it lies above an even guess. The second reading is kept when it is worth clearly more. Engines err differently: one
gives nothing where the other reads well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dossier.reading import Line
from ocr.engines import Spotted


@dataclass(frozen=True, slots=True)
class OpinionSettings:
    """Confidences are 0…1, ``margin`` is how many times as much the second reading must be worth."""

    ask_below: float = 0.8
    ask_for_line_below: float = 0.6
    most_lines: int = 2
    least_line_ratio: float = 4.0
    """Width of a line worth asking for, in its heights: scraps of stamps and pictures are shorter."""
    margin: float = 1.3
    even_guess: float = 0.4


def confidence(lines: Sequence[Line]) -> float:
    """Return the mean confidence of lines, weighed by their length; 0 for none."""
    letters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / letters if letters else 0.0


def wants_second(lines: Sequence[Line], settings: OpinionSettings) -> bool:
    """Tell whether a page with ink on it was read so poorly that another engine should try."""
    return confidence(lines) < settings.ask_below


def weak_lines(spotted: Sequence[Spotted], settings: OpinionSettings) -> list[Spotted]:
    """Return the longest of the lines that were read so poorly that another engine should try, as many as allowed."""
    weak = [one for one in spotted if one.confidence < settings.ask_for_line_below and _is_long(one, settings)]
    return sorted(weak, key=lambda one: one.box[0] - one.box[2])[: settings.most_lines]


def _is_long(one: Spotted, settings: OpinionSettings) -> bool:
    left, top, right, bottom = one.box
    return right - left >= settings.least_line_ratio * max(1, bottom - top)


def worth(lines: Sequence[Line], settings: OpinionSettings) -> float:
    """Return what a reading is worth."""
    return sum(
        max(0.0, line.confidence - settings.even_guess) * sum(letter.isalnum() for letter in line.text)
        for line in lines
    )


def better(first: Sequence[Line], second: Sequence[Line], settings: OpinionSettings) -> bool:
    """Tell whether the second reading is to be kept."""
    return worth(second, settings) > settings.margin * worth(first, settings)
