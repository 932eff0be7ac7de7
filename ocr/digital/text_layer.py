"""The text a PDF page carries itself: its lines, and whether they can be believed.

A text layer is what the file says, not what the page shows: glyphs may map to nothing, to control characters or to
other letters altogether, and a scan may carry the guesses of another program under its image.
"""

import ctypes
import math
from dataclasses import dataclass, replace
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dossier.reading import Box, Line
from ocr.digital.glyphs import Glyph, lines_of
from ocr.digital.plausible import odd_share

MOST_OBJECTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class TextLayerSettings:
    """When a text layer is believed; shares are of its characters, areas of the page."""

    most_unmapped: float = 0.1
    suspicious_unmapped: float = 0.005
    most_odd: float = 0.04
    least_letters: int = 25
    most_hidden: float = 0.5
    least_picture_area: float = 0.03


@dataclass(frozen=True, slots=True)
class TextLayer:
    """A page's own text in upright pixels at the dpi asked for.

    ``usable`` tells whether it can be used at all, ``suspicious`` whether it must first agree with what is seen;
    ``pictures`` are images that no text of the layer stands on and that are large enough to hold some.
    """

    lines: tuple[Line, ...]
    usable: bool
    suspicious: bool
    pictures: tuple[Box, ...]
    turn: int
    """Clockwise degrees that most of the text is turned by."""
    drawn: int
    """Paths that the page draws."""


class _Placer:
    """Maps page coordinates to pixels of the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage, width: int, height: int) -> None:
        corners = []
        for x, y in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)):
            across, down = ctypes.c_int(), ctypes.c_int()
            # Asked for a page 16 times as large: PDFium answers in whole pixels.
            pdfium_c.FPDF_PageToDevice(page, 0, 0, width * 16, height * 16, 0, x, y, across, down)
            corners.append((across.value / 16, down.value / 16))
        (self._x, self._y), one, other = corners
        self._across = ((one[0] - self._x) / 1000, (one[1] - self._y) / 1000)
        self._up = ((other[0] - self._x) / 1000, (other[1] - self._y) / 1000)
        self.angle = math.degrees(math.atan2(self._across[1], self._across[0]))

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom in pixels."""
        points = [
            (self._x + x * self._across[0] + y * self._up[0], self._y + x * self._across[1] + y * self._up[1])
            for x in (left, right)
            for y in (bottom, top)
        ]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)


def read_text_layer(
    page: pdfium.PdfPage, size: tuple[int, int], settings: TextLayerSettings | None = None
) -> TextLayer:
    """Return the text layer of a page shown at ``size`` pixels.

    Raises:
        pdfium.PdfiumError: the page's text cannot be loaded.
    """
    settings = settings or TextLayerSettings()
    width, height = size
    placer = _Placer(page, width, height)
    turned, unmapped, count = _glyphs(page, placer, size)
    turn = max(turned, key=lambda one: len(turned[one]))
    lines: list[Line] = []
    for angle, glyphs in turned.items():
        lines += [_turned_back(line, angle, size) for line in lines_of(glyphs)]
    letters = [glyph.letter for glyphs in turned.values() for glyph in glyphs]
    pictures, hidden, drawn = _objects(page, placer)
    area = width * height
    large = [box for box in pictures if _area(box) >= settings.least_picture_area * area]
    covered = sum(_area(box) for box in large) >= 0.6 * area
    bad = unmapped / count if count else 1.0
    usable = bad <= settings.most_unmapped and not (covered and hidden > settings.most_hidden)
    suspicious = (
        bad > settings.suspicious_unmapped
        or odd_share("".join(line.text for line in lines)) > settings.most_odd
        or hidden > settings.most_hidden
        or (len(letters) < settings.least_letters and drawn > len(letters))
    )
    bare = tuple(box for box in large if not _written_on(box, lines))
    return TextLayer(tuple(lines), usable and bool(lines), suspicious, bare, turn, drawn)


def _glyphs(page: pdfium.PdfPage, placer: _Placer, size: tuple[int, int]) -> tuple[dict[int, list[Glyph]], int, int]:
    """Return glyphs by the quarter turn they stand at, how many map to no character, and how many there are."""
    text = page.get_textpage()
    turned: dict[int, list[Glyph]] = {0: []}
    unmapped = count = 0
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    rectangle = pdfium_c.FS_RECTF()
    last: Glyph | None = None
    last_angle = 0
    for index in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, index)
        if pdfium_c.FPDFText_IsGenerated(text, index) == 1:
            continue
        letter = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if letter.isspace():
            if last is not None:
                turned[last_angle][-1] = last = replace(last, spaced=True)
            continue
        count += 1
        if _is_unmapped(code) or pdfium_c.FPDFText_HasUnicodeMapError(text, index) == 1:
            unmapped += not _is_sign(code)
            continue
        if not pdfium_c.FPDFText_GetLooseCharBox(text, index, rectangle):
            continue
        if rectangle.right - rectangle.left <= 0 or rectangle.top - rectangle.bottom <= 0:
            pdfium_c.FPDFText_GetCharBox(text, index, left, right, bottom, top)
            rectangle.left, rectangle.right = left.value, right.value
            rectangle.bottom, rectangle.top = bottom.value, top.value
        box = placer.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if box[0] > size[0] or box[1] > size[1] or box[2] < 0 or box[3] < 0:
            continue
        angle = placer.angle + math.degrees(pdfium_c.FPDFText_GetCharAngle(text, index))
        last_angle = round(angle / 90) % 4 * 90
        last = _level(letter, box, last_angle, size)
        turned.setdefault(last_angle, []).append(last)
    return turned, unmapped, count


def _is_unmapped(code: int) -> bool:
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or 0xE000 <= code < 0xF900
        or code in {0xFFFD, 0xFFFE, 0xFFFF}
        or code > 0xE0000
    )


def _is_sign(code: int) -> bool:
    """Tell the signs of symbol fonts (bullets, ticks), which live at U+F020…F0FF and are no letters lost."""
    return 0xF020 <= code <= 0xF0FF


def _level(letter: str, box: tuple[float, float, float, float], angle: int, size: tuple[int, int]) -> Glyph:
    """Return a glyph in the coordinates of the page turned so that its text is level."""
    left, top, right, bottom = box
    width, height = size
    match angle:
        case 90:  # runs down the page: the page's top edge is its right
            return Glyph(letter, top, width - right, bottom, width - left)
        case 180:
            return Glyph(letter, width - right, height - bottom, width - left, height - top)
        case 270:
            return Glyph(letter, height - bottom, left, height - top, right)
        case _:
            return Glyph(letter, left, top, right, bottom)


def _turned_back(line: Line, angle: int, size: tuple[int, int]) -> Line:
    left, top, right, bottom = line.box
    width, height = size
    box = {
        0: (left, top, right, bottom),
        90: (width - bottom, left, width - top, right),
        180: (width - right, height - bottom, width - left, height - top),
        270: (top, height - right, bottom, height - left),
    }[angle]
    return replace(line, box=box)


def _objects(page: pdfium.PdfPage, placer: _Placer) -> tuple[list[Box], float, int]:
    """Return the page's pictures, the share of its text objects that are invisible, and how many paths it draws."""
    pictures: list[Box] = []
    hidden = shown = drawn = 0
    for index, thing in enumerate(page.get_objects(max_depth=4)):
        if index > MOST_OBJECTS:
            break
        if thing.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, top, right, bottom = placer.box(*thing.get_bounds())
            pictures.append((round(left), round(top), round(right), round(bottom)))
        elif thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            mode = pdfium_c.FPDFTextObj_GetTextRenderMode(thing)
            hidden += mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
            shown += 1
        else:
            drawn += 1
    return pictures, hidden / shown if shown else 0.0, drawn


def _area(box: Box) -> int:
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def _written_on(picture: Box, lines: list[Line]) -> bool:
    """Tell a picture that the layer's text stands on: a background, or a scan whose text the layer has."""
    held = sum(
        picture[0] <= (line.box[0] + line.box[2]) / 2 <= picture[2]
        and picture[1] <= (line.box[1] + line.box[3]) / 2 <= picture[3]
        for line in lines
    )
    return held >= 3
