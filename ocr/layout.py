"""Reading order: lines into rows, columns and blocks, so that a page's text reads as a person reads it."""

from collections.abc import Sequence

from dossier.reading import Line


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines in the order a person reads them."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.box[1] + one.box[3]) / 2):
        middle = (line.box[1] + line.box[3]) / 2
        if rows and middle < sum((one.box[1] + 3 * one.box[3]) / 4 for one in rows[-1]) / len(rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda one: one.box[0]))


def text_of(lines: Sequence[Line]) -> str:
    """Return the lines' text, one below the other."""
    return "\n".join(line.text for line in lines)
