"""Pages to print: Chinese text is embedded and can be read back, long tables go on, nothing is taken for markup."""

import shutil
import subprocess
from pathlib import Path

import pytest

from desk.print import fonts
from desk.print.files import write_file
from desk.print.fonts import PrintFontMissing, register_font
from desk.print.page import look, pdf
from desk.retrieval import OutputExists, OutputFailed, OutputIsFolder
from dossier.wording import LANGS, Lang


def _text(content: bytes, *options: str) -> str:
    ran = subprocess.run(["pdftotext", *options, "-", "-"], input=content, capture_output=True, check=True)
    return ran.stdout.decode("utf-8")


@pytest.mark.parametrize("lang", LANGS)
def test_both_scripts_come_back_from_the_page(lang: Lang) -> None:
    """What was printed in either script is text of the PDF, in a font that goes with it."""
    style = look(lang)
    content = pdf("簽收簿", [style.text("簽收簿", "title"), style.text("简体 <b>不是標記</b> & 繁體")], lang)
    assert "简体 <b>不是標記</b> & 繁體" in _text(content)
    fonts_used = subprocess.run(["pdffonts", "-"], input=content, capture_output=True, check=True).stdout.decode()
    assert all(" yes yes yes " in line for line in fonts_used.splitlines()[2:])


def test_a_long_table_goes_on_under_its_heading_with_page_numbers() -> None:
    """A table longer than a page repeats its heading, and every page says which of how many it is."""
    style = look("en")
    rows = [["number", "paper"], *([str(number), f"paper {number}"] for number in range(90))]
    content = pdf("list", [style.table(rows, [1, 3], right=[0])], "en", foot="foot")
    pages = _text(content, "-layout").split("\f")[:-1]
    assert len(pages) == 3
    assert all("number" in page and f"page {place} of 3" in page for place, page in enumerate(pages, start=1))
    assert "paper 89" in pages[2]


def test_without_a_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Chinese font is one clear error, not a page of boxes."""
    register_font.cache_clear()
    monkeypatch.setattr(fonts, "_faces", lambda: iter(()))
    with pytest.raises(PrintFontMissing, match="fonts-wqy-zenhei"):
        register_font()


def test_without_fontconfig_the_folders_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without fc-list still prints."""
    register_font.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert register_font() == fonts.FONT


def test_a_file_is_never_replaced_by_accident(tmp_path: Path) -> None:
    """A new file is its owner's alone; what lies there is kept unless replacing was asked for."""
    target = tmp_path / "list.pdf"
    write_file(target, b"one")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"one", 0o600)
    with pytest.raises(OutputExists):
        write_file(target, b"two")
    write_file(target, b"two", replace=True)
    assert target.read_bytes() == b"two"
    with pytest.raises(OutputIsFolder):
        write_file(tmp_path, b"three")
    with pytest.raises(OutputFailed):
        write_file(tmp_path / "nowhere" / "list.pdf", b"four")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.pdf"]
