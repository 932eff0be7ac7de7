"""Sealing and opening as values: object ids, names, recipients, and which key opens what."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Final

from vault.aad import wrap_info
from vault.envelope import Envelope, Holder, Recipient
from vault.errors import EnvelopeTampered, LoanEnded, NoAccess
from vault.levels import Level, level_of
from vault.octets import base32
from vault.public import PublicKeys
from vault.wrap import CannotUnwrap, Keyring, PublicKey

_OBJECT_ID: Final = re.compile(r"[ocs][a-z2-7]{26}")
_ENVELOPE_NAME: Final = re.compile(r"keys/[a-z]+/[a-z2-7]{2}/(?P<id>[ocs][a-z2-7]{26})\.(?P<revision>[0-9]{8})")


def new_object_id(level: Level) -> str:
    """Make the id of a new object: the level's letter and 128 random bits (docs/vault-format.md §3.1)."""
    return level.letter + base32(secrets.token_bytes(16))


def is_object_id(text: str) -> bool:
    """Tell whether ``text`` has the form of an object id."""
    return _OBJECT_ID.fullmatch(text) is not None


def object_name(object_id: str) -> str:
    """Return the name of an object's ciphertext in the store (docs/vault-format.md §9)."""
    return f"objects/{_place(object_id)}"


def envelope_names(object_id: str) -> str:
    """Return what the names of all revisions of an object's envelope start with."""
    return f"keys/{_place(object_id)}."


def envelope_name(object_id: str, revision: int) -> str:
    """Return the name of one revision of an object's envelope."""
    return f"{envelope_names(object_id)}{revision:08d}"


def tombstone_name(object_id: str) -> str:
    """Return the name under which the store says that an object was destroyed."""
    return f"destroyed/{_place(object_id)}"


def parse_envelope_name(name: str) -> tuple[str, int] | None:
    """Return the object id and revision that an envelope's name states, or None when it is no such name."""
    match = _ENVELOPE_NAME.fullmatch(name)
    if match is None or int(match["revision"]) < 1 or envelope_name(match["id"], int(match["revision"])) != name:
        return None
    return match["id"], int(match["revision"])


def standing_recipients(
    public: PublicKeys, level: Level, key: bytes, aad: bytes, *, known: Collection[Recipient] = ()
) -> tuple[Recipient, ...]:
    """Wrap an object key to the level's reading key and to the recovery key, which every envelope has.

    Those of ``known`` that are for these very keys are taken over instead of wrapped again.
    """
    there = {(one.holder, one.key_id): one for one in known}
    standing = ((Holder.LEVEL, public.current(level)), (Holder.RECOVERY, public.recovery))
    return tuple(there.get((holder, of.id)) or _recipient(holder, of, key, aad) for holder, of in standing)


def loan(borrower: PublicKey, who: str, until: datetime, key: bytes, aad: bytes) -> Recipient:
    """Wrap an object key to a borrower until a date."""
    one = _recipient(Holder.LOAN, borrower, key, aad)
    return Recipient(one.holder, one.key_id, one.wrapped, who, until)


def unwrap_object_key(envelope: Envelope, ring: Keyring, now: datetime) -> bytes:
    """Return the object key by whatever key of ``ring`` the envelope names.

    Raises:
        NoAccess: it names none of them.
        LoanEnded: only by loans that have ended.
        EnvelopeTampered: it names one, and what is wrapped is not for it.
    """
    ended: datetime | None = None
    for recipient in envelope.recipients:
        if recipient.key_id not in ring:
            continue
        # A loan's end is kept by this program, not by mathematics (docs/threat-model.md N2).
        if recipient.until is not None and recipient.until <= now:
            ended = recipient.until
            continue
        try:
            return ring[recipient.key_id].unwrap(recipient.wrapped, wrap_info(envelope.aad(), recipient.key_id))
        except CannotUnwrap as error:
            raise EnvelopeTampered(object=envelope.object_id) from error
    if ended is not None:
        raise LoanEnded(object=envelope.object_id, until=ended.isoformat(timespec="minutes"))
    raise NoAccess(object=envelope.object_id)


def _recipient(holder: Holder, key: PublicKey, secret: bytes, aad: bytes) -> Recipient:
    return Recipient(holder, key.id, key.wrap(secret, wrap_info(aad, key.id)))


def _place(object_id: str) -> str:
    level = level_of(object_id)
    if level is None or not is_object_id(object_id):
        raise ValueError(f"not an object id: {object_id!r}")
    return f"{level.value}/{object_id[1:3]}/{object_id}"
