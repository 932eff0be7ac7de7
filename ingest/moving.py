"""Move files within a drop folder: under a free name, across file systems if need be, and so that it lasts."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

NAME_MAX_BYTES: Final = 255


def put(path: Path, folder: Path, name: str, *, first: Callable[[Path], None] = lambda _: None) -> Path:
    """Move a file into ``folder`` under ``name``, or the next free name like it, and make that last.

    ``first`` is given the place before the file is in it.

    Raises:
        OSError: the file is gone, or ``folder`` cannot be written.
    """
    _make_folder(folder)
    target = _reserve(folder, name)
    try:
        first(target)
        path.replace(target)
    except FileNotFoundError:
        target.unlink(missing_ok=True)
        raise
    except OSError as error:
        if error.errno != errno.EXDEV:
            target.unlink(missing_ok=True)
            raise
        _copy_across(path, target)
    # A rename is one entry in a file system's journal: with the new place on disk, the old one is gone as well.
    sync_folder(folder)
    return target


def _make_folder(folder: Path) -> None:
    """Make a folder and those it lies in, each of which survives a power cut."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    except FileNotFoundError:
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def _reserve(folder: Path, name: str) -> Path:
    """Make an empty file under the first free name, so that nobody else gets it, and return its path."""
    stem, dot, ending = name.rpartition(".")
    stem, suffix = (stem, dot + ending) if stem.strip(".") else (name, "")
    number = 1
    while True:
        candidate = folder / (name if number == 1 else fit(stem, f" ({number}){suffix}"))
        try:
            candidate.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return candidate


def fit(stem: str, ending: str) -> str:
    """Return ``stem`` + ``ending``, the stem cut at a character so that the whole is at most 255 bytes."""
    while len(os.fsencode(stem + ending)) > NAME_MAX_BYTES:
        if stem:
            stem = stem[:-1]
        else:
            ending = ending[:-1]
    return stem + ending


def _copy_across(path: Path, target: Path) -> None:
    """Copy to another file system, make sure that it arrived, and remove the first."""
    with path.open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())
    with path.open("rb") as source, target.open("rb") as copy:
        if hashlib.file_digest(source, "sha256").digest() != hashlib.file_digest(copy, "sha256").digest():
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
    path.unlink()


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:  # network folders that cannot
            raise
    finally:
        os.close(descriptor)
