"""The steps that make a page easier to read, each on a page that needs it."""

import io

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from ocr.engines import Pixels
from ocr.preprocess.blank import BlankSettings, ink_share
from ocr.preprocess.contrast import gain_needed, with_contrast
from ocr.preprocess.ruling import ruled_cells
from ocr.preprocess.stamps import without_stamps

RED = (214, 32, 40)


def pixels(image: Image.Image) -> Pixels:
    """Return the pixels of an image."""
    return np.asarray(image, np.uint8)


def scanned(image: Image.Image, quality: int = 40) -> Image.Image:
    """Return the image as a scanner keeps it: JPEG, colours at half the resolution."""
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality, subsampling=2)
    return Image.open(kept).convert("RGB")


def stamped(size: tuple[int, int] = (900, 1200)) -> Image.Image:
    """Draw a black bar with a thin red ring over it."""
    page = Image.new("RGB", size, (226, 226, 224))
    ImageDraw.Draw(page).rectangle((300, 500, 600, 520), fill=(30, 30, 30))
    ring = Image.new("RGB", size, "white")
    for reach in (100, 90, 60):
        ImageDraw.Draw(ring).ellipse((450 - reach, 510 - reach, 450 + reach, 510 + reach), outline=RED, width=3)
    return ImageChops.multiply(page, ring)


def test_thin_strokes_of_a_stamp_become_paper_and_print_stays() -> None:
    """What is left of a scanned stamp is nearly as light as the paper; print under it stays dark."""
    before = pixels(scanned(stamped()))
    after = without_stamps(before)
    off_print = np.r_[405:490, 530:615]
    assert np.quantile(before[off_print, 340:560].min(axis=2), 0.01) < 100
    assert np.quantile(after[off_print, 340:560].min(axis=2), 0.01) > 150
    assert after[505:515, 310:590].max() < 110


def test_coloured_edges_of_small_letters_are_no_stamp() -> None:
    """A screenshot of two letters with colour fringes is too small for a stamp."""
    page = Image.new("RGB", (28, 17), "white")
    ImageDraw.Draw(page).rectangle((4, 4, 12, 13), outline=(200, 90, 40))
    assert without_stamps(pixels(page)).tolist() == pixels(page).tolist()


def pressed(over_print: bool, lean: float) -> Image.Image:
    """Draw a framed red stamp with a row of strokes in it, on white or over a black bar."""
    page = Image.new("RGB", (900, 1200), (226, 226, 224))
    if over_print:
        ImageDraw.Draw(page).rectangle((390, 500, 500, 516), fill=(30, 30, 30))
    ink = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(ink)
    pen.rectangle((360, 455, 540, 555), outline=RED, width=4)
    for stroke in range(8):
        pen.line((380 + 20 * stroke, 485, 380 + 20 * stroke, 525), fill=RED, width=4)
    return ImageChops.multiply(page, ink.rotate(lean, fillcolor="white", resample=Image.Resampling.BICUBIC))


@pytest.mark.parametrize("lean", [0.0, 8.0])
def test_square_cut_stamp_fades_only_where_it_lies_on_print(lean: float) -> None:
    """What a stamp with straight text says stays to be read unless it covers something."""
    alone = pixels(scanned(pressed(over_print=False, lean=lean)))
    assert np.array_equal(without_stamps(alone), alone)
    over = pixels(scanned(pressed(over_print=True, lean=lean)))
    strokes = np.s_[485:495, 380:520, 1]
    assert np.quantile(over[strokes], 0.1) < 100 < 150 < np.quantile(without_stamps(over)[strokes], 0.1)


@pytest.mark.parametrize("draw", ["title", "form"])
def test_red_print_that_is_no_stamp_is_left_alone(draw: str) -> None:
    """A red title and a form printed in red keep their colours."""
    page = Image.new("RGB", (900, 1200), "white")
    pen = ImageDraw.Draw(page)
    if draw == "title":
        pen.rectangle((150, 60, 750, 110), fill=RED)
    else:
        for row in range(10):
            pen.line((60, 100 + 100 * row, 840, 100 + 100 * row), fill=RED, width=3)
        pen.line((60, 100, 60, 1000), fill=RED, width=3)
    assert without_stamps(pixels(page)) is pixels(page) or np.array_equal(without_stamps(pixels(page)), pixels(page))


def test_border_and_punch_holes_are_no_ink() -> None:
    """The black rim of a scan and punch holes leave a page blank; one short line of print does not."""
    page = Image.new("L", (1240, 1754), 250)
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 1239, 20), fill=20)
    pen.rectangle((0, 0, 14, 1753), fill=20)
    for down in (700, 1040):
        pen.ellipse((50, down, 82, down + 32), fill=30)
    assert ink_share(pixels(page)) < BlankSettings().blank_below
    for letter in range(6):
        pen.rectangle((500 + 22 * letter, 800, 512 + 22 * letter, 824), fill=10)
    assert ink_share(pixels(page)) > BlankSettings().blank_below


def test_only_faded_pages_gain_contrast() -> None:
    """Black print and an empty sheet stay as they are; pale print becomes clearly darker than its paper."""
    page = Image.new("L", (1000, 1400), 240)
    assert gain_needed(pixels(page)) == 1.0
    for row in range(20):
        ImageDraw.Draw(page).rectangle((100, 100 + 60 * row, 700, 104 + 60 * row), fill=205)
    gain = gain_needed(pixels(page))
    assert gain > 2
    clear = with_contrast(pixels(page.convert("RGB")), gain)
    assert clear[102, 300].max() < 180 < clear[130, 300].min()
    for row in range(20):
        ImageDraw.Draw(page).rectangle((100, 100 + 60 * row, 700, 104 + 60 * row), fill=20)
    assert gain_needed(pixels(page)) == 1.0


def test_ruled_cells_are_found_and_loose_rules_are_not() -> None:
    """A table of two by three ruled cells is six cells; a line under a title is none."""
    page = Image.new("L", (1000, 1400), 255)
    pen = ImageDraw.Draw(page)
    pen.line((100, 100, 900, 100), fill=0, width=3)
    for down in (300, 400, 500):
        pen.line((100, down, 901, down), fill=0, width=3)
    for across in (100, 400, 700, 900):
        pen.line((across, 300, across, 500), fill=0, width=3)
    cells = ruled_cells(pixels(page))
    assert len(cells) == 6
    assert sorted(round(left, -2) for left, *_ in cells) == [100, 100, 400, 400, 700, 700]
