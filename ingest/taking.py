"""Take a scan over: claim its bytes, seal them, read them back, journal it. After this nothing is lost."""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, cast

from sqlmodel import Session

from dossier.errors import DocumentFailed, ExitCode
from index import journal
from index.engine import Index
from index.journal import State
from index.tables import ORDINARY, Capture
from ingest.alone import alone
from ingest.guards import RESERVE_BYTES, require_room
from ingest.scan import Scan, open_scan
from ocr.formats import sniff_bytes
from vault.errors import SourceFailed, Tampered, Unknown
from vault.keys import Keys
from vault.levels import Level
from vault.vault import Vault

ORIGINAL: Final = "original"
"""Role of the sealed bytes as they were scanned."""
RECORD: Final = "record"
"""Role of the sealed facts about a capture: enough to write its journal row again."""
PIECE_BYTES: Final = 1 << 20
READING: Final = "reading"
"""Role of what was read from a capture."""


class ScanChanged(DocumentFailed):
    """The bytes changed while they were being sealed; what stands there now is taken as a new scan."""

    exit_code = ExitCode.INTAKE
    wording = "ingest.scan-changed"


class NumberTaken(DocumentFailed):
    """What a station sent carries the number of another capture; it is left where it is, and nothing of it is read."""

    exit_code = ExitCode.INTAKE
    wording = "station.number-taken"


@dataclass(frozen=True, slots=True)
class Took:
    """What taking a scan came to: its capture, the digest of its bytes, and whether these bytes were here before.

    ``sighting`` is the number of the note made where they were; ``again`` tells bytes that were set aside before and
    were brought back to their place to be tried once more. ``fresh`` tells a capture that nobody else knows of yet.
    """

    capture: Capture
    sha256: str
    duplicate: bool
    sighting: int | None = None
    again: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """What the journal notes of where bytes came from."""

    name: str
    format: str
    folder: str
    subfolder: str = ""
    batch: str = ""
    level: str = ORDINARY
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Digests:
    """The keyed digest, the SHA-256 (hexadecimal) and the size of some bytes."""

    keyed: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Taking:
    """Everything needed to take scans over.

    ``locks`` is the folder of the archive's lock files; ``reserve_bytes`` must stay free on the archive's disk.
    """

    index: Index
    vault: Vault
    keys: Keys
    locks: Path
    reserve_bytes: int = RESERVE_BYTES
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    enqueue: Callable[[Session, str], None] | None = None
    """Where workers read: has them read a capture, in the transaction that journals it as sealed."""

    def take(self, scan: Scan) -> Took:
        """Seal a settled scan once, however often and by whomever it is brought.

        Raises:
            ScanRefused, ScanGone, ScanBusy, ScanDenied, ScanChanged: this scan cannot be taken now.
            VaultFailed: nothing can be kept now; the scan stays where it is.
        """
        folder, inside = str(scan.drop or scan.path.parent), scan.sub_folder
        batch = f"{folder}/{inside}" if inside else ""
        stream, _ = open_scan(scan.path, drop=scan.drop)
        with stream:
            return self._take(Origin(scan.name, scan.format.value, folder, inside, batch), stream)

    def take_member(self, parent: Capture, name: str, content: bytes) -> Took:
        """Seal a file that came out of a captured archive or mail; it is filed where its container lay.

        Raises:
            VaultFailed: nothing can be kept now; taking it again later goes on from there.
        """
        origin = Origin(
            name=f"{parent.name}/{name}",
            format=sniff_bytes(content).value,
            folder=parent.folder,
            subfolder=parent.subfolder,
            batch=parent.batch or f"capture/{parent.id}",
            level=parent.level,
            parent=parent.id,
        )
        return self._take(origin, BytesIO(content))

    def take_sealed(self, number: str, original: str, origin: Origin, stream: BinaryIO) -> Took:
        """Take over bytes that a station sealed as object ``original`` of capture ``number``; ``stream`` opens them.

        Bytes that are known already are a duplicate: what came is of no use then. A call that was broken off is
        repeated as it was.

        Raises:
            NumberTaken: the number is that of another capture.
            VaultFailed: nothing can be kept now; taking it again later goes on from there.
        """
        digests = self._digests(stream)
        with alone(self.locks / "taking"), self.index.only(digests.keyed):
            with self.index.read() as session:
                known = session.get(Capture, number)
            if known is not None and (known.original, known.digest) != (original, digests.keyed):
                raise NumberTaken(capture=number)
            if known is not None and known.state != State.CLAIMED:
                return Took(known, digests.sha256, duplicate=False)
            claim = self._claim(origin, digests, sealed=(number, original))
            capture, ours = claim.capture, claim.capture.id == number
            if ours:
                capture = self._enter(capture, fresh=claim.new)
            elif capture.state == State.CLAIMED:
                capture = self._seal(capture, stream, fresh=False)
        seen = claim.sighting.id if claim.sighting else None
        return Took(capture, digests.sha256, duplicate=not ours, sighting=seen, fresh=claim.new)

    def _take(self, origin: Origin, stream: BinaryIO) -> Took:
        digests = self._digests(stream)
        with alone(self.locks / "taking"), self.index.only(digests.keyed):
            claim = self._claim(origin, digests)
            capture = claim.capture
            seen = claim.sighting.id if claim.sighting else None
            if capture.state == State.CLAIMED:
                # Also under another name than it was first claimed with: until it is sealed it is no duplicate.
                capture = self._seal(capture, stream, fresh=claim.new)
            elif claim.outcome == "duplicate":
                again = capture.state == State.QUARANTINED and _is_from(capture, origin)
                return Took(capture, digests.sha256, duplicate=not again, sighting=seen, again=again)
        return Took(capture, digests.sha256, duplicate=False, fresh=claim.new)

    def adopt(self) -> int:
        """Finish claims that a crash left between sealing and journal; return how many were finished.

        An original that was sealed and verifies is kept as it is, so that there is never a second copy of it. One
        that was not is left to its scan, which still lies where it was.
        """
        with self.index.read() as session:
            waiting = journal.in_state(session, State.CLAIMED)
        adopted = 0
        for capture in waiting:
            with alone(self.locks / "taking"), self.index.only(capture.digest):
                if self._is_kept(capture.original):
                    self._enter(capture)
                    adopted += 1
        return adopted

    def _digests(self, stream: BinaryIO) -> Digests:
        plain, size = hashlib.sha256(), 0
        while piece := stream.read(PIECE_BYTES):
            plain.update(piece)
            size += len(piece)
        stream.seek(0)
        keyed = self.keys.digest(stream)
        stream.seek(0)
        return Digests(keyed, plain.hexdigest(), size)

    def _claim(self, origin: Origin, digests: Digests, *, sealed: tuple[str, str] | None = None) -> journal.Claim:
        """Claim bytes; ``sealed`` are the number and the original of a capture that was sealed elsewhere."""
        level = Level(origin.level)
        number, original = sealed or (None, self.vault.allot(level))
        with self.index.write() as session:
            return journal.claim(
                session,
                digests.keyed,
                name=origin.name,
                size=digests.size,
                format=origin.format,
                sha256=digests.sha256,
                at=self.clock(),
                folder=origin.folder,
                subfolder=origin.subfolder,
                batch=origin.batch,
                level=origin.level,
                parent=origin.parent,
                number=number,
                # Noted before they exist, so that a crash leaves no object that nobody knows of.
                original=original,
                record=self.vault.allot(level),
            )

    def _allot(self, session: Session, capture: Capture) -> None:
        """Note the ids of other objects to come, again before they exist."""
        level = Level(capture.level)
        capture.original, capture.record = self.vault.allot(level), self.vault.allot(level)
        session.add(capture)

    def _seal(self, capture: Capture, stream: BinaryIO, *, fresh: bool) -> Capture:
        """Seal and journal; the journal commits only after the vault has read the sealed bytes back.

        A claim that is not ``fresh`` was begun by a run that ended: what it kept whole is used, its rests go.
        """
        if not fresh and self._is_kept(capture.original):
            return self._enter(capture)
        require_room(self.locks.parent, capture.size, reserve_bytes=self.reserve_bytes)
        if not fresh:
            capture = self._afresh(capture)
        try:
            self.vault.seal(
                cast("BinaryIO", Unchanged(stream, capture.sha256)),
                document=capture.id,
                role=ORIGINAL,
                level=Level(capture.level),
                object_id=capture.original,
                total=capture.size,
            )
        except SourceFailed as fault:
            with self.index.write() as session:
                journal.abandon(session, capture.id)
            raise ScanChanged(name=capture.name) from fault
        return self._enter(capture, fresh=fresh)

    def _enter(self, capture: Capture, *, fresh: bool = False) -> Capture:
        """Seal the record of a capture whose original is kept, and journal both."""
        if fresh or not self._is_kept(capture.record):
            if not fresh:
                capture = self._afresh(capture, keep_original=True)
            self.vault.seal_bytes(
                record_of(capture),
                document=capture.id,
                role=RECORD,
                level=Level(capture.level),
                object_id=capture.record,
            )
        original, record = str(capture.original), capture.record
        with self.index.write() as session:
            found = journal.find(session, capture.id)
            found.coming = found.coming or self.vault.allot(Level(found.level))  # the reading's, before it exists
            row = journal.sealed(session, capture.id, original=original, record=record, at=self.clock())
            if self.enqueue is not None:
                self.enqueue(session, row.id)
            return row

    def _afresh(self, capture: Capture, *, keep_original: bool = False) -> Capture:
        """Give new ids in place of those under which an interrupted run may have left something."""
        rests = [capture.record, None if keep_original else capture.original]
        if not any(rest and self.vault.is_begun(rest) for rest in rests):
            return capture
        for rest in rests:
            if rest:
                self.vault.withdraw(rest)
        with self.index.write() as session:
            row = journal.find(session, capture.id)
            original = row.original
            self._allot(session, row)
            if keep_original:
                row.original = original
            return row

    def _is_kept(self, object_id: str | None) -> bool:
        """Tell whether an object was sealed whole: what is only begun has no envelope, or less than it states."""
        if object_id is None:
            return False
        try:
            self.vault.verify(object_id)
        except (Unknown, Tampered):
            return False
        return True


def _is_from(capture: Capture, origin: Origin) -> bool:
    """Tell whether bytes lie again where they lay when they were captured."""
    now = (origin.parent, origin.folder, origin.subfolder, origin.name)
    return (capture.parent, capture.folder, capture.subfolder, capture.name) == now


class Unchanged:
    """The scan's bytes once more; ends with an error unless they are the bytes that were claimed.

    The error comes before the vault writes an envelope, so that changed bytes are never sealed as this capture.
    """

    def __init__(self, source: BinaryIO, sha256: str) -> None:
        self._source = source
        self._sha256 = sha256
        self._seen = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._seen.update(piece)
        if not piece and size != 0 and self._seen.hexdigest() != self._sha256:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
        return piece


def record_of(capture: Capture) -> bytes:
    """Return the facts about a capture as they are sealed: enough to write its journal row again."""
    facts = {
        "capture": capture.id,
        "digest": capture.digest,
        "name": capture.name,
        "size": capture.size,
        "format": capture.format,
        "sha256": capture.sha256,
        "folder": capture.folder,
        "subfolder": capture.subfolder,
        "batch": capture.batch,
        "level": capture.level,
        "parent": capture.parent,
        "claimed": capture.claimed.isoformat(),
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
