"""Worn pages come out as the files that were asked for, the same for the same seed, and still legible."""

import io
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from ocr.reader import Reader, ReadingSettings
from ocr.specimen import HARD, Paper, Wear, degrade, draw, wear_of, worn
from ocr.specimen.case import sale
from ocr.specimen.encoding import FileFormat

CASE = sale("wear")


@pytest.fixture(scope="module")
def contract() -> Paper:
    """A paper of two pages."""
    return draw("sales-contract", CASE, variant=0)


@pytest.mark.parametrize(
    ("file_format", "kind", "pages"),
    [("jpeg", "JPEG", 1), ("png", "PNG", 1), ("tiff", "TIFF", 2), ("tiff-g4", "TIFF", 2)],
)
def test_image_files_have_their_pages_and_resolution(
    contract: Paper, file_format: FileFormat, kind: str, pages: int
) -> None:
    """The resolution stands in the metadata; TIFF keeps both pages."""
    made = Image.open(io.BytesIO(degrade(contract.pages, Wear(dpi=150, file_format=file_format))))
    assert made.format == kind
    assert getattr(made, "n_frames", 1) == pages
    assert [round(float(value)) for value in made.info["dpi"]] == [150, 150]
    assert made.size == (1240, 1754)
    if file_format == "tiff-g4":
        assert made.mode == "1"
        assert made.info["compression"] == "group4"


@pytest.mark.parametrize("file_format", ["pdf", "pdf-g4"])
def test_pdf_files_have_pages_of_the_papers_size(contract: Paper, file_format: FileFormat) -> None:
    """An A4 page stays A4 whatever its resolution."""
    made = pypdfium2.PdfDocument(degrade(contract.pages, Wear(dpi=150, file_format=file_format)))
    assert len(made) == 2
    assert [round(length) for length in made[0].get_size()] == [595, 842]


@pytest.mark.parametrize("file_format", ["jpeg", "png", "tiff", "pdf"])
def test_the_same_seed_gives_the_same_bytes(contract: Paper, file_format: FileFormat) -> None:
    """Nothing but the seed decides, not even the clock."""
    wear = replace(HARD, file_format=file_format, dpi=100)
    assert degrade(contract.pages, wear) == degrade(contract.pages, wear)
    assert degrade(contract.pages, wear) != degrade(contract.pages, replace(wear, seed=1))


def test_the_page_given_stays_clean(contract: Paper) -> None:
    """Wear is put on a copy."""
    before = contract.pages[0].tobytes()
    degrade(contract.pages, replace(HARD, stains=1, punch_holes=True, fold_lines=2))
    assert contract.pages[0].tobytes() == before


def test_each_wear_changes_what_it_says(contract: Paper) -> None:
    """Stamps redden, stains brown, holes and borders blacken, light darkens, grey takes the colour, turning turns."""
    page = contract.pages[1]
    plain = np.asarray(worn(page, Wear()), dtype=int)

    def over(wear: Wear) -> np.ndarray:
        return np.asarray(worn(page, wear), dtype=int)

    def red(pixels: np.ndarray) -> int:
        return int(((pixels[..., 0] - pixels[..., 1]) > 60).sum())

    assert red(over(Wear(stamps=1))) > red(plain) + 2000
    assert over(Wear(stains=1)).mean() < plain.mean() - 2
    assert (over(Wear(punch_holes=True)) < 70).sum() > (plain < 70).sum() + 1000
    assert over(Wear(uneven_light=0.3)).mean() < plain.mean() - 10
    assert worn(page, Wear(grey=True)).mode == "L"
    assert worn(page, Wear(turn=1)).size == (page.height, page.width)
    bordered = over(Wear(dark_border=True, skew_degrees=3))
    assert bordered.shape[0] > plain.shape[0]
    assert bordered[:4].mean() < 100
    assert abs(over(Wear(noise=8))[:20, :20].std() - 8) < 4


def test_the_hardest_wear_is_still_legible() -> None:
    """At 150 dpi, 3° skew, JPEG 40 and a stamp over text the VIN can be read."""
    with Reader(ReadingSettings(workers=1)) as reader:
        for name in ("vehicle-licence", "purchase-invoice"):
            paper = draw(name, CASE, variant=0)
            reading = reader.read(degrade(paper.pages, wear_of("hard", "test")))
            assert CASE.vehicle.vin in "".join(page.text for page in reading.pages).replace(" ", "")
