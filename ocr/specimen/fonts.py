"""Find the fonts that specimens are drawn with: four faces, from the system's packages."""

import os
from functools import cache, lru_cache
from pathlib import Path
from typing import ClassVar, Final, Literal

from PIL import ImageFont

from dossier.errors import ExitCode, JuanzongError

Face = Literal["sans", "serif", "kai", "latin", "latin-bold", "latin-serif", "mono"]

_ROOTS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)
_SANS: Final = (
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "PingFang.ttc",
    "STHeiti Medium.ttc",
    "STHeiti Light.ttc",
    "Hiragino Sans GB.ttc",
)
_SERIF: Final = ("uming.ttc", "NotoSerifCJK-Regular.ttc", "Songti.ttc", "STSONG.TTF")
_KAI: Final = ("ukai.ttc", "Kaiti.ttc", "STKaiti.ttf", "Kai.ttf")
_FILES: Final[dict[Face, tuple[str, ...]]] = {
    "sans": _SANS + _SERIF + _KAI,
    "serif": _SERIF + _KAI + _SANS,
    "kai": _KAI + _SERIF + _SANS,
    "latin": ("LiberationSans-Regular.ttf", "DejaVuSans.ttf", "Arial.ttf", "Helvetica.ttc", *_SANS),
    "latin-bold": ("LiberationSans-Bold.ttf", "DejaVuSans-Bold.ttf", "Arial Bold.ttf", *_SANS),
    "latin-serif": ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf", "Times New Roman.ttf", *_SERIF, *_SANS),
    "mono": ("LiberationMono-Regular.ttf", "DejaVuSansMono.ttf", "Courier New.ttf", "Menlo.ttc", *_SANS),
}
PACKAGES: Final = "fonts-wqy-zenhei fonts-arphic-uming fonts-arphic-ukai fonts-dejavu-core"
"""What to install on Debian and Ubuntu for all faces; the first alone is enough to draw at all."""


class FontsMissing(JuanzongError):
    """No Chinese font is installed."""

    exit_code: ClassVar[ExitCode] = ExitCode.TOOL
    wording: ClassVar[str] = "specimen.fonts_missing"


@cache
def installed() -> dict[str, Path]:
    """Return the font files of this system by name."""
    found: dict[str, Path] = {}
    for root in _ROOTS:
        for folder, _, names in os.walk(Path(root).expanduser()):
            for name in names:
                if name.lower().endswith((".ttf", ".ttc", ".otf")):
                    found.setdefault(name, Path(folder) / name)
    return found


@cache
def font_file(face: Face) -> Path:
    """Return the file to draw ``face`` with.

    Raises:
        FontsMissing: none of the fonts that could serve is installed.
    """
    for name in _FILES[face]:
        if name in installed():
            return installed()[name]
    raise FontsMissing(packages=PACKAGES)


@lru_cache(maxsize=48)
def font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """Return ``face`` at a size in pixels.

    Raises:
        FontsMissing: no Chinese font is installed.
    """
    font_file("sans")
    return ImageFont.truetype(str(font_file(face)), pixels, layout_engine=ImageFont.Layout.BASIC)
