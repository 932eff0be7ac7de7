"""Text of Word files, web pages, XML and plain text as rows to be set on sheets."""

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final
from xml.etree.ElementTree import Element

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from ocr.digital.packed import Package, PackageFailed, local
from ocr.digital.typeset import NEW_PAGE, Row

MOST_ROWS: Final = 20_000
_BLOCKS: Final = frozenset(
    {
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "hr",
        "title",
        "section",
        "dt",
        "dd",
    }
)
_UNSHOWN: Final = frozenset({"script", "style", "head", "template", "noscript"})
_WORD_FAULTS: Final = (KeyError, ValueError, AttributeError, TypeError, IndexError, OSError, SyntaxError)
"""What python-docx and the parser under it raise on files that are not quite Word's."""


def word_rows(content: bytes) -> tuple[list[Row], list[bytes]]:
    """Return a Word file's rows in order, and the pictures it holds.

    Raises:
        PackageFailed: it is damaged or too large.
    """
    package = Package(content)
    for name in package.names():  # every part is inflated once under the caps before Word's own reader may
        package.read(name)
    try:
        document = docx.Document(io.BytesIO(content))
        rows = list(_first(_word_blocks(document)))
        pictures = [
            part.blob for part in document.part.package.iter_parts() if str(part.content_type).startswith("image/")
        ]
    except _WORD_FAULTS as fault:
        raise PackageFailed from fault
    return rows, pictures


def html_rows(text: str) -> list[Row]:
    """Return the rows of a web page, without what it does not show."""
    page = _WebPage()
    page.feed(text)
    page.close()
    return list(_first(iter(page.rows())))


def text_rows(text: str) -> list[Row]:
    """Return the rows of a plain text."""
    return list(_first((NEW_PAGE if line == "\f" else (line,)) for line in text.splitlines()))


def xml_rows(root: Element) -> list[Row]:
    """Return name and value of every element that holds text."""
    rows = ((local(element), (element.text or "").strip()) for element in root.iter() if not len(element))
    return list(_first(row for row in rows if row[1] and len(row[1]) < 2000))


def decoded(content: bytes) -> str:
    """Return bytes as text, in the encodings that office texts come in."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030", "big5hkscs"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _first(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            return
        yield row


def _word_blocks(document: Any) -> Iterator[Row]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            if 'w:type="page"' in block._p.xml:  # noqa: SLF001  python-docx shows page breaks nowhere else
                yield NEW_PAGE
            if block.text.strip():
                yield (block.text,)
        elif isinstance(block, Table):
            yield from _word_table(block)


def _word_table(table: Table) -> Iterator[Row]:
    for row in table.rows:
        cells: list[str] = []
        last: object = None
        for cell in row.cells:
            if cell._tc is not last:  # noqa: SLF001  a merged cell comes once for every column it spans
                cells.append(cell.text.strip())
            last = cell._tc  # noqa: SLF001
        if any(cells):
            yield tuple(cells)


class _WebPage(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._rows: list[list[str]] = [[""]]
        self._hidden = 0

    def rows(self) -> list[Row]:
        shown = [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in self._rows]
        return [tuple(cell for cell in row if cell) for row in shown if any(row)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  its base names it
        self._hidden += tag in _UNSHOWN
        if tag in _BLOCKS:
            self._rows.append([""])
        elif tag in {"td", "th"}:
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSHOWN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self._rows.append([""])

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._rows[-1][-1] += data
