"""Find a text in any file below some folders, however a careless program may have written it."""

import base64
import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030", "big5")
ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
RAW_UP_TO = 32 * 1024
"""Raw deflate has no mark to look for: it is tried at every byte of files up to this size, and after ZIP headers."""
MOST = 64 * 1024 * 1024


def forms(texts: Sequence[str]) -> list[bytes]:
    """Return the bytes by which a file would show one of these texts."""
    found: set[bytes] = set()
    for text in texts:
        for encoding in ENCODINGS:
            for spelt in {text, text.lower(), text.upper(), " ".join(text)}:
                try:
                    octets = spelt.encode(encoding)
                except UnicodeEncodeError:
                    continue
                found.add(octets)
                found.add(octets.hex().encode())
                # The whole three-byte groups inside each of the three places base64 may begin at.
                found |= {base64.b64encode(octets[at : at + (len(octets) - at) // 3 * 3]) for at in range(3)}
        found.add(text.encode("unicode_escape"))
    return [one for one in found if len(one) >= 8]


def holding(folders: Iterable[Path], texts: Sequence[str], *, skip: Sequence[Path] = ()) -> tuple[list[str], int]:
    """Return where a text shows, and how many files were looked at; names of files and folders count as well."""
    wanted, shown, files = forms(texts), list[str](), 0
    for path in _files(folders, skip):
        files += 1
        if any(one in os.fsencode(path) for one in wanted):
            shown.append(f"{path}: its name")
        octets = path.read_bytes()
        shown += [f"{path}: {how}" for how, found in _readings(octets) if any(one in found for one in wanted)]
    return shown, files


def _files(folders: Iterable[Path], skip: Sequence[Path]) -> Iterator[Path]:
    for top in folders:
        for folder, names, files in os.walk(top):
            here = Path(folder)
            names[:] = [name for name in names if here / name not in skip]
            yield from (here / name for name in files if (here / name).is_file() and not (here / name).is_symlink())


def _readings(octets: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield a file's bytes, and what comes out of every compressed stream found in them."""
    yield "as it is", octets
    if depth > 2:
        return
    for how, found in _inflated(octets, depth):
        for inner, more in _readings(found, depth + 1):
            yield f"{how}, {inner}", more


def _inflated(octets: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    for head in ZLIB_HEADS:
        for at in _places(octets, head):
            yield from _tried("zlib", at, octets, zlib.decompressobj())
    for at in _places(octets, b"\x1f\x8b\x08"):
        yield from _tried("gzip", at, octets, zlib.decompressobj(31))
    for at in _places(octets, b"BZh"):
        yield from _tried("bzip2", at, octets, bz2.BZ2Decompressor())
    for at in _places(octets, b"\xfd7zXZ\0"):
        yield from _tried("xz", at, octets, lzma.LZMADecompressor())
    for at in _places(octets, b"PK\x03\x04"):
        start = (
            at
            + 30
            + int.from_bytes(octets[at + 26 : at + 28], "little")
            + int.from_bytes(octets[at + 28 : at + 30], "little")
        )
        yield from _tried("zip member", start, octets, zlib.decompressobj(-15))
    if len(octets) <= RAW_UP_TO and not depth:
        for at in range(len(octets)):
            yield from _tried("deflate", at, octets, zlib.decompressobj(-15))


def _tried(
    how: str, at: int, octets: bytes, stream: "zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor"
) -> Iterator[tuple[str, bytes]]:
    out = b""
    try:
        out = stream.decompress(octets[at : at + MOST], MOST)
    except (zlib.error, OSError, lzma.LZMAError):
        return
    if len(out) >= 8:
        yield f"{how} at {at}", out


def _places(octets: bytes, head: bytes) -> Iterator[int]:
    at = octets.find(head)
    while at >= 0:
        yield at
        at = octets.find(head, at + 1)


def hiding_places(text: str) -> dict[str, bytes]:
    """Return a text hidden in every way ``holding`` must see through: for the test of the test."""
    plain = b"noise " * 50 + text.encode() + b" noise" * 50
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    return {
        "plain": plain,
        "utf16": text.encode("utf-16-le"),
        "utf16be": b"\0" + text.encode("utf-16-be"),
        "gb18030": text.encode("gb18030"),
        "zlib": b"\x00\x01head" + zlib.compress(plain) + b"tail",
        "gzip": b"head" + gzip.compress(plain),
        "deflate": b"\x07\x07" + raw.compress(plain) + raw.flush(),
        "base64": b"x" + base64.b64encode(b"ab" + plain),
        "twice": zlib.compress(b"x" + gzip.compress(plain)),
        "utf16 packed": zlib.compress(("n" * 99 + text).encode("utf-16-be")),
    }
