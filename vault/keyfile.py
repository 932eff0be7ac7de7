"""Secrets at rest: a passphrase stretched by Argon2id opens one AES-256-GCM box (docs/vault-format.md §6)."""

import os
import secrets
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault.errors import KeysDamaged, KeysMissing, KeysOpen, WrongPassphrase
from vault.octets import Cursor, Malformed, Writer

MAGIC: Final = b"JZBOX"
VERSION: Final = 1
SALT_SIZE: Final = 16
NONCE_SIZE: Final = 12
MOST_BYTES: Final = 16 * 1024 * 1024
"""No key file is larger; more is not read."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106)."""

    memory_kib: int
    passes: int
    lanes: int


PRODUCTION: Final = Cost(memory_kib=256 * 1024, passes=3, lanes=4)
"""About a second of one core and 256 MiB for every guess."""
FAST: Final = Cost(memory_kib=64, passes=1, lanes=1)
"""For tests only: it makes guessing cheap."""
CAP: Final = Cost(memory_kib=1024 * 1024, passes=16, lanes=16)
"""A file that asks for more than this is not obeyed: it would only stop the machine (docs/threat-model.md G9)."""


@dataclass(frozen=True, slots=True)
class BoxKey:
    """A stretched passphrase, with what it was stretched by: seals again without asking again."""

    purpose: str
    cost: Cost
    salt: bytes
    octets: bytes = field(repr=False)

    def seal(self, secret: bytes) -> bytes:
        """Return the bytes of a file that holds ``secret``."""
        nonce = secrets.token_bytes(NONCE_SIZE)
        header = self._header(nonce)
        return header + AESGCM(self.octets).encrypt(nonce, secret, header)

    def _header(self, nonce: bytes) -> bytes:
        writer = Writer().fixed(MAGIC).number(VERSION, 1).text(self.purpose)
        writer.number(self.cost.memory_kib, 4).number(self.cost.passes, 4).number(self.cost.lanes, 1)
        return writer.fixed(self.salt).fixed(nonce).done()


def box_key(purpose: str, passphrase: str, cost: Cost = PRODUCTION) -> BoxKey:
    """Stretch ``passphrase`` with a fresh salt, for files of ``purpose``."""
    salt = secrets.token_bytes(SALT_SIZE)
    return BoxKey(purpose, cost, salt, _stretch(passphrase, salt, cost))


def open_box(octets: bytes, purpose: str, passphrase: str, *, path: Path | str) -> tuple[bytes, BoxKey]:
    """Return the secret in a file's bytes, and the key to seal it again; ``path`` names the file in errors.

    Raises:
        WrongPassphrase: the passphrase does not open it, or the file was changed: the two look alike.
        KeysDamaged: these bytes are no such file.
    """
    try:
        cost, salt, nonce, header = _parse_header(octets, purpose)
    except Malformed as error:
        raise KeysDamaged(path=path) from error
    key = BoxKey(purpose, cost, salt, _stretch(passphrase, salt, cost))
    try:
        return AESGCM(key.octets).decrypt(nonce, octets[len(header) :], header), key
    except InvalidTag as error:
        raise WrongPassphrase(path=path) from error


def read_key_file(path: Path, *, secret: bool) -> bytes:
    """Return the bytes of a key file, which only its owner may change and, when ``secret``, read.

    Raises:
        KeysMissing: it is not there.
        KeysOpen: other accounts can use it, or change the folder it is in.
        KeysDamaged: it is no plain file, or far too large.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError as error:
        raise KeysMissing(path=path) from error
    except OSError as error:
        raise KeysDamaged(path=path) from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            raise KeysDamaged(path=path)
        _check_owner_only(path, status.st_mode, forbidden=0o077 if secret else 0o022)
        _check_owner_only(path.parent, path.parent.stat().st_mode, forbidden=0o077 if secret else 0o022)
        return file.read(MOST_BYTES)


def _parse_header(octets: bytes, purpose: str) -> tuple[Cost, bytes, bytes, bytes]:
    cursor = Cursor(octets)
    if cursor.fixed(len(MAGIC)) != MAGIC or cursor.number(1) != VERSION or cursor.text() != purpose:
        raise Malformed("not such a file")
    cost = Cost(cursor.number(4), cursor.number(4), cursor.number(1))
    salt, nonce = cursor.fixed(SALT_SIZE), cursor.fixed(NONCE_SIZE)
    within = cost.memory_kib <= CAP.memory_kib and cost.passes <= CAP.passes and cost.lanes <= CAP.lanes
    # RFC 9106 wants 8 KiB a lane at least.
    if not within or cost.memory_kib < 8 * cost.lanes or cost.passes < 1 or cost.lanes < 1:
        raise Malformed("cost out of range")
    return cost, salt, nonce, cursor.before()


def _check_owner_only(path: Path, mode: int, *, forbidden: int) -> None:
    # Windows keeps no such bits: there the folder's access list is the owner's concern (docs/threat-model.md §4).
    if os.name != "nt" and mode & forbidden:
        raise KeysOpen(path=path, mode=oct(stat.S_IMODE(mode)))


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # NFC as RFC 8265 asks: the same characters typed on another system must give the same bytes.
    octets = unicodedata.normalize("NFC", passphrase).encode()
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(octets)
