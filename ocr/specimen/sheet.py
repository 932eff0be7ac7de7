# ruff: noqa: PLR0917 - x, y, width and height come first in every call that draws
"""A page to draw forms on: frames, tables, boxes to tick, ruled lines, codes, stamps, and the mark of a specimen."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import zxingcpp
from PIL import Image

from ocr.specimen import stamps
from ocr.specimen.canvas import A4, BLACK, BLUE, BROWN, GREEN, GREY, Canvas, Ink
from ocr.specimen.fonts import Face, font
from ocr.specimen.script import write

__all__ = ["A4", "BLACK", "BLUE", "BROWN", "GREEN", "GREY", "Ink", "Sheet"]

MARK: Final = "SPECIMEN／樣本"


class Sheet(Canvas):
    """One page of a paper."""

    def line(self, x0: float, y0: float, x1: float, y1: float, *, ink: Ink = BLACK, wide: float = 0.2) -> None:
        """Draw a line."""
        self.pen.line((self.px(x0), self.px(y0), self.px(x1), self.px(y1)), ink, max(1, self.px(wide)))

    def frame(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        ink: Ink = BLACK,
        wide: float = 0.2,
        fill: Ink | None = None,
        round_mm: float = 0,
    ) -> None:
        """Draw a rectangle."""
        box = (self.px(x), self.px(y), self.px(x + width), self.px(y + height))
        if round_mm:
            self.pen.rounded_rectangle(box, self.px(round_mm), fill, ink, max(1, self.px(wide)))
        else:
            self.pen.rectangle(box, fill, ink, max(1, self.px(wide)))

    def grid(
        self,
        x: float,
        y: float,
        widths: Sequence[float],
        heights: Sequence[float],
        *,
        ink: Ink = BLACK,
        wide: float = 0.2,
    ) -> None:
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
        self,
        x: float,
        y: float,
        widths: Sequence[float],
        height: float,
        rows: Sequence[Sequence[str]],
        points: float = 9,
        *,
        ink: Ink = BLACK,
        aligns: str = "",
        head: bool = True,
        wide: float = 0.2,
    ) -> float:
        """Draw a table of ``rows`` (``aligns``: one of ``lmr`` a column) and return its lower edge."""
        self.grid(x, y, widths, [height] * len(rows), ink=ink, wide=wide)
        for number, row in enumerate(rows):
            at = x
            for column, text in enumerate(row):
                centred = (head and number == 0) or aligns[column : column + 1] == "m"
                align: Literal["left", "middle", "right"] = (
                    "middle" if centred else "right" if aligns[column : column + 1] == "r" else "left"
                )
                if text:
                    self.cell(
                        at,
                        y + number * height,
                        widths[column],
                        height,
                        text,
                        points,
                        align=align,
                        bold=head and number == 0,
                    )
                at += widths[column]
        return y + height * len(rows)

    def tick(
        self,
        x: float,
        y: float,
        side: float = 3.2,
        *,
        on: bool = False,
        ink: Ink = BLACK,
        pen: Ink = BLUE,
        cross: bool = False,
    ) -> None:
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

    def ruled(
        self,
        x: float,
        y: float,
        label: str,
        text: str,
        width: float,
        points: float = 10.5,
        *,
        by_hand: bool = False,
        field: str | None = None,
        value: str | None = None,
        ink: Ink = BLACK,
        face: Face = "sans",
    ) -> None:
        """Write a label with its value on a ruled line of ``width`` after it; ``y`` is the top of the text."""
        start = self.text(x, y, label, points, ink=ink, face=face) + 0.8
        base = y + points * 0.4
        if text and by_hand:
            self.hand(start + 1, y, text, points * 1.15, field=field, value=value)
        elif text:
            self.text(start + 1, y, text, points, field=field, value=value, fit=width - 1)
        self.line(start, base, start + width, base, ink=ink, wide=0.15)

    def code(
        self,
        x: float,
        y: float,
        side: float,
        text: str,
        *,
        kind: str = "QRCode",
        height: float | None = None,
        ink: Ink = BLACK,
    ) -> None:
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

    def stamp(
        self,
        x: float,
        y: float,
        name: str,
        below: str = "",
        *,
        across: float = 40,
        shape: Literal["round", "oval", "square"] = "round",
        middle: str = "",
    ) -> None:
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
        self.said.append((y, centre - wide, MARK))
