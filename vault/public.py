"""The public keys of an archive, as one signed file (docs/vault-format.md §8)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from vault.levels import Level
from vault.octets import Malformed, base32, pack
from vault.signing import SIGNATURE_SIZE, SigningKey, VerifyKey, verify_key
from vault.wrap import PublicKey, public_key

VERSION: Final = 1
PURPOSE: Final = "juanzong public keys 1"
AUDIT_PURPOSE: Final = "juanzong audit 1"


@dataclass(frozen=True, slots=True)
class LevelKey:
    """One reading key of a level; the last of a level is the one in use."""

    public: PublicKey
    made: datetime


@dataclass(frozen=True, slots=True)
class StationKey:
    """A station that may sign for this archive."""

    public: VerifyKey
    name: str
    made: datetime
    desk: bool
    """A records desk may change recipients, destroy and back up; any other station only captures (threat-model G4)."""
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What anyone may know of an archive's keys: enough to seal to it and to check what it signed."""

    archive: str
    """The archive's id: a hash of its own key, so that no other key can sign under this name."""
    archive_key: VerifyKey
    serial: int
    """Counts the changes of this file from 1."""
    reading: Mapping[Level, tuple[LevelKey, ...]]
    recovery: PublicKey
    stations: tuple[StationKey, ...]
    audit: VerifyKey
    document: bytes = field(default=b"", repr=False, compare=False)
    """The signed file these keys stand in."""

    def current(self, level: Level) -> PublicKey:
        """Return the key that objects of ``level`` are sealed to now."""
        return self.reading[level][-1].public

    def station(self, key_id: str) -> StationKey | None:
        """Return the station with this key id, or None."""
        return next((station for station in self.stations if station.public.id == key_id), None)

    def desk(self, key_id: str) -> StationKey | None:
        """Return the records desk with this key id, or None."""
        station = self.station(key_id)
        return station if station is not None and station.desk else None

    def verify_audit(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the archive's audit key signed ``message``."""
        return self.audit.verifies(signature, AUDIT_PURPOSE, message)


def archive_id(archive_key: VerifyKey) -> str:
    """Return the id of the archive that a key stands for (docs/vault-format.md §2.4)."""
    return base32(sha256(pack("juanzong archive 1", archive_key.octets)).digest()[:16])


def encode(keys: PublicKeys, archive: SigningKey) -> bytes:
    """Return the file of these keys, signed by the archive's own key."""
    body = {
        "archive": keys.archive,
        "archive_key": keys.archive_key.octets.hex(),
        "audit": keys.audit.octets.hex(),
        "reading": {
            level.value: [{"made": _text(one.made), "public": one.public.octets.hex()} for one in keys.reading[level]]
            for level in Level
        },
        "recovery": keys.recovery.octets.hex(),
        "serial": keys.serial,
        "stations": [
            {
                "desk": one.desk,
                "made": _text(one.made),
                "name": one.name,
                "public": one.public.octets.hex(),
                "revoked": _exact(one.revoked) if one.revoked else None,
            }
            for one in keys.stations
        ],
        "version": VERSION,
    }
    return canonical({"keys": body, "signature": archive.sign(PURPOSE, canonical(body)).hex()})


def parse(octets: bytes) -> PublicKeys:
    """Read the file of an archive's public keys and check that the archive signed it.

    Raises:
        Malformed: an unknown version, not canonical, or not signed by the archive it names.
    """
    try:
        whole = json.loads(octets)
        keys = _parse_body(whole["keys"], octets)
        signature = bytes.fromhex(whole["signature"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed("not a public key file") from error
    # One way to write it: what is signed is exactly what was read, with nothing beside it.
    if canonical(whole) != octets or set(whole) != {"keys", "signature"} or len(signature) != SIGNATURE_SIZE:
        raise Malformed("not canonical")
    if archive_id(keys.archive_key) != keys.archive:
        raise Malformed("the key is not this archive's")
    if not keys.archive_key.verifies(signature, PURPOSE, canonical(whole["keys"])):
        raise Malformed("not signed by this archive")
    return keys


def canonical(value: object) -> bytes:
    """Return JSON with sorted keys and no spaces, in UTF-8 (docs/vault-format.md §2.5)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _parse_body(body: dict[str, Any], document: bytes) -> PublicKeys:
    if body["version"] != VERSION or not isinstance(body["serial"], int):
        raise Malformed("unknown version")
    reading = {
        level: tuple(
            LevelKey(public_key("reading", bytes.fromhex(one["public"])), _moment(one["made"]))
            for one in body["reading"][level.value]
        )
        for level in Level
    }
    if not all(reading.values()):
        raise Malformed("a level without a key")
    return PublicKeys(
        archive=body["archive"],
        archive_key=verify_key("archive", bytes.fromhex(body["archive_key"])),
        serial=body["serial"],
        reading=reading,
        recovery=public_key("recovery", bytes.fromhex(body["recovery"])),
        stations=tuple(
            StationKey(
                verify_key("station", bytes.fromhex(one["public"])),
                str(one["name"]),
                _moment(one["made"]),
                one["desk"] is True,
                _exact_moment(one["revoked"]) if one["revoked"] is not None else None,
            )
            for one in body["stations"]
        ),
        audit=verify_key("audit", bytes.fromhex(body["audit"])),
        document=document,
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _exact(moment: datetime) -> str:
    """Return a moment to the millisecond, as envelopes have it: what was sealed within the same second counts."""
    here = moment.astimezone(UTC)
    return f"{here:%Y-%m-%dT%H:%M:%S}.{here.microsecond // 1000:03}Z"


def _exact_moment(text: str) -> datetime:
    return _moment(text) if "." not in text else datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
