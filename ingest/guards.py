"""Refuse drop folders that would lose scans or take the archive in, before anything is watched.

Each drop folder carries a mark of ours. A folder that had one and lost it together with its mount is an empty mount
point, not the folder; nothing is read from or written to it.
"""

import errno
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from dossier.errors import ExitCode, JuanzongError, VaultFailed
from dossier.wording import LANGS, say
from ingest.mounts import mount_point
from ingest.scan import OWN_FOLDER

MARK: Final = "drop-folder.txt"
RESERVE_BYTES: Final = 256 << 20
"""Room that is left free on the disk of the vault, for the index and for repairs."""


class DropRefused(JuanzongError):
    """A drop folder cannot be used as asked."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTAKE
    wording: ClassVar[str] = "intake.drop_missing"


class DropMissing(DropRefused):
    """There is no such folder."""


class DropNotAFolder(DropRefused):
    """There is something else than a folder."""

    wording: ClassVar[str] = "intake.drop_not_a_folder"


class DropLinkLoop(DropRefused):
    """Links on the way to the folder lead back to themselves."""

    wording: ClassVar[str] = "intake.drop_link_loop"


class DropNotWritable(DropRefused):
    """Scans cannot be read there or moved out of it."""

    wording: ClassVar[str] = "intake.drop_not_writable"


class DropInsideHome(DropRefused):
    """The drop folder lies in the archive, or is the archive."""

    wording: ClassVar[str] = "intake.drop_inside_home"


class HomeInsideDrop(DropRefused):
    """The archive lies in the drop folder and would be taken for scans."""

    wording: ClassVar[str] = "intake.home_inside_drop"


class DropsOverlap(DropRefused):
    """One drop folder lies in another, or is named twice."""

    wording: ClassVar[str] = "intake.drops_overlap"


class MountGone(DropRefused):
    """The folder was on a mount that is not there now."""

    wording: ClassVar[str] = "intake.mount_gone"


class NoRoom(VaultFailed):
    """The disk of the vault is full, or nearly."""

    exit_code: ClassVar[ExitCode] = ExitCode.VAULT
    wording: ClassVar[str] = "intake.no_room"


def check(folders: Sequence[Path], home: Path, *, memory: Path | None = None) -> tuple[Path, ...]:
    """Return the drop folders with their links resolved, each marked as ours, where all can be used together.

    ``memory`` is a file of the archive that keeps which mount each folder was on the last time.

    Raises:
        DropRefused: one of its kinds; nothing was written but marks.
    """
    resolved = look(folders, home, memory=memory)
    remembered = _recall(memory)
    for folder in resolved:
        _check_access(folder)
        remembered[str(folder)] = mount_point(folder)
    if memory is not None:
        _remember(memory, remembered)
    return resolved


def look(folders: Sequence[Path], home: Path, *, memory: Path | None = None) -> tuple[Path, ...]:
    """Return the drop folders with their links resolved, as far as looking tells that they can be used; writes nothing.

    Raises:
        DropRefused: one of its kinds.
    """
    resolved = tuple(_resolve(folder) for folder in folders)
    own = home.resolve()
    for number, folder in enumerate(resolved):
        if folder.is_relative_to(own):
            raise DropInsideHome(folder=folder, home=own)
        if own.is_relative_to(folder):
            raise HomeInsideDrop(folder=folder, home=own)
        for other in resolved[:number]:
            if _overlap(folder, other):
                raise DropsOverlap(folder=folder, other=other)
    remembered = _recall(memory)
    for folder in resolved:
        mount = mount_point(folder)
        before = remembered.get(str(folder), mount)
        if not is_present(folder) and before != mount:
            raise MountGone(folder=folder, mount=before)
    return resolved


def mark(drop: Path) -> bool:
    """Put our mark into a drop folder where it is missing, and return whether it is there now."""
    try:
        _mark(drop)
    except OSError:
        return False
    return True


def _mark(drop: Path) -> None:
    own = drop / OWN_FOLDER
    own.mkdir(exist_ok=True)
    if not (own / MARK).is_file():
        text = "\n".join(say("intake.mark", lang) for lang in LANGS) + "\n"
        new = own / f"{MARK}.{secrets.token_hex(4)}"
        new.write_text(text, encoding="utf-8")
        new.replace(own / MARK)


def is_present(drop: Path) -> bool:
    """Tell whether a drop folder is there with our mark."""
    try:
        return (drop / OWN_FOLDER / MARK).is_file()
    except OSError:  # an answer that never came: a stale network mount
        return False


def require_room(folder: Path, need_bytes: int, *, reserve_bytes: int = RESERVE_BYTES) -> None:
    """Make sure that ``need_bytes`` fit on the disk of ``folder`` and leave ``reserve_bytes`` free.

    Raises:
        NoRoom: they do not, or the disk cannot take another file.
    """
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    out_of_files = found.f_files > 0 and found.f_favail == 0  # some file systems do not count files
    if out_of_files or free < need_bytes + reserve_bytes:
        raise NoRoom(folder=folder, free_mib=free >> 20, need_mib=(need_bytes + reserve_bytes >> 20) + 1)


def _resolve(folder: Path) -> Path:
    try:
        resolved = folder.resolve(strict=True)
    except FileNotFoundError as missing:
        raise DropMissing(folder=folder) from missing
    except NotADirectoryError as error:
        raise DropNotAFolder(folder=folder) from error
    except PermissionError as denied:
        raise DropNotWritable(folder=folder) from denied
    except (RuntimeError, OSError) as loop:
        raise DropLinkLoop(folder=folder) from loop
    if not resolved.is_dir():
        raise DropNotAFolder(folder=folder)
    return resolved


def _overlap(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one) or one.samefile(other)


def _check_access(folder: Path) -> None:
    """Try what taking a scan needs: list, make a file, rename it, remove it."""
    trial = folder / OWN_FOLDER / f"trial-{secrets.token_hex(4)}"
    try:
        list(folder.iterdir())
        _mark(folder)
        trial.write_bytes(b"")
        for left in folder.glob(".juanzong-trial-*"):  # by a run that died just here
            left.unlink(missing_ok=True)
        moved = folder / f".juanzong-{trial.name}"
        trial.replace(moved)
        moved.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoom(folder=folder, free_mib=0, need_mib=1) from error
        raise DropNotWritable(folder=folder) from error


def _recall(memory: Path | None) -> dict[str, str]:
    if memory is None:
        return {}
    try:
        known: Any = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(folder): str(mount) for folder, mount in known.items()} if isinstance(known, dict) else {}


def _remember(memory: Path, mounts: dict[str, str]) -> None:
    new = memory.with_name(f"{memory.name}.new")
    new.write_text(json.dumps(mounts, ensure_ascii=True, indent=1), encoding="utf-8")
    new.replace(memory)
