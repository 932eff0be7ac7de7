"""Everything the passphrase opens, and the bytes it is kept as (docs/vault-format.md §6.2)."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from vault import public
from vault.errors import Locked
from vault.keyfile import BoxKey
from vault.levels import Level
from vault.octets import Malformed
from vault.public import AUDIT_PURPOSE, LevelKey, PublicKeys, StationKey
from vault.signing import SigningKey, new_signing_key, signing_key
from vault.wrap import Keyring, PrivateKey, PublicKey, keyring, new_private_key, private_key

VERSION: Final = 1
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Station:
    """What a station signs with; a records desk also knows the same bytes again. It opens nothing."""

    signing: SigningKey
    digest_key: bytes = field(repr=False)
    """Empty for a scanner PC."""

    def digest(self, content: BinaryIO | bytes) -> str:
        """Return the keyed digest (HMAC-SHA256, hex) by which the same bytes are known again.

        Without the key nobody can tell from a digest whether a file they have is in the archive.

        Raises:
            Locked: this station has no such key.
        """
        if not self.digest_key:
            raise Locked
        source = BytesIO(content) if isinstance(content, bytes) else content
        running = hmac.new(self.digest_key, digestmod=hashlib.sha256)
        while piece := source.read(_PIECE):
            running.update(piece)
        return running.hexdigest()


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything the passphrase opens."""

    public: PublicKeys
    archive: SigningKey
    station: Station
    audit: SigningKey
    level_keys: Mapping[Level, tuple[PrivateKey, ...]] = field(repr=False)
    index_keys: Mapping[Level, bytes] = field(repr=False)
    box: BoxKey | None = field(default=None, repr=False, compare=False)
    """Seals the key file again after a change, without asking for the passphrase again."""

    @property
    def reading(self) -> Keyring:
        """The reading keys of every level, the retired ones included."""
        return keyring(*(key for keys in self.level_keys.values() for key in keys))

    def index_key(self, level: Level = Level.ORDINARY) -> bytes:
        """Return the raw 256-bit key of the level's index file."""
        return self.index_keys[level]

    def digest(self, content: BinaryIO | bytes) -> str:
        """Return the keyed digest (HMAC-SHA256, hex) by which the same bytes are known again."""
        return self.station.digest(content)

    def sign_audit(self, message: bytes) -> bytes:
        """Return the audit key's Ed25519 signature (64 bytes) over ``message``."""
        return self.audit.sign(AUDIT_PURPOSE, message)

    def with_public(self, changed: PublicKeys) -> "Keys":
        """Return these keys with changed public ones: the serial counted up, signed anew."""
        counted = replace(changed, serial=self.public.serial + 1)
        # Read back from its bytes, so that what is held is what any other program will read (whole seconds, say).
        return replace(self, public=public.parse(public.encode(counted, self.archive)))


def new_keys(recovery: PublicKey, now: datetime, station_name: str) -> Keys:
    """Make all keys of a new archive."""
    archive, audit = new_signing_key("archive"), new_signing_key("audit")
    station = Station(new_signing_key("station"), secrets.token_bytes(32))
    level_keys = {level: (new_private_key("reading"),) for level in Level}
    open_keys = PublicKeys(
        archive=public.archive_id(archive.public),
        archive_key=archive.public,
        serial=0,
        reading={level: (LevelKey(keys[0].public, now),) for level, keys in level_keys.items()},
        recovery=recovery,
        stations=(StationKey(station.signing.public, station_name, now, desk=True),),
        audit=audit.public,
    )
    made = Keys(open_keys, archive, station, audit, level_keys, {level: secrets.token_bytes(32) for level in Level})
    return made.with_public(open_keys)


def encode(keys: Keys) -> bytes:
    """Return the secret bytes of these keys; they are never written unsealed."""
    return public.canonical(
        {
            "archive": keys.archive.seed.hex(),
            "audit": keys.audit.seed.hex(),
            "digest": keys.station.digest_key.hex(),
            "index": {level.value: keys.index_keys[level].hex() for level in Level},
            "public": keys.public.document.decode(),
            "reading": {level.value: [key.octets.hex() for key in keys.level_keys[level]] for level in Level},
            "station": keys.station.signing.seed.hex(),
            "version": VERSION,
        }
    )


def parse(octets: bytes, box: BoxKey | None = None) -> Keys:
    """Read what ``encode`` wrote.

    Raises:
        Malformed: an unknown version, or private and public halves that do not belong together.
    """
    try:
        value = json.loads(octets)
        if value["version"] != VERSION:
            raise Malformed("unknown version")
        keys = Keys(
            public=public.parse(value["public"].encode()),
            archive=signing_key("archive", bytes.fromhex(value["archive"])),
            station=Station(signing_key("station", bytes.fromhex(value["station"])), bytes.fromhex(value["digest"])),
            audit=signing_key("audit", bytes.fromhex(value["audit"])),
            level_keys={
                level: tuple(private_key("reading", bytes.fromhex(one)) for one in value["reading"][level.value])
                for level in Level
            },
            index_keys={level: bytes.fromhex(value["index"][level.value]) for level in Level},
            box=box,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Malformed("not the keys of an archive") from error
    opened = keys.public
    current = all(keys.level_keys[level][-1].public == opened.current(level) for level in Level)
    if keys.archive.public != opened.archive_key or keys.audit.public != opened.audit or not current:
        raise Malformed("private and public keys do not belong together")
    return keys
