"""Tell whether somebody signed: ink in the room that a form leaves beside or below the label of a signature.

The room is where the label's line of text goes on, up to the next label or ruled line; where that is too narrow, the
room below the label. Printed rules, specks, print of other lines and red stamps are no signature. How much ink is left,
measured in squares of the label's height, decides; between the two thresholds a person has to look.
``bench/signature`` measures both on drawn specimens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dossier.catalogue import catalogue
from dossier.folding import fold
from dossier.reading import Box, Line, SignatureRoom
from ocr.engines import Pixels
from ocr.signed import says_signature, squeezed

if TYPE_CHECKING:
    from dossier.model import Ink

_NOT_SIGNED: Final = frozenset("年月日時时分期盖章蓋签名簽字：:;；_-—.．…·/／（）()[]【】 　dateDATE")
"""What may be printed in the room of a signature: the date to fill in, a word for the stamp."""


@dataclass(frozen=True, slots=True)
class SignatureSettings:
    """How the room is laid and what ink in it means; lengths in heights of the label's line, ink in their squares."""

    reach: float = 11.0
    narrowest: float = 2.0
    above: float = 0.8
    below: float = 0.6
    drop: float = 2.6
    signed_from: float = 0.25
    unsigned_below: float = 0.06
    least_span: float = 0.7
    too_much: float = 2.4
    rule: float = 2.2
    upright_rule: float = 1.6
    lean: float = 0.09
    speck: float = 0.16
    letter: float = 0.37
    """Width of half a Han character at most, in heights of the line as it is found."""
    contrast: int = 45
    redness: int = 40
    lower_part: float = 0.4
    """A bare role (銷售顧問：) is taken for a signature's label from this share of the page's height on."""


@dataclass(frozen=True, slots=True)
class _Label:
    phrase: str
    line: Line
    begin: float
    end: float
    height: float


def rooms_on(
    image: Pixels, lines: Sequence[Line], settings: SignatureSettings | None = None, *, own_text: bool = False
) -> tuple[SignatureRoom, ...]:
    """Return the rooms for signatures on an upright RGB page image and the ink in each.

    With ``own_text`` the lines are those that the file itself carries: printed, never signed.
    """
    settings = settings or SignatureSettings()
    labels = _labels(lines, image.shape[0], settings)
    if not labels:
        return ()
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    found = []
    for label in labels:
        room = _room(label, labels, lines, grey, settings)
        share, span = _ink(image, room, _printed(label, lines, own_text=own_text), label.height, settings)
        ink: Ink = "unclear"
        if settings.too_much > share >= settings.signed_from and span >= settings.least_span:
            ink = "signed"
        elif share < settings.unsigned_below:
            ink = "unsigned"
        found.append(SignatureRoom(label.phrase, room, ink, round(share, 3)))
    return tuple(found)


@cache
def _phrases() -> tuple[str, ...]:
    """Return the labels of all kinds, longest first."""
    found = {squeezed(phrase) for kind in catalogue() for phrases in kind.signatures.values() for phrase in phrases}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def _labels(lines: Sequence[Line], height: int, settings: SignatureSettings) -> list[_Label]:
    found: list[_Label] = []
    usual = float(np.median([line.box[3] - line.box[1] for line in lines])) if lines else 0.0
    for line in lines:
        # What is written by hand beside a label makes the line it is read in taller.
        high = min(float(line.box[3] - line.box[1]), 1.25 * usual)
        kept = [(place, sign) for place, sign in enumerate(fold(line.text)) if squeezed(sign)]
        text = "".join(sign for _, sign in kept)
        taken: list[range] = []
        for phrase in _phrases():
            start = text.find(phrase)
            while start >= 0:
                span = range(start, start + len(phrase))
                last = kept[span[-1]][0]
                if not any(set(span) & set(other) for other in taken):
                    taken.append(span)
                    bare = not says_signature(phrase)
                    if not bare or _stands_alone(line, kept[start][0], last, height, settings):
                        begin, place = _along(line, kept[start][0]), _after_colon(line.text, last + 1)
                        longest = settings.letter * high * sum(map(_width, line.text[kept[start][0] : place]))
                        end = min(_along(line, place), begin + longest)
                        found.append(_Label(phrase, line, begin, end, high))
                start = text.find(phrase, start + 1)
    return found


def _stands_alone(line: Line, first: int, last: int, height: int, settings: SignatureSettings) -> bool:
    """Tell whether a bare role is the label of a room: at its line's start or after a space, low down, with a colon."""
    before, after = line.text[:first].rstrip(), line.text[last + 1 :].lstrip(" )）")
    low = line.box[1] >= settings.lower_part * height
    return low and (not before or line.text[first - 1].isspace()) and after[:1] in {":", "："}


def _after_colon(text: str, place: int) -> int:
    while place < len(text) and text[place] in " )）:：":
        place += 1
    return place


def _along(line: Line, place: int) -> float:
    """Return where on the page a character of a line begins, were all Han twice as wide as others."""
    widths = [_width(sign) for sign in line.text]
    return line.box[0] + (line.box[2] - line.box[0]) * sum(widths[:place]) / (sum(widths) or 1.0)


def _width(sign: str) -> float:
    return 1.0 if sign.isascii() else 2.0


def _room(
    label: _Label, labels: Sequence[_Label], lines: Sequence[Line], grey: Pixels, settings: SignatureSettings
) -> Box:
    left, top, right, bottom = label.line.box
    high = label.height
    begin, end = label.end, min(grey.shape[1] - 1.0, label.end + settings.reach * high)
    for other in labels:
        same_row = abs((other.line.box[1] + other.line.box[3]) / 2 - (top + bottom) / 2) < high
        if other is not label and same_row and other.begin > begin:
            end = min(end, other.begin - 0.2 * high)
    for line in lines:
        same_row = abs((line.box[1] + line.box[3]) / 2 - (top + bottom) / 2) < high
        if line is not label.line and same_row and line.box[0] > begin and line.text.rstrip()[-1:] in {":", "："}:
            end = min(end, line.box[0] - 0.2 * high)
    first, last = int(max(0, top - settings.above * high)), int(min(grey.shape[0], bottom + settings.below * high))
    begin, end = _between_rules(grey[first:last], begin, end, high, settings)
    if end - begin >= settings.narrowest * high:
        return int(begin), first, int(end), last
    under = int(min(grey.shape[0], bottom + settings.drop * high))
    return left, bottom, int(min(grey.shape[1] - 1, max(right, left + 6 * high))), under


def _between_rules(
    band: Pixels, begin: float, end: float, high: float, settings: SignatureSettings
) -> tuple[float, float]:
    """Narrow a room to the ruled cell it lies in; the edge of the label's own cell is stepped over."""
    part = band[:, int(begin) : int(end)]
    if min(part.shape, default=0) < 4:
        return begin, end
    tall = 0.7 * part.shape[0]
    rules = _straight(_dark(part, settings.contrast), high, settings)
    columns = sorted((one[0] + one[2]) / 2 for one in rules if abs(one[3] - one[1]) >= tall)
    own = [column for column in columns if column <= 1.5 * high]
    others = [column for column in columns if column > 1.5 * high]
    return begin + (own[-1] + 2 if own else 0), begin + others[0] - 2 if others else end


def _printed(label: _Label, lines: Sequence[Line], *, own_text: bool) -> list[Box]:
    """Return the boxes of print: lines of other rows, and in the label's own row what forms leave to be filled in."""
    top, bottom = label.line.box[1], label.line.box[3]
    found = []
    for line in lines:
        if line is label.line:
            if own_text:
                found.append(line.box)
            continue
        same_row = abs((line.box[1] + line.box[3]) / 2 - (top + bottom) / 2) < 0.75 * label.height
        if own_text or not same_row or set(line.text) <= _NOT_SIGNED:
            found.append(line.box)
    return found


def _ink(
    image: Pixels, room: Box, printed: Sequence[Box], high: float, settings: SignatureSettings
) -> tuple[float, float]:
    """Return how much ink of a pen is in a room, and how far it spreads across."""
    left, top, right, bottom = room
    part = image[top:bottom, left:right]
    if min(part.shape[:2], default=0) < 4:
        return 0.0, 0.0
    dark = _dark(np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8), settings.contrast)
    colours = part.astype(np.int16)
    red = colours[:, :, 0] - colours[:, :, 1:].max(axis=2) > settings.redness
    dark[cv2.dilate(red.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    for box in printed:
        dark[max(0, box[1] - top) : max(0, box[3] - top), max(0, box[0] - left) : max(0, box[2] - left)] = 0
    pen = _without_rules(dark, high, settings)
    count, _, stats, _ = cv2.connectedComponentsWithStats(pen, connectivity=8)
    area, begin, end = 0, part.shape[1], 0
    for x, _, across, down, size in stats[1:count].tolist():
        # Specks are no strokes, and what is filled through is a scanner's edge or a punched hole.
        solid = min(across, down) > 0.4 * high and size > 0.7 * across * down
        if max(across, down) < settings.speck * high or solid:
            continue
        area, begin, end = area + size, min(begin, x), max(end, x + across)
    return area / (high * high), max(0.0, (end - begin) / high)


def _dark(part: Pixels, contrast: int) -> NDArray[np.uint8]:
    paper = float(np.percentile(part, 75))
    return np.asarray(part < paper - contrast, np.uint8)


def _without_rules(dark: NDArray[np.uint8], high: float, settings: SignatureSettings) -> NDArray[np.uint8]:
    """Take away straight lines longer than strokes of a hand are."""
    pen = dark.copy()
    for x0, y0, x1, y1 in _straight(dark, high, settings):
        cv2.line(pen, (x0, y0), (x1, y1), 0, max(3, round(0.1 * high)))
    return pen


def _straight(dark: NDArray[np.uint8], high: float, settings: SignatureSettings) -> list[tuple[int, int, int, int]]:
    """Return the straight lines that run across or down, as far as a scan leans: x, y, x, y."""
    found = cv2.HoughLinesP(
        dark * np.uint8(255),
        1,
        np.pi / 360,
        max(8, round(high)),
        minLineLength=settings.upright_rule * high,
        maxLineGap=4,
    )
    kept = []
    for x0, y0, x1, y1 in [] if found is None else found.reshape(-1, 4).tolist():
        across, down = abs(x1 - x0), abs(y1 - y0)
        if (down <= settings.lean * across and across >= settings.rule * high) or across <= settings.lean * down:
            kept.append((int(x0), int(y0), int(x1), int(y1)))
    return kept
