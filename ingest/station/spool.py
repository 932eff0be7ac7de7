"""The spool of a scanner PC: scans that wait to be sent, sealed to keys that this machine does not have.

A capture waits when its note is there: the note is written after its objects, and says which they are. A note names
no scan; it holds a keyed mark of the scan's bytes and place, by which the same scan is known again after a restart.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, cast

from dossier.errors import ExitCode, VaultFailed
from index.tables import new_id
from ingest.guards import RESERVE_BYTES, require_room
from ingest.scan import Scan, open_scan
from ingest.taking import PIECE_BYTES, ScanChanged, Unchanged
from ingest.ticket import Ticket
from vault.durable import make_private_folder, write_durably
from vault.errors import SourceFailed
from vault.private import Station
from vault.public import PublicKeys
from vault.received import ORIGINAL, TICKET, is_capture_id
from vault.stations import renew_station
from vault.stores.local import LocalStore
from vault.vault import Vault

SPOOL: Final = "spool"
NOTES: Final = "waiting"
_SUFFIX: Final = ".json"
GONE_AFTER: Final = timedelta(days=30)
"""So long a scan that is stored is waited for, to let it go; then somebody has taken it away by hand."""


class SpoolUnwritable(VaultFailed):
    """The spool's folder cannot be read or written (facts: ``folder``, ``fault``)."""

    exit_code = ExitCode.VAULT
    wording = "station.spool-unwritable"


@dataclass(frozen=True, slots=True)
class Held:
    """A capture of this station: its objects, the mark of its scan, and whether the archive has stored it."""

    capture: str
    original: str
    ticket: str
    mark: str
    sealed: datetime
    stored: bool = False

    def objects(self) -> dict[str, str]:
        """Return its objects by their roles, in the order in which they are sent."""
        return {TICKET: self.ticket, ORIGINAL: self.original}


class Spool:
    """The captures of a station that are not done with yet; safe to use from two threads."""

    def __init__(
        self, home: Path, public: PublicKeys, station: Station, *, clock: Callable[[], datetime] | None = None
    ) -> None:
        """Open the spool in a station's folder; what a crash left half sealed goes.

        Raises:
            vault.StoreFailed, SpoolUnwritable: it cannot be read or written.
        """
        self._home = home
        self._station = station
        self._clock = clock or (lambda: datetime.now(UTC))
        self._notes = home / NOTES
        self._lock = threading.Lock()
        self._mark = hmac.new(station.signing.seed, b"juanzong station mark 1", hashlib.sha256).digest()
        try:
            make_private_folder(self._notes)
        except OSError as fault:
            raise SpoolUnwritable(folder=self._notes, fault=fault.strerror) from fault
        store = LocalStore.create(home / SPOOL, archive=public.archive)
        self.vault = Vault(store, public, station=station, clock=self._clock)
        self._held = {one.capture: one for one in self._read_notes()}
        self._clear_rests()
        for one in list(self._held.values()):
            if one.stored and self._clock() - one.sealed > GONE_AFTER:
                self.forget(one.capture)

    def renew(self, document: bytes) -> None:
        """Seal from now on to the archive's keys as it says they are now.

        Raises:
            vault.KeysDamaged: this is not a file of this archive's keys.
            SpoolUnwritable
        """
        try:
            public = renew_station(self._home, self.vault.public, document)
        except OSError as fault:
            raise SpoolUnwritable(folder=self._home, fault=fault.strerror) from fault
        if public is not self.vault.public:
            self.vault = Vault(self.vault.store, public, station=self._station, clock=self._clock)

    def known(self, scan: Scan, sha256: str) -> Held | None:
        """Return the capture of a scan that was sealed already."""
        mark = self._mark_of(scan, sha256)
        with self._lock:
            return next((one for one in self._held.values() if one.mark == mark), None)

    def seal(self, scan: Scan, sha256: str) -> Held:
        """Seal a scan whose bytes have this digest (hexadecimal); it waits from then on.

        Raises:
            ScanRefused, ScanGone, ScanBusy, ScanDenied, ScanChanged: this scan cannot be sealed now.
            VaultFailed: there is no room, or the spool cannot be written.
        """
        require_room(self._home, scan.identity.size_bytes, reserve_bytes=RESERVE_BYTES)
        vault, capture, now = self.vault, new_id(), self._clock()
        stream, _ = open_scan(scan.path, drop=scan.drop)
        with stream:
            try:
                source = cast("BinaryIO", Unchanged(stream, sha256))
                original = vault.seal(source, document=capture, role=ORIGINAL).object_id
            except SourceFailed as fault:
                raise ScanChanged(name=scan.name) from fault
        ticket = vault.seal_bytes(Ticket.of(scan, now).encode(), document=capture, role=TICKET).object_id
        held = Held(capture, original, ticket, self._mark_of(scan, sha256), now)
        self._note(held)
        return held

    def waiting(self) -> list[Held]:
        """Return what is to be sent, the oldest first."""
        with self._lock:
            return sorted((one for one in self._held.values() if not one.stored), key=lambda one: one.sealed)

    def find(self, capture: str) -> Held | None:
        """Return a capture that is not done with yet."""
        with self._lock:
            return self._held.get(capture)

    def note_stored(self, held: Held) -> None:
        """Note that the archive has stored a capture, and only then remove its objects here.

        Raises:
            VaultFailed: the spool cannot be written.
        """
        self._note(replace(held, stored=True))
        self._withdraw(held)

    def forget(self, capture: str) -> None:
        """Be done with a capture: its scan has gone, or is to be sealed anew.

        Raises:
            VaultFailed: the spool cannot be written.
        """
        with self._lock:
            held = self._held.pop(capture, None)
        try:
            (self._notes / f"{capture}{_SUFFIX}").unlink(missing_ok=True)
        except OSError as fault:
            raise SpoolUnwritable(folder=self._notes, fault=fault.strerror) from fault
        if held is not None and not held.stored:
            self._withdraw(held)

    def _withdraw(self, held: Held) -> None:
        for one in held.objects().values():
            self.vault.withdraw(one)

    def _note(self, held: Held) -> None:
        body = {
            "mark": held.mark,
            "original": held.original,
            "sealed": held.sealed.isoformat(),
            "stored": held.stored,
            "ticket": held.ticket,
        }
        try:
            write_durably(self._notes / f"{held.capture}{_SUFFIX}", json.dumps(body, sort_keys=True).encode())
        except OSError as fault:
            raise SpoolUnwritable(folder=self._notes, fault=fault.strerror) from fault
        with self._lock:
            self._held[held.capture] = held

    def _read_notes(self) -> list[Held]:
        found = []
        try:
            for place in sorted(self._notes.iterdir()):
                capture = place.name.removesuffix(_SUFFIX)
                if place.suffix == _SUFFIX and is_capture_id(capture):
                    found.append(_held(capture, json.loads(place.read_bytes())))
                else:
                    place.unlink()  # half a note, of a run that was killed
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise SpoolUnwritable(folder=self._notes, fault=str(fault)) from fault
        return found

    def _clear_rests(self) -> None:
        """Remove what no note names: its scan still lies where it was, or the archive has it."""
        needed = {one for held in self._held.values() if not held.stored for one in held.objects().values()}
        names = [*self.vault.store.names("keys/"), *self.vault.store.names("objects/")]
        for found in {stored.name.rpartition("/")[2].partition(".")[0] for stored in names} - needed:
            self.vault.withdraw(found)
        cast("LocalStore", self.vault.store).sweep(older_than=0)

    def _mark_of(self, scan: Scan, sha256: str) -> str:
        return hmac.new(self._mark, sha256.encode() + b"\0" + bytes(scan.path), hashlib.sha256).hexdigest()


def digest_of(scan: Scan) -> str:
    """Return the SHA-256 of a scan's bytes, in hexadecimal.

    Raises:
        ScanRefused, ScanGone, ScanBusy, ScanDenied: it cannot be read now.
    """
    stream, _ = open_scan(scan.path, drop=scan.drop)
    running = hashlib.sha256()
    with stream:
        while piece := stream.read(PIECE_BYTES):
            running.update(piece)
    return running.hexdigest()


def _held(capture: str, body: dict[str, object]) -> Held:
    return Held(
        capture,
        str(body["original"]),
        str(body["ticket"]),
        str(body["mark"]),
        datetime.fromisoformat(str(body["sealed"])),
        body["stored"] is True,
    )
