"""The keys of an archive: made once, kept sealed under a passphrase, public halves in the open."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vault.keyfile import PRODUCTION, Cost
from vault.levels import Level


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What anyone may know of an archive's keys: enough to seal to it and to check what it signed."""

    archive: str

    def verify_audit(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the archive's audit key signed ``message``."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything the passphrase opens."""

    public: PublicKeys

    def index_key(self, level: Level = Level.ORDINARY) -> bytes:
        """Return the raw 256-bit key of the level's index file."""
        raise NotImplementedError

    def digest(self, content: BinaryIO | bytes) -> str:
        """Return the keyed digest (HMAC-SHA256, hex) by which the same bytes are known again."""
        raise NotImplementedError

    def sign_audit(self, message: bytes) -> bytes:
        """Return the audit key's Ed25519 signature (64 bytes) over ``message``."""
        raise NotImplementedError


def create_keys(home: Path, passphrase: str, *, cost: Cost = PRODUCTION) -> str:
    """Make all keys of a new archive under ``home/keys`` and return the recovery code, which is kept nowhere.

    Raises:
        WeakPassphrase: the passphrase is too easy to guess.
        KeysExist: ``home`` has keys already.
    """
    raise NotImplementedError


def has_keys(home: Path) -> bool:
    """Tell whether ``home`` holds the keys of an archive."""
    raise NotImplementedError


def public_keys(home: Path) -> PublicKeys:
    """Return the public keys of the archive at ``home``; needs no passphrase.

    Raises:
        KeysMissing, KeysDamaged, KeysOpen: the files are not as they must be.
    """
    raise NotImplementedError


def unlock(home: Path, passphrase: str) -> Keys:
    """Open the keys of the archive at ``home``.

    Raises:
        WrongPassphrase: the passphrase does not open them.
        KeysMissing, KeysDamaged, KeysOpen: the files are not as they must be.
    """
    raise NotImplementedError


def change_passphrase(home: Path, old: str, new: str, *, cost: Cost = PRODUCTION) -> None:
    """Seal the same keys under a new passphrase.

    Raises:
        WrongPassphrase, WeakPassphrase, KeysMissing, KeysDamaged, KeysOpen
    """
    raise NotImplementedError


def recover(home: Path, code: str, passphrase: str, *, cost: Cost = PRODUCTION) -> None:
    """Open the keys at ``home`` (an archive's home or a restored backup) with the recovery code, set a new passphrase.

    Raises:
        WrongRecoveryCode: the code is mistyped or another archive's.
        WeakPassphrase, KeysMissing, KeysDamaged, KeysOpen
    """
    raise NotImplementedError
