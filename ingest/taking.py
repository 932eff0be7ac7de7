"""Take a scan over: claim its bytes, seal them, read them back, journal it. After this nothing is lost."""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, cast

from dossier.errors import DocumentFailed, ExitCode
from index import journal
from index.engine import Index
from index.journal import State
from index.tables import Capture
from ingest.alone import alone
from ingest.scan import Scan, open_scan
from vault.errors import SourceFailed
from vault.keys import Keys
from vault.levels import Level
from vault.vault import Vault

ORIGINAL: Final = "original"
"""Role of the sealed bytes as they were scanned."""
RECORD: Final = "record"
"""Role of the sealed facts about a capture: enough to write its journal row again."""
READING: Final = "reading"
"""Role of what was read from a capture."""


class ScanChanged(DocumentFailed):
    """The bytes changed while they were being sealed; what stands there now is taken as a new scan."""

    exit_code = ExitCode.INTAKE
    wording = "ingest.scan-changed"


@dataclass(frozen=True, slots=True)
class Took:
    """What taking a scan came to: its capture, the digest of its bytes, and whether these bytes were here before.

    ``sighting`` is the number of the note made where they were.
    """

    capture: Capture
    sha256: str
    duplicate: bool
    sighting: int | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """Everything needed to take scans over. ``locks`` is the folder of the archive's lock files."""

    index: Index
    vault: Vault
    keys: Keys
    locks: Path
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def take(self, scan: Scan) -> Took:
        """Seal a settled scan once, however often and by whomever it is brought.

        Raises:
            ScanRefused, ScanGone, ScanBusy, ScanDenied, ScanChanged: this scan cannot be taken now.
            VaultFailed: nothing can be kept now; the scan stays where it is.
        """
        stream, _ = open_scan(scan.path, drop=scan.drop)
        with stream:
            digest, sha256, size = self._digests(stream)
            with alone(self.locks / "taking"):
                claim = self._claim(scan, digest, sha256, size)
                if claim.outcome == "duplicate":
                    seen = claim.sighting.id if claim.sighting else None
                    return Took(claim.capture, sha256, duplicate=True, sighting=seen)
                capture = claim.capture
                if capture.state == State.CLAIMED:
                    capture = self._seal(capture, stream)
        return Took(capture, sha256, duplicate=False)

    def adopt(self) -> int:
        """Finish claims that a crash left between sealing and journal; return how many were finished.

        An original that was sealed and verifies is kept as it is, so that there is never a second copy of it.
        """
        with self.index.read() as session:
            waiting = {capture.id: capture for capture in journal.in_state(session, State.CLAIMED)}
        if not waiting:
            return 0
        adopted = 0
        with alone(self.locks / "taking"):
            for envelope in self.vault.objects():
                capture = waiting.get(envelope.document)
                if capture is None or envelope.role != ORIGINAL:
                    continue
                self.vault.verify(envelope.object_id)
                with self.index.write() as session:
                    if journal.find(session, capture.id).state == State.CLAIMED:
                        journal.sealed(session, capture.id, original=envelope.object_id, record=None, at=self.clock())
                        adopted += 1
        return adopted

    def _digests(self, stream: BufferedReader) -> tuple[str, str, int]:
        plain = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
        stream.seek(0)
        digest = self.keys.digest(stream)
        stream.seek(0)
        return digest, plain, size

    def _claim(self, scan: Scan, digest: str, sha256: str, size: int) -> journal.Claim:
        folder = str(scan.drop or scan.path.parent)
        with self.index.write() as session:
            return journal.claim(
                session,
                digest,
                name=scan.name,
                size=size,
                format=scan.format.value,
                sha256=sha256,
                at=self.clock(),
                folder=folder,
                subfolder=scan.sub_folder,
                batch=f"{folder}/{scan.sub_folder}" if scan.sub_folder else "",
            )

    def _seal(self, capture: Capture, stream: BinaryIO) -> Capture:
        """Seal and journal; the journal commits only after the vault has read the sealed bytes back."""
        level = Level(capture.level)
        unchanged = _Unchanged(stream, capture.sha256)
        try:
            original = self.vault.seal(
                cast("BinaryIO", unchanged), document=capture.id, role=ORIGINAL, level=level, total=capture.size
            )
        except SourceFailed as fault:
            with self.index.write() as session:
                journal.abandon(session, capture.id)
            raise ScanChanged(name=capture.name) from fault
        record = self.vault.seal_bytes(_record(capture), document=capture.id, role=RECORD, level=level)
        with self.index.write() as session:
            return journal.sealed(
                session, capture.id, original=original.object_id, record=record.object_id, at=self.clock()
            )


class _Unchanged:
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


def _record(capture: Capture) -> bytes:
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
        "claimed": capture.claimed.isoformat(),
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
