"""Charts as plain shapes: rectangles, lines and texts, laid out once and drawn alike in SVG and PDF.

Units are points; y grows downwards.
"""

import math
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from desk.reports.sheet import Chart

PALETTE: Final = ("#2f6f8f", "#d08a2e", "#7a9a3a", "#b0483f", "#6f5b95", "#5d6a70")
"""Told apart by lightness as well, so that print in grey and eyes that miss a colour can tell them."""
INK: Final = "#1a1a1a"
FAINT: Final = "#d9dee2"
_SIZE: Final = 9.0
_BAR: Final = 13.0
_MOST: Final = 40
"""Bars or columns at most; what is beyond is said to be left out."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle; ``says`` is what it stands for, for those who point at it or have it read out."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``y`` is its base line, ``turned`` writes it upwards."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    size: float = _SIZE
    fill: str = INK
    bold: bool = False


Shape = Rect | Rule | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a canvas."""

    title: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def draw(chart: Chart, width: float, more: str) -> Drawing:
    """Lay a chart out on a canvas of some width; ``more`` is said where bars are left out (with ``{count}``)."""
    shapes: list[Shape] = [Text(0, 12, chart.title, size=11, bold=True)]
    top = 22.0
    if len(chart.series) > 1:
        top = _legend(chart, width, top, shapes)
    left_out = max(0, len(chart.labels) - _MOST)
    kept = _shortened(chart) if left_out else chart
    bottom = _bars(kept, width, top, shapes) if kept.shape == "bars" else _columns(kept, width, top, shapes)
    if left_out:
        bottom += 14
        shapes.append(Text(0, bottom, more.format(count=left_out), size=8))
    return Drawing(chart.title, width, bottom + 6, tuple(shapes))


def text_width(text: str, size: float = _SIZE) -> float:
    """Return about how wide a text is: a full-width character is as wide as the letters are high."""
    return sum(size if unicodedata.east_asian_width(sign) in "WF" else 0.56 * size for sign in text)


def clipped(text: str, room: float, size: float = _SIZE) -> str:
    """Return the text cut to the room there is, with an ellipsis where it was cut."""
    # No letter is narrower than half its height, so what lies beyond this never fits.
    cut = text[: max(1, int(room / (0.5 * size)) + 1)]
    if cut == text and text_width(text, size) <= room:
        return text
    text = cut
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def ticks(most: float, *, whole: bool) -> list[float]:
    """Return round numbers from 0 to at least ``most``, four to six of them; whole ones where parts make no sense."""
    if most < 1e-6:
        return [0.0, 1.0]
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    if whole:
        step = max(1.0, float(math.ceil(step)))
    count = math.ceil(most / step - 1e-9)
    return [step * number for number in range(count + 1)]


def value_text(value: float, unit: str) -> str:
    """Return a value as it stands on an axis or beside a bar."""
    if unit == "share":
        return f"{value:.1%}".replace(".0%", "%")
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _shortened(chart: Chart) -> Chart:
    # Months: the latest are wanted; people and kinds come with the most first.
    part = slice(-_MOST, None) if chart.shape == "columns" else slice(_MOST)
    series = tuple(type(each)(each.name, each.values[part]) for each in chart.series)
    return Chart(chart.title, chart.shape, chart.labels[part], series, chart.unit, chart.stacked)


def _most(chart: Chart) -> float:
    if chart.unit == "share":
        return 1.0
    if chart.stacked:
        return max((sum(values) for values in zip(*(each.values for each in chart.series), strict=True)), default=0)
    return max((value for each in chart.series for value in each.values), default=0)


def _axis(chart: Chart) -> list[float]:
    return [0.0, 0.25, 0.5, 0.75, 1.0] if chart.unit == "share" else ticks(_most(chart), whole=chart.unit == "number")


def _legend(chart: Chart, width: float, top: float, shapes: list[Shape]) -> float:
    x = 0.0
    for place, series in enumerate(chart.series):
        room = 14 + text_width(series.name) + 14
        if x and x + room > width:
            x, top = 0.0, top + 14
        shapes.append(Rect(x, top, 9, 9, PALETTE[place % len(PALETTE)]))
        shapes.append(Text(x + 13, top + 8, series.name))
        x += room
    return top + 18


def _bars(chart: Chart, width: float, top: float, shapes: list[Shape]) -> float:
    """Lay bars out under each other, each with its label before it and its value behind."""
    axis = _axis(chart)
    label_room = min(width * 0.34, max((text_width(label) for label in chart.labels), default=0) + 8)
    plot = width - label_room - 46
    scale = plot / axis[-1]
    each_high = _BAR if chart.stacked else _BAR * len(chart.series)
    high = len(chart.labels) * (each_high + 7)
    for tick in axis:
        x = label_room + tick * scale
        shapes.append(Rule(x, top, x, top + high, FAINT))
        shapes.append(Text(x, top + high + 11, value_text(tick, chart.unit), "middle", 8))
    for row, label in enumerate(chart.labels):
        y = top + row * (each_high + 7) + 3
        shapes.append(Text(label_room - 6, y + each_high / 2 + 3, clipped(label, label_room - 8), "end"))
        x = label_room
        for place, series in enumerate(chart.series):
            value = series.values[row]
            long = max(value * scale, 0.0)
            bar_y = y if chart.stacked else y + place * _BAR
            said = f"{label}: {series.name} {value_text(value, chart.unit)}"
            shapes.append(Rect(x, bar_y, long, _BAR - 1, PALETTE[place % len(PALETTE)], said))
            if chart.stacked:
                x += long
            else:
                shapes.append(Text(label_room + long + 4, bar_y + _BAR - 4, value_text(value, chart.unit), size=8))
        if chart.stacked:
            whole = sum(series.values[row] for series in chart.series)
            shapes.append(Text(x + 4, y + _BAR - 4, value_text(whole, chart.unit), size=8))
    return top + high + 14


def _columns(chart: Chart, width: float, top: float, shapes: list[Shape]) -> float:
    """Lay columns out beside each other over their labels; labels that would not fit are left out evenly."""
    axis, high = _axis(chart), 130.0
    axis_room = max(text_width(value_text(tick, chart.unit), 8) for tick in axis) + 8
    scale = high / axis[-1]
    base = top + 6 + high
    for tick in axis:
        y = base - tick * scale
        shapes.append(Rule(axis_room, y, width, y, FAINT))
        shapes.append(Text(axis_room - 5, y + 3, value_text(tick, chart.unit), "end", 8))
    slot = (width - axis_room) / max(1, len(chart.labels))
    widest = max((text_width(label, 8) for label in chart.labels), default=1) + 6
    every = max(1, math.ceil(widest / slot))
    bars = 1 if chart.stacked else len(chart.series)
    wide = min(28.0, slot * 0.76 / bars)
    # Values over some columns but not over others would look as if the others had none.
    said_over = not chart.stacked and all(
        wide >= text_width(value_text(value, chart.unit), 7) for series in chart.series for value in series.values
    )
    for place, label in enumerate(chart.labels):
        middle = axis_room + slot * (place + 0.5)
        if place % every == 0:
            shapes.append(Text(middle, base + 12, label, "middle", 8))
        y = base
        for number, series in enumerate(chart.series):
            value = series.values[place]
            tall = max(value * scale, 0.0)
            x = middle - wide * bars / 2 + (0 if chart.stacked else number * wide)
            said = f"{label}: {series.name} {value_text(value, chart.unit)}"
            shapes.append(Rect(x, y - tall, max(wide - 1, 0.6), tall, PALETTE[number % len(PALETTE)], said))
            if chart.stacked:
                y -= tall
            elif said_over:
                over = Text(x + wide / 2, y - tall - 2, value_text(value, chart.unit), "middle", 7)
                shapes.append(over)
    shapes.append(Rule(axis_room, base, width, base, INK))
    return base + 16
