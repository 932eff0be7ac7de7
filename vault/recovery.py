"""The recovery code: one line on paper that opens the archive when every passphrase is lost (docs/vault-format.md §7).

160 random bits in Crockford's base32 (no I, L, O, U) and 20 bits of checksum. It exists on paper only.
"""

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


def new_recovery_code() -> str:
    """Make a code: ``JZR1-`` and nine groups of four characters."""
    secret = secrets.randbits(_SECRET_BITS)
    digits = _digits(secret, _SECRET_BITS // 5)
    text = digits + _check(digits)
    return "-".join([LEAD, *(text[at : at + 4] for at in range(0, _CHARS, 4))])


def recovery_key(code: str) -> PrivateKey:
    """Return the key pair a code stands for; case, spaces and hyphens do not matter, O is 0, I and L are 1.

    Raises:
        WrongRecoveryCode: a character is missing, too many or mistyped.
    """
    typed = "".join(char for char in code.upper() if char.isalnum())
    typed = typed.translate(_MISREAD).removeprefix(LEAD)
    digits, check = typed[:-_CHECK_CHARS], typed[-_CHECK_CHARS:]
    if len(typed) != _CHARS or any(char not in ALPHABET for char in typed) or check != _check(digits):
        raise WrongRecoveryCode
    number = 0
    for char in digits:
        number = number * 32 + ALPHABET.index(char)
    secret = number.to_bytes(_SECRET_BITS // 8, "big")
    # 160 bits need no stretching: HKDF only gives them the length and the purpose of an X25519 key.
    octets = HKDF(algorithm=SHA256(), length=32, salt=None, info=pack("juanzong recovery code 1")).derive(secret)
    return private_key("recovery", octets)


def _check(digits: str) -> str:
    return _digits(int.from_bytes(sha256(pack("juanzong recovery check 1", digits)).digest()[:3], "big") >> 4, 4)


def _digits(number: int, count: int) -> str:
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(count)))
