"""Does a file end as its format says a whole file ends?

A few small reads at known places, whatever the size of the file. The answer is about being *finished*, not about being
sound: a damaged file that will get no better may say ENDED, and reading it judges. Where it says OPEN, more may come.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

from ingest import pictures
from ingest.spans import TAIL_BYTES, Ending, Span, spanning
from ocr.formats import OLE_BASED, ZIPPED, Format

PDF_END_WITHIN_BYTES: Final = 1024
"""Readers look for the end mark in the last 1024 bytes (ISO 32000-1 annex H.3.4.4)."""

_LINEARIZED: Final = re.compile(rb"/Linearized\b[^>]{0,400}?/L[ \t\r\n]+(\d{1,12})\b")
_START_OF_XREF: Final = re.compile(rb"startxref[ \t\r\n]+(\d{1,12})[ \t\r\n]*\Z")
_XREF: Final = re.compile(rb"[ \t\r\n]*(xref|\d+[ \t\r\n]+\d+[ \t\r\n]+obj)\b")
_BOUNDARY: Final = re.compile(
    rb'^content-type:[ \t]*multipart/[^\r\n]*(?:\r?\n[ \t][^\r\n]*){0,20}?boundary="?([^"\r\n;]{1,70})',
    re.IGNORECASE | re.MULTILINE,
)
_ROOT: Final = re.compile(rb"<([^\s<>!?/][^\s<>/]{0,200})")


def ends(source: bytes | Path | BinaryIO, kind: Format) -> Ending:
    """Return whether ``source`` ends as a whole file of format ``kind`` does.

    Reads at most a few hundred small pieces (for a JPEG with data behind its end: at most 32 MiB, a piece at a time).

    Raises:
        OSError: the file cannot be read.
    """
    with spanning(source) as span:
        if span.size == 0:
            return Ending.OPEN
        rule = _RULES.get(kind)
        return Ending.SHAPELESS if rule is None else rule(span)


def _pdf(span: Span) -> Ending:
    tail = span.tail(TAIL_BYTES).rstrip(b"\x00")
    end = span.size - (min(TAIL_BYTES, span.size) - len(tail))
    linearized = _LINEARIZED.search(span.at(0, 2048))
    if linearized is not None and end < int(linearized[1]) - PDF_END_WITHIN_BYTES:
        return Ending.OPEN  # its first part carries an end mark of its own
    last = tail[-PDF_END_WITHIN_BYTES:]
    if b"%%EOF" in last:
        return Ending.ENDED
    start = _START_OF_XREF.search(last)  # some programs leave the end mark out; then its number must be whole
    return _ended(start is not None and _XREF.match(span.at(int(start[1]), 64)) is not None)


def _zip(span: Span) -> Ending:
    tail = span.tail(TAIL_BYTES)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        return Ending.OPEN
    length, comment = (
        int.from_bytes(tail[end + 12 : end + 16], "little"),
        int.from_bytes(tail[end + 20 : end + 22], "little"),
    )
    fits = length == 0xFFFFFFFF or length <= span.size - len(tail) + end
    return _ended(fits and end + 22 + comment <= len(tail))


def _ole(span: Span) -> Ending:
    """Check that the directory and the allocation tables named in the header lie inside (MS-CFB 2.2)."""
    header = span.at(0, 512)
    if len(header) < 512:
        return Ending.OPEN
    shift = int.from_bytes(header[30:32], "little")
    if shift not in {9, 12}:
        return Ending.SHAPELESS
    listed = [int.from_bytes(header[at : at + 4], "little") for at in (48, *range(76, 512, 4))]
    used = [sector for sector in listed if sector <= 0xFFFFFFFA]
    return _ended(bool(used) and (max(used) + 1 << shift) < span.size)


def _xml(span: Span) -> Ending:
    root = _ROOT.search(re.sub(rb"<!--.*?-->|<\?.*?\?>|<![^<>]*>", b"", span.at(0, 4096), flags=re.DOTALL))
    tail = span.tail(4096).rstrip(b"\x00 \t\r\n")
    if root is None:
        return Ending.SHAPELESS  # UTF-16, or a very long preamble
    return _ended(re.search(rb"</" + re.escape(root[1]) + rb"\s*>", tail) is not None or tail.endswith(b"/>"))


def _html(span: Span) -> Ending:
    return Ending.ENDED if b"</html" in span.tail(4096).lower() else Ending.SHAPELESS


def _mail(span: Span) -> Ending:
    boundary = _BOUNDARY.search(span.at(0, 65536))
    if boundary is None:
        return Ending.SHAPELESS
    return _ended(b"--" + boundary[1].strip() + b"--" in span.tail(TAIL_BYTES))


def _rtf(span: Span) -> Ending:
    return _ended(span.tail(256).rstrip(b"\x00 \t\r\n").endswith(b"}"))


def _postscript(span: Span) -> Ending:
    return Ending.ENDED if b"%%EOF" in span.tail(1024) else Ending.SHAPELESS


def _seven_zip(span: Span) -> Ending:
    head = span.at(0, 32)
    if len(head) < 32:
        return Ending.OPEN
    return _ended(32 + int.from_bytes(head[12:20], "little") + int.from_bytes(head[20:28], "little") <= span.size)


def _tar(span: Span) -> Ending:
    return _ended(span.size >= 1024 and not any(span.tail(1024)))  # two blocks of nulls (POSIX.1 pax)


def _ended(whole: bool) -> Ending:
    return Ending.ENDED if whole else Ending.OPEN


_RULES: Final[Mapping[Format, Callable[[Span], Ending]]] = MappingProxyType(
    {
        Format.PDF: _pdf,
        **dict.fromkeys(ZIPPED, _zip),
        **dict.fromkeys(OLE_BASED, _ole),
        Format.XML: _xml,
        Format.HTML: _html,
        Format.EML: _mail,
        Format.RTF: _rtf,
        Format.POSTSCRIPT: _postscript,
        Format.SEVENZIP: _seven_zip,
        Format.TAR: _tar,
        **pictures.RULES,
    }
)

__all__ = ["Ending", "ends"]
