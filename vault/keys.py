"""The keys of an archive: made once, kept sealed under a passphrase, public halves in the open.

Three files under ``home/keys``: ``archive.json`` (public, signed), ``private.box`` (everything, under the passphrase)
and ``recovery.box`` (the same, to the key on paper). ``private.box`` is written first and says what the others must be.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from vault import private, public
from vault.durable import make_private_folder, write_durably
from vault.errors import KeysChanged, KeysDamaged, KeysExist, KeysMissing, WrongRecoveryCode
from vault.keyfile import PRODUCTION, Cost, box_key, open_box, read_key_file
from vault.octets import Cursor, Malformed, Writer, pack
from vault.passphrase import check_passphrase
from vault.private import Keys, Station
from vault.public import PublicKeys
from vault.recovery import new_recovery_code, recovery_key
from vault.wrap import CannotUnwrap, PrivateKey

try:
    import fcntl
except ImportError:  # Windows has no such lock; the serial number still shows a change by another program
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "Keys",
    "PublicKeys",
    "Station",
    "change_passphrase",
    "create_keys",
    "has_keys",
    "public_keys",
    "recover",
    "restore_keys",
    "save_keys",
    "unlock",
]

FOLDER: Final = "keys"
PUBLIC: Final = "archive.json"
PRIVATE: Final = "private.box"
RECOVERY: Final = "recovery.box"
PURPOSE: Final = "archive keys"
_RECOVERY_MAGIC: Final = b"JZREC"
_RECOVERY_VERSION: Final = 1


def create_keys(home: Path, passphrase: str, *, cost: Cost = PRODUCTION, station: str = "desk") -> str:
    """Make all keys of a new archive under ``home/keys`` and return the recovery code, which is kept nowhere.

    Raises:
        WeakPassphrase: the passphrase is too easy to guess.
        KeysExist: ``home`` has keys already.
        OSError: the files cannot be written.
    """
    check_passphrase(passphrase)
    folder = home / FOLDER
    if any((folder / name).exists() for name in (PUBLIC, PRIVATE, RECOVERY)):
        raise KeysExist(path=folder)
    make_private_folder(folder)
    code = new_recovery_code()
    made = private.new_keys(recovery_key(code).public, datetime.now(UTC), station)
    _write(folder, replace(made, box=box_key(PURPOSE, passphrase, cost)))
    return code


def has_keys(home: Path) -> bool:
    """Tell whether ``home`` holds the keys of an archive."""
    return (home / FOLDER / PUBLIC).exists()


def public_keys(home: Path) -> PublicKeys:
    """Return the public keys of the archive at ``home``; needs no passphrase.

    Raises:
        KeysMissing, KeysDamaged, KeysOpen: the file is not as it must be.
    """
    path = home / FOLDER / PUBLIC
    octets = read_key_file(path, secret=False)
    try:
        return public.parse(octets)
    except Malformed as error:
        raise KeysDamaged(path=path) from error


def unlock(home: Path, passphrase: str) -> Keys:
    """Open the keys of the archive at ``home``.

    An older public or recovery file of the same archive, left by a crash or put back by somebody, is replaced.

    Raises:
        WrongPassphrase: the passphrase does not open them.
        KeysMissing, KeysDamaged, KeysOpen: the files are not as they must be.
    """
    folder = home / FOLDER
    keys = _open_private(folder / PRIVATE, passphrase)
    found = public_keys(home)
    if found.archive != keys.public.archive or found.serial > keys.public.serial:
        raise KeysDamaged(path=folder / PUBLIC)
    if found.document != keys.public.document:
        write_durably(folder / PUBLIC, keys.public.document)
    if _recovery_serial(folder / RECOVERY, keys.public.archive) != keys.public.serial:
        write_durably(folder / RECOVERY, _recovery_box(keys))
    return keys


def change_passphrase(home: Path, old: str, new: str, *, cost: Cost = PRODUCTION) -> None:
    """Seal the same keys under a new passphrase. A copy of the old key file still opens with the old one.

    Raises:
        WrongPassphrase, WeakPassphrase, KeysMissing, KeysDamaged, KeysOpen, KeysChanged
    """
    check_passphrase(new)
    keys = unlock(home, old)
    save_keys(home, replace(keys, box=box_key(PURPOSE, new, cost)), was=keys)


def recover(home: Path, code: str, passphrase: str, *, cost: Cost = PRODUCTION) -> Keys:
    """Open the keys at ``home`` (of an archive, or as a backup keeps them) by the recovery code; set a new passphrase.

    Raises:
        WrongRecoveryCode: the code is mistyped or another archive's.
        WeakPassphrase, KeysMissing, KeysDamaged, KeysOpen
    """
    check_passphrase(passphrase)
    folder = home / FOLDER
    keys = open_recovery_box(read_key_file(folder / RECOVERY, secret=True), recovery_key(code), folder / RECOVERY)
    keys = replace(keys, box=box_key(PURPOSE, passphrase, cost))
    with _locked(folder):
        _write(folder, keys)
    return keys


def save_keys(home: Path, keys: Keys, *, was: Keys) -> None:
    """Replace the key files by ``keys``, made from ``was``.

    Raises:
        KeysChanged: the files are no longer those that ``was`` was read from; a key another program made meanwhile
            would be lost.
        KeysMissing, KeysDamaged, KeysOpen
    """
    folder = home / FOLDER
    with _locked(folder):
        if public_keys(home).document != was.public.document:
            raise KeysChanged(path=folder)
        _write(folder, keys)


def restore_keys(
    home: Path, key_files: Mapping[str, bytes], passphrase: str, *, code: str | None = None, cost: Cost = PRODUCTION
) -> Keys:
    """Make the key files of a backup those of ``home``, once they have opened; return the keys.

    With ``code`` the recovery code opens them and ``passphrase`` is the new one; without it ``passphrase`` is the one
    at the time of the backup. Keys of the same archive that are there already (a restore broken off) are used.

    Raises:
        KeysExist: ``home`` has the keys of another archive.
        WrongPassphrase, WrongRecoveryCode, WeakPassphrase, KeysDamaged: they do not open; nothing was written.
        KeysMissing, KeysOpen
    """
    folder = home / FOLDER
    if has_keys(home):
        if public_keys(home).archive != public.parse(key_files.get(PUBLIC, b"")).archive:
            raise KeysExist(path=folder)
        return recover(home, code, passphrase, cost=cost) if code is not None else unlock(home, passphrase)
    if code is not None:
        check_passphrase(passphrase)
        opened = open_recovery_box(key_files.get(RECOVERY, b""), recovery_key(code), folder / RECOVERY)
        keys = replace(opened, box=box_key(PURPOSE, passphrase, cost))
    else:
        keys = _opened(key_files.get(PRIVATE, b""), passphrase, folder / PRIVATE)
    make_private_folder(folder)
    with _locked(folder):
        _write(folder, keys)
    return keys


def open_recovery_box(octets: bytes, key: PrivateKey, path: Path | str) -> Keys:
    """Return the keys in the bytes of a recovery file; ``path`` names it in errors.

    Raises:
        WrongRecoveryCode: the key is another archive's.
        KeysDamaged: these bytes are no such file.
    """
    try:
        archive, _, wrapped = _parse_recovery(octets)
        keys = private.parse(key.unwrap(wrapped, _recovery_info(archive)))
    except CannotUnwrap as error:
        raise WrongRecoveryCode from error
    except Malformed as error:
        raise KeysDamaged(path=path) from error
    if keys.public.archive != archive:
        raise KeysDamaged(path=path)
    return keys


def _open_private(path: Path, passphrase: str) -> Keys:
    return _opened(read_key_file(path, secret=True), passphrase, path)


def _opened(octets: bytes, passphrase: str, path: Path) -> Keys:
    secret, box = open_box(octets, PURPOSE, passphrase, path=path)
    try:
        return private.parse(secret, box)
    except Malformed as error:
        raise KeysDamaged(path=path) from error


def _write(folder: Path, keys: Keys) -> None:
    if keys.box is None:
        raise ValueError("keys without a passphrase cannot be written")
    write_durably(folder / PRIVATE, keys.box.seal(private.encode(keys)))
    write_durably(folder / RECOVERY, _recovery_box(keys))
    write_durably(folder / PUBLIC, keys.public.document)


def _recovery_info(archive: str) -> bytes:
    return pack("juanzong recovery 1", archive)


def _recovery_box(keys: Keys) -> bytes:
    writer = Writer().fixed(_RECOVERY_MAGIC).number(_RECOVERY_VERSION, 1)
    writer.text(keys.public.archive).number(keys.public.serial, 4)
    return writer.fixed(keys.public.recovery.wrap(private.encode(keys), _recovery_info(keys.public.archive))).done()


def _parse_recovery(octets: bytes) -> tuple[str, int, bytes]:
    cursor = Cursor(octets)
    if cursor.fixed(len(_RECOVERY_MAGIC)) != _RECOVERY_MAGIC or cursor.number(1) != _RECOVERY_VERSION:
        raise Malformed("unknown version")
    return cursor.text(), cursor.number(4), octets[cursor.at :]


def _recovery_serial(path: Path, archive: str) -> int | None:
    """Return the serial of the recovery file, None when it is another archive's, damaged or gone."""
    try:
        found, serial, _ = _parse_recovery(read_key_file(path, secret=True))
    except (Malformed, KeysMissing):
        return None
    return serial if found == archive else None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    if not folder.is_dir():
        raise KeysMissing(path=folder)
    with os.fdopen(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
