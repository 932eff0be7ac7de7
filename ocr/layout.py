"""Reading order: lines into cells, columns and rows, so that a page's text reads as a person reads it.

A ruled cell is read whole, a table row by row, and text in columns one column after the other. Columns are told from
tables by their lines: those of a column are long and fill its width, the cells of a table are short.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from dossier.reading import Box, Line

_WIDE: Final = 2.0
"""Width of a Han character or full-width sign, in Latin letters."""


@dataclass(frozen=True, slots=True)
class LayoutSettings:
    """What tells a column from a table; lengths in line heights unless they name letters."""

    least_gutter: float = 0.3
    least_column_rows: int = 3
    least_column_letters: float = 14.0
    least_column_fill: float = 0.55
    most_level_share: float = 0.6
    least_table_level: float = 0.8
    level_discount: float = 0.3
    """How much less a gutter between rows that are all level is worth: it may part labels from their figures."""
    upright_ratio: float = 2.0
    most_lines: int = 3000


@dataclass(frozen=True, slots=True)
class _Unit:
    """Lines that are read together, already in order, and the box they stand in."""

    box: Box
    lines: tuple[Line, ...]

    @property
    def height(self) -> int:
        return max(1, self.box[3] - self.box[1])

    @property
    def inner(self) -> tuple[float, float]:
        """Left and right without the margin that detectors leave round a line."""
        margin = 0.2 * (self.lines[0].box[3] - self.lines[0].box[1])
        return self.box[0] + margin, self.box[2] - margin

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def letters(self) -> float:
        return max((_letters(line.text) for line in self.lines), default=0.0)


def in_reading_order(
    lines: Sequence[Line], cells: Sequence[Box] = (), settings: LayoutSettings | None = None
) -> tuple[Line, ...]:
    """Return the lines in the order a person reads them.

    ``cells`` are the ruled cells of the page (tables, forms, boxes), in the pixels of the lines.
    """
    settings = settings or LayoutSettings()
    if len(lines) > settings.most_lines:  # a page of noise: order it cheaply
        return tuple(
            line for row in _rows([_Unit(line.box, (line,)) for line in lines]) for unit in row for line in unit.lines
        )
    upright = [line for line in lines if _runs_down(line, settings) and not _is_han(line.text)]
    level = [line for line in lines if not _runs_down(line, settings) or _is_han(line.text)]
    if sum(_runs_down(line, settings) for line in level) > 0.5 * len(level):  # Han columns, from the right
        return tuple(sorted(lines, key=lambda line: (-line.box[2], line.box[1])))
    read = _read([*_table_units(level, cells, settings)], settings)
    # Text that runs down the edge (stamps of a filing room, numbers turned on their side) belongs to no row.
    return (*read, *sorted(upright, key=lambda line: (line.box[0], line.box[1])))


def text_of(lines: Sequence[Line]) -> str:
    """Return the lines' text, one below the other."""
    return "\n".join(line.text for line in lines)


def turned_box(box: Box, clockwise: int, width: int, height: int) -> Box:
    """Return where a box of a ``width`` × ``height`` page stands after the page is turned."""
    left, top, right, bottom = box
    match clockwise:
        case 90:
            return (height - bottom, left, height - top, right)
        case 180:
            return (width - right, height - bottom, width - left, height - top)
        case 270:
            return (top, width - right, bottom, width - left)
        case _:
            return box


def _read(units: list[_Unit], settings: LayoutSettings) -> tuple[Line, ...]:
    if len(units) > 2:
        bands = _columns(units, settings)
        if bands is not None:
            return tuple(line for band in bands for line in _read(band, settings))
    return tuple(line for row in _rows(units) for unit in row for line in unit.lines)


def _rows(units: Sequence[_Unit]) -> list[list[_Unit]]:
    """Group units that stand side by side; rows from the top, units from the left."""
    rows: list[list[_Unit]] = []
    for unit in sorted(units, key=lambda one: one.middle):
        if rows and _beside(rows[-1], unit):
            rows[-1].append(unit)
        else:
            rows.append([unit])
    return [sorted(row, key=lambda one: one.box[0]) for row in rows]


def _beside(row: list[_Unit], unit: _Unit) -> bool:
    """Tell whether ``unit`` belongs to the row: it shares half its neighbour's height and nobody's width."""
    neighbour = min(row, key=lambda one: max(one.box[0] - unit.box[2], unit.box[0] - one.box[2]))
    shared = min(neighbour.box[3], unit.box[3]) - max(neighbour.box[1], unit.box[1])
    if shared < 0.5 * min(neighbour.height, unit.height):
        return False
    return all(
        min(one.inner[1], unit.inner[1]) - max(one.inner[0], unit.inner[0]) < 0.5 * min(one.height, unit.height)
        for one in row
    )


def _columns(units: list[_Unit], settings: LayoutSettings) -> list[list[_Unit]] | None:
    """Cut the units at their best gutter into bands to read one after the other; None where there is no gutter."""
    best: tuple[float, list[list[_Unit]]] | None = None
    for gutter in _gutters(units, settings):
        bands, worth = _bands(units, gutter, settings)
        if worth > (best[0] if best else 0.0):
            best = (worth, bands)
    return best[1] if best else None


def _gutters(units: Sequence[_Unit], settings: LayoutSettings) -> list[float]:
    """Return the x positions where few units stand between many: candidates for the white between columns."""
    least = settings.least_gutter * median(unit.height for unit in units)
    changes: Counter[float] = Counter()
    for unit in units:
        left, right = unit.inner
        if left < right:
            changes[left] += len(unit.lines)
            changes[right] -= len(unit.lines)
    crossed: list[tuple[float, float, int]] = []
    across = 0
    for left, right in pairwise(sorted(changes)):
        across += changes[left]
        crossed.append((left, right, across))
    total = sum(len(unit.lines) for unit in units)
    found: list[tuple[int, float]] = []
    index = 0
    while index < len(crossed):
        if crossed[index][2] > 0.35 * total:
            index += 1
            continue
        start = index
        while index < len(crossed) and crossed[index][2] <= 0.35 * total:
            index += 1
        span = crossed[start:index]
        low = min(across for _, _, across in span)
        for left, right, across in span:
            if across == low and (right - left >= least or span[-1][1] - span[0][0] >= least):
                found.append((across, (left + right) / 2))
    return [x for _, x in sorted(found)[:24]]


def _bands(units: list[_Unit], gutter: float, settings: LayoutSettings) -> tuple[list[list[_Unit]], float]:
    """Cut at ``gutter``: what crosses it stands between bands; within a band the left column comes before the right."""
    crossing = sorted((unit for unit in units if unit.inner[0] < gutter < unit.inner[1]), key=lambda one: one.middle)
    beside = [unit for unit in units if not unit.inner[0] < gutter < unit.inner[1]]
    bands: list[list[_Unit]] = []
    worth = 0.0
    pending: list[_Unit] = []
    top = float("-inf")
    for below in [*crossing, None]:
        bottom = below.middle if below else float("inf")
        band = [unit for unit in beside if top <= unit.middle < bottom]
        left = [unit for unit in band if unit.inner[1] <= gutter]
        right = [unit for unit in band if unit.inner[0] >= gutter]
        if _are_columns(left, right, settings):
            if pending:
                bands.append(pending)
            bands += [left, right]
            pending = []
            level = _level_share(_rows(left), _rows(right))
            worth += sum(unit.letters for unit in band) * (1 - settings.level_discount * level)
        else:
            pending += band
        if below:
            pending.append(below)
        top = bottom
    if pending:
        bands.append(pending)
    return bands, worth


def _are_columns(left: Sequence[_Unit], right: Sequence[_Unit], settings: LayoutSettings) -> bool:
    """Tell two columns from one table: both are running text, or one is and its rows are not level with the other's.

    Rows of several cells may be as long as running text; level with each other, they are those of one table or form.
    """
    texts = [_is_column(side, settings) for side in (left, right)]
    if all(texts):
        sides = [_rows(side) for side in (left, right)]
        several = all(median(len(row) for row in rows) >= 2 for rows in sides)
        short = all(median(unit.letters for unit in side) < settings.least_column_letters for side in (left, right))
        return not (short or several) or _level_share(*sides) < settings.least_table_level
    if not any(texts) or min(len(left), len(right)) < settings.least_column_rows:
        return False
    return _level_share(_rows(left), _rows(right)) < settings.most_level_share


def _level_share(left: Sequence[Sequence[_Unit]], right: Sequence[Sequence[_Unit]]) -> float:
    """Return the share of rows, on the side with fewer, that stand level with a row of the other side."""
    few, many = sorted((left, right), key=len)
    middles = [median(unit.middle for unit in row) for row in many]
    level = 0
    for row in few:
        middle, height = median(unit.middle for unit in row), min(unit.height for unit in row)
        level += any(abs(middle - other) < 0.2 * height for other in middles)
    return level / len(few)


def _is_column(units: Sequence[_Unit], settings: LayoutSettings) -> bool:
    """Tell running text in a column from the cells of a table."""
    rows = _rows(units)
    if sum(len(unit.lines) for unit in units) < settings.least_column_rows or len(rows) < 2:
        return False
    width = max(unit.box[2] for unit in units) - min(unit.box[0] for unit in units)
    filled = [row for row in rows if row[-1].box[2] - row[0].box[0] >= settings.least_column_fill * width]
    letters = median(sum(unit.letters for unit in row) for row in rows)
    return len(filled) >= 0.5 * len(rows) and letters >= settings.least_column_letters


def _table_units(lines: Sequence[Line], cells: Sequence[Box], settings: LayoutSettings) -> list[_Unit]:
    """Return each table as one unit with its cells read row by row, and every line outside as a unit of its own."""
    inside: dict[int, list[Line]] = {}
    units: list[_Unit] = []
    for line in lines:
        cell = _cell_of(line, cells)
        if cell is None:
            units.append(_Unit(line.box, (line,)))
        else:
            inside.setdefault(cell, []).append(line)
    filled = [
        _Unit(cells[index], _read([_Unit(one.box, (one,)) for one in held], settings)) for index, held in inside.items()
    ]
    for table in _touching(filled):
        left, top = min(unit.box[0] for unit in table), min(unit.box[1] for unit in table)
        right, bottom = max(unit.box[2] for unit in table), max(unit.box[3] for unit in table)
        ordered = tuple(line for row in _cell_rows(table) for line in _cell_row_lines(row))
        units.append(_Unit((left, top, right, bottom), ordered))
    return units


def _cell_of(line: Line, cells: Sequence[Box]) -> int | None:
    """Return the smallest cell that holds the line's middle."""
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    holding = [
        ((cell[2] - cell[0]) * (cell[3] - cell[1]), index)
        for index, cell in enumerate(cells)
        if cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]
    ]
    return min(holding)[1] if holding else None


def _cell_rows(table: Sequence[_Unit]) -> list[list[_Unit]]:
    """Group cells into rows; a cell that spans rows is read with the first of them."""
    rows: list[list[_Unit]] = []
    for unit in sorted(table, key=lambda one: one.box[1]):
        slack = 0.3 * min(unit.height, rows[-1][0].height) if rows else 0
        if rows and unit.box[1] - rows[-1][0].box[1] <= slack:
            rows[-1].append(unit)
        else:
            rows.append([unit])
    return [sorted(row, key=lambda one: one.box[0]) for row in rows]


def _cell_row_lines(row: Sequence[_Unit]) -> tuple[Line, ...]:
    """Return the lines of a row of cells: cell after cell, or across them where only the columns are ruled."""
    tall = [[_Unit(line.box, (line,)) for line in unit.lines] for unit in row if len(unit.lines) > 1]
    stacks = [_rows(units) for units in tall]
    deep = sum(len(stack) > 2 for stack in stacks)
    if len(stacks) < 4 and deep < 3:
        return tuple(line for unit in row for line in unit.lines)
    deepest = max(stacks, key=len)
    others = [stack for stack in stacks if stack is not deepest]
    if median(_level_share(deepest, stack) for stack in others) < 0.8:
        return tuple(line for unit in row for line in unit.lines)
    across = [_Unit(line.box, (line,)) for unit in row for line in unit.lines]
    return tuple(line for level in _rows(across) for unit in level for line in unit.lines)


def _touching(cells: list[_Unit]) -> list[list[_Unit]]:
    """Group cells that share a border into tables."""
    tables: list[list[_Unit]] = []
    for cell in cells:
        near = [table for table in tables if any(_share_border(cell.box, other.box) for other in table)]
        tables = [table for table in tables if not any(table is one for one in near)]
        tables.append([cell, *(other for table in near for other in table)])
    return tables


def _share_border(one: Box, other: Box, slack: int = 12) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return min(across, down) >= -slack and max(across, down) > slack


def _runs_down(line: Line, settings: LayoutSettings) -> bool:
    width, height = line.box[2] - line.box[0], line.box[3] - line.box[1]
    return len(line.text) > 2 and height > settings.upright_ratio * max(1, width)


def _is_han(text: str) -> bool:
    return sum(0x3400 <= ord(letter) < 0xA000 for letter in text) > 0.5 * len(text)


def _letters(text: str) -> float:
    return sum(_WIDE if ord(letter) >= 0x2E80 else 1.0 for letter in text)
