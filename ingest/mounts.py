"""Which kind of file system a folder is on, and so what can be expected of it.

On a local file system the kernel reports every change, its clock is ours, and it knows who is writing. On the others
(SMB, NFS, FUSE, a virtual machine's shared folder, an overlay changed from outside) none of that holds.
"""

import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")

LOCAL: Final = frozenset(
    {
        *("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs", "nilfs2", "reiserfs"),
        *("tmpfs", "ramfs", "vfat", "exfat", "ntfs3", "hfsplus"),
    }
)
"""File systems of the machine's own kernel; every other kind is taken for one that does not report changes."""


def is_local(device: int, path: Path | None = None) -> bool:
    """Tell whether a file of ``st_dev`` ``device`` is on a local file system; ``path`` helps where it is not listed."""
    return filesystem(device, path) in LOCAL


def filesystem(device: int, path: Path | None = None) -> str:
    """Return the kind of file system with that device number, such as ``ext4`` or ``cifs``; empty where unknown."""
    by_device, by_path = _mounted(_table())
    kind = by_device.get(f"{os.major(device)}:{os.minor(device)}", "")
    if kind or path is None:
        return kind
    # btrfs gives each subvolume a device number that the table does not list.
    return by_path.get(mount_point(path), "")


def mount_point(path: Path) -> str:
    """Return where the file system that holds ``path`` is mounted; empty where unknown."""
    _, by_path = _mounted(_table())
    return next((str(folder) for folder in (path, *path.parents) if str(folder) in by_path), "")


def parse_mounts(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Read a mountinfo table (proc(5)) into device number → kind and mount point → kind; the last mount wins."""
    by_device: dict[str, str] = {}
    by_path: dict[str, str] = {}
    for line in table.splitlines():
        before, dash, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if not dash or len(fields) < 6 or not kinds[0]:
            continue
        by_device[fields[2]] = kinds[0]
        by_path[_unescape(fields[4])] = kinds[0]
    return by_device, by_path


def _unescape(text: str) -> str:
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


def _table() -> str:
    """Return the table of mounts, at most a second old: it is asked for many times a scan."""
    return _table_in(MOUNTS, int(time.monotonic()))


@lru_cache(maxsize=1)
def _table_in(table: Path, _second: int) -> str:
    try:
        return table.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""  # not Linux: nothing is known, so nothing is trusted


@lru_cache(maxsize=4)
def _mounted(table: str) -> tuple[dict[str, str], dict[str, str]]:
    return parse_mounts(table)
