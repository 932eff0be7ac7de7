"""A scan: a file in a drop folder, not ours yet; what it is on disk, and the one way to open it."""

import errno
import os
import stat
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import ClassVar, Final

from dossier.errors import DocumentFailed, ExitCode
from ingest.mounts import is_local
from ocr.formats import Format

OWN_FOLDER: Final = ".juanzong"
"""A folder of ours at the top of a drop folder; never looked into for scans."""
DONE_FOLDER: Final = "done"
QUARANTINE_FOLDER: Final = "quarantine"
RESERVED: Final = frozenset({OWN_FOLDER, DONE_FOLDER, QUARANTINE_FOLDER})
"""Names at the top of a drop folder that hold no new scans."""


class ScanRefused(DocumentFailed):
    """What stands at the path is a link, a device, a pipe, a socket or a folder: it is not opened."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTAKE
    wording: ClassVar[str] = "intake.not_a_file"


class ScanGone(DocumentFailed):
    """The scan is no longer where it was."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTAKE
    wording: ClassVar[str] = "intake.gone"


class ScanBusy(DocumentFailed):
    """Another program holds the scan so that it cannot be read now."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTAKE
    wording: ClassVar[str] = "intake.busy"


class ScanDenied(DocumentFailed):
    """The permissions of the scan keep us from reading it."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTAKE
    wording: ClassVar[str] = "intake.denied"


_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make a name read otherwise than it is (Unicode 6.3, UAX #9)."""


@dataclass(frozen=True, slots=True)
class ScanIdentity:
    """What tells one state of a file from another: device, inode, size in bytes, modification time in nanoseconds."""

    device: int
    inode: int
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A settled file, ready to be taken over.

    ``drop`` is the drop folder it lies in, or None for a file named on the command line, which stays where it is.
    ``ended`` is False where the file does not end as its format should and patience ran out.
    """

    path: Path
    drop: Path | None
    identity: ScanIdentity
    format: Format
    ended: bool = True

    @property
    def name(self) -> str:
        """Return the file name as text that can be stored and shown anywhere."""
        return shown(self.path.name)

    @property
    def sub_folder(self) -> str:
        """Return the folder inside the drop folder, parts joined by "/"; empty at the top. A hint for filing."""
        if self.drop is None:
            return ""
        inside = PurePosixPath(*self.path.parent.relative_to(self.drop).parts)
        return "" if inside == PurePosixPath() else shown(str(inside))


def shown(name: str) -> str:
    """Return a file name as valid Unicode.

    Bytes that are not UTF-8 become U+FFFD; control characters and marks of direction U+2423 (␣).
    """
    valid = os.fsencode(name).decode("utf-8", errors="replace")
    return "".join("␣" if char < " " or char == "\x7f" or char in _TURNING else char for char in valid)


def identity_of(found: os.stat_result, path: Path) -> ScanIdentity:
    """Return the identity that a stat of ``path`` shows.

    Device and inode are 0 off the local file systems: some network and FUSE mounts give the same file new ones.
    """
    local = is_local(found.st_dev, path)
    return ScanIdentity(
        device=found.st_dev if local else 0,
        inode=found.st_ino if local else 0,
        size_bytes=found.st_size,
        mtime_ns=found.st_mtime_ns,
    )


def open_scan(path: Path, *, drop: Path | None = None) -> tuple[BufferedReader, ScanIdentity]:
    """Open a scan for reading and return it with its identity; the caller closes it.

    Follows no symbolic link: not at the end and, where ``drop`` is given, not between ``drop`` and the file. Never
    waits: a pipe or a device is refused, not opened and listened to.

    Raises:
        ScanRefused: there is something else than a regular file.
        ScanGone: there is nothing.
        ScanBusy: another program holds it.
        ScanDenied: we may not read it.
        OSError: the folder itself cannot be read (mount gone, input/output error).
    """
    try:
        descriptor = _open_below(drop, path) if drop is not None else _open_file(path.name, _open_folder(path.parent))
    except BlockingIOError as busy:
        raise ScanBusy(name=shown(path.name)) from busy
    except (FileNotFoundError, NotADirectoryError) as gone:
        raise ScanGone(name=shown(path.name)) from gone
    except PermissionError as denied:
        raise ScanDenied(name=shown(path.name)) from denied
    except OSError as error:
        if error.errno in _NOT_A_FILE:
            raise ScanRefused(name=shown(path.name)) from error
        raise
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise ScanRefused(name=shown(path.name))
    os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "rb"), identity_of(found, path)


_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NOT_A_FILE: Final = frozenset({errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP})
"""A link; a socket, or a device without its hardware."""


def _open_folder(path: Path, *, inside: int | None = None) -> int:
    flags = _FOLDER_FLAGS if inside is None else _FOLDER_FLAGS | os.O_NOFOLLOW
    return os.open(path, flags, dir_fd=inside)


def _open_file(name: str, folder: int) -> int:
    try:
        if stat.S_IFMT(os.lstat(name, dir_fd=folder).st_mode) not in {stat.S_IFREG, stat.S_IFLNK}:
            raise OSError(
                errno.ENXIO, os.strerror(errno.ENXIO)
            )  # opening some devices has effects of its own, such as rewinding a tape
        return os.open(name, _FILE_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _open_below(drop: Path, path: Path) -> int:
    *folders, name = path.relative_to(drop).parts
    folder = _open_folder(drop)
    for part in folders:
        try:
            inner = _open_folder(Path(part), inside=folder)
        finally:
            os.close(folder)
        folder = inner
    return _open_file(name, folder)
