"""Office files under a password are told from damaged ones in each format; nothing else is taken for one."""

import io
import random
import struct
import zipfile

import pytest

from ocr.digital.office_locks import is_under_a_password
from ocr.formats import Format, sniff_bytes
from ocr.reader import Reader


def ole(name: str, stream: bytes, more: bytes = b"") -> bytes:
    """Return an OLE compound file with one stream (MS-CFB)."""
    stream = stream.ljust(4096, b"\0")
    directory = b""
    for number, (entry, kind, start, size) in enumerate((("Root Entry", 5, 0xFFFFFFFE, 0), (name, 2, 2, len(stream)))):
        octets = entry.encode("utf-16-le")
        directory += octets.ljust(64, b"\0") + struct.pack("<HBB", len(octets) + 2, kind, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF if number else 1) + bytes(36)
        directory += struct.pack("<IQ", start, size)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    return (head + b"\xff" * 432)[:512] + struct.pack("<128I", *table) + directory.ljust(512, b"\0") + stream + more


def odf(manifest: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        package.writestr("content.xml", b"\x93" * 200)
        package.writestr("META-INF/manifest.xml", manifest)
    return target.getvalue()


def word(flags: int) -> bytes:
    return struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, flags)


BOF = struct.pack("<HHHH", 0x0809, 4, 0x0600, 5)
FILEPASS = struct.pack("<HHHH", 0x002F, 4, 1, 1)
CURRENT_USER = struct.pack("<HHIIIII", 0, 0xFF6, 0x1C, 0x14, 0, 0, 0)
UNDER_A_PASSWORD = {
    Format.DOC: ole("WordDocument", word(0x0100)),
    Format.XLS: ole("Workbook", BOF + struct.pack("<HH", 0x0086, 0) + FILEPASS),
    Format.PPT: ole("PowerPoint Document", b"SPECIMEN", struct.pack("<II", 0x14, 0xF3D1C4DF)),
    Format.ODT: odf(b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"),
}
OPEN = {
    Format.DOC: ole("WordDocument", word(0x0200)),
    Format.XLS: ole("Workbook", BOF + struct.pack("<HH", 0x00E1, 0)),
    Format.PPT: ole("PowerPoint Document", b"SPECIMEN", struct.pack("<II", 0x14, 0xE391C05F)),
    Format.ODT: odf(b"<manifest:manifest/>"),
}


@pytest.mark.parametrize("kind", UNDER_A_PASSWORD)
def test_each_format(kind: Format) -> None:
    """The one under a password is known; the open one is not taken for it, nor is any part or change of either."""
    for content, locked in ((UNDER_A_PASSWORD[kind], True), (OPEN[kind], False)):
        assert sniff_bytes(content) is kind
        assert is_under_a_password(content, kind) is locked
    chance, content = random.Random(7), OPEN[kind]
    for cut in [*range(0, len(content), 97), len(content) - 1]:
        assert not is_under_a_password(content[:cut], kind)
    for _ in range(200):
        spoilt = bytearray(UNDER_A_PASSWORD[kind])
        for _ in range(20):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        is_under_a_password(bytes(spoilt), kind)


def test_reading_them(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are locked, not damaged and not for LibreOffice to read; a password given says what to do instead."""
    monkeypatch.setenv("PATH", "")
    package = ole("EncryptedPackage", b"SPECIMEN")
    for content in (*UNDER_A_PASSWORD.values(), package):
        first, second = reader.read(content), reader.read(content, password="open")
        assert (first.error, first.locked) == ("ocr.locked", True)
        assert (second.error, second.locked) == ("ocr.office_stays_locked", False)
    assert {reader.read(content).error for content in OPEN.values()} <= {"ocr.needs_libreoffice", "ocr.damaged"}
