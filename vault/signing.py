"""Signatures: Ed25519 (RFC 8032), each over a purpose and a message, so that none passes for another."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vault.octets import key_id, pack

SIGNATURE_SIZE: Final = 64


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """The half of an Ed25519 key pair that signatures are checked with."""

    id: str
    octets: bytes = field(repr=False)

    def verifies(self, signature: bytes, purpose: str, message: bytes) -> bool:
        """Tell whether the private half signed ``message`` for ``purpose``."""
        return self.verifies_raw(signature, pack(purpose, message))

    def verifies_raw(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the private half signed exactly these bytes, with no purpose around them."""
        try:
            _public(self.octets).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair, made from a 32-byte seed."""

    public: VerifyKey
    seed: bytes = field(repr=False)

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Return the 64-byte signature over ``message`` for ``purpose``."""
        return self.sign_raw(pack(purpose, message))

    def sign_raw(self, message: bytes) -> bytes:
        """Return the 64-byte signature over exactly these bytes."""
        return _private(self.seed).sign(message)


# Making a key object anew for each of 100,000 envelopes costs as much as using it.
@lru_cache(maxsize=64)
def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=256)
def _public(octets: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(octets)


def verify_key(use: str, octets: bytes) -> VerifyKey:
    """Return the public key of 32 bytes made for ``use``.

    Raises:
        ValueError: not 32 bytes.
    """
    if len(octets) != 32:
        raise ValueError("an Ed25519 key has 32 bytes")
    return VerifyKey(key_id(use, octets), octets)


def signing_key(use: str, seed: bytes) -> SigningKey:
    """Return the key pair of a 32-byte seed.

    Raises:
        ValueError: not 32 bytes.
    """
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return SigningKey(verify_key(use, public), seed)


def new_signing_key(use: str) -> SigningKey:
    """Make a fresh key pair for ``use``."""
    return signing_key(use, Ed25519PrivateKey.generate().private_bytes_raw())
