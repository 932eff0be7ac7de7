"""People's keys: a pair each, its private half under their own password; a level is a key wrapped to them.

The index keeps the sealed private halves and the grants; nothing here is secret without a password
(docs/vault-format.md §11).
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from vault.envelope import from_milliseconds, to_milliseconds
from vault.errors import GrantRefused, KeysDamaged
from vault.keyfile import PRODUCTION, Cost, box_key, open_box
from vault.levels import Level
from vault.octets import Cursor, Malformed, Writer, pack
from vault.passphrase import check_passphrase
from vault.private import Keys
from vault.public import PublicKeys, canonical
from vault.signing import SIGNATURE_SIZE
from vault.wrap import CannotUnwrap, Keyring, PrivateKey, PublicKey, keyring, new_private_key, private_key, public_key

USE: Final = "user"
_GRANT_MAGIC: Final = b"JZGRT"
_GRANT_VERSION: Final = 1
_GRANT_PURPOSE: Final = "juanzong grant 1"


@dataclass(frozen=True, slots=True)
class NewUser:
    """What the register keeps of a person's keys."""

    public: bytes
    """32 bytes; make a key of it with ``user_public_key``."""
    sealed: bytes = field(repr=False)
    """The private half under the password."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person who holds a level can use."""

    level: Level
    reading: tuple[PrivateKey, ...] = field(repr=False)
    index_key: bytes = field(repr=False)
    made: datetime


def new_user(who: str, password: str, *, cost: Cost = PRODUCTION) -> NewUser:
    """Make a key pair for the person the register calls ``who``.

    Raises:
        WeakPassphrase: the password is too easy to guess.
    """
    check_passphrase(password)
    key = new_private_key(USE)
    return NewUser(key.public.octets, box_key(_purpose(who), password, cost).seal(key.octets))


def open_user_key(who: str, sealed: bytes, password: str) -> PrivateKey:
    """Open a person's key with their password.

    Raises:
        WrongPassphrase: it does not open it, or the key is another person's.
        KeysDamaged: these bytes are no such key.
    """
    secret, _ = open_box(sealed, _purpose(who), password, path=who)
    try:
        return private_key(USE, secret)
    except ValueError as error:
        raise KeysDamaged(path=who) from error


def change_user_password(who: str, sealed: bytes, old: str, new: str, *, cost: Cost = PRODUCTION) -> bytes:
    """Return a person's key under a new password.

    Raises:
        WrongPassphrase, WeakPassphrase, KeysDamaged
    """
    check_passphrase(new)
    return box_key(_purpose(who), new, cost).seal(open_user_key(who, sealed, old).octets)


def user_public_key(octets: bytes) -> PublicKey:
    """Return a person's public key from its 32 bytes.

    Raises:
        ValueError: not 32 bytes.
    """
    return public_key(USE, octets)


def grant_level(
    keys: Keys, level: Level, user: PublicKey, *, reading: bool = True, now: datetime | None = None
) -> bytes:
    """Wrap a level's index key and, with ``reading``, its reading keys to a person; the archive signs it.

    Without ``reading`` the person can work with the index and opens no document but those lent to them.
    """
    secret = canonical(
        {
            "index": keys.index_key(level).hex(),
            "reading": [key.octets.hex() for key in keys.level_keys[level]] if reading else [],
        }
    )
    writer = Writer().fixed(_GRANT_MAGIC).number(_GRANT_VERSION, 1)
    writer.text(keys.public.archive).text(level.value).text(user.id).number(
        to_milliseconds(now or datetime.now(UTC)), 8
    )
    writer.blob(user.wrap(secret, _info(keys.public.archive, level, user.id)))
    octets = writer.done()
    return octets + keys.archive.sign(_GRANT_PURPOSE, octets)


def open_grant(public: PublicKeys, grant: bytes, user: PrivateKey) -> Grant:
    """Open what ``grant_level`` made, with the person's own key.

    Raises:
        GrantRefused: it is another person's or archive's, changed, or not signed by this archive.
    """
    try:
        level, made, wrapped, info = _parse_grant(public, grant, user.public.id)
        secret = json.loads(user.unwrap(wrapped, info))
        reading = tuple(private_key("reading", bytes.fromhex(one)) for one in secret["reading"])
        return Grant(level, reading, bytes.fromhex(secret["index"]), made)
    except (Malformed, CannotUnwrap, ValueError, KeyError) as error:
        raise GrantRefused from error


def user_ring(user: PrivateKey, *grants: Grant) -> Keyring:
    """Return what a person can open with: their own key for loans, and the keys of the levels they hold."""
    return keyring(user, *(key for grant in grants for key in grant.reading))


def _parse_grant(public: PublicKeys, grant: bytes, user_id: str) -> tuple[Level, datetime, bytes, bytes]:
    cursor = Cursor(grant)
    if cursor.fixed(len(_GRANT_MAGIC)) != _GRANT_MAGIC or cursor.number(1) != _GRANT_VERSION:
        raise Malformed("unknown version")
    archive, level, key_id = cursor.text(), Level(cursor.text()), cursor.text()
    made, wrapped = from_milliseconds(cursor.number(8)), cursor.blob()
    signed = cursor.before()
    signature = cursor.fixed(SIGNATURE_SIZE)
    cursor.end()
    if archive != public.archive or key_id != user_id:
        raise Malformed("not for this person")
    if not public.archive_key.verifies(signature, _GRANT_PURPOSE, signed):
        raise Malformed("not signed by this archive")
    return level, made, wrapped, _info(archive, level, key_id)


def _purpose(who: str) -> str:
    return f"user {who}"


def _info(archive: str, level: Level, key_id: str) -> bytes:
    return pack(_GRANT_PURPOSE, archive, level.value, key_id)
