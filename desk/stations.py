"""Scanner PCs as stations of an archive: enrol one, list them, strike one off. All of it is on record."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from desk.archive import Archive
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from vault.enrolment import MOST_BYTES, join, new_enrolment
from vault.errors import KeysChanged
from vault.keys import public_keys
from vault.public import StationKey
from vault.stations import new_station, revoke_station

ENROLMENT_DAYS: Final = 7
"""How long an enrolment file opens, unless somebody says otherwise."""
_MOST_NAME_BYTES: Final = 60


class StationNameUnfit(JuanzongError):
    """A station's name is empty, too long, or another's."""

    exit_code = ExitCode.USAGE
    wording = "station.name-unfit"


class NoSuchStation(JuanzongError):
    """No scanner PC of this name is enrolled."""

    exit_code = ExitCode.NOT_FOUND
    wording = "station.none"


class EnrolmentUnwritten(JuanzongError):
    """The enrolment file cannot be written or read where it was named."""

    exit_code = ExitCode.OUTPUT
    wording = "station.unwritten"


@dataclass(frozen=True, slots=True)
class StationView:
    """A station as people see it: ``station`` is the id that stands in what it seals."""

    station: str
    name: str
    desk: bool
    enrolled: datetime
    revoked: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "station": self.station,
            "name": self.name,
            "desk": self.desk,
            "enrolled": self.enrolled.isoformat(timespec="seconds"),
            "revoked": self.revoked.isoformat(timespec="seconds") if self.revoked else None,
        }


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A station just enrolled, and the code that opens its file once it is on the scanner PC."""

    view: StationView
    until: datetime
    code: str = field(repr=False)


@needs(Duty.KEEP)
def enrol(archive: Archive, name: str, file: Path, *, days: int = ENROLMENT_DAYS) -> Enrolled:
    """Enrol a scanner PC and write the file that makes it one; needs the archive's passphrase.

    Raises:
        StationNameUnfit: the name cannot be used, or a station in use has it.
        EnrolmentUnwritten: there is such a file, or it cannot be written; nobody was enrolled.
        vault.Locked: the archive's passphrase was not given.
        vault.KeysChanged: another program changed the keys meanwhile; try again.
    """
    plain = " ".join(name.split())
    used = {one.name.casefold() for one in public_keys(archive.home.path).stations if one.revoked is None}
    fits = 0 < len(plain.encode()) <= _MOST_NAME_BYTES and plain.isprintable() and not set(plain) & set("/\\:")
    if not fits or plain.casefold() in used:
        raise StationNameUnfit(name=name)
    _unchanged(archive)
    until = datetime.now(UTC) + timedelta(days=days)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise EnrolmentUnwritten(file=file, fault=fault.strerror) from fault
    try:
        keys, station = new_station(archive.home.path, archive.keys, plain)
        octets, code = new_enrolment(keys.public, station, until)
        with os.fdopen(descriptor, "wb", closefd=False) as target:
            target.write(octets)
            target.flush()
            os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise
    finally:
        os.close(descriptor)
    entry = keys.public.station(station.signing.public.id)
    if entry is None:
        raise NoSuchStation(name=plain)
    with archive.index.write() as session:
        facts = {"name": plain, "until": until.isoformat(timespec="seconds")}
        archive.note(session, "station-enrolled", entry.public.id, facts)
    return Enrolled(_view(entry), until, code)


@needs(Duty.KEEP)
def stations(archive: Archive) -> list[StationView]:
    """Return every station of the archive, the records desk first."""
    return [_view(one) for one in public_keys(archive.home.path).stations]


@needs(Duty.KEEP)
def revoke(archive: Archive, name: str) -> StationView:
    """Strike off a scanner PC, by name or id: what it says it sealed from now on is refused, older things stay valid.

    Raises:
        NoSuchStation: no scanner PC in use goes by this name.
        vault.Locked: the archive's passphrase was not given.
        vault.KeysChanged: another program changed the keys meanwhile; try again.
    """
    _unchanged(archive)
    found = _in_use(archive.keys.public.stations, name)
    keys = revoke_station(archive.home.path, archive.keys, found.public.id)
    revoked = keys.public.station(found.public.id) or found
    with archive.index.write() as session:
        archive.note(session, "station-revoked", found.public.id, {"name": found.name})
    return _view(revoked)


def join_as(file: Path, code: str, station_home: Path) -> StationView:
    """Make this machine the station that an enrolment file is for, and take the file away.

    Raises:
        EnrolmentUnwritten: the file cannot be read, or the station's folder not be written.
        vault.EnrolmentRefused: the code does not open it, or its time is over.
        vault.KeysExist: this machine is a station already.
    """
    try:
        with file.open("rb") as source:
            octets = source.read(MOST_BYTES)
        keys, made = join(octets, code, station_home)
    except OSError as fault:
        raise EnrolmentUnwritten(file=fault.filename or file, fault=fault.strerror) from fault
    with suppress(OSError):  # on a medium that cannot be written the code protects it
        file.unlink()
    return _view(next(one for one in keys.stations if one.public == made))


def _unchanged(archive: Archive) -> None:
    """Refuse to work from keys that another program has changed since they were opened."""
    if public_keys(archive.home.path).serial != archive.keys.public.serial:
        raise KeysChanged(path=archive.home.path)


def _in_use(found: Sequence[StationKey], name: str) -> StationKey:
    plain = " ".join(name.split()).casefold()
    for one in found:
        if not one.desk and one.revoked is None and plain in {one.name.casefold(), one.public.id}:
            return one
    raise NoSuchStation(name=name)


def _view(one: StationKey) -> StationView:
    return StationView(one.public.id, one.name, one.desk, one.made, one.revoked)
