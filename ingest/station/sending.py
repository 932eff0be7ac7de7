"""Send what waits in the spool, piece by piece; whatever breaks off goes on from where it stands at the other end."""

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dossier.errors import ExitCode, JuanzongError, VaultFailed
from ingest.station.line import Line, LineDown, SendingRefused
from ingest.station.spool import Held, Spool
from vault.envelope import encode
from vault.errors import KeysDamaged, Tampered, Unknown
from vault.seal import object_name

PIECE_BYTES: Final = 4 * 1024 * 1024
MOST_ROUNDS: Final = 3
"""How often a capture is sent anew whose bytes arrived otherwise than they were sealed, before its sending rests."""
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
HELLO_SECONDS: Final = 3600.0
"""How often the archive's keys are asked for, which may have been changed."""
BEAT_SECONDS: Final = 0.5


class SpoiledHere(JuanzongError):
    """A sealed scan in the spool is not what was sealed: its scan, which still lies where it was, is sealed anew."""

    exit_code = ExitCode.TAMPERED
    wording = "station.spoiled-here"


class ArrivesSpoiled(JuanzongError):
    """What is sent arrives changed again and again, though it is whole here."""

    exit_code = ExitCode.VAULT
    wording = "station.arrives-spoiled"


@dataclass(frozen=True, slots=True)
class Heard:
    """Who hears of what is stored, and of what keeps the rest: None for a trouble that is over."""

    on_stored: Callable[[Held], None] = lambda _: None
    on_trouble: Callable[[JuanzongError | None], None] = lambda _: None


class Sending:
    """Sends what waits in ``spool`` over ``line``."""

    def __init__(self, spool: Spool, line: Line, heard: Heard, stop: threading.Event) -> None:
        self._spool = spool
        self._line = line
        self._heard = heard
        self._stop = stop
        self._wake = threading.Event()
        self._greeted: float | None = None

    def wake(self) -> None:
        """Look at once whether something waits."""
        self._wake.set()

    def run(self) -> None:
        """Send whatever comes to wait, until ``stop`` is set; what can pass is tried again, ever more seldom."""
        pause, troubled = FIRST_PAUSE_SECONDS, False
        while not self._stop.is_set():
            try:
                self.send_all()
            except (LineDown, SendingRefused, ArrivesSpoiled, VaultFailed) as trouble:
                self._heard.on_trouble(trouble)
                troubled, self._greeted = True, None
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                if troubled:
                    self._heard.on_trouble(None)
                pause, troubled = FIRST_PAUSE_SECONDS, False
                if self._wake.wait(BEAT_SECONDS):
                    self._wake.clear()

    def send_all(self) -> list[Held]:
        """Send what waits now, the oldest first, and return it.

        Raises:
            LineDown, SendingRefused, ArrivesSpoiled: it breaks off here; what was not stored still waits.
            VaultFailed: the spool cannot be written.
        """
        sent = []
        for held in self._spool.waiting():
            if self._stop.is_set():
                break
            self._greet()
            try:
                stored = self._send(held)
            except SpoiledHere as spoiled:
                self._heard.on_trouble(spoiled)
                self._spool.forget(held.capture)
                continue
            if not stored:
                break
            self._spool.note_stored(held)
            self._heard.on_stored(held)
            sent.append(held)
        return sent

    def _greet(self) -> None:
        """Ask for the archive's keys as they are now, once in a while."""
        if self._greeted is not None and time.monotonic() - self._greeted < HELLO_SECONDS:
            return
        said = self._line.hello()
        try:
            self._spool.renew(str(said.get("keys", "")).encode())
        except KeysDamaged as stranger:
            raise SendingRefused(address=self._line.address, reason=stranger.say("en")) from stranger
        self._greeted = time.monotonic()

    def _send(self, held: Held) -> bool:
        """Send a capture and tell whether it is stored; it is not where a stop was asked for meanwhile."""
        vault, capture = self._spool.vault, held.capture
        try:
            sealed = {role: vault.envelope(object_id) for role, object_id in held.objects().items()}
        except (Unknown, Tampered) as spoiled:
            raise SpoiledHere from spoiled
        envelopes = {role: base64.b64encode(encode(one)).decode() for role, one in sealed.items()}
        begun = json.dumps(envelopes).encode()
        for _ in range(MOST_ROUNDS):
            standing = self._line.begin(capture, begun)
            for role, one in sealed.items():
                size = one.capture.content_size
                while not _is_stored(standing) and (at := _has(standing, role)) < size:
                    if self._stop.is_set():
                        return False
                    octets = self._piece(held, role, at)
                    standing = self._line.piece(capture, role, at, octets)
                    if not _is_stored(standing) and _has(standing, role) <= at:
                        break  # others send the same, or nothing is kept there: asked anew
            if _is_stored(standing) or _is_stored(self._line.finish(capture)):
                return True
            self._check_whole(held)
        raise ArrivesSpoiled(capture=capture)

    def _piece(self, held: Held, role: str, offset: int) -> bytes:
        octets = bytearray()
        try:
            for some in self._spool.vault.store.get(object_name(held.objects()[role]), offset):
                octets += some
                if len(octets) >= PIECE_BYTES:
                    break
        except VaultFailed as fault:
            raise SpoiledHere from fault
        if not octets:
            raise SpoiledHere
        return bytes(octets[:PIECE_BYTES])

    def _check_whole(self, held: Held) -> None:
        try:
            for object_id in held.objects().values():
                self._spool.vault.verify(object_id)
        except (Unknown, Tampered) as spoiled:
            raise SpoiledHere from spoiled


def _is_stored(standing: Mapping[str, Any]) -> bool:
    return standing.get("state") == "stored"


def _has(standing: Mapping[str, Any], role: str) -> int:
    has = standing.get("has")
    found = has.get(role) if isinstance(has, dict) else None
    return found if isinstance(found, int) and found >= 0 else 0
