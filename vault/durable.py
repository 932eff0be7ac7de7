"""Small files that are either the old ones or the new ones, whatever happens in between."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def write_durably(path: Path, octets: bytes, *, mode: int = 0o600) -> None:
    """Replace the file at ``path``: temporary name, fsync, rename, fsync of the folder.

    Raises:
        OSError: it could not be written; the old file is still there.
    """
    write_pieces_durably(path, (octets,), mode=mode)


def write_pieces_durably(path: Path, pieces: Iterable[bytes], *, mode: int = 0o600) -> None:
    """Replace the file at ``path`` as ``write_durably`` does; nothing changes when ``pieces`` raises before its end.

    Raises:
        OSError: it could not be written; the old file is still there.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names created in or removed from ``folder`` survive a power cut."""
    if os.name == "nt":  # Windows opens no folders; its file systems journal names by themselves
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, usable by this account only, and durable."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        sync_folder(one.parent)
