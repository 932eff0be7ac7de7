"""Seal the small texts that a database on another machine keeps, and hide the words it finds them by.

One 256-bit key for each level gives two: one seals (AES-256-GCM, a random nonce for each text: NIST SP 800-38D §8.3
allows 2³² of them under one key), the other makes a word a number that means nothing without it (BLAKE2b, keyed).
"""

import secrets
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_SIZE: Final = 12
WORD_SIZE: Final = 6
"""Octets of a hidden word: among a million different words two look alike with a chance of one in 500."""
_REMEMBERED: Final = 1 << 17


class Changed(ValueError):
    """A sealed text is not what was written, or not where it was written."""


class ShelfKey:
    """What one level's shelf in a database is sealed by."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derived(key, b"juanzong text"))
        words = _derived(key, b"juanzong words")

        @lru_cache(maxsize=_REMEMBERED)
        def hidden(word: str) -> str:
            octets = blake2b(word.encode("utf-8", "surrogatepass"), key=words, digest_size=WORD_SIZE).digest()
            return urlsafe_b64encode(octets).decode()

        self._hidden = hidden

    def seal(self, octets: bytes, about: str) -> bytes:
        """Return a text sealed; ``about`` is where it belongs, and it opens there only."""
        nonce = secrets.token_bytes(NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, octets, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed.

        Raises:
            Changed: it was changed, belongs elsewhere, or another key sealed it.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise Changed(about) from error

    def hide(self, word: str) -> str:
        """Return the number that stands for a word, the same for the same word: ``WORD_SIZE`` octets in base64url."""
        return self._hidden(word)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return blake2b(key=key, person=purpose.ljust(16, b"\0")[:16], digest_size=32).digest()
