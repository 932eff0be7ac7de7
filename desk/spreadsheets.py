"""Read a list that people keep in a spreadsheet: CSV in the encodings of Chinese offices, or XLSX."""

import csv
import io
import zipfile
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from dossier.errors import ExitCode, JuanzongError

ENCODINGS: Final = ("utf-8", "utf-16", "gb18030", "big5hkscs")
_LARGEST: Final = 64 * 1024**2
"""Bytes of a file, and of a workbook once unpacked; a sales list of 100,000 rows has a quarter of that."""
_MOST_ROWS: Final = 200_000
_SAMPLE: Final = 65_536

Rows = list[list[str]]
Headings = Callable[[Sequence[str]], int]
"""How many of a row's cells are headings that are known."""


class ListUnreadable(JuanzongError):
    """The file cannot be read."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.list-unreadable"


class ListNotText(JuanzongError):
    """The file is no text in any encoding that offices use, or not in the one that was named."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.list-not-text"


class ListTooLarge(JuanzongError):
    """The file is larger than a list of dossiers can be."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.list-too-large"


class SheetUnknown(JuanzongError):
    """The workbook has no sheet of that name."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.sheet-unknown"


def read_rows(file: Path, known: Headings, *, encoding: str = "", sheet: str = "") -> Rows:
    """Return the rows of a list; ``known`` tells which way of decoding yields headings that mean something.

    ``encoding`` and ``sheet`` name what is otherwise found out; the first sheet is read.

    Raises:
        ListUnreadable, ListNotText, ListTooLarge, SheetUnknown
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise ListTooLarge(file=file, most=_LARGEST // 1024**2)
        content = file.read_bytes()
    except OSError as fault:
        raise ListUnreadable(file=file, fault=fault.strerror) from fault
    rows = (
        _workbook(file, content, sheet)
        if zipfile.is_zipfile(io.BytesIO(content))
        else _table(_text(file, content, known, encoding))
    )
    if len(rows) > _MOST_ROWS:
        raise ListTooLarge(file=file, most=_LARGEST // 1024**2)
    return rows


def _workbook(file: Path, content: bytes, sheet: str) -> Rows:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > 4 * _LARGEST:
                raise ListTooLarge(file=file, most=_LARGEST // 1024**2)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        raise ListUnreadable(file=file, fault=str(fault) or type(fault).__name__) from fault
    try:
        return _sheet(book, sheet)
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError) as fault:
        raise ListUnreadable(file=file, fault=str(fault) or type(fault).__name__) from fault
    finally:
        book.close()


def _sheet(book: Any, sheet: str) -> Rows:
    if sheet and sheet not in book.sheetnames:
        raise SheetUnknown(sheet=sheet, known=", ".join(book.sheetnames))
    chosen = book[sheet] if sheet else book.worksheets[0]
    return [[_cell(value) for value in row] for row in islice(chosen.iter_rows(values_only=True), _MOST_ROWS + 1)]


def _cell(value: object) -> str:
    """Return a cell as a CSV file would have it: days ISO, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text(file: Path, content: bytes, known: Headings, encoding: str) -> str:
    if encoding:
        decoded = _decoded(content, encoding)
        if decoded is None:
            raise ListNotText(file=file, known=", ".join(ENCODINGS))
        return decoded
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        candidates: Collection[str] = ("utf-16",)
    elif _decoded(content, "utf-8-sig") is not None:
        candidates = ("utf-8-sig",)
    else:
        candidates = ("gb18030", "big5hkscs")
    texts = {name: text for name in candidates if (text := _decoded(content, name)) is not None}
    if not texts or "\0" in next(iter(texts.values())):
        raise ListNotText(file=file, known=", ".join(ENCODINGS))
    return max(texts.items(), key=lambda each: (known(_heading(each[1])), _likely(content, each[0])))[1]


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _heading(text: str) -> list[str]:
    rows = _table(text[:_SAMPLE].partition("\n")[0])
    return rows[0] if rows else []


def _likely(content: bytes, encoding: str) -> float:
    """Return how much of the text is everyday characters, were it in this encoding, 0…1.

    GB 2312 has its everyday characters at B0A1–D7FE, Big5 at A440–C67E.
    """
    lead, trail = (
        (range(0xB0, 0xD8), range(0xA1, 0xFF)) if encoding == "gb18030" else (range(0xA4, 0xC7), range(0x40, 0xFF))
    )
    pairs = everyday = place = 0
    while place < len(content) - 1:
        if content[place] < 0x80:
            place += 1
            continue
        pairs += 1
        everyday += content[place] in lead and content[place + 1] in trail
        place += 2
    return everyday / pairs if pairs else 0.0


def _table(text: str) -> Rows:
    """Split a text into cells at commas, semicolons or tabs, whichever its first line has most of."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
