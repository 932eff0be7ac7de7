"""Capture as a station: each settled scan is sealed into the spool once, and let go when the archive has stored it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from dossier.errors import DocumentFailed
from ingest import source
from ingest.scan import Scan
from ingest.source import Fate, ReleasePolicy
from ingest.station.spool import Held, Spool, digest_of

AGAIN_SECONDS: Final = 5.0
"""Between two tries to let a scan go that another program holds."""


@dataclass(slots=True)
class _Out:
    """A scan that is sealed and still lies in its drop folder."""

    scan: Scan
    sha256: str
    due: float = 0.0
    told: bool = False


class Capturing:
    """Seals scans, and lets each go once it is stored; used from the thread of the watcher."""

    def __init__(
        self,
        spool: Spool,
        policy: ReleasePolicy,
        *,
        on_sealed: Callable[[Held], None] = lambda _: None,
        on_held: Callable[[Path, OSError | None], None] = lambda _path, _error: None,
        today: Callable[[], date] = lambda: datetime.now(UTC).astimezone().date(),
    ) -> None:
        self._spool = spool
        self._policy = policy
        self._on_sealed = on_sealed
        self._on_held = on_held
        self.today = today
        self._out: dict[str, _Out] = {}

    @property
    def lying(self) -> int:
        """How many sealed scans still lie in their drop folders."""
        return len(self._out)

    def take(self, scan: Scan) -> None:
        """Seal a settled scan, unless these bytes at this place are sealed already.

        Raises:
            DocumentFailed: it cannot be sealed now; it stays where it is.
            VaultFailed: nothing can be sealed now; the scan stays where it is.
        """
        sha256 = digest_of(scan)
        held = self._spool.known(scan, sha256)
        if held is None:
            held = self._spool.seal(scan, sha256)
            self._on_sealed(held)
        self._out[held.capture] = _Out(scan, sha256)

    def tend(self) -> None:
        """Let go of what the archive has stored; seal anew what was spoiled in the spool.

        Raises:
            VaultFailed: the spool cannot be written.
        """
        for capture, out in list(self._out.items()):
            held = self._spool.find(capture)
            if held is None:
                del self._out[capture]
                try:
                    self.take(out.scan)
                except DocumentFailed:
                    continue  # it went, or changed: then the watcher finds it as a new one
            elif held.stored and out.due <= time.monotonic() and self._has_gone(out):
                self._spool.forget(capture)
                del self._out[capture]

    def _has_gone(self, out: _Out) -> bool:
        try:
            fate = source.release(out.scan, out.sha256, self._policy, today=self.today()).fate
        except OSError as error:
            return self._later(out, error)
        return self._later(out, None) if fate is Fate.HELD else True

    def _later(self, out: _Out, error: OSError | None) -> bool:
        out.due = time.monotonic() + AGAIN_SECONDS
        if not out.told:
            out.told = True
            self._on_held(out.scan.path, error)
        return False
