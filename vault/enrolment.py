"""Enrolment: what a scanner PC needs, as one file that only its code opens (docs/vault-format.md §11).

The file goes to the PC by mail or on a stick, the code by another way. Whoever has both can capture as that station
until it is revoked, and opens nothing.
"""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault import public
from vault.errors import EnrolmentRefused
from vault.octets import Malformed, pack
from vault.private import Station
from vault.public import PublicKeys, canonical
from vault.signing import VerifyKey, signing_key
from vault.stations import keep_station

VERSION: Final = 1
MOST_BYTES: Final = 1024 * 1024
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("OIL", "011")
_LENGTH: Final = 32
"""Letters of a code, five bits each: 160 random bits, which need no stretching."""
_NONCE: Final = 12


def new_enrolment(keys: PublicKeys, station: Station, until: datetime) -> tuple[bytes, str]:
    """Return the enrolment file of a station and the code that opens it, which is kept nowhere."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    nonce = secrets.token_bytes(_NONCE)
    head = {
        "archive": keys.archive,
        "keys": keys.document.decode(),
        "station": station.signing.public.id,
        "until": until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": VERSION,
    }
    sealed = nonce + AESGCM(_key(code, keys.archive)).encrypt(nonce, station.signing.seed, canonical(head))
    spoken = "-".join(code[at : at + 4] for at in range(0, _LENGTH, 4))
    return canonical({**head, "sealed": sealed.hex()}), spoken


def join(octets: bytes, code: str, station_home: Path, *, now: datetime | None = None) -> tuple[PublicKeys, VerifyKey]:
    """Give the PC whose folder is ``station_home`` the keys of an enrolment file.

    Returns the archive's public keys and the station's own.

    Raises:
        EnrolmentRefused: the code does not open it, its time is over, or it is no such file; nothing was written.
        KeysExist: there are keys at ``station_home``.
        OSError: they cannot be written.
    """
    typed = "".join(char for char in code.upper() if char.isalnum()).translate(_MISREAD)
    try:
        whole = json.loads(octets[:MOST_BYTES])
        if canonical(whole) != octets or whole["version"] != VERSION:
            raise Malformed("unknown version")
        sealed = bytes.fromhex(whole.pop("sealed"))
        until = datetime.strptime(whole["until"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        keys = public.parse(whole["keys"].encode())
        key = _key(typed, keys.archive)
        seed = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], canonical(whole))
        station = Station(signing_key("station", seed), b"")
    except (InvalidTag, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EnrolmentRefused from error
    known = keys.station(station.signing.public.id)
    if keys.archive != whole["archive"] or known is None or known.desk or known.revoked is not None:
        raise EnrolmentRefused
    if (now or datetime.now(UTC)) >= until:
        raise EnrolmentRefused
    keep_station(station_home, keys, station)
    return keys, station.signing.public


def _key(code: str, archive: str) -> bytes:
    info = pack("juanzong enrolment 1", archive)
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(code.encode())
