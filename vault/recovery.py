"""The recovery code: one line on paper that opens the archive when every passphrase is lost (docs/vault-format.md §7).

160 random bits in Crockford's base32 (no I, L, O, U) and 20 bits of checksum. It exists on paper only. The same bits
can be said as eleven words (proquints, arXiv:0901.4016), for whoever has to read them out or copy them by hand.
"""

import re
import secrets
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import WrongRecoveryCode
from vault.octets import pack
from vault.wrap import PrivateKey, private_key

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LEAD: Final = "JZR1"
"""Names the code and its version."""
_SECRET_BITS: Final = 160
_CHECK_CHARS: Final = 4
_CHARS: Final = _SECRET_BITS // 5 + _CHECK_CHARS
_MISREAD: Final = str.maketrans("OIL", "011")
_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"
_WORD: Final = re.compile(f"[{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}]")
_WORDS: Final = _SECRET_BITS // 16 + 1
"""The last word is the checksum."""


def new_recovery_code() -> str:
    """Make a code: ``JZR1-`` and nine groups of four characters."""
    secret = secrets.randbits(_SECRET_BITS)
    digits = _digits(secret, _SECRET_BITS // 5)
    text = digits + _check(digits)
    return "-".join([LEAD, *(text[at : at + 4] for at in range(0, _CHARS, 4))])


def recovery_words(code: str) -> str:
    """Return a code as eleven words of five letters; ``recovery_key`` takes either.

    Raises:
        WrongRecoveryCode: it is no code.
    """
    secret = _secret(code)
    parts = [secret >> 16 * place & 0xFFFF for place in reversed(range(_WORDS - 1))]
    return " ".join(map(_word, [*parts, _words_check(secret)]))


def recovery_key(code: str) -> PrivateKey:
    """Return the key pair a code, or the words of it, stand for.

    Case, spaces and hyphens do not matter; in a code O is 0, I and L are 1.

    Raises:
        WrongRecoveryCode: a character or word is missing, too many or mistyped.
    """
    secret = _secret(code).to_bytes(_SECRET_BITS // 8, "big")
    # 160 bits need no stretching: HKDF only gives them the length and the purpose of an X25519 key.
    octets = HKDF(algorithm=SHA256(), length=32, salt=None, info=pack("juanzong recovery code 1")).derive(secret)
    return private_key("recovery", octets)


def _secret(code: str) -> int:
    words = re.findall("[a-z]+", code.casefold())
    if len(words) == _WORDS and all(map(_WORD.fullmatch, words)):
        return _secret_of_words(words)
    typed = "".join(char for char in code.upper() if char.isalnum())
    typed = typed.translate(_MISREAD).removeprefix(LEAD)
    digits, check = typed[:-_CHECK_CHARS], typed[-_CHECK_CHARS:]
    if len(typed) != _CHARS or any(char not in ALPHABET for char in typed) or check != _check(digits):
        raise WrongRecoveryCode
    number = 0
    for char in digits:
        number = number * 32 + ALPHABET.index(char)
    return number


def _secret_of_words(words: list[str]) -> int:
    numbers = [_number(word) for word in words]
    secret = 0
    for number in numbers[:-1]:
        secret = secret << 16 | number
    if numbers[-1] != _words_check(secret):
        raise WrongRecoveryCode
    return secret


def _words_check(secret: int) -> int:
    octets = secret.to_bytes(_SECRET_BITS // 8, "big")
    return int.from_bytes(sha256(pack("juanzong recovery words 1", octets)).digest()[:2], "big")


def _word(number: int) -> str:
    first, third, fifth = (_CONSONANTS[number >> shift & 15] for shift in (12, 6, 0))
    return first + _VOWELS[number >> 10 & 3] + third + _VOWELS[number >> 4 & 3] + fifth


def _number(word: str) -> int:
    first, third, fifth = (_CONSONANTS.index(word[place]) for place in (0, 2, 4))
    return first << 12 | _VOWELS.index(word[1]) << 10 | third << 6 | _VOWELS.index(word[3]) << 4 | fifth


def _check(digits: str) -> str:
    return _digits(int.from_bytes(sha256(pack("juanzong recovery check 1", digits)).digest()[:3], "big") >> 4, 4)


def _digits(number: int, count: int) -> str:
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(count)))
