"""Cells and lines of a page that lies askew."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from dossier.reading import Line
from ocr.engines.page import level_order, straight_cells


def table(lean: float) -> Image.Image:
    """Draw a ruled table of two columns whose right cells hold two lines, and lay it askew, ``lean``° clockwise."""
    page = Image.new("L", (900, 700), "white")
    pen = ImageDraw.Draw(page)
    for row in range(3):
        pen.rectangle((100, 100 + 160 * row, 400, 260 + 160 * row), outline=0, width=3)
        pen.rectangle((400, 100 + 160 * row, 800, 260 + 160 * row), outline=0, width=3)
    return page.rotate(-lean, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)


@pytest.mark.parametrize("lean", [-3.0, -1.0, 1.0, 3.0])
def test_cells_of_a_leaning_table_are_found_and_read_whole(lean: float) -> None:
    """On a page askew every cell is found, and both lines of a cell are read before those of the next."""
    page = np.asarray(table(lean), np.uint8)
    cells = straight_cells(page, lean)
    assert len([cell for cell in cells if 250 < cell[2] - cell[0] < 450]) == 6
    # Places on the straight drawing, moved to where they lie on the leaning page.
    turn = cv2.getRotationMatrix2D((450, 350), -lean, 1.0)
    turn[:, 2] += ((page.shape[1] - 900) / 2, (page.shape[0] - 700) / 2)
    lines = []
    for row in range(3):
        for text, x, y in ((f"left {row}", 250, 180), (f"right {row} a", 600, 140), (f"right {row} b", 600, 215)):
            at = turn @ (x, y + 160 * row, 1)
            lines.append(Line(text, (round(at[0] - 90), round(at[1] - 15), round(at[0] + 90), round(at[1] + 15)), 1.0))
    read = [line.text for line in level_order(lines[::-1], cells, lean)]
    assert read == [text for row in range(3) for text in (f"left {row}", f"right {row} a", f"right {row} b")]
