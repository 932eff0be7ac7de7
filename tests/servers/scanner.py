"""A scanner PC that is a station of a test's archive, and calls as such a PC makes them, right or wrong."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from desk import stationing, stations
from desk.archive import Archive
from desk.home import Home
from desk.stationing import Dropping, Ears, Sent, Way
from index.tables import new_id
from ingest.ticket import Ticket
from tests.journeys.crashing import NoWait
from vault.calls import Request, sign_call
from vault.envelope import Envelope, encode
from vault.private import Station
from vault.public import PublicKeys
from vault.seal import object_name
from vault.stations import open_station
from vault.stores.memory import MemoryStore
from vault.vault import Vault

API = "/api/v1/station"


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner PC: its folder as a station, and its drop folder."""

    place: Path
    drop: Path

    @classmethod
    def enrolled(cls, home: Home, passphrase: str, folder: Path, name: str) -> "Scanner":
        """Enrol and join a scanner PC under ``folder``."""
        folder.mkdir(parents=True)
        with Archive.open(home, home.settings(), passphrase) as archive:
            made = stations.enrol(archive, name, folder / "enrolment")
        stations.join_as(folder / "enrolment", made.code, folder / "pc")
        (folder / "drop").mkdir()
        return cls(folder / "pc", folder / "drop")

    def keys(self) -> tuple[PublicKeys, Station]:
        """Return what lies on the PC."""
        return open_station(self.place)

    def one_pass(self, address: str, ca_file: Path | None = None, ears: Ears | None = None) -> Sent:
        """Seal, send and let go, as ``station watch --once`` does, without waiting for scans to settle."""
        before, stationing.SettleSettings = stationing.SettleSettings, NoWait  # type: ignore[misc]
        try:
            return stationing.watch_once(self.place, [self.drop], Way(address, ca_file), Dropping(), ears or Ears())
        finally:
            stationing.SettleSettings = before  # type: ignore[misc]

    def waiting(self) -> list[str]:
        """Return the scans in the drop folder."""
        return sorted(path.name for path in self.drop.iterdir() if path.is_file())

    def on_disk(self) -> bytes:
        """Return every byte and every name that lies in the station's folder."""
        files = [path for path in self.place.rglob("*") if path.is_file()]
        return b"\0".join([*(bytes(path) for path in files), *(path.read_bytes() for path in files)])


@dataclass(slots=True)
class Sealed:
    """A capture as a station seals it, held in memory."""

    capture: str
    envelopes: dict[str, Envelope]
    octets: dict[str, bytes]

    @classmethod
    def by(
        cls, keys: PublicKeys, station: Station, content: bytes, *, name: str = "a.pdf", capture: str = ""
    ) -> "Sealed":
        """Seal some bytes as this station."""
        number, store = capture or new_id(), MemoryStore()
        vault = Vault(store, keys, station=station)
        ticket = Ticket(name, "/srv/scans", "", datetime.now(UTC)).encode()
        made = {
            role: vault.seal_bytes(octets, document=number, role=role).envelope
            for role, octets in (("ticket", ticket), ("original", content))
        }
        octets = {role: b"".join(store.get(object_name(one.object_id))) for role, one in made.items()}
        return cls(number, made, octets)

    def begun(self) -> bytes:
        """Return the body that begins it."""
        return json.dumps(
            {role: base64.b64encode(encode(one)).decode() for role, one in self.envelopes.items()}
        ).encode()


@dataclass(slots=True)
class Caller:
    """Calls the archive's machine at ``url`` as a station; each part of a call can be made wrong."""

    url: str
    archive: str
    station: Station
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def call(self, method: str, target: str, body: bytes = b"", *, header: str | None = None) -> httpx.Response:
        """Make a call; ``header`` is put in place of the right signature."""
        signed = self.header(method, target, body) if header is None else header
        headers = {"authorization": signed}
        return self.client.request(method, self.url + API + target, content=body, headers=headers)

    def header(self, method: str, target: str, body: bytes = b"") -> str:
        """Return the signature of a call."""
        return sign_call(self.station, self.archive, Request(method, API + target, body), self.clock())

    def begin(self, sealed: Sealed) -> httpx.Response:
        """Begin a capture."""
        return self.call("POST", f"/captures/{sealed.capture}", sealed.begun())

    def send(self, sealed: Sealed, role: str, octets: bytes | None = None, offset: int = 0) -> httpx.Response:
        """Send an object, whole where nothing else is given."""
        target = f"/captures/{sealed.capture}/objects/{role}?offset={offset}"
        return self.call("POST", target, sealed.octets[role] if octets is None else octets)

    def finish(self, sealed: Sealed) -> httpx.Response:
        """Ask for a capture to be stored."""
        return self.call("POST", f"/captures/{sealed.capture}/finish")

    def deliver(self, sealed: Sealed) -> httpx.Response:
        """Send all of a capture and return the answer to the last call."""
        for answer in (self.begin(sealed), *(self.send(sealed, role) for role in sealed.octets)):
            if answer.status_code != 200:
                return answer
        return self.finish(sealed)
