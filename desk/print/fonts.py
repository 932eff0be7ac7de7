"""Find a Chinese font of this system that can be embedded in a PDF, and make it known under one name."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from dossier.errors import ExitCode, JuanzongError

FONT: Final = "Juanzong"
"""The name under which reportlab knows the font once `register_font` has run."""
PACKAGES: Final = "fonts-wqy-zenhei"
"""What to install on Debian and Ubuntu where no font serves."""
_PROBE: Final = "卷宗簽收签收齊齐備备日期档檔案車车A1"
"""Characters of both scripts; a font without one of them would print gaps."""
_LIKED: Final = (
    "wqy-zenhei",
    "wqy-microhei",
    "pingfang",
    "heiti",
    "simhei",
    "msyh",
    "msjh",
    "uming",
    "songti",
    "simsun",
)
"""Files tried first, in this order: even strokes read best in small print."""
_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)
_SECONDS: Final = 20


class PrintFontMissing(JuanzongError):
    """No font is installed that has both Chinese scripts and TrueType outlines, which a PDF can embed."""

    exit_code = ExitCode.TOOL
    wording = "print.font-missing"


@dataclass(frozen=True, slots=True)
class _Face:
    file: Path
    place: int


@cache
def register_font() -> str:
    """Make a Chinese font known to reportlab and return its name.

    Raises:
        PrintFontMissing: none is installed.
    """
    for face in sorted(_faces(), key=_rank):
        try:
            font = TTFont(FONT, str(face.file), subfontIndex=face.place)
        except (TTFError, OSError):
            # PostScript outlines (most Noto CJK packages) cannot be embedded; another face may serve.
            continue
        if all(ord(sign) in font.face.charToGlyph for sign in _PROBE):
            pdfmetrics.registerFont(font)
            pdfmetrics.registerFontFamily(FONT, FONT, FONT, FONT, FONT)
            return FONT
    raise PrintFontMissing(packages=PACKAGES)


def _rank(face: _Face) -> tuple[int, str, int]:
    name = face.file.name.casefold()
    liked = next((place for place, begin in enumerate(_LIKED) if begin in name), len(_LIKED))
    return liked, str(face.file), face.place


def _faces() -> Iterator[_Face]:
    """Yield the faces that say they have both Chinese scripts, as fontconfig knows them, else all font files."""
    if shutil.which("fc-list") is None:
        yield from _files()
        return
    wanted = ["fc-list", "--format", "%{file}\t%{index}\n", ":lang=zh-cn:lang=zh-tw"]
    listed = subprocess.run(wanted, capture_output=True, text=True, check=False, timeout=_SECONDS)
    for line in listed.stdout.splitlines():
        name, _, place = line.partition("\t")
        yield _Face(Path(name), int(place) if place.isdigit() else 0)


def _files() -> Iterator[_Face]:
    for root in _FOLDERS:
        for folder, _, names in os.walk(Path(root).expanduser()):
            for name in names:
                if name.casefold().endswith((".ttf", ".ttc")):
                    yield _Face(Path(folder) / name, 0)
