"""Files that hold text without pages, and files that hold other files: Word, web pages, XML, mail."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Final, Protocol

from ocr.digital.invoice_xml import fields_of_tree, is_invoice
from ocr.digital.mail import open_mail
from ocr.digital.office_text import decoded, html_rows, text_rows, word_rows, xml_rows
from ocr.digital.packed import PackageFailed, parse_xml
from ocr.digital.typeset import DPI, HEIGHT, WIDTH, Row, typeset
from ocr.formats import Format
from ocr.rendering import FileFailed, Sheet

MOST_ENCLOSED: Final = 50
LEAST_PICTURE_SIDE: Final = 400
"""Pixels on the shorter side from which a picture in a Word file is a scan to read, not a logo."""


class Sheets(Protocol):
    """An open file."""

    @property
    def count(self) -> int:
        """How many pages it has."""

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``, from 1.

        Raises:
            PageFailed: it cannot be rendered.
        """


Open = Callable[[bytes], Sheets]
"""Opens an enclosed file; raises FileFailed."""


class TextSheets:
    """Rows of text set on sheets."""

    def __init__(self, rows: Sequence[Row], engine: str, structured: Mapping[str, str] | None = None) -> None:
        self._pages = typeset(rows)
        self._engine = engine
        self._structured = structured or {}

    @property
    def count(self) -> int:
        """How many pages it has."""
        return len(self._pages)

    def sheet(self, number: int) -> Sheet:
        """Return page ``number``."""
        lines = self._pages[number - 1]
        structured = self._structured if number == 1 else {}
        return Sheet(WIDTH, HEIGHT, DPI, lines=lines, source="structured", engine=self._engine, structured=structured)


class Bundle:
    """Several files read one after the other as one."""

    def __init__(self, parts: Sequence[Sheets]) -> None:
        self._parts = parts
        self._ends = list(accumulate(part.count for part in parts))

    @property
    def count(self) -> int:
        """How many pages they have together."""
        return self._ends[-1] if self._ends else 0

    @property
    def starts(self) -> list[int]:
        """The numbers of the pages that the files begin with."""
        return [end - part.count + 1 for end, part in zip(self._ends, self._parts, strict=True) if part.count]

    def sheet(self, number: int) -> Sheet:
        """Return page ``number`` of them all.

        Raises:
            PageFailed: it cannot be rendered.
        """
        part, inner = self.place(number)
        return part.sheet(inner)

    def place(self, number: int) -> tuple[Sheets, int]:
        """Return the file that page ``number`` is in, and its number there."""
        which = next(index for index, end in enumerate(self._ends) if number <= end)
        return self._parts[which], number - (self._ends[which - 1] if which else 0)


def open_text(content: bytes, kind: Format, open_enclosed: Open, *, enclosed: bool) -> Sheets:
    """Open a file that holds text, and what it encloses unless it is ``enclosed`` itself.

    Raises:
        FileFailed: it is damaged.
    """
    try:
        match kind:
            case Format.DOCX:
                rows, pictures = word_rows(content)
                scans = [] if enclosed else _opened(pictures, open_enclosed, scans_only=True)
                return Bundle([*([TextSheets(rows, "docx")] if rows or not scans else []), *scans])
            case Format.EML:
                mail = open_mail(content)
                files = [] if enclosed else _opened(mail.attachments, open_enclosed)
                return Bundle([TextSheets(mail.rows, "mail"), *files])
            case Format.XML:
                root = parse_xml(content)
                return TextSheets(xml_rows(root), "xml", fields_of_tree(root) if is_invoice(root) else None)
            case Format.HTML:
                return TextSheets(html_rows(decoded(content)), "html")
            case _:
                return TextSheets(text_rows(decoded(content)), "text")
    except PackageFailed as fault:
        raise FileFailed("ocr.damaged") from fault


def _opened(contents: Sequence[bytes], open_enclosed: Open, *, scans_only: bool = False) -> list[Sheets]:
    """Open enclosed files; one that cannot be opened is left out, the letter it came with still counts."""
    opened: list[Sheets] = []
    for content in contents[:MOST_ENCLOSED]:
        try:
            sheets = open_enclosed(content)
        except FileFailed:
            continue
        if scans_only:
            size = getattr(sheets, "size", (0, 0))
            if min(size) < LEAST_PICTURE_SIDE:
                continue
        opened.append(sheets)
    return opened
