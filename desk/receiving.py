"""Receive what scanner PCs send: sealed objects in pieces, kept as they are. Nothing here opens any of it.

The page's process does this, which holds no key. Whoever holds the keys takes over later what has come
(``ingest.received``). Every step may come again: a station that got no answer asks once more.
"""

import base64
import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from desk.home import Home
from desk.stores import open_store
from dossier.errors import ExitCode, JuanzongError, VaultFailed
from ingest.alone import alone
from ingest.guards import require_room
from vault.calls import WINDOW, Call, CallRefused, Request, check_call
from vault.durable import write_durably
from vault.envelope import MOST_BYTES, Envelope, encode
from vault.keys import public_keys
from vault.public import canonical
from vault.received import (
    ORIGINAL,
    ROLES,
    TICKET,
    Note,
    NotTheirs,
    is_capture_id,
    is_kept,
    keep,
    put_note,
    their_envelope,
)
from vault.stores.store import Store
from vault.vault import Vault
from vault.witness import FileWitness

MOST_PIECE_BYTES: Final = 8 * 1024 * 1024
MOST_TICKET_BYTES: Final = 64 * 1024
STALE_SECONDS: Final = 30 * 86400
"""What nobody has sent on with for so long goes; a station that comes back begins it anew."""
_TIDY_SECONDS: Final = 60.0
_CALLS: Final = "calls"
_STORED: Final = "stored"


class CallUnfit(JuanzongError):
    """A call does not say what it must."""

    exit_code = ExitCode.USAGE
    wording = "station.call-unfit"


class ReceivingFailed(VaultFailed):
    """The folder where what is sent is gathered cannot be written (facts: ``folder``, ``fault``)."""

    exit_code = ExitCode.VAULT
    wording = "station.receiving-failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a capture has come: stored, or how many bytes of each of its objects are here."""

    stored: bool
    has: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"state": _STORED} if self.stored else {"state": "open", "has": dict(self.has)}


class Receiving:
    """Receives for the archive at ``home``; one for a process, safe to use from many threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._folder = home.path / "receiving"
        self._lock = threading.Lock()
        self._store: tuple[str, Store] | None = None
        self._tidied = 0.0

    def hear(self, method: str, target: str, body: bytes, header: str) -> Call:
        """Return the call that a request makes, once: the archive's keys are looked at as they are now.

        ``target`` is the address from its first slash to the end of the query, ``header`` who says to be calling.

        Raises:
            vault.CallRefused: it is no call of a station in use, or was heard before.
        """
        request = Request(method, target, body)
        call = check_call(header, public_keys(self._home.path), request, datetime.now(UTC))
        with self._told():
            self._tidy()
            (self._folder / _CALLS).mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{call.station.public.id}.{call.nonce}"
            try:
                os.close(os.open(self._folder / _CALLS / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError as error:
                raise CallRefused from error
        return call

    def hello(self, call: Call) -> dict[str, Any]:
        """Return what a station has to know: the archive's public keys now, the time, how large a piece may be."""
        keys = public_keys(self._home.path)
        return {
            "archive": keys.archive,
            "station": call.station.name,
            "keys": keys.document.decode(),
            "now": datetime.now(UTC).isoformat(timespec="seconds"),
            "piece_bytes": MOST_PIECE_BYTES,
        }

    def begin(self, call: Call, capture: str, body: bytes) -> Standing:
        """Take note of the envelopes of a capture that is about to come, or say how far it has come.

        Raises:
            CallUnfit, vault.NotTheirs: these are no envelopes of a capture of this station.
            VaultFailed: there is no room, or the store cannot be asked.
        """
        sent = self._envelopes(call, capture, _sent(body))
        with self._alone(capture) as folder:
            if self._is_stored(folder, sent) or is_kept(self._vault(), sent[ORIGINAL]):
                return Standing(stored=True, has={})
            reserve = self._home.settings().intake.reserve_mib * 1024**2
            require_room(self._home.path, 2 * sent[ORIGINAL].capture.content_size, reserve_bytes=reserve)
            with self._told():
                folder.mkdir(mode=0o700, exist_ok=True)
                for role, one in sent.items():
                    place = folder / f"{role}.envelope"
                    if not place.exists():
                        write_durably(place, encode(one))
                    elif place.read_bytes() != encode(one):
                        raise NotTheirs
            return self._standing(folder)

    def piece(self, call: Call, capture: str, role: str, offset: int, body: bytes) -> Standing:
        """Put a piece of an object behind what is here of it; one that does not begin there changes nothing.

        Raises:
            CallUnfit: no such capture was begun, or the object would become longer than its envelope states.
            vault.NotTheirs: it is another station's.
            VaultFailed: there is no room.
        """
        with self._alone(capture) as folder:
            if (folder / _STORED).exists():
                return Standing(stored=True, has={})
            sent = self._begun(call, capture, folder)
            if role not in sent or offset + len(body) > sent[role].capture.content_size:
                raise CallUnfit
            here = self._standing(folder)
            if here.has[role] == offset and body:
                with self._told(), (folder / f"{role}.part").open("ab") as part:
                    part.write(body)
            return self._standing(folder)

    def finish(self, call: Call, capture: str) -> Standing:
        """Keep a capture whose objects are here: note it, store them, read them back, and only then say so.

        An object whose bytes are not those that were sealed is forgotten, to be sent anew.

        Raises:
            CallUnfit, vault.NotTheirs, VaultFailed: as ``piece``.
        """
        with self._alone(capture) as folder:
            if (folder / _STORED).exists():
                return Standing(stored=True, has={})
            sent = self._begun(call, capture, folder)
            if not all(self._is_whole(folder, role, one) for role, one in sent.items()):
                return self._standing(folder)
            vault, station = self._vault(), call.station.public.id
            note = Note(capture, station, sent[ORIGINAL].object_id, sent[TICKET].object_id, datetime.now(UTC))
            put_note(vault.store, note)
            for role in (TICKET, ORIGINAL):  # the original last: where it is kept, everything is
                if not is_kept(vault, sent[role]):
                    with self._told(), (folder / f"{role}.part").open("rb") as part:
                        keep(vault, sent[role], part)
            with self._told():
                write_durably(folder / _STORED, _receipt(sent))
                for role in ROLES:
                    (folder / f"{role}.part").unlink(missing_ok=True)
                    (folder / f"{role}.envelope").unlink(missing_ok=True)
            return Standing(stored=True, has={})

    def _begun(self, call: Call, capture: str, folder: Path) -> dict[str, Envelope]:
        try:
            octets = {role: (folder / f"{role}.envelope").read_bytes() for role in ROLES}
        except FileNotFoundError as error:
            raise CallUnfit from error
        return self._envelopes(call, capture, octets)

    def _envelopes(self, call: Call, capture: str, octets: Mapping[str, bytes]) -> dict[str, Envelope]:
        keys = public_keys(self._home.path)
        sent = {role: their_envelope(octets[role], keys, call.station, capture=capture, role=role) for role in ROLES}
        if sent[TICKET].capture.content_size > MOST_TICKET_BYTES:
            raise CallUnfit
        return sent

    def _is_whole(self, folder: Path, role: str, sent: Envelope) -> bool:
        place = folder / f"{role}.part"
        with self._told():
            try:
                with place.open("rb") as part:
                    if os.fstat(part.fileno()).st_size < sent.capture.content_size:
                        return False
                    if hashlib.file_digest(part, "sha256").digest() == sent.capture.content_sha256:
                        return True
            except FileNotFoundError:
                return False
            place.unlink()
        return False

    def _is_stored(self, folder: Path, sent: Mapping[str, Envelope]) -> bool:
        try:
            receipt = (folder / _STORED).read_bytes()
        except FileNotFoundError:
            return False
        if receipt != _receipt(sent):
            raise NotTheirs
        return True

    def _standing(self, folder: Path) -> Standing:
        places = {role: folder / f"{role}.part" for role in ROLES}
        return Standing(False, {role: place.stat().st_size if place.exists() else 0 for role, place in places.items()})

    def _vault(self) -> Vault:
        keys = public_keys(self._home.path)
        return Vault(self._place(keys.archive), keys, witness=FileWitness(self._home.witness))

    def _place(self, archive: str) -> Store:
        settings = self._home.settings()
        with self._lock:
            if self._store is None or self._store[0] != settings.store:
                self._store = settings.store, open_store(self._home, settings, archive)
            return self._store[1]

    @contextmanager
    def _alone(self, capture: str) -> Iterator[Path]:
        """Yield the folder where a capture is gathered, to one at a time."""
        if not is_capture_id(capture):
            raise CallUnfit
        with alone(self._home.locks / f"receiving-{capture}"):
            yield self._folder / capture

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise ReceivingFailed(folder=self._folder, fault=fault.strerror or "") from fault

    def _tidy(self) -> None:
        """Forget calls too old to be heard again, and what nobody sends any more."""
        with self._lock:
            if time.monotonic() - self._tidied < _TIDY_SECONDS and self._tidied:
                return
            self._tidied = time.monotonic()
        now = time.time()
        for place in (self._folder / _CALLS).glob("*"):
            with suppress(FileNotFoundError):
                if now - place.stat().st_mtime > 2 * WINDOW.total_seconds():
                    place.unlink()
        for place in self._folder.glob("*"):
            with suppress(FileNotFoundError):
                last = max((one.stat().st_mtime for one in (place, *place.glob("*"))), default=now)
                if is_capture_id(place.name) and now - last > STALE_SECONDS:
                    shutil.rmtree(place)


def _sent(body: bytes) -> dict[str, bytes]:
    """Return the envelopes that a call begins a capture with: JSON of each role's in base64."""
    if len(body) > 4 * MOST_BYTES:
        raise CallUnfit
    try:
        found = json.loads(body)
        if set(found) != set(ROLES):
            raise CallUnfit
        return {role: base64.b64decode(found[role], validate=True) for role in ROLES}
    except (ValueError, TypeError, RecursionError) as error:
        raise CallUnfit from error


def _receipt(sent: Mapping[str, Envelope]) -> bytes:
    return canonical({role: one.object_id for role, one in sent.items()})
