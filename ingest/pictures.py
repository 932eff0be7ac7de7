"""How the files of each picture format end."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from ingest.spans import TAIL_BYTES, Ending, Span
from ocr.formats import Format

MOST_PAGES: Final = 20_000
MOST_STEPS: Final = 200_000
"""Chunks, blocks or boxes walked before a file is judged by quiet alone."""
LONGEST_SEARCH_BYTES: Final = 32 << 20
_PIECE_BYTES: Final = 1 << 20
_MOST_LISTED: Final = 65536
_VALUE_BYTES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8, 17: 8, 18: 8}
"""TIFF field types and how many bytes one value takes."""


def _ended(whole: bool) -> Ending:
    return Ending.ENDED if whole else Ending.OPEN


def _png(span: Span) -> Ending:
    """Walk the chunks to IEND (W3C PNG, 5.3)."""
    if b"IEND\xaeB`\x82" in span.tail(1024):
        return Ending.ENDED
    at = 8
    for _ in range(MOST_STEPS):
        head = span.at(at, 8)
        if len(head) < 8:
            return Ending.OPEN
        at += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return _ended(at <= span.size)
    return Ending.SHAPELESS


def _jpeg(span: Span) -> Ending:
    """Find EOI behind the first start of scan; in scan data FF D9 occurs as EOI only (ITU-T T.81, B.1.1.2)."""
    at = 2
    for _ in range(MOST_STEPS):
        head = span.at(at, 4)
        if len(head) < 4 or head[0] != 0xFF:
            return Ending.OPEN if len(head) < 4 else _has(span, b"\xff\xd9", at)
        if head[1] == 0xFF:  # a fill byte before the marker
            at += 1
        elif head[1] == 0x01 or 0xD0 <= head[1] <= 0xD8:
            at += 2
        elif head[1] == 0xD9:
            return Ending.ENDED
        elif head[1] == 0xDA:
            return _has(span, b"\xff\xd9", at + 2)
        else:
            at += 2 + max(int.from_bytes(head[2:4], "big"), 2)
    return Ending.SHAPELESS


def _has(span: Span, mark: bytes, start: int) -> Ending:
    """Look for ``mark`` from ``start`` on: first near the end, then from the front, a piece at a time."""
    near = max(start, span.size - TAIL_BYTES)
    if mark in span.at(near, span.size - near):
        return Ending.ENDED
    stop = min(span.size, start + LONGEST_SEARCH_BYTES)
    for at in range(start, stop, _PIECE_BYTES):
        if mark in span.at(at, _PIECE_BYTES + len(mark)):
            return Ending.ENDED
    return Ending.OPEN


def _gif(span: Span) -> Ending:
    """Walk the blocks to the trailer (GIF89a specification, 27)."""
    screen = span.at(0, 13)
    if len(screen) < 13:
        return Ending.OPEN
    at = 13 + _colour_table_bytes(screen[10])
    while span.reads < MOST_STEPS:
        kind = span.at(at, 1)
        if not kind:
            return Ending.OPEN
        if kind == b"\x3b":
            return Ending.ENDED
        if kind == b"\x21":
            at += 2
        elif kind == b"\x2c":
            described = span.at(at, 10)
            if len(described) < 10:
                return Ending.OPEN
            at += 11 + _colour_table_bytes(described[9])
        else:
            return _ended(span.tail(1) == b"\x3b")  # damaged: nothing to go by but the last byte
        for length in _sub_blocks(span, at):
            at += 1 + length
    return Ending.SHAPELESS


def _colour_table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _sub_blocks(span: Span, at: int) -> Iterator[int]:
    while span.reads < MOST_STEPS:
        length = span.at(at, 1)
        if not length:
            return
        yield length[0]
        if length == b"\x00":
            return
        at += 1 + length[0]


def _tiff(span: Span) -> Ending:
    """Walk the directories (TIFF 6.0 section 2; BigTIFF): each, and the pixels it points to, inside the file."""
    head = span.at(0, 16)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    big = int.from_bytes(head[2:4], order) == 43
    count_bytes, entry_bytes, offset_bytes = (8, 20, 8) if big else (2, 12, 4)
    at = int.from_bytes(head[8:16] if big else head[4:8], order)
    seen: set[int] = set()
    read = 0
    while at and at not in seen and len(seen) < MOST_PAGES and read < LONGEST_SEARCH_BYTES:
        seen.add(at)
        count = int.from_bytes(span.at(at, count_bytes), order)
        entries = span.at(at + count_bytes, count * entry_bytes + offset_bytes) if count <= _MOST_LISTED else b""
        if count == 0 or len(entries) < count * entry_bytes + offset_bytes:
            return Ending.OPEN
        listed = entries[:-offset_bytes]
        pixels, more = _furthest_pixel(span, listed, order, big=big)
        if max(_furthest_value(listed, order, big=big), pixels) > span.size:
            return Ending.OPEN
        read += len(entries) + more
        at = int.from_bytes(entries[-offset_bytes:], order)
    return _ended(bool(seen))  # the header says 0 until the first directory is written


def _furthest_value(entries: bytes, order: Literal["little", "big"], *, big: bool) -> int:
    """Return where the last value that does not fit into its entry would end."""
    step, room = (20, 8) if big else (12, 4)
    furthest = 0
    for at in range(0, len(entries), step):
        count = int.from_bytes(entries[at + 4 : at + 4 + room], order)
        length = count * _VALUE_BYTES.get(int.from_bytes(entries[at + 2 : at + 4], order), 0)
        if length > room:
            furthest = max(furthest, int.from_bytes(entries[at + 4 + room : at + step], order) + length)
    return furthest


def _furthest_pixel(span: Span, entries: bytes, order: Literal["little", "big"], *, big: bool) -> tuple[int, int]:
    """Return where the last strip or tile that a directory lists would end, and how many bytes were read for that."""
    step = 20 if big else 12
    by_tag = {
        int.from_bytes(entries[at : at + 2], order): entries[at : at + step] for at in range(0, len(entries), step)
    }
    furthest = read = 0
    for offsets, lengths in ((273, 279), (324, 325)):  # of strips and of tiles
        if offsets in by_tag and lengths in by_tag:
            starts = _numbers(span, by_tag[offsets], order, big=big)
            sizes = _numbers(span, by_tag[lengths], order, big=big)
            furthest = max([furthest, *(start + size for start, size in zip(starts, sizes, strict=False))])
            read += 8 * (len(starts) + len(sizes))
    return furthest, read


def _numbers(span: Span, entry: bytes, order: Literal["little", "big"], *, big: bool) -> tuple[int, ...]:
    width = {3: 2, 4: 4, 16: 8}.get(int.from_bytes(entry[2:4], order), 0)
    room = 8 if big else 4
    count = min(int.from_bytes(entry[4 : 4 + room], order), _MOST_LISTED)
    value = entry[4 + room :]
    if not width:
        return ()
    data = value if count * width <= room else span.at(int.from_bytes(value, order), count * width)
    return tuple(int.from_bytes(data[at : at + width], order) for at in range(0, min(len(data), count * width), width))


def _webp(span: Span) -> Ending:
    end = int.from_bytes(span.at(4, 4), "little") + 8
    return _ended(end <= span.size and _written_before(span, end))


def _boxes(span: Span) -> Ending:
    """Walk the top-level boxes to the end of the file (ISO/IEC 14496-12, 4.2)."""
    at, kinds = 0, set()
    for _ in range(MOST_STEPS):
        if at == span.size:
            break
        head = span.at(at, 16)
        if len(head) < 8 or head[4:8] == bytes(4):
            break
        length = int.from_bytes(head[:4], "big")
        kinds.add(head[4:8])
        if length == 0:  # to the end of the file
            at = span.size
        else:
            at += int.from_bytes(head[8:16], "big") if length == 1 else length
        if (length == 1 and len(head) < 16) or at > span.size or 1 < length < 8:
            return Ending.OPEN
    return _ended(bool(kinds & {b"mdat", b"jp2c", b"idat"}) and _written_before(span, span.size))


def _jp2(span: Span) -> Ending:
    return _boxes(span) if span.at(4, 4) == b"jP  " else _ended(b"\xff\xd9" in span.tail(64))


def _written_before(span: Span, end: int) -> bool:
    """Tell a file from one whose room was set aside before its bytes came: compressed data does not end in nulls."""
    return any(span.at(max(end - 64, 0), 64))


def _bmp(span: Span) -> Ending:
    head = span.at(0, 34)
    if len(head) < 34:
        return Ending.OPEN
    start = int.from_bytes(head[10:14], "little")
    if int.from_bytes(head[14:18], "little") < 40:
        return _ended(int.from_bytes(head[2:6], "little") <= span.size)
    width, height = (
        int.from_bytes(head[18:22], "little", signed=True),
        int.from_bytes(head[22:26], "little", signed=True),
    )
    bits, packing = int.from_bytes(head[28:30], "little"), int.from_bytes(head[30:34], "little")
    if packing not in {0, 3}:
        return _ended(int.from_bytes(head[2:6], "little") <= span.size)
    row = (abs(width) * bits + 31) // 32 * 4
    return _ended(start + row * abs(height) <= span.size)


RULES: Final[Mapping[Format, Callable[[Span], Ending]]] = MappingProxyType(
    {
        Format.PNG: _png,
        Format.JPEG: _jpeg,
        Format.GIF: _gif,
        Format.TIFF: _tiff,
        Format.WEBP: _webp,
        Format.HEIC: _boxes,
        Format.AVIF: _boxes,
        Format.JP2: _jp2,
        Format.BMP: _bmp,
    }
)
