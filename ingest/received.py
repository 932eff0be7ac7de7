"""Take over what stations sent: open the ticket, claim the bytes, journal them; the same journey follows as for a scan.

What came lies in the store as the station sealed it, with a note. The note goes last, so that whatever breaks off is
taken up again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from io import SEEK_SET, RawIOBase
from pathlib import Path
from typing import BinaryIO, Final, cast

from dossier.errors import JuanzongError, VaultFailed
from index import journal
from index.tables import Capture
from ingest.taking import Origin, Taking, Took
from ingest.ticket import Ticket, parse
from ocr.formats import HEAD_BYTES, TAIL_BYTES, sniff
from vault.errors import Destroyed, EnvelopeTampered, Tampered, Unknown
from vault.received import ORIGINAL, TICKET, Note, drop_note, mend, notes
from vault.vault import Vault

PREFIX: Final = "station:"
"""What the folder of a capture begins with that a station sent; its name and the drop folder there follow."""
LOOK_SECONDS: Final = 2.0
RETRY_SECONDS: Final = 300.0
"""After so long what could not be taken over is tried again."""
UNFINISHED_FOR: Final = timedelta(days=1)
"""A note whose objects have not come whole for so long is of a sending that broke off; its rests go."""
AT_ONCE_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 10.0
"""How long nothing more is taken over when the vault could not keep something."""


@dataclass(slots=True)
class Received:
    """Looks for what stations sent and takes it over; ``on_refused`` hears of what cannot be."""

    taking: Taking
    on_refused: Callable[[Path, JuanzongError], None] = lambda _path, _error: None
    _looked: float = -LOOK_SECONDS
    _refused: dict[str, float] | None = None

    def tend(self, ready: Callable[[], bool], *, whole: bool = False) -> Iterator[Took]:
        """Yield what was taken over now, while ``ready`` says that more can be; ``whole`` takes all there is.

        Raises:
            VaultFailed: nothing can be kept now; what came stays where it is.
        """
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS and not whole:
            return
        refused = self._refused = self._refused if self._refused is not None else {}
        self.taking.vault.envelopes.renew()
        spoiled: list[str] = []
        for note in notes(self.taking.vault.store, spoiled):
            if refused.get(note.capture, 0.0) > time.monotonic():
                continue
            if not ready() or (time.monotonic() - now > AT_ONCE_SECONDS and not whole):
                return  # and looked at again at once
            try:
                took = take(self.taking, note)
            except VaultFailed:
                self._looked = time.monotonic() + PAUSE_SECONDS
                raise
            except JuanzongError as error:
                refused[note.capture] = time.monotonic() + RETRY_SECONDS
                self.on_refused(Path(f"{PREFIX}{note.station}", note.capture), error)
            else:
                if took is not None:
                    yield took
        self._looked = time.monotonic()
        if spoiled:
            self._mend(spoiled)

    def _mend(self, spoiled: list[str]) -> None:
        """Put notes right that a killed run, or the store's disk, left unreadable."""
        try:
            mend(self.taking.vault, spoiled)
        except Tampered as error:
            self._looked = time.monotonic() + RETRY_SECONDS
            self.on_refused(Path(PREFIX, spoiled[0]), error)


def take(taking: Taking, note: Note) -> Took | None:
    """Take over one capture that came; None where it has not come whole yet, or nothing is left of it.

    Raises:
        TicketUnfit, NumberTaken, vault.Tampered, vault.NoAccess: it cannot be; it stays where it is.
        VaultFailed: nothing can be kept now.
    """
    vault = taking.vault
    with taking.index.read() as session:
        known = session.get(Capture, note.capture)
    if known is not None and known.state != journal.State.CLAIMED and known.original == note.original:
        took = Took(known, known.sha256, duplicate=False)  # by a run that ended before it could say so
        _let_go(taking, note, took)
        return took
    try:
        ticket = parse(vault.open_bytes(note.ticket, document=note.capture, role=TICKET))
        stream = _Opened(vault, note)
        origin = _origin(vault, note, ticket, stream)
    except Destroyed:
        _clear(taking, note, original=True)
        return None
    except Unknown:
        if taking.clock() - note.at > UNFINISHED_FOR:
            _clear(taking, note, original=True)
        return None
    took = taking.take_sealed(note.capture, note.original, origin, cast("BinaryIO", stream))
    _let_go(taking, note, took)
    return took


def _let_go(taking: Taking, note: Note, took: Took) -> None:
    """Note that nothing of it waits anywhere: its scan on the scanner PC went when it was stored."""
    with taking.index.write() as session:
        if not took.duplicate or took.sighting is not None:
            journal.released(session, took.capture.id, at=taking.clock(), sighting=took.sighting)
    _clear(taking, note, original=took.duplicate)


def _origin(vault: Vault, note: Note, ticket: Ticket, stream: "_Opened") -> Origin:
    folder = f"{PREFIX}{vault.envelopes.station_of(note.original)}:{ticket.drop}"
    format_ = sniff(stream.head, tail=stream.tail, size=stream.size)
    batch = f"{folder}/{ticket.subfolder}" if ticket.subfolder else ""
    return Origin(ticket.name, format_.value, folder, ticket.subfolder, batch)


def _clear(taking: Taking, note: Note, *, original: bool = False) -> None:
    """Take away what is of no use any more: the ticket, the original where its bytes are here already, the note."""
    for object_id, role in ((note.ticket, TICKET), *([(note.original, ORIGINAL)] if original else ())):
        with suppress(Tampered, Destroyed):
            if _is_theirs(taking.vault, note, object_id, role):
                taking.vault.withdraw(object_id)
    drop_note(taking.vault.store, note.capture)


def _is_theirs(vault: Vault, note: Note, object_id: str, role: str) -> bool:
    """Tell whether an object is what its note says; the note is the store's word, and nobody signed it."""
    try:
        found = vault.envelope(object_id)
    except (Unknown, EnvelopeTampered):
        return True  # half removed by a run that was killed; nothing opens it
    return (found.document, found.role) == (note.capture, role)


class _Opened(RawIOBase):
    """The bytes of a sealed original as a file that is read from its beginning, any number of times."""

    def __init__(self, vault: Vault, note: Note) -> None:
        self._vault, self._note = vault, note
        self.head, self.tail, self.size = b"", b"", 0
        for piece in self._open():
            self.head += piece[: HEAD_BYTES - len(self.head)]
            self.tail = (self.tail + piece)[-TAIL_BYTES:]
            self.size += len(piece)
        self._pieces: Iterator[bytes] | None = None
        self._held = b""

    def _open(self) -> Iterator[bytes]:
        return self._vault.open(self._note.original, document=self._note.capture, role=ORIGINAL)

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that this can be begun again."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Begin again."""
        if (offset, whence) != (0, SEEK_SET):
            raise ValueError("a sealed original is read from its beginning")
        self._pieces, self._held = None, b""
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill as much of ``buffer`` as the next piece allows; 0 at the end."""
        if self._pieces is None:
            self._pieces = self._open()
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._held = piece
        length = min(len(buffer), len(self._held))
        buffer[:length] = self._held[:length]
        self._held = self._held[length:]
        return length
