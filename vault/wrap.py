"""Key pairs, and keys wrapped to them: HPKE with X25519, HKDF-SHA256 and AES-256-GCM (RFC 9180, base mode)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from vault.octets import key_id

SUITE_X25519: Final = 1
"""The suite number in envelopes (docs/vault-format.md §5.2)."""
WRAPPED_SIZE: Final = 32 + 32 + 16
"""Encapsulated key, object key, tag."""
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CannotUnwrap(ValueError):
    """The wrapped key is not for this key and purpose, or was changed."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of an X25519 key pair that keys are wrapped to."""

    id: str
    octets: bytes = field(repr=False)

    def wrap(self, secret: bytes, info: bytes) -> bytes:
        """Return ``secret`` wrapped so that only the private half, naming the same ``info``, unwraps it."""
        return _SUITE.encrypt(secret, _public(self.octets), info)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An X25519 key pair."""

    public: PublicKey
    octets: bytes = field(repr=False)

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """Return what was wrapped to this key for ``info``.

        Raises:
            CannotUnwrap: it was not, or not for that.
        """
        try:
            return _SUITE.decrypt(wrapped, _private(self.octets), info)
        except (InvalidTag, ValueError) as error:
            raise CannotUnwrap(self.public.id) from error


# Making a key object anew for each of 100,000 envelopes costs as much as using it.
@lru_cache(maxsize=64)
def _private(octets: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(octets)


@lru_cache(maxsize=256)
def _public(octets: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(octets)


def public_key(use: str, octets: bytes) -> PublicKey:
    """Return the public key of 32 bytes made for ``use``.

    Raises:
        ValueError: not 32 bytes.
    """
    if len(octets) != 32:
        raise ValueError("an X25519 key has 32 bytes")
    return PublicKey(key_id(use, octets), octets)


def private_key(use: str, octets: bytes) -> PrivateKey:
    """Return the key pair whose private half is these 32 bytes.

    Raises:
        ValueError: not 32 bytes.
    """
    pair = X25519PrivateKey.from_private_bytes(octets)
    return PrivateKey(public_key(use, pair.public_key().public_bytes_raw()), octets)


def new_private_key(use: str) -> PrivateKey:
    """Make a fresh key pair for ``use``."""
    return private_key(use, X25519PrivateKey.generate().private_bytes_raw())


@dataclass(frozen=True, slots=True)
class Keyring:
    """Private keys by id: what a person, or the archive itself, can unwrap with."""

    keys: Mapping[str, PrivateKey] = field(repr=False)

    def __contains__(self, key_id: str) -> bool:
        return key_id in self.keys

    def __getitem__(self, key_id: str) -> PrivateKey:
        return self.keys[key_id]

    def __or__(self, other: "Keyring") -> "Keyring":
        return Keyring({**self.keys, **other.keys})


def keyring(*keys: PrivateKey) -> Keyring:
    """Return a ring of these keys."""
    return Keyring({key.public.id: key for key in keys})
