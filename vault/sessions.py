"""Sessions: a person's key under a token, for hours, so that the next command need not ask for the password again.

The home keeps the sealed session, the person the token; neither opens anything without the other. Who it is and until
when are part of what is sealed: a changed date opens nothing (docs/vault-format.md §11).
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.envelope import from_milliseconds, to_milliseconds
from vault.errors import SessionEnded, TokenRefused
from vault.octets import Cursor, Malformed, Writer, base32
from vault.users import USE
from vault.wrap import PrivateKey, private_key

MAGIC: Final = b"JZSES"
VERSION: Final = 1
PREFIX: Final = "jz1_"
_ID: Final = 10
_SECRET: Final = 32
_NONCE: Final = 12
MOST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just made: the id it is kept under, the bytes to keep, and the token to hand over."""

    id: str
    sealed: bytes = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """Whose session it is, their key, and until when."""

    who: str
    key: PrivateKey = field(repr=False)
    until: datetime


def new_session(archive: str, who: str, key: PrivateKey, until: datetime) -> NewSession:
    """Seal a person's key under a fresh token."""
    number, secret, nonce = secrets.token_bytes(_ID), secrets.token_bytes(_SECRET), secrets.token_bytes(_NONCE)
    writer = Writer().fixed(MAGIC).number(VERSION, 1).text(archive).text(who).number(to_milliseconds(until), 8)
    header = writer.fixed(nonce).done()
    sealed = header + AESGCM(secret).encrypt(nonce, key.octets, header)
    token = PREFIX + urlsafe_b64encode(number + secret).decode("ascii").rstrip("=")
    return NewSession(base32(number), sealed, token)


def session_id(token: str) -> str:
    """Return the id under which a token's session is kept.

    Raises:
        TokenRefused: this is no token.
    """
    return base32(_parts(token)[0])


def open_session(archive: str, sealed: bytes, token: str, now: datetime) -> Session:
    """Open a session by its token.

    Raises:
        TokenRefused: it is another archive's, or the session was changed.
        SessionEnded: its time is over.
    """
    _, secret = _parts(token)
    try:
        found, who, until, nonce, header = _parse(sealed)
        key = private_key(USE, AESGCM(secret).decrypt(nonce, sealed[len(header) :], header))
    except (Malformed, InvalidTag, ValueError) as error:
        raise TokenRefused from error
    if found != archive:
        raise TokenRefused
    if until <= now:
        raise SessionEnded(until=until.isoformat(timespec="minutes"))
    return Session(who, key, until)


def stated_owner(sealed: bytes) -> str:
    """Return whose session it says it is; nothing proves it, which is enough to end it by.

    Raises:
        TokenRefused: these bytes are no session.
    """
    try:
        return _parse(sealed)[1]
    except Malformed as error:
        raise TokenRefused from error


def _parse(sealed: bytes) -> tuple[str, str, datetime, bytes, bytes]:
    cursor = Cursor(sealed)
    if cursor.fixed(len(MAGIC)) != MAGIC or cursor.number(1) != VERSION:
        raise Malformed("unknown version")
    archive, who, until = cursor.text(), cursor.text(), from_milliseconds(cursor.number(8))
    nonce = cursor.fixed(_NONCE)
    return archive, who, until, nonce, cursor.before()


def _parts(token: str) -> tuple[bytes, bytes]:
    plain = token.strip().removeprefix(PREFIX)
    try:
        octets = urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError as error:
        raise TokenRefused from error
    if not token.strip().startswith(PREFIX) or len(octets) != _ID + _SECRET:
        raise TokenRefused
    return octets[:_ID], octets[_ID:]
