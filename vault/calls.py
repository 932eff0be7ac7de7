"""A station's call: a request to the archive's machine, signed by the station (docs/vault-format.md §14).

A call says which archive, station, method and address, when, which body, and a number of its own, so that none passes
for another, and none is heard twice.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Final

from dossier.errors import ExitCode, JuanzongError
from vault.envelope import from_milliseconds, to_milliseconds
from vault.octets import Malformed, pack
from vault.private import Station
from vault.public import PublicKeys, StationKey

PURPOSE: Final = "juanzong station call 1"
SCHEME: Final = "Juanzong-Station"
WINDOW: Final = timedelta(minutes=5)
"""How far a call's time may be from the time it is heard at; its number is remembered for twice as long."""
_HEADER: Final = re.compile(
    rf"{SCHEME} (?P<archive>[a-z2-7]{{26}})\.(?P<station>[a-z2-7]{{26}})\.(?P<at>[0-9]{{1,15}})"
    r"\.(?P<nonce>[0-9a-f]{32})\.(?P<signature>[0-9a-f]{128})"
)


class CallRefused(JuanzongError):
    """A call is not one of a station of this archive, was changed on its way, or was heard before."""

    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    wording: ClassVar[str] = "station.call-refused"


class CallOffTime(CallRefused):
    """A call's time is too far from now: a clock is wrong (fact: ``now``)."""

    wording = "station.call-off-time"


class StationRevoked(CallRefused):
    """The station that calls was struck off (fact: ``name``)."""

    wording = "station.call-revoked"


@dataclass(frozen=True, slots=True)
class Request:
    """What a call asks for: the method, the address from the first slash to the end of its query, and the body."""

    method: str
    target: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose signature holds: the station that made it, its number and its time."""

    station: StationKey
    nonce: str
    at: datetime


def sign_call(station: Station, archive: str, request: Request, now: datetime) -> str:
    """Return the ``Authorization`` header of a request, signed as ``station``."""
    key, nonce, at = station.signing, secrets.token_hex(16), str(to_milliseconds(now))
    signature = key.sign(PURPOSE, _message(archive, request, at, nonce))
    return f"{SCHEME} {archive}.{key.public.id}.{at}.{nonce}.{signature.hex()}"


def check_call(header: str, keys: PublicKeys, request: Request, now: datetime) -> Call:
    """Return the call that a header makes of a request; whether its number is new is for the caller to see.

    Raises:
        CallRefused, CallOffTime, StationRevoked
    """
    found = _HEADER.fullmatch(header)
    station = keys.station(found["station"]) if found else None
    if found is None or station is None or station.desk or found["archive"] != keys.archive:
        raise CallRefused
    message = _message(keys.archive, request, found["at"], found["nonce"])
    if not station.public.verifies(bytes.fromhex(found["signature"]), PURPOSE, message):
        raise CallRefused
    if station.revoked is not None:
        raise StationRevoked(name=station.name)
    try:
        at = from_milliseconds(int(found["at"]))
    except Malformed as late:
        raise CallOffTime(now=now.isoformat(timespec="seconds")) from late
    if abs(at - now) > WINDOW:
        raise CallOffTime(now=now.isoformat(timespec="seconds"))
    return Call(station, found["nonce"], at)


def _message(archive: str, request: Request, at: str, nonce: str) -> bytes:
    return pack(archive, request.method, request.target, at, nonce, sha256(request.body).digest())
