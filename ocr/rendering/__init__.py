"""From a file's bytes to page images and the text it holds itself. Runs in rendering children only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from dossier.reading import Code, Line
from ocr.engines import Pixels

MOST_MEMBERS: Final = 200
"""Files that are taken out of one archive or mail."""
MOST_MEMBER_BYTES: Final = 128 << 20


@dataclass(frozen=True, slots=True)
class RenderingSettings:
    """How pages become pixels; ``most_pixels`` bounds what is decoded, ``carried_pixels`` what is read."""

    dpi: int = 200
    least_dpi: int = 36
    most_dpi: int = 300
    small_page_pixels: int = 1400
    coarse_dpi: int = 110
    least_paths: int = 8
    """Paths a page must draw before rules are looked for beside its text layer."""
    most_pixels: int = 120_000_000
    carried_pixels: int = 12_000_000
    most_pages: int = 2000
    checked_pages: int = 2
    """Pages of a PDF, from the first, that are drawn for codes and rules even where their text layer is believed."""
    pictured_pages: int = 40
    """Pages of a PDF, from the first, whose pictures are read beside a text layer that is believed; on later ones they
    are read where they fill the page, or where it has hardly a text of its own."""
    little_text: int = 100
    """Letters."""
    page_wall_seconds: float = 20.0
    page_cpu_seconds: int = 15
    lost_seconds: float = 30.0
    """Time that pages which fail may take of one file; the rest of its pages then fails without being tried."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as its rendering child gives it.

    ``lines`` are in reading order, boxes in pixels of ``width`` × ``height``. ``pixels`` is there when the page has
    still to be read from its image: the boxes ``covers`` beside its own lines; all of it when it has no lines, or when
    they are ``doubted`` and do not agree with what is seen.
    """

    width: int
    height: int
    dpi: int
    pixels: Pixels | None = None
    lines: tuple[Line, ...] = ()
    source: str = "ocr"
    engine: str = ""
    codes: tuple[Code, ...] = ()
    covers: tuple[tuple[int, int, int, int], ...] = ()
    doubted: bool = False
    rotation: int = 0
    """Clockwise degrees by which the page was turned to stand upright; everything above is of the turned page."""
    structured: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class PageFailed(Exception):
    """This page cannot be rendered; the argument is the wording key of the reason."""

    @property
    def reason(self) -> str:
        """The wording key."""
        return str(self.args[0])


class FileFailed(Exception):
    """This file cannot be opened; the argument is the wording key of the reason."""

    @property
    def reason(self) -> str:
        """The wording key."""
        return str(self.args[0])
