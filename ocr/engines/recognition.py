"""Read the text of one line image: PP-OCR's recognition network with greedy CTC decoding."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines import Gap, Pixels
from ocr.engines.detection import Corners
from ocr.engines.letters import Indices, Letters, load_letters
from ocr.engines.models import Model
from ocr.engines.network import Floats, Precision

ROWS: Final = 48
"""Height of a line in the network's input, pixels."""
STEP_PIXELS: Final = 8
"""Width of one time step of the network's output in pixels of its input."""


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """How lines are read; widths in pixels at the network's line height."""

    narrowest: int = 96
    widest: int = 3200
    widths: float = 1.1
    """How much wider each width of the network's input is than the one before: every new width costs a set-up."""
    tall_ratio: float = 1.5
    squash: float = 0.8
    """Wide lines are narrowed to about this share of their width, one at which they just fill an input: as well read,
    and cheaper."""
    squash_from_ratio: float = 4.0
    trusted_from: float = 0.6
    """A line with a letter read less surely than this is read again with care: full width, full precision."""
    gap_ratio: float = 1.25
    """White inside a line, in line heights, that parts it: narrow gutters and table columns the detector overlooked."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the network read in one line image; ``start`` and ``end`` are shares of its width, confidence 0…1."""

    text: str
    confidence: float
    start: float = 0.0
    end: float = 1.0
    gaps: tuple[Gap, ...] = ()
    """White between words; shares of this part's own width."""
    least: float = 1.0
    """Confidence of the letter or digit read least surely; signs do not count."""


class Recogniser:
    """Reads line images, each alone and at its own width: cheaper on one thread than padded batches.

    A line is read quickly first: in 8 bits, narrowed. Where a letter stays in doubt, the ``careful`` network reads it
    again, and the surer reading counts.
    """

    def __init__(
        self,
        settings: RecognitionSettings | None = None,
        network: Letters | None = None,
        careful: Letters | None = None,
    ) -> None:
        self.settings = settings or RecognitionSettings()
        self._network = network or load_letters(Model.RECOGNITION)
        self._careful: Letters | None = careful or network
        self._characters = ["", *self._network.characters(), " "]
        self._rooms = list(_rooms(self.settings))

    @property
    def cpu_seconds(self) -> float:
        """CPU time that inference has taken so far."""
        careful = self._careful.cpu_seconds if self._careful and self._careful is not self._network else 0.0
        return self._network.cpu_seconds + careful

    def warm(self) -> None:
        """Set the network up for the shortest lines."""
        self._network.best(np.zeros((1, 3, ROWS, self._rooms[0]), np.float32))

    def tell(self, line: Pixels) -> list[Told]:
        """Return the text of an upright RGB line image, in parts where wide white stands between them."""
        height, width = line.shape[:2]
        if not line.size:
            return []
        squash = self.settings.squash if width > self.settings.squash_from_ratio * height else 1.0
        told = self._tell(line, squash, self._network)
        if all(one.least >= self.settings.trusted_from for one in told):
            return told
        if self._careful is None:  # loaded when the first line is in doubt: clean print never needs it
            self._careful = load_letters(Model.RECOGNITION, Precision.FULL)
        return max(self._tell(line, 1.0, self._careful), told, key=_sureness)

    def _tell(self, line: Pixels, squash: float, network: Letters) -> list[Told]:
        height, width = line.shape[:2]
        natural = ROWS * width / height
        columns, room = self._fit(natural, squash)
        shown = cv2.resize(line, (columns, ROWS), interpolation=cv2.INTER_LINEAR)
        batch = np.zeros((1, 3, ROWS, room), np.float32)
        part = batch[0, :, :, :columns]
        part[:] = shown[:, :, ::-1].transpose(2, 0, 1)
        part *= 1 / 127.5
        part -= 1.0
        return self._decode(*network.best(batch), columns / room, min(1.0, columns / natural))

    def _fit(self, natural: float, squash: float) -> tuple[int, int]:
        """Return how many columns a line becomes, and the width of the input it goes into."""
        least = min(natural * squash / (math.sqrt(self.settings.widths) if squash < 1 else 1.0), self.settings.widest)
        room = self._rooms[min(bisect_left(self._rooms, least), len(self._rooms) - 1)]
        return (room if squash < 1 else min(max(math.ceil(natural), 8), room)), room

    def whole(self, line: Pixels) -> tuple[str, float]:
        """Return the text of a line image in one piece, and its confidence."""
        told = self.tell(line)
        return " ".join(one.text for one in told), _sureness(told)

    def _decode(self, best: Indices, shares: Floats, used: float, squash: float) -> list[Told]:
        kept = best != 0
        kept[1:] &= best[1:] != best[:-1]
        at = np.flatnonzero(kept)
        sure = shares[at]
        letters = [self._characters[index] for index in best[at]]
        steps = len(best) * used
        parts = parted(letters, at.tolist(), self.settings.gap_ratio * squash)
        told = []
        for first, last in parts:
            text = "".join(letters[first:last])
            start = 0.0 if first == 0 else (at[first] - _half_width(letters[first])) / steps
            end = 1.0 if last == len(letters) else (at[last - 1] + _half_width(letters[last - 1]) + 1) / steps
            start, end = max(0.0, start), min(1.0, end)
            gaps = _gaps(letters[first:last], at[first:last] / steps, steps, start, end)
            confidences = sure[first:last]
            least = min((one for one, letter in zip(confidences, text, strict=True) if letter.isalnum()), default=1.0)
            told.append(Told(text, float(confidences.mean()), start, end, gaps, float(least)))
        return told


def _rooms(settings: RecognitionSettings) -> Iterator[int]:
    """Yield the widths of inputs, whole time steps each."""
    room = settings.narrowest
    while room < settings.widest:
        yield room
        room = -(-math.ceil(room * settings.widths) // STEP_PIXELS) * STEP_PIXELS
    yield settings.widest


def _gaps(letters: Sequence[str], at: NDArray[np.float64], steps: float, start: float, end: float) -> tuple[Gap, ...]:
    """Return the white at the spaces of a part; ``at`` are its letters' places as shares of the line's width."""
    step = 1.0 / steps
    gaps = []
    for index in range(1, len(letters) - 1):
        if letters[index].isspace():
            left, right = float(at[index - 1]) + 0.3 * step, float(at[index + 1]) - 0.3 * step
            if left < right:
                width = max(end - start, 1e-6)
                gaps.append(Gap(index + 1, (left - start) / width, (right - start) / width))
    return tuple(gaps)


def _sureness(told: Sequence[Told]) -> float:
    """Return the mean confidence over letters, 0 for none."""
    letters = sum(len(one.text) for one in told)
    return sum(one.confidence * len(one.text) for one in told) / letters if letters else 0.0


def parted(letters: Sequence[str], at: Sequence[int], gap_ratio: float) -> list[tuple[int, int]]:
    """Cut a line where the white between two letters is wider than ``gap_ratio`` line heights.

    ``at`` are the network's time steps at which the letters were seen. Spaces at a cut, and at the ends, are left out.
    """
    seen = [index for index, letter in enumerate(letters) if not letter.isspace()]
    parts: list[tuple[int, int]] = []
    for index in seen:
        if parts:
            last = parts[-1][1] - 1
            white = at[index] - at[last] - _half_width(letters[last]) - _half_width(letters[index])
            if white * STEP_PIXELS <= gap_ratio * ROWS:
                parts[-1] = (parts[-1][0], index + 1)
                continue
        parts.append((index, index + 1))
    return parts


def _half_width(letter: str) -> float:
    """Return half the usual width of a letter in time steps."""
    return ROWS / STEP_PIXELS / (2 if ord(letter) >= 0x2E80 else 4)


def level(piece: Pixels, tall_ratio: float) -> Pixels:
    """Return a piece of a page as the network wants it: a tall one is turned to lie on its side."""
    return np.ascontiguousarray(np.rot90(piece) if piece.shape[0] >= tall_ratio * piece.shape[1] else piece)


def cut(image: Pixels, corners: Corners) -> Pixels:
    """Cut a region out of its page and straighten it."""
    top_left, top_right, _, bottom_left = corners
    width = max(1, round(float(np.linalg.norm(top_right - top_left))))
    height = max(1, round(float(np.linalg.norm(bottom_left - top_left))))
    lean = max(abs(float(top_right[1] - top_left[1])), abs(float(bottom_left[0] - top_left[0])))
    if lean < 1.5:
        left, top = (max(0, int(v)) for v in top_left)
        line = image[top : top + height, left : left + width]
    else:
        target = np.array([[0, 0], [width, 0], [0, height]], np.float32)
        move = cv2.getAffineTransform(np.array([top_left, top_right, bottom_left], np.float32), target)
        line = np.asarray(
            cv2.warpAffine(image, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.uint8,
        )
    return line
