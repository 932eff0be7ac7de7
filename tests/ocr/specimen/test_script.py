"""The Traditional texts are those that OpenCC makes of the Simplified ones, and the fonts have every letter."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import opencc
import pytest
from PIL import Image, ImageDraw

from dossier.errors import ExitCode
from dossier.wording import LANGS
from ocr.specimen import FontsMissing, fonts
from ocr.specimen.fonts import Face, font
from ocr.specimen.script import write

FOLDER = Path(__file__).parents[3] / "ocr/specimen"
HAN = re.compile(r"[\u4e00-\u9fff]")


def texts() -> Iterator[str]:
    """Return every text with Han characters in the module's code, apart from docstrings and comments."""
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in prose
                and HAN.search(node.value)
            ):
                yield node.value


def test_traditional_texts_are_as_opencc_writes_them() -> None:
    """A text that goes another way names the row that traditional.txt lacks."""
    convert = opencc.OpenCC("s2tw").convert
    words = {"".join(text.split()) for text in texts() if "樣本" not in text}
    wrong = {text: convert(text) for text in words if write(text, "zh-Hant") != convert(text)}
    assert wrong == {}


def test_simplified_and_english_texts_stay_as_they_are() -> None:
    """Only zh-Hant is converted."""
    assert write("机动车销售统一发票", "zh-Hans") == "机动车销售统一发票"
    assert write("里程表读数", "zh-Hant") == "里程錶讀數"


@pytest.mark.parametrize("face", ["sans", "serif", "kai"])
def test_the_faces_have_every_character(face: Face) -> None:
    """No character of the forms comes out as the empty box of a missing glyph, in either script."""

    def drawn(letter: str) -> bytes:
        tile = Image.new("L", (40, 40))
        ImageDraw.Draw(tile).text((20, 20), letter, 255, font(face, 24), anchor="mm")
        return tile.tobytes()

    letters = {letter for text in texts() for letter in text + write(text, "zh-Hant") if HAN.match(letter)}
    missing = drawn("\U0010fff0")
    assert {letter for letter in letters if drawn(letter) == missing} == set()


def test_a_system_without_chinese_fonts_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the packages in three languages and ends with the code for missing tools."""
    fonts.font_file.cache_clear()
    fonts.font.cache_clear()
    monkeypatch.setattr(fonts, "installed", dict)
    with pytest.raises(FontsMissing) as missing:
        font("latin", 20)
    fonts.font_file.cache_clear()
    assert missing.value.exit_code is ExitCode.TOOL
    assert all("fonts-wqy-zenhei" in missing.value.say(lang) for lang in LANGS)
