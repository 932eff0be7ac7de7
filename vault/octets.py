"""Bytes of our own formats, written and read one way only (docs/vault-format.md §2).

Numbers are unsigned and big-endian. Whatever an attacker may choose (a length, a count) has a cap, and nothing may
follow the last field.
"""

import base64
from hashlib import sha256
from typing import Final

KEY_ID_LENGTH: Final = 26


class Malformed(ValueError):
    """Bytes that no version of ours ever wrote."""


def pack(*fields: str | bytes) -> bytes:
    """Join fields so that no two different lists give the same bytes: each is led by its length as u32."""
    out = bytearray()
    for field in fields:
        octets = field.encode() if isinstance(field, str) else field
        out += len(octets).to_bytes(4, "big")
        out += octets
    return bytes(out)


def base32(octets: bytes) -> str:
    """Return RFC 4648 base32 in lower case without padding: safe in file names and object names."""
    return base64.b32encode(octets).decode("ascii").rstrip("=").lower()


def key_id(use: str, public: bytes) -> str:
    """Return the id of a public key: 128 bits of a hash over its use and its 32 bytes (docs/vault-format.md §2.4)."""
    return base32(sha256(pack("juanzong key id 1", use, public)).digest()[:16])


class Writer:
    """Puts fields one after the other."""

    def __init__(self) -> None:
        self._out = bytearray()

    def number(self, value: int, width: int) -> "Writer":
        """Add an unsigned number of ``width`` bytes."""
        self._out += value.to_bytes(width, "big")
        return self

    def fixed(self, octets: bytes) -> "Writer":
        """Add bytes whose length the format knows."""
        self._out += octets
        return self

    def blob(self, octets: bytes, width: int = 2) -> "Writer":
        """Add bytes led by their length, a number of ``width`` bytes."""
        return self.number(len(octets), width).fixed(octets)

    def text(self, text: str) -> "Writer":
        """Add UTF-8 text of at most 255 bytes led by its length in one byte."""
        return self.blob(text.encode(), 1)

    def done(self) -> bytes:
        """Return what was written so far."""
        return bytes(self._out)


class Cursor:
    """Takes fields one after the other and refuses what a Writer would not have written."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self.at = 0

    def fixed(self, length: int) -> bytes:
        """Take ``length`` bytes.

        Raises:
            Malformed: fewer are left.
        """
        end = self.at + length
        if end > len(self._octets):
            raise Malformed("cut short")
        taken = self._octets[self.at : end]
        self.at = end
        return taken

    def number(self, width: int) -> int:
        """Take an unsigned number of ``width`` bytes."""
        return int.from_bytes(self.fixed(width), "big")

    def blob(self, width: int = 2, *, most: int = 65535) -> bytes:
        """Take bytes led by their length, which may be at most ``most``.

        Raises:
            Malformed: longer than that, or cut short.
        """
        length = self.number(width)
        if length > most:
            raise Malformed("too long")
        return self.fixed(length)

    def text(self) -> str:
        """Take UTF-8 text led by its length in one byte.

        Raises:
            Malformed: not UTF-8, or with control characters.
        """
        try:
            text = self.blob(1).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("not UTF-8") from error
        if any(ord(char) < 32 or ord(char) == 127 for char in text):
            raise Malformed("control character")
        return text

    def before(self) -> bytes:
        """Return everything already taken: what a signature that follows is over."""
        return self._octets[: self.at]

    def end(self) -> None:
        """Raise Malformed when anything is left."""
        if self.at != len(self._octets):
            raise Malformed("trailing bytes")
