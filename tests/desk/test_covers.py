"""Cover sheets: printed, scanned, and what lay behind them filed."""

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from desk import capture, covers, dossiers
from desk.archive import Archive
from desk.retrieval import OutputExists
from ocr.specimen import draw, encode
from ocr.specimen.case import sale
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with one dossier, opened."""
    home = new_home(tmp_path)
    with Archive.open(home, home.settings(), PASSPHRASE) as opened:
        dossiers.open_by_hand(opened, "new-vehicle", "LSVAA4182E2184847", label="样例车")
        yield opened


def printed(content: bytes) -> Image.Image:
    """Return the page of a PDF as a scanner sees it."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        return document[0].render(scale=150 / 72).to_pil().convert("RGB")


def test_papers_behind_a_cover_sheet_are_filed_in_its_dossier(archive: Archive, tmp_path: Path) -> None:
    """A photo carries no number at all; the sheet before it says where it goes."""
    sheet = covers.cover_sheet(archive, "样例车", "zh-Hant")
    assert sheet.as_json() == {
        "dossier": "LSVAA4182E2184847",
        "label": "样例车",
        "code": "juanzong:dossier:LSVAA4182E2184847",
    }
    receipt = draw("receipt", sale("covers"), script="zh-Hans", dpi=150, seed=1, variant=1)
    stack = tmp_path / "stack.pdf"
    stack.write_bytes(encode([printed(sheet.content), *receipt.pages], "pdf", 150))
    (taken,) = capture.ingest(archive, [stack], tick=no_tick)
    assert [(one.kind, one.dossier, one.pages, one.doubts) for one in taken.documents] == [
        ("receipt", sheet.dossier, (2,), ())
    ]


def test_a_cover_sheet_overwrites_nothing(archive: Archive, tmp_path: Path) -> None:
    """A file that is there stays as it is unless replacing is allowed."""
    target = tmp_path / "cover.pdf"
    target.write_bytes(b"mine")
    with pytest.raises(OutputExists):
        covers.save(archive, "样例车", target, "en")
    assert target.read_bytes() == b"mine"
    covers.save(archive, "样例车", target, "en", replace=True)
    assert target.read_bytes().startswith(b"%PDF")
