"""Capture stations: a scanner PC signs and seals with a key of its own, and can open nothing (threat-model §2).

A station's home holds ``keys/archive.json`` and ``keys/station.json`` (0600). Its key is not under a passphrase, so
that it starts unattended; when the machine is stolen, strike the station off. It has no digest key either: whether
bytes are in the archive already is for those to say who can open them.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from vault.durable import make_private_folder, write_durably
from vault.errors import KeysDamaged, KeysExist
from vault.keyfile import read_key_file
from vault.keys import FOLDER, PUBLIC, public_keys, save_keys
from vault.octets import Malformed
from vault.private import Keys, Station
from vault.public import PublicKeys, StationKey, canonical, parse
from vault.signing import new_signing_key, signing_key

STATION: Final = "station.json"
VERSION: Final = 2
"""Version 1 held the digest key as well."""


def new_station(home: Path, keys: Keys, name: str) -> tuple[Keys, Station]:
    """Make a station that may seal for the archive at ``home``; return the keys with it enrolled, and its own.

    Raises:
        KeysChanged: another program changed the keys meanwhile.
    """
    signing = new_signing_key("station")
    entry = StationKey(signing.public, name, datetime.now(UTC), desk=False)
    enrolled = keys.with_public(replace(keys.public, stations=(*keys.public.stations, entry)))
    save_keys(home, enrolled, was=keys)
    return enrolled, Station(signing, b"")


def keep_station(station_home: Path, public: PublicKeys, station: Station) -> None:
    """Write what a capture station works with: its own signing key, and the archive's public keys alone.

    Raises:
        KeysExist: there are keys at ``station_home``.
        OSError: they cannot be written.
    """
    folder = station_home / FOLDER
    if (folder / PUBLIC).exists() or (folder / STATION).exists():
        raise KeysExist(path=folder)
    make_private_folder(folder)
    secret = {"archive": public.archive, "station": station.signing.seed.hex(), "version": VERSION}
    # The public keys come last: a folder that has them is whole.
    write_durably(folder / STATION, canonical(secret))
    write_durably(folder / PUBLIC, public.document)


def revoke_station(home: Path, keys: Keys, key_id: str, *, now: datetime | None = None) -> Keys:
    """Strike a station off: what it says it sealed from now on is refused. Return the changed keys.

    Raises:
        KeyError: there is no such station.
        KeysChanged: another program changed the keys meanwhile.
    """
    if keys.public.station(key_id) is None:
        raise KeyError(key_id)
    moment = now or datetime.now(UTC)
    stations = tuple(
        replace(one, revoked=moment) if one.public.id == key_id and one.revoked is None else one
        for one in keys.public.stations
    )
    changed = keys.with_public(replace(keys.public, stations=stations))
    save_keys(home, changed, was=keys)
    return changed


def open_station(station_home: Path) -> tuple[PublicKeys, Station]:
    """Return what a capture station works with; needs no passphrase.

    Raises:
        KeysMissing, KeysDamaged, KeysOpen: the files are not as they must be.
    """
    path = station_home / FOLDER / STATION
    octets = read_key_file(path, secret=True)
    public = public_keys(station_home)
    try:
        value = json.loads(octets)
        station = Station(signing_key("station", bytes.fromhex(value["station"])), b"")
        pinned = value["archive"]
    except (ValueError, KeyError, TypeError) as error:
        raise KeysDamaged(path=path) from error
    # The archive's id is pinned beside the secret: public keys of another archive, put here, are not sealed to.
    if canonical(value) != octets or value["version"] != VERSION or pinned != public.archive:
        raise KeysDamaged(path=path)
    return public, station


def renew_station(station_home: Path, known: PublicKeys, document: bytes) -> PublicKeys:
    """Keep the archive's public keys as ``document`` has them where they are newer, and return those in force.

    Raises:
        KeysDamaged: it is not a file of this archive's keys.
        OSError: they cannot be written.
    """
    path = station_home / FOLDER / PUBLIC
    try:
        found = parse(document)
    except Malformed as error:
        raise KeysDamaged(path=path) from error
    if found.archive != known.archive:
        raise KeysDamaged(path=path)
    if found.serial <= known.serial:
        return known
    write_durably(path, document)
    return found
