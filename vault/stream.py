"""AES-256-GCM-HKDF streaming: Tink's published wire format with 1 MiB segments (docs/vault-format.md §4).

The format is Tink's ``AES256_GCM_HKDF_1MB`` (https://developers.google.com/tink/streaming-aead); it is written out here
because it needs nothing but ``cryptography``. Each segment is authenticated by itself, with its place and whether
it is the last in its nonce: cutting, swapping, dropping, repeating and appending all show.
"""

import secrets
from collections.abc import Iterable, Iterator
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
    incoming = iter(pieces)
    held = bytearray()
    while len(held) < HEADER_SIZE:
        piece = next(incoming, None)
        if piece is None:
            raise Broken("shorter than a header")
        held += piece
    if held[0] != HEADER_SIZE:
        raise Broken("unknown header")
    salt, prefix = bytes(held[1 : 1 + SALT_SIZE]), bytes(held[1 + SALT_SIZE : HEADER_SIZE])
    del held[:HEADER_SIZE]
    cipher = _segment_cipher(key, salt, aad)
    number, length = 0, SEGMENT_SIZE - HEADER_SIZE
    while True:
        # Only a segment that something follows may be opened as "not the last".
        while len(held) > length:
            segment = bytes(memoryview(held)[:length])
            del held[:length]
            yield _open_segment(cipher, _nonce(prefix, number, last=False), segment)
            number, length = number + 1, SEGMENT_SIZE
        piece = next(incoming, None)
        if piece is None:
            break
        held += piece
    yield _open_segment(cipher, _nonce(prefix, number, last=True), bytes(held))


def _segment_cipher(key: bytes, salt: bytes, aad: bytes) -> AESGCM:
    if len(key) != KEY_SIZE:
        raise ValueError("an object key has 32 bytes")
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=aad).derive(key))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _open_segment(cipher: AESGCM, nonce: bytes, segment: bytes) -> bytes:
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
