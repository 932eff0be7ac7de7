# ruff: noqa: PLR0917 - x, y, width and height come first in every call that draws
"""The ground of a page: text put on it in millimetres, and the memory of every line of it."""

from typing import Final, Literal

from PIL import Image, ImageDraw

from dossier.wording import Lang
from ocr.specimen.dice import Dice
from ocr.specimen.fonts import Face, font
from ocr.specimen.script import write

Ink = tuple[int, int, int]
BLACK: Final[Ink] = (24, 24, 26)
GREY: Final[Ink] = (120, 120, 124)
BLUE: Final[Ink] = (28, 52, 150)
BROWN: Final[Ink] = (140, 78, 44)
GREEN: Final[Ink] = (24, 110, 62)
A4: Final = (210.0, 297.0)


class Canvas:
    """A page that takes text; ``fields`` is the paper's own, filled as values are drawn."""

    def __init__(
        self,
        size: tuple[float, float],
        dpi: int,
        script: Lang,
        dice: Dice,
        fields: dict[str, str],
        tint: Ink = (255, 255, 255),
        body: Face = "sans",
    ) -> None:
        self.body = body
        self.width, self.height = size
        self.dpi, self.script, self.dice, self.fields, self.paper = dpi, script, dice, fields, tint
        self.image = Image.new("RGB", (self.px(size[0]), self.px(size[1])), tint)
        self.pen = ImageDraw.Draw(self.image)
        self.said: list[tuple[float, float, str]] = []

    def px(self, mm: float) -> int:
        """Return millimetres in pixels."""
        return round(mm * self.dpi / 25.4)

    def size_px(self, points: float) -> int:
        """Return a type size in pixels."""
        return max(6, round(points * self.dpi / 72))

    def face(self, face: Face, text: str) -> Face:
        """Return the face that ``text`` is set in: what is not set apart goes in the paper's body face.

        Chinese book faces have thin Latin letters, so text without Han takes its own.
        """
        chosen = self.body if face == "sans" else face
        return "latin-serif" if chosen in {"serif", "kai"} and text.isascii() else chosen

    def measure(self, text: str, points: float = 10.5, face: Face = "sans") -> float:
        """Return the width in millimetres that ``text`` takes."""
        shown = write(text, self.script)
        return font(self.face(face, shown), self.size_px(points)).getlength(shown) * 25.4 / self.dpi

    def text(
        self,
        x: float,
        y: float,
        text: str,
        points: float = 10.5,
        *,
        face: Face = "sans",
        ink: Ink = BLACK,
        anchor: str = "la",
        bold: bool = False,
        fit: float | None = None,
        field: str | None = None,
        value: str | None = None,
        silent: bool = False,
    ) -> float:
        """Write one line of text and return its right end in millimetres.

        ``fit`` is the width it may take at most: longer text is written smaller. ``field`` names the field this text
        is the value of; its true value is ``value`` where the paper's form is not the contract's. ``silent`` text is
        decoration.
        """
        shown = write(text, self.script)
        face = self.face(face, shown)
        while fit and points > 5 and self.measure(shown, points, face) > fit:
            points *= 0.95
        letters = font(face, self.size_px(points))
        weight = self.size_px(points) / 36 if bold else 0
        self.pen.text((self.px(x), self.px(y)), shown, ink, letters, anchor=anchor, stroke_width=weight)
        wide = letters.getlength(shown) * 25.4 / self.dpi
        left = x - {"l": 0.0, "m": wide / 2, "r": wide}[anchor[0]]
        if shown.strip() and not silent:
            drop = {
                "a": points * 0.18,
                "m": 0.0,
                "s": -points * 0.18,
                "b": -points * 0.18,
                "t": points * 0.18,
                "d": 0.0,
            }
            self.said.append((y + drop[anchor[1]], left, shown))
        if field:
            self.fields.setdefault(field, write(value if value is not None else text, self.script))
        return left + wide

    def hand(
        self,
        x: float,
        y: float,
        text: str,
        points: float = 13,
        *,
        ink: Ink = BLUE,
        field: str | None = None,
        value: str | None = None,
    ) -> float:
        """Write by hand: every character a little off, in ballpoint ink; return the right end in millimetres."""
        shown = write(text, self.script)
        at = self.px(x)
        for letter in shown:
            size = self.size_px(points * self.dice.uniform(0.94, 1.08))
            wide = round(font("kai", size).getlength(letter))
            tile = Image.new("L", (size * 2, size * 2), 0)
            ImageDraw.Draw(tile).text((size, size), letter, 255, font("kai", size), anchor="mm", stroke_width=size / 40)
            tile = tile.rotate(self.dice.uniform(-7, 7), Image.Resampling.BICUBIC)
            self.image.paste(
                ink, (at + wide // 2 - size, self.px(y) - size // 2 + self.dice.randint(-size // 14, size // 14)), tile
            )
            at += round(wide * self.dice.uniform(0.9, 1.02))
        self.said.append((y + points * 0.18, x, shown))
        if field:
            self.fields.setdefault(field, write(value if value is not None else text, self.script))
        return at * 25.4 / self.dpi

    def wrap(self, text: str, width: float, points: float = 10.5, face: Face = "sans") -> list[str]:
        """Break ``text`` into lines that fit ``width``: between Han characters anywhere, between words in Latin
        text.
        """
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
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        points: float = 10.5,
        *,
        leading: float = 1.45,
        face: Face = "sans",
        ink: Ink = BLACK,
    ) -> float:
        """Write wrapped text and return where the next line would start."""
        step = points * leading * 25.4 / 72
        for line in self.wrap(text, width, points, face):
            self.text(x, y, line, points, face=face, ink=ink)
            y += step
        return y

    def cell(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        text: str,
        points: float = 9.5,
        *,
        face: Face = "sans",
        ink: Ink = BLACK,
        align: Literal["left", "middle", "right"] = "left",
        bold: bool = False,
        field: str | None = None,
        value: str | None = None,
        pad: float = 1.4,
    ) -> None:
        """Write text into a cell: centred upright, wrapped where it is too wide, smaller where it is too much."""
        room = width - 2 * pad
        lines = [text] if self.measure(text, points, face) <= room else self.wrap(text, room, points, face)
        while points > 5 and (
            len(lines) * points * 0.42 > height - 0.4 or any(self.measure(t, points, face) > room + 0.3 for t in lines)
        ):
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

    def upright(
        self,
        x: float,
        y: float,
        height: float,
        text: str,
        points: float = 9.5,
        *,
        ink: Ink = BLACK,
        face: Face = "sans",
    ) -> None:
        """Write a column of characters centred in ``height``, as the side headings of forms stand."""
        shown = write(text, self.script)
        step = min(points * 1.15 * 25.4 / 72, height / len(shown))
        top = y + height / 2 - step * (len(shown) - 1) / 2
        for place, letter in enumerate(shown):
            self.pen.text(
                (self.px(x), self.px(top + place * step)), letter, ink, font(face, self.size_px(points)), anchor="mm"
            )
        self.said.append((y + height / 2, x, shown))

    def spoken(self) -> str:
        """Return the text on the page: lines from top to bottom, left to right where they stand side by side."""
        rows: list[list[tuple[float, float, str]]] = []
        for item in sorted(self.said, key=lambda spoken: spoken[0]):
            if rows and item[0] - rows[-1][0][0] < 2.2:
                rows[-1].append(item)
            else:
                rows.append([item])
        return "\n".join(" ".join(text for _, _, text in sorted(row, key=lambda spoken: spoken[1])) for row in rows)

    def take(self, other: "Canvas", x: float, y: float, scale: float = 1.0) -> None:
        """Paste another sheet as a copier would, with its text; the other is ``scale`` times its size."""
        size = (round(other.image.width * scale), round(other.image.height * scale))
        small = other.image if scale == 1 else other.image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2)
        self.image.paste(small, (self.px(x), self.px(y)))
        self.said += [(y + row * scale, x + left * scale, text) for row, left, text in other.said]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        latin = letter.isascii() and letter != " "
        if (pieces and latin and pieces[-1][-1].isascii() and pieces[-1][-1] != " ") or (pieces and letter == " "):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
