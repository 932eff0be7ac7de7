"""What ``doctor`` says of the watcher and of the folders it watches, or would."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from desk.findings import Finding, failed
from desk.home import Home, Settings
from dossier.errors import ExitCode
from ingest import guards
from ingest.guards import DropRefused
from ingest.heartbeat import Beat, last_beat

STUCK_AFTER_SECONDS: Final = 600.0
"""A watcher that has not gone round for so long hangs, for example on a share that no longer answers."""


def findings(home: Home, settings: Settings) -> Iterator[Finding]:
    """Yield how the watcher of this machine is, then each drop folder: the watcher's own, else those of the settings.

    Nothing is written to a drop folder: whoever asks may be another account than the watcher's.
    """
    beat = last_beat(home.heartbeat)
    yield _watcher(beat)
    if beat is not None and _lives(beat):
        yield from _watched(beat)
    else:
        yield from _idle(home, settings)


def _watcher(beat: Beat | None) -> Finding:
    if beat is None:
        return Finding("watcher", True, "desk.doctor-watcher-none")
    now = time.time()
    if not _runs(beat.pid):
        facts = {"process": beat.pid, "minutes": _minutes(now - beat.beat)}
        return Finding("watcher", False, "desk.doctor-watcher-died", facts, ExitCode.INTAKE)
    if not beat.is_alive(now):
        facts = {"minutes": _minutes(now - beat.beat)}
        return Finding("watcher", False, "desk.doctor-watcher-silent", facts, ExitCode.INTAKE)
    if now - beat.looped > STUCK_AFTER_SECONDS:
        facts = {"process": beat.pid, "minutes": _minutes(now - beat.looped)}
        return Finding("watcher", False, "desk.doctor-watcher-stuck", facts, ExitCode.INTAKE)
    state = "paused" if beat.paused else "alive"
    facts = {"process": beat.pid, "waiting": beat.waiting}
    return Finding("watcher", not beat.paused, f"desk.doctor-watcher-{state}", facts, ExitCode.INTAKE)


def _watched(beat: Beat) -> Iterator[Finding]:
    for folder, noticed in beat.folders.items():
        # A watcher that is told of changes looks for the folder itself once a minute only.
        state = noticed if Path(folder).is_dir() else "away"
        yield Finding("drop", state != "away", f"desk.doctor-drop-{state}", {"folder": folder}, ExitCode.INTAKE)


def _idle(home: Home, settings: Settings) -> Iterator[Finding]:
    folders = [Path(folder).expanduser().absolute() for folder in settings.intake.drop]
    try:
        for folder in guards.look(folders, home.path, memory=home.mounts):
            yield Finding("drop", True, "desk.doctor-drop-idle", {"folder": folder})
    except DropRefused as refused:
        yield failed("drop", refused)


def _lives(beat: Beat) -> bool:
    return _runs(beat.pid) and beat.is_alive(time.time())


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))


def _runs(process: int) -> bool:
    """Tell whether a process of this machine lives; one that belongs to somebody else does."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
