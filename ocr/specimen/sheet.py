"""A page to draw on, measured in millimetres, that remembers every line of text put on it."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from dossier.wording import Lang
from ocr.specimen import stamps
from ocr.specimen.dice import Dice
from ocr.specimen.fonts import Face, font
from ocr.specimen.script import write

Ink = tuple[int, int, int]
BLACK: Final[Ink] = (24, 24, 26)
GREY: Final[Ink] = (120, 120, 124)
BLUE: Final[Ink] = (28, 52, 150)
BROWN: Final[Ink] = (140, 78, 44)
GREEN: Final[Ink] = (24, 110, 62)
MARK: Final = "SPECIMEN／樣本"
A4: Final = (210.0, 297.0)


class Sheet:
    """One page of a paper; ``fields`` is the paper's own, filled as values are drawn."""

    def __init__(
        self, size: tuple[float, float], dpi: int, script: Lang, dice: Dice, fields: dict[str, str], tint: Ink = (255, 255, 255)
    ) -> None:
        self.width, self.height = size
        self.dpi, self.script, self.dice, self.fields, self.paper = dpi, script, dice, fields, tint
        self.image = Image.new("RGB", (self.px(size[0]), self.px(size[1])), tint)
        self.pen = ImageDraw.Draw(self.image)
        self._spoken: list[tuple[float, float, str]] = []

    def px(self, mm: float) -> int:
        """Return millimetres in pixels."""
        return round(mm * self.dpi / 25.4)

    def size_px(self, points: float) -> int:
        """Return a type size in pixels."""
        return max(6, round(points * self.dpi / 72))

    def measure(self, text: str, points: float = 10.5, face: Face = "sans") -> float:
        """Return the width in millimetres that ``text`` takes."""
        return font(face, self.size_px(points)).getlength(write(text, self.script)) * 25.4 / self.dpi

    def text(
        self, x: float, y: float, text: str, points: float = 10.5, *, face: Face = "sans", ink: Ink = BLACK, anchor: str = "la",
        bold: bool = False, fit: float | None = None, field: str | None = None, value: str | None = None, silent: bool = False,
    ) -> float:  # fmt: skip
        """Write one line of text and return its right end in millimetres.

        ``fit`` is the width it may take at most: longer text is written smaller. ``field`` names the field this text is the
        value of; its true value is ``value`` where the paper's form is not the contract's. ``silent`` text is decoration.
        """
        shown = write(text, self.script)
        while fit and points > 5 and self.measure(shown, points, face) > fit:
            points *= 0.95
        letters = font(face, self.size_px(points))
        weight = self.size_px(points) / 36 if bold else 0
        self.pen.text((self.px(x), self.px(y)), shown, ink, letters, anchor=anchor, stroke_width=weight)
        wide = letters.getlength(shown) * 25.4 / self.dpi
        left = x - {"l": 0.0, "m": wide / 2, "r": wide}[anchor[0]]
        if shown.strip() and not silent:
            drop = {"a": points * 0.18, "m": 0.0, "s": -points * 0.18, "b": -points * 0.18, "t": points * 0.18, "d": 0.0}
            self._spoken.append((y + drop[anchor[1]], left, shown))
        if field:
            self.fields.setdefault(field, write(value if value is not None else text, self.script))
        return left + wide

    def hand(self, x: float, y: float, text: str, points: float = 13, *, ink: Ink = BLUE, field: str | None = None, value: str | None = None) -> float:
        """Write by hand: every character a little off, in ballpoint ink; return the right end in millimetres."""
        shown = write(text, self.script)
        at = self.px(x)
        for letter in shown:
            size = self.size_px(points * self.dice.uniform(0.94, 1.08))
            wide = round(font("kai", size).getlength(letter))
            tile = Image.new("L", (size * 2, size * 2), 0)
            ImageDraw.Draw(tile).text((size, size), letter, 255, font("kai", size), anchor="mm", stroke_width=size / 40)
            tile = tile.rotate(self.dice.uniform(-7, 7), Image.Resampling.BICUBIC)
            self.image.paste(ink, (at + wide // 2 - size, self.px(y) - size // 2 + self.dice.randint(-size // 14, size // 14)), tile)
            at += round(wide * self.dice.uniform(0.9, 1.02))
        self._spoken.append((y + points * 0.18, x, shown))
        if field:
            self.fields.setdefault(field, write(value if value is not None else text, self.script))
        return at * 25.4 / self.dpi

    def wrap(self, text: str, width: float, points: float = 10.5, face: Face = "sans") -> list[str]:
        """Break ``text`` into lines that fit ``width``: between Han characters anywhere, between words in Latin text."""
        lines: list[str] = []
        for part in write(text, self.script).split("\n"):
            line, spent, word = "", 0.0, ""
            for piece in _pieces(part):
                word = piece
                wide = self.measure(word, points, face)
                if line and spent + wide > width and word[0] not in "，。；：、）”》,.;:)":
                    lines.append(line.rstrip())
                    line, spent = "", 0.0
                    word = word.lstrip()
                    wide = self.measure(word, points, face)
                line, spent = line + word, spent + wide
            lines.append(line)
        return lines

    def paragraph(
        self, x: float, y: float, width: float, text: str, points: float = 10.5, *, leading: float = 1.45, face: Face = "sans", ink: Ink = BLACK
    ) -> float:
        """Write wrapped text and return where the next line would start."""
        step = points * leading * 25.4 / 72
        for line in self.wrap(text, width, points, face):
            self.text(x, y, line, points, face=face, ink=ink)
            y += step
        return y

    def cell(
        self, x: float, y: float, width: float, height: float, text: str, points: float = 9.5, *, face: Face = "sans", ink: Ink = BLACK,
        align: Literal["left", "middle", "right"] = "left", bold: bool = False, field: str | None = None, value: str | None = None, pad: float = 1.4,
    ) -> None:  # fmt: skip
        """Write text into a cell: centred upright, wrapped where it is too wide, smaller where it is too much."""
        room = width - 2 * pad
        lines = [text] if self.measure(text, points, face) <= room else self.wrap(text, room, points, face)
        while points > 5 and (len(lines) * points * 0.42 > height - 0.4 or any(self.measure(t, points, face) > room + 0.3 for t in lines)):
            points *= 0.94
            lines = self.wrap(text, room, points, face)
        step = points * 1.18 * 25.4 / 72
        at = {"left": (x + pad, "lm"), "middle": (x + width / 2, "mm"), "right": (x + width - pad, "rm")}[align]
        middle = y + height / 2 - step * (len(lines) - 1) / 2
        for line in lines:
            self.text(at[0], middle, line, points, face=face, ink=ink, anchor=at[1], bold=bold)
            middle += step
        if field:
            self.fields.setdefault(field, write(value if value is not None else text, self.script))

    def upright(self, x: float, y: float, height: float, text: str, points: float = 9.5, *, ink: Ink = BLACK, face: Face = "sans") -> None:
        """Write a column of characters centred in ``height``, as the side headings of forms stand."""
        shown = write(text, self.script)
        step = min(points * 1.15 * 25.4 / 72, height / len(shown))
        top = y + height / 2 - step * (len(shown) - 1) / 2
        for place, letter in enumerate(shown):
            self.pen.text((self.px(x), self.px(top + place * step)), letter, ink, font(face, self.size_px(points)), anchor="mm")
        self._spoken.append((y + height / 2, x, shown))

    def line(self, x0: float, y0: float, x1: float, y1: float, *, ink: Ink = BLACK, wide: float = 0.2) -> None:
        """Draw a line."""
        self.pen.line((self.px(x0), self.px(y0), self.px(x1), self.px(y1)), ink, max(1, self.px(wide)))

    def frame(self, x: float, y: float, width: float, height: float, *, ink: Ink = BLACK, wide: float = 0.2, fill: Ink | None = None, round_mm: float = 0) -> None:
        """Draw a rectangle."""
        box = (self.px(x), self.px(y), self.px(x + width), self.px(y + height))
        if round_mm:
            self.pen.rounded_rectangle(box, self.px(round_mm), fill, ink, max(1, self.px(wide)))
        else:
            self.pen.rectangle(box, fill, ink, max(1, self.px(wide)))

    def grid(self, x: float, y: float, widths: Sequence[float], heights: Sequence[float], *, ink: Ink = BLACK, wide: float = 0.2) -> None:
        """Draw the lines of a table."""
        right, below = x + sum(widths), y + sum(heights)
        at = x
        for width in (0.0, *widths):
            at += width
            self.line(at, y, at, below, ink=ink, wide=wide)
        at = y
        for height in (0.0, *heights):
            at += height
            self.line(x, at, right, at, ink=ink, wide=wide)

    def rows(
        self, x: float, y: float, widths: Sequence[float], height: float, rows: Sequence[Sequence[str]], points: float = 9, *,
        ink: Ink = BLACK, aligns: str = "", head: bool = True, wide: float = 0.2,
    ) -> float:  # fmt: skip
        """Draw a table of ``rows`` (``aligns``: one of ``lmr`` a column) and return its lower edge."""
        self.grid(x, y, widths, [height] * len(rows), ink=ink, wide=wide)
        for number, row in enumerate(rows):
            at = x
            for column, text in enumerate(row):
                centred = (head and number == 0) or aligns[column : column + 1] == "m"
                align: Literal["left", "middle", "right"] = "middle" if centred else "right" if aligns[column : column + 1] == "r" else "left"
                if text:
                    self.cell(at, y + number * height, widths[column], height, text, points, align=align, bold=head and number == 0)
                at += widths[column]
        return y + height * len(rows)

    def tick(self, x: float, y: float, side: float = 3.2, *, on: bool = False, ink: Ink = BLACK, pen: Ink = BLUE, cross: bool = False) -> None:
        """Draw a box to tick; ``on`` puts a hand-drawn tick (or ``cross``) in it."""
        self.frame(x, y, side, side, ink=ink)
        if on:
            self.check(x, y, side, ink=pen, cross=cross)

    def check(self, x: float, y: float, side: float = 3.2, *, ink: Ink = BLUE, cross: bool = False) -> None:
        """Draw a tick or a cross by hand."""
        slip = self.dice.uniform(-0.15, 0.15) * side
        if cross:
            self.line(x + slip, y, x + side, y + side + slip, ink=ink, wide=0.4)
            self.line(x + side, y + slip, x + slip, y + side, ink=ink, wide=0.4)
        else:
            self.line(x + slip, y + side * 0.5, x + side * 0.4, y + side + slip, ink=ink, wide=0.4)
            self.line(x + side * 0.4, y + side + slip, x + side * 1.25, y - side * 0.2 + slip, ink=ink, wide=0.4)

    def crossed(self, x: float, y: float, radius: float = 1.5) -> None:
        """Draw the crossed circle that stands before an amount in words, centred at a point."""
        arm = radius * 0.7
        box = (self.px(x - radius), self.px(y - radius), self.px(x + radius), self.px(y + radius))
        self.pen.ellipse(box, outline=BLACK, width=max(1, self.px(0.2)))
        self.line(x - arm, y - arm, x + arm, y + arm)
        self.line(x + arm, y - arm, x - arm, y + arm)

    def ruled(self, x: float, y: float, label: str, text: str, width: float, points: float = 10.5, *, by_hand: bool = False, field: str | None = None,
              value: str | None = None, ink: Ink = BLACK, face: Face = "sans") -> None:  # fmt: skip
        """Write a label with its value on a ruled line of ``width`` after it; ``y`` is the top of the text."""
        start = self.text(x, y, label, points, ink=ink, face=face) + 0.8
        base = y + points * 0.4
        if text and by_hand:
            self.hand(start + 1, y, text, points * 1.15, field=field, value=value)
        elif text:
            self.text(start + 1, y, text, points, field=field, value=value, fit=width - 1)
        self.line(start, base, start + width, base, ink=ink, wide=0.15)

    def code(self, x: float, y: float, side: float, text: str, *, kind: str = "QRCode", height: float | None = None, ink: Ink = BLACK) -> None:
        """Draw a QR code (``side`` square) or a bar code (``side`` long, ``height`` high)."""
        made = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
        cells = np.array(zxingcpp.write_barcode_to_image(made, 1, add_quiet_zones=False))
        if kind == "QRCode":
            scale = max(1, round(self.px(side) / cells.shape[1]))
            size = (cells.shape[1] * scale, cells.shape[0] * scale)
        else:
            scale = max(1, round(self.px(side) / cells.shape[1]))
            size = (cells.shape[1] * scale, self.px(height if height is not None else side / 5))
        mask = Image.fromarray(255 - cells).resize(size, Image.Resampling.NEAREST)
        self.image.paste(ink, (self.px(x), self.px(y)), mask)

    def stamp(self, x: float, y: float, name: str, below: str = "", *, across: float = 40, shape: Literal["round", "oval", "square"] = "round", middle: str = "") -> None:
        """Press a red stamp centred at a point; ``across`` is its width in millimetres."""
        shown, pixels = write(name, self.script), self.px(across)
        if shape == "round":
            mask = stamps.round_stamp(shown, write(below, self.script), pixels)
        elif shape == "oval":
            mask = stamps.oval_stamp(shown, middle, write(below, self.script), pixels)
        else:
            mask = stamps.square_seal(shown, pixels)
        stamps.press(self.image, mask, (self.px(x), self.px(y)), self.dice)

    def mark(self, x: float, y: float, *, points: float = 11, ink: Ink = (205, 90, 90), anchor: str = "mm") -> None:
        """Write the mark that this is a specimen, framed; every page carries it where it covers nothing."""
        wide = self.measure(MARK, points) / 2 + 2
        tall = points * 0.24 + 0.6
        centre = {"l": x + wide, "m": x, "r": x - wide}[anchor[0]]
        self.frame(centre - wide, y - tall, wide * 2, tall * 2, ink=ink, wide=0.25, fill=self.paper)
        self.pen.text((self.px(centre), self.px(y)), MARK, ink, font("sans", self.size_px(points)), anchor="mm")
        self._spoken.append((y, centre - wide, MARK))

    def spoken(self) -> str:
        """Return the text on the page: lines from top to bottom, left to right where they stand side by side."""
        rows: list[list[tuple[float, float, str]]] = []
        for item in sorted(self._spoken, key=lambda spoken: spoken[0]):
            if rows and item[0] - rows[-1][0][0] < 2.2:
                rows[-1].append(item)
            else:
                rows.append([item])
        return "\n".join(" ".join(text for _, _, text in sorted(row, key=lambda spoken: spoken[1])) for row in rows)

    def take(self, other: "Sheet", x: float, y: float, scale: float = 1.0) -> None:
        """Paste another sheet as a copier would, with its text; the other is ``scale`` times its size."""
        size = (round(other.image.width * scale), round(other.image.height * scale))
        small = other.image if scale == 1 else other.image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2)
        self.image.paste(small, (self.px(x), self.px(y)))
        self._spoken += [(y + row * scale, x + left * scale, text) for row, left, text in other._spoken]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        latin = letter.isascii() and letter != " "
        if pieces and latin and pieces[-1][-1].isascii() and pieces[-1][-1] != " ":
            pieces[-1] += letter
        elif pieces and letter == " ":
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
