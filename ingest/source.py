"""What happens to a scan once it is sealed: kept aside in ``done/``, removed, or put into ``quarantine/``.

A scan leaves in two steps. It is first renamed into a folder of its own beside it, where no writer can reach it by its
old name; there its bytes are compared with those sealed, and only then does it go. Bytes that differ go back as a new
scan. A crash between the steps leaves the file in that folder, from where ``recover`` puts it back.
"""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from dossier.errors import JuanzongError
from dossier.wording import LANGS, Lang, say
from ingest.alone import among_others, apart
from ingest.moving import NAME_MAX_BYTES, fit, put
from ingest.scan import (
    DONE_FOLDER,
    OWN_FOLDER,
    QUARANTINE_FOLDER,
    Scan,
    ScanBusy,
    ScanDenied,
    ScanGone,
    ScanRefused,
    open_scan,
    shown,
)
from ingest.writers import held_by_a_writer

LEAVING_PREFIX: Final = ".juanzong-leaving-"
REASON_SUFFIX: Final = ".reason.txt"
LOCK: Final = "leaving.lock"
"""Held by all that are on their way out, so that what puts back the rests of a crash leaves them alone."""
RECOVER_SECONDS: Final = 10.0


class Fate(StrEnum):
    """What became of a scan in its drop folder."""

    MOVED = "moved"
    REMOVED = "removed"
    CHANGED = "changed"
    """Other bytes stand there now; they were left and are a new scan."""
    HELD = "held"
    """Another program still has it open for writing; left where it is."""
    GONE = "gone"
    """Someone else moved or removed it."""


@dataclass(frozen=True, slots=True)
class Released:
    """The fate of a scan, and where it lies now, if anywhere we know of."""

    fate: Fate
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """Whether scans are kept in ``done/``, and for how many days; 0 removes them as soon as they are sealed."""

    keep_days: int = 30


def release(scan: Scan, sha256: str, policy: ReleasePolicy, *, today: date) -> Released:
    """Let go of a scan whose bytes, of hexadecimal digest ``sha256``, are sealed, verified and journalled.

    Calling it again after a crash, or from two processes, is safe: the later call finds GONE.

    Raises:
        OSError: the drop folder cannot be written.
    """
    if scan.drop is None:
        return Released(Fate.HELD, scan.path)
    with among_others(scan.drop / OWN_FOLDER / LOCK):
        taken = _take_aside(scan, sha256)
        if isinstance(taken, Released):
            return taken
        if policy.keep_days > 0:
            folder = scan.drop / DONE_FOLDER / today.isoformat() / _inside(scan)
            return Released(Fate.MOVED, _moved(taken, folder, scan))
        try:
            taken.unlink()
        except FileNotFoundError:
            return Released(Fate.GONE)
        _close_aside(taken)
        return Released(Fate.REMOVED)


def quarantine(scan: Scan, reason: Mapping[Lang, str], *, sha256: str | None = None) -> Released:
    """Put a scan that cannot go on into ``quarantine/`` with ``<name>.reason.txt`` beside it.

    ``sha256`` is the hexadecimal digest of the bytes that failed, where they were read; other bytes at the same name
    are left. Without it, size, time and inode decide.

    Raises:
        OSError: the drop folder cannot be written.
    """
    if scan.drop is None:
        return Released(Fate.HELD, scan.path)
    with among_others(scan.drop / OWN_FOLDER / LOCK):
        taken = _take_aside(scan, sha256)
        if isinstance(taken, Released):
            return taken
        folder = scan.drop / QUARANTINE_FOLDER / _inside(scan)
        text = _reason_text(scan.name, reason)
        return Released(Fate.MOVED, _moved(taken, folder, scan, text=text))


def _moved(taken: Path, folder: Path, scan: Scan, *, text: str | None = None) -> Path:
    """Move a scan that was taken aside, with its reason written first; where that cannot be, it goes back.

    Raises:
        OSError: ``folder`` cannot be written.
    """

    def explain(place: Path) -> None:
        if text is not None:
            _write(place.with_name(reason_name(place.name)), text)

    try:
        kept = put(taken, folder, scan.path.name, first=explain)
    except OSError:
        with suppress(OSError):  # else the next start brings it back
            put(taken, scan.path.parent, scan.path.name)
            _close_aside(taken)
        raise
    _close_aside(taken)
    return kept


def reason_of(error: JuanzongError) -> dict[Lang, str]:
    """Return what an error says, in every language."""
    return {lang: error.say(lang) for lang in LANGS}


def quarantined(drop: Path) -> Iterator[Path]:
    """Yield the files in quarantine, without their reasons."""
    for folder, _, names in os.walk(drop / QUARANTINE_FOLDER):
        there = set(names)
        reasons = {reason_name(name) for name in there}
        yield from (Path(folder, name) for name in sorted(there - reasons))


def retry(drop: Path, path: Path) -> Path:
    """Put a quarantined file back into the drop folder as a new scan, drop its reason, and return where it is.

    Raises:
        ValueError: ``path`` is not in the quarantine of ``drop``.
        OSError: it cannot be moved.
    """
    inside = path.relative_to(drop / QUARANTINE_FOLDER)
    back = put(path, drop / inside.parent, path.name)
    path.with_name(reason_name(path.name)).unlink(missing_ok=True)
    return back


def prune(drop: Path, keep_days: int, *, today: date) -> int:
    """Remove the days in ``done/`` that are more than ``keep_days`` old, and return how many.

    Raises:
        OSError: a day cannot be removed.
    """
    oldest = today - timedelta(days=keep_days)
    removed = 0
    for folder in _folders_in(drop / DONE_FOLDER):
        try:
            day = date.fromisoformat(folder.name)
        except ValueError:
            continue  # not one of ours
        if day < oldest:
            shutil.rmtree(folder)
            removed += 1
    return removed


def recover(drop: Path) -> int:
    """Put back what a crash left between the two steps of leaving, and return how many files that were.

    What another watcher of the folder is about to move is waited for; where that does not end, all is left to a later
    start.

    Raises:
        OSError: the drop folder cannot be written.
    """
    with apart(drop / OWN_FOLDER / LOCK, RECOVER_SECONDS) as alone:
        return _recovered(drop) if alone else 0


def _recovered(drop: Path) -> int:
    for kept in (DONE_FOLDER, QUARANTINE_FOLDER):
        _drop_places(drop / kept)
    found = [Path(folder) for folder, _, _ in os.walk(drop) if Path(folder).name.startswith(LEAVING_PREFIX)]
    count = 0
    for folder in found:
        for path in list(folder.iterdir()):
            put(path, folder.parent, path.name)
            count += 1
        _close_aside(folder / "-")
    return count


def lying(folder: Path) -> set[str]:
    """Return the names, as ``shown``, of what lies in ``folder`` or was left on its way out of it."""
    names: set[str] = set()
    for entry in _entries_of(folder):
        names.add(shown(entry.name))
        if entry.name.startswith(LEAVING_PREFIX):
            names.update(shown(inner.name) for inner in _entries_of(Path(entry.path)))
    return names


def _entries_of(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _drop_places(kept: Path) -> None:
    """Remove the empty files that kept a name free for a scan that never came; no empty file ever leaves."""
    for folder, _, names in os.walk(kept):
        for path in (Path(folder, name) for name in names):
            if path.lstat().st_size == 0:
                path.unlink(missing_ok=True)


def reason_name(name: str) -> str:
    """Return the name of the reason file of ``name``, within 255 bytes and never that of another file's reason."""
    if len(os.fsencode(name + REASON_SUFFIX)) <= NAME_MAX_BYTES:
        return name + REASON_SUFFIX
    return fit(name, f"~{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}{REASON_SUFFIX}")


def _inside(scan: Scan) -> Path:
    return scan.path.parent.relative_to(scan.drop) if scan.drop is not None else Path()


def _take_aside(scan: Scan, sha256: str | None) -> Path | Released:
    """Rename a scan into a folder of its own and check it there; return where it is, or why it stays."""
    before = _unlike(scan, scan.path, sha256)
    if before is not None:
        return Released(before, scan.path if before is not Fate.GONE else None)
    folder = scan.path.parent / f"{LEAVING_PREFIX}{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    aside = folder / scan.path.name
    try:
        scan.path.rename(aside)
    except FileNotFoundError:
        folder.rmdir()
        return Released(Fate.GONE)
    after = _unlike(scan, aside, sha256)
    if after is None:
        return aside
    back = None if after is Fate.GONE else put(aside, scan.path.parent, scan.path.name)
    _close_aside(aside)
    return Released(after, back)


def _unlike(scan: Scan, path: Path, sha256: str | None) -> Fate | None:
    """Return why the file at ``path`` is not the scan that was sealed, or None where it is that very scan."""
    try:
        stream, identity = open_scan(path, drop=scan.drop)
    except ScanGone:
        return Fate.GONE
    except ScanBusy:
        return Fate.HELD
    except (ScanRefused, ScanDenied):
        return Fate.CHANGED
    with stream:
        if sha256 is None:
            same = identity == scan.identity
        else:
            sized = identity.size_bytes == scan.identity.size_bytes
            same = sized and hashlib.file_digest(stream, "sha256").hexdigest() == sha256
        if not same:
            return Fate.CHANGED
        return Fate.HELD if held_by_a_writer(stream.fileno(), path) else None


def _reason_text(name: str, reason: Mapping[Lang, str]) -> str:
    parts = [f"{reason[lang]}\n{say('intake.reason_foot', lang, name=name)}\n" for lang in LANGS if lang in reason]
    return "\n".join(parts)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", errors="replace") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())


def _close_aside(aside: Path) -> None:
    """Remove the folder that a scan waited in. It need not last: a scan that comes back is known, and goes again."""
    try:
        aside.parent.rmdir()
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.ENOENT, errno.EEXIST}:
            raise


def _folders_in(folder: Path) -> list[Path]:
    try:
        return [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]
    except FileNotFoundError:
        return []


__all__ = [
    "Fate",
    "ReleasePolicy",
    "Released",
    "lying",
    "open_scan",
    "prune",
    "quarantine",
    "quarantined",
    "reason_of",
    "recover",
    "release",
    "retry",
    "shown",
]
