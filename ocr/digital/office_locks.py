"""Tell an Office file that is under a password from one that is damaged, where no program here can open it.

Word: fEncrypted in the file information block (MS-DOC 2.5.2). Excel: a FILEPASS record among the first of the workbook
(MS-XLS 2.4.117). PowerPoint: the header token of the current user (MS-PPT 2.3.2). OpenDocument: encryption data in the
manifest (ODF 1.2 part 3, 4.8.3).
"""

import struct
from typing import Final

from ocr.digital.packed import Package, PackageFailed
from ocr.formats import Format

_ENTRY_BYTES: Final = 128
_MOST_RECORDS: Final = 40
_BOF: Final = 0x0809
_FILEPASS: Final = 0x002F
_WORD: Final = 0xA5EC
_WORD_LOCKED: Final = 0x0100
_CURRENT_USER_LOCKED: Final = struct.pack("<II", 0x14, 0xF3D1C4DF)
_MANIFEST: Final = "META-INF/manifest.xml"
_ODF: Final = frozenset({Format.ODT, Format.ODS, Format.ODP})


def is_under_a_password(content: bytes, kind: Format) -> bool:
    """Tell whether an Office file says of itself that it is encrypted."""
    if kind in _ODF:
        return _odf_is_locked(content)
    if kind is Format.DOC:
        start = _stream(content, "WordDocument")
        return start[:2] == struct.pack("<H", _WORD) and bool(_word(start, 10) & _WORD_LOCKED)
    if kind is Format.XLS:
        return _has_filepass(_stream(content, "Workbook") or _stream(content, "Book"))
    return kind is Format.PPT and _CURRENT_USER_LOCKED in content


def _odf_is_locked(content: bytes) -> bool:
    try:
        return b"encryption-data" in Package(content).read(_MANIFEST)
    except (PackageFailed, KeyError):
        return False


def _stream(content: bytes, name: str) -> bytes:
    """Return the first sector of a stream of an OLE compound file (MS-CFB 2.6), empty where it is not there.

    Only streams of 4,096 bytes and more lie in sectors of their own; those looked for here do.
    """
    if len(content) < 512:
        return b""
    sector = 1 << min(_word(content, 30), 16)
    encoded = name.encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + struct.pack("<HB", len(encoded) + 2, 2)
    at = content.find(entry)
    if at < 0 or len(content) < at + _ENTRY_BYTES:
        return b""
    (first,) = struct.unpack_from("<I", content, at + 116)
    return content[(first + 1) * sector : (first + 2) * sector]


def _has_filepass(stream: bytes) -> bool:
    at = 0
    for number in range(_MOST_RECORDS):
        if at + 4 > len(stream):
            return False
        kind, size = struct.unpack_from("<HH", stream, at)
        if number == 0 and kind != _BOF:
            return False
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _word(octets: bytes, at: int) -> int:
    return int.from_bytes(octets[at : at + 2], "little")
