"""Copies to look at: watermarked, searchable, page by page or a whole dossier; originals packed with their list."""

import json
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from desk import copies, retrieval
from dossier.pageranges import PagesUnclear, page_range
from index import record
from ocr.watermark import stamp
from tests.desk.office import OURS, THEIRS, Office, document_in, picture, put
from vault.levels import Level


def text_of(file: Path) -> str:
    """Return the text layer of a PDF."""
    return subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True, text=True).stdout


def pdf_subject(file: Path) -> str:
    """Return who got a copy, when and why, as the properties of the PDF say it."""
    told = subprocess.run(["pdfinfo", file], capture_output=True, check=True, text=True).stdout
    return next(line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("Subject:"))


@pytest.mark.parametrize(
    ("text", "pages"),
    [("", (1, 2, 3, 4)), ("2", (2,)), ("3-", (3, 4)), ("-2", (1, 2)), ("4,1-2,2", (4, 1, 2)), (" 1 , 3 ", (1, 3))],
)
def test_page_ranges(text: str, pages: tuple[int, ...]) -> None:
    """As people write them, in their order, each page once."""
    assert page_range(text, 4) == pages


@pytest.mark.parametrize("text", ["0", "5", "3-2", "-", "a", "1-9", "1,,2", "1;2"])
def test_what_is_no_page_range(text: str) -> None:
    """A page that is not there, or no number at all."""
    with pytest.raises(PagesUnclear):
        page_range(text, 4)


def test_a_copy_says_who_got_it_and_can_be_searched(office: Office, tmp_path: Path) -> None:
    """Text under the picture, the marks in its properties and across every page, the taking on record."""
    with office.served("gao") as (gao,):
        with gao.index.read() as session:
            document = document_in(session, THEIRS)
        made = copies.view_copy(gao, document, tmp_path / "view.pdf")
        with gao.index.read() as session:
            (entry,) = record.find(session, what="get", about=document)
    assert (made.pages, made.grounds.by) == (1, "right")
    assert (entry.who, entry.facts["form"], entry.facts["by"]) == ("gao", "view", "right")
    assert f"合同 {THEIRS}" in text_of(tmp_path / "view.pdf")
    properties = subprocess.run(["pdfinfo", tmp_path / "view.pdf"], capture_output=True, check=True, text=True).stdout
    assert "copy for gao" in properties


def test_the_mark_is_part_of_the_picture() -> None:
    """A blank page no longer is; turned pages come out upright; nothing becomes unreadable."""
    with Image.open(BytesIO(picture())) as opened:
        out = BytesIO()
        opened.save(out, "PNG")
        plain = opened.convert("L")
    stamped = stamp(out.getvalue(), ("copy for 李莉", "2026-11-23 18:40", "request abc"), clockwise=90)
    assert (stamped.width, stamped.height) == (plain.height, plain.width)
    with Image.open(BytesIO(stamped.jpeg)) as opened:
        grey = opened.convert("L").getextrema()
    assert grey[0] < 215
    assert grey[0] > 120


def test_a_whole_dossier_leaves_out_what_is_not_ones_own(office: Office, tmp_path: Path) -> None:
    """One PDF behind its contents list, or the originals with theirs; each paper recorded one by one."""
    with office.owner() as owner:
        put(owner, OURS, "第二份 合同")
        put(owner, OURS, "絕密", level=Level.SECRET)
    with office.served("zhou") as (zhou,):
        made = copies.dossier_copy(zhou, OURS, tmp_path / "all.pdf")
        packed = copies.dossier_originals(zhou, OURS, tmp_path / "all.zip")
        with zhou.index.read() as session:
            taken = record.find(session, what="get")
        with pytest.raises(retrieval.OutputExists):
            copies.dossier_copy(zhou, OURS, tmp_path / "all.pdf")
    assert (len(made.documents), made.withheld) == (2, 0)
    assert [entry.facts["form"] for entry in taken[:4]] == ["view", "view", "original", "original"]
    text = text_of(tmp_path / "all.pdf")
    assert "第二份 合同" in text
    assert "絕密" not in text
    with ZipFile(tmp_path / "all.zip") as opened:
        listed = json.loads(opened.read("contents.json"))
        assert len(listed["documents"]) == len(packed.documents) == 2
        assert opened.read(listed["documents"][0]["file"]) == picture()
