"""What a person may sign and seal with at the records desk, and the keys they work with without the passphrase.

A desk grant is the station's and the audit's signing keys wrapped to one person, signed by the archive
(docs/vault-format.md §11). With the grants of levels it makes the keys of that person: everything they hold, and
nothing else. What only the archive's passphrase opens is withheld.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from vault.envelope import from_milliseconds, to_milliseconds
from vault.errors import GrantRefused, Locked
from vault.levels import Level
from vault.octets import Cursor, Malformed, Writer, pack
from vault.private import Keys, Station
from vault.public import PublicKeys, canonical
from vault.signing import SIGNATURE_SIZE, SigningKey, VerifyKey, signing_key
from vault.users import Grant
from vault.wrap import CannotUnwrap, PrivateKey, PublicKey

_MAGIC: Final = b"JZDSK"
_VERSION: Final = 1
_PURPOSE: Final = "juanzong desk grant 1"


@dataclass(frozen=True, slots=True)
class DeskGrant:
    """The signing keys a person has; None for those they do not."""

    station: Station | None
    audit: SigningKey | None
    made: datetime


def grant_desk(keys: Keys, user: PublicKey, *, station: bool, audit: bool, now: datetime | None = None) -> bytes:
    """Wrap the desk's station key (to seal, lend and destroy) and the audit key (to sign checkpoints) to a person."""
    secret = {
        "audit": keys.audit.seed.hex() if audit else "",
        "digest": keys.station.digest_key.hex() if station else "",
        "station": keys.station.signing.seed.hex() if station else "",
    }
    moment = to_milliseconds(now or datetime.now(UTC))
    writer = Writer().fixed(_MAGIC).number(_VERSION, 1)
    writer.text(keys.public.archive).text(user.id).number(moment, 8)
    writer.blob(user.wrap(canonical(secret), _info(keys.public.archive, user.id)))
    octets = writer.done()
    return octets + keys.archive.sign(_PURPOSE, octets)


def open_desk_grant(public: PublicKeys, grant: bytes, user: PrivateKey) -> DeskGrant:
    """Open what ``grant_desk`` made, with the person's own key.

    Raises:
        GrantRefused: it is another person's or archive's, changed, or not signed by this archive.
    """
    try:
        made, wrapped = _parse(public, grant, user.public.id)
        secret = json.loads(user.unwrap(wrapped, _info(public.archive, user.public.id)))
        audit, digest, station = (bytes.fromhex(secret[name]) for name in ("audit", "digest", "station"))
        return DeskGrant(
            Station(signing_key("station", station), digest) if station else None,
            signing_key("audit", audit) if audit else None,
            made,
        )
    except (Malformed, CannotUnwrap, ValueError, KeyError, TypeError) as error:
        raise GrantRefused from error


class Withheld(SigningKey):
    """The place of a signing key that this person does not hold: its public half is known, signing is refused."""

    __slots__ = ()

    def sign_raw(self, message: bytes) -> bytes:
        """Refuse.

        Raises:
            Locked: only the archive's passphrase opens this key.
        """
        del message
        raise Locked


def keys_of(public: PublicKeys, grants: Sequence[Grant], desk: DeskGrant | None) -> Keys:
    """Return the keys a person works with: those of their grants; everything else is withheld."""
    nobody = Station(_withheld(_station_key(public)), b"")
    return Keys(
        public=public,
        archive=_withheld(public.archive_key),
        station=desk.station if desk is not None and desk.station is not None else nobody,
        audit=desk.audit if desk is not None and desk.audit is not None else _withheld(public.audit),
        level_keys={grant.level: grant.reading for grant in grants},
        index_keys={grant.level: grant.index_key for grant in grants},
    )


def holds(keys: Keys, level: Level) -> bool:
    """Tell whether these keys open the documents of a level."""
    return bool(keys.level_keys.get(level))


def _withheld(public: VerifyKey) -> Withheld:
    return Withheld(public, b"")


def _station_key(public: PublicKeys) -> VerifyKey:
    return next(station.public for station in public.stations if station.desk)


def _parse(public: PublicKeys, grant: bytes, user_id: str) -> tuple[datetime, bytes]:
    cursor = Cursor(grant)
    if cursor.fixed(len(_MAGIC)) != _MAGIC or cursor.number(1) != _VERSION:
        raise Malformed("unknown version")
    archive, key_id = cursor.text(), cursor.text()
    made, wrapped = from_milliseconds(cursor.number(8)), cursor.blob()
    signed = cursor.before()
    signature = cursor.fixed(SIGNATURE_SIZE)
    cursor.end()
    if archive != public.archive or key_id != user_id:
        raise Malformed("not for this person")
    if not public.archive_key.verifies(signature, _PURPOSE, signed):
        raise Malformed("not signed by this archive")
    return made, wrapped


def _info(archive: str, key_id: str) -> bytes:
    return pack(_PURPOSE, archive, key_id)
