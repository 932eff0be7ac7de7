"""AES-256-GCM-HKDF streaming: Tink's published wire format with 1 MiB segments (docs/vault-format.md §4).

The format is Tink's ``AES256_GCM_HKDF_1MB`` (https://developers.google.com/tink/streaming-aead); it is written out here
because it needs nothing but ``cryptography``. Each segment is authenticated by itself, with its place and whether
it is the last in its nonce: cutting, swapping, dropping, repeating and appending all show.
"""

import secrets
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_SIZE: Final = 32
SEGMENT_SIZE: Final = 1024 * 1024
SALT_SIZE: Final = 32
PREFIX_SIZE: Final = 7
HEADER_SIZE: Final = 1 + SALT_SIZE + PREFIX_SIZE
TAG_SIZE: Final = 16
MOST_SEGMENTS: Final = 2**32


class Broken(ValueError):
    """The ciphertext is not what was sealed under this key and associated data."""


def sealed_size(plain_size: int) -> int:
    """Return the size of the ciphertext of ``plain_size`` bytes."""
    room = SEGMENT_SIZE - TAG_SIZE
    segments = max(1, -(-(plain_size + HEADER_SIZE) // room))
    return HEADER_SIZE + plain_size + segments * TAG_SIZE


def seal_stream(source: BinaryIO, key: bytes, aad: bytes) -> Iterator[bytes]:
    """Yield the ciphertext of everything ``source`` holds, segment by segment.

    ``key`` is 32 random bytes used for this one object and never again.
    """
    salt, prefix = secrets.token_bytes(SALT_SIZE), secrets.token_bytes(PREFIX_SIZE)
    header = bytes([HEADER_SIZE]) + salt + prefix
    cipher = _segment_cipher(key, salt, aad)
    yield header
    room = SEGMENT_SIZE - HEADER_SIZE - TAG_SIZE  # the header takes its place out of the first segment
    plain = _read_fully(source, room)
    for number in range(MOST_SEGMENTS):
        # A segment is the last when nothing follows it, so one more is read before this one is sealed.
        room = SEGMENT_SIZE - TAG_SIZE
        following = _read_fully(source, room)
        yield cipher.encrypt(_nonce(prefix, number, last=not following), plain, None)
        if not following:
            return
        plain = following
    raise OverflowError("too large for one object")


def open_stream(pieces: Iterable[bytes], key: bytes, aad: bytes) -> Iterator[bytes]:
    """Yield the plaintext of a ciphertext that comes in pieces of any size, each segment only once it is verified.

    Raises:
        Broken: a segment does not authenticate, or the ciphertext ends where it must not.
    """
    incoming = (memoryview(piece) for piece in pieces if piece)
    header, rest = _take_header(incoming)
    cipher = _segment_cipher(key, header[1 : 1 + SALT_SIZE], aad)
    prefix = header[1 + SALT_SIZE :]
    segments = _segments(chain([rest] if rest else [], incoming))
    segment = next(segments, memoryview(b""))
    number = 0
    # Only a segment that another follows may be opened as "not the last".
    for following in segments:
        yield _open_segment(cipher, _nonce(prefix, number, last=False), segment)
        segment, number = following, number + 1
    yield _open_segment(cipher, _nonce(prefix, number, last=True), segment)


def _segments(pieces: Iterator[memoryview]) -> Iterator[memoryview]:
    """Cut pieces into segments; those that are whole segments, as a local store gives them, are not copied."""
    length = SEGMENT_SIZE - HEADER_SIZE
    parts: list[memoryview] = []
    held = 0
    for piece in pieces:
        parts.append(piece)
        held += len(piece)
        if held < length:
            continue
        whole, at = _joined(parts), 0
        while held - at >= length:
            yield whole[at : at + length]
            at, length = at + length, SEGMENT_SIZE
        held -= at
        parts = [whole[at:]] if held else []
    if held:
        yield _joined(parts)


def _take_header(incoming: Iterator[memoryview]) -> tuple[bytes, memoryview]:
    parts, held = [], 0
    while held < HEADER_SIZE:
        piece = next(incoming, None)
        if piece is None:
            raise Broken("shorter than a header")
        parts.append(piece)
        held += len(piece)
    whole = _joined(parts)
    if whole[0] != HEADER_SIZE:
        raise Broken("unknown header")
    return bytes(whole[:HEADER_SIZE]), whole[HEADER_SIZE:]


def _joined(parts: list[memoryview]) -> memoryview:
    return parts[0] if len(parts) == 1 else memoryview(b"".join(parts))


def _segment_cipher(key: bytes, salt: bytes, aad: bytes) -> AESGCM:
    if len(key) != KEY_SIZE:
        raise ValueError("an object key has 32 bytes")
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=aad).derive(key))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _open_segment(cipher: AESGCM, nonce: bytes, segment: memoryview) -> bytes:
    if len(segment) < TAG_SIZE:
        raise Broken("shorter than a tag")
    try:
        return cipher.decrypt(nonce, segment, None)
    except InvalidTag as error:
        raise Broken("a segment does not authenticate") from error


def _read_fully(source: BinaryIO, size: int) -> bytes:
    """Read ``size`` bytes, fewer only at the end: a raw file or a pipe may give less than it is asked for."""
    first = source.read(size)
    if not first or len(first) == size:
        return first
    parts, missing = [first], size - len(first)
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
