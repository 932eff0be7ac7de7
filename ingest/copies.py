"""Copies of a scan that we kept aside in ``done/`` of a drop folder, found again by their bytes."""

import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from ingest.scan import DONE_FOLDER


def copies(drop: Path, wanted: Collection[tuple[int, str]]) -> Iterator[Path]:
    """Yield the files in ``done/`` of a drop folder whose size in bytes and SHA-256 (hex) are among those wanted.

    Links are not followed: what lies elsewhere is not ours.

    Raises:
        OSError: the folder is gone or cannot be read.
    """
    sizes = {size for size, _ in wanted}
    with os.scandir(drop):  # a folder that is gone must not look like one without copies
        pass
    for folder, _, names in os.walk(drop / DONE_FOLDER):
        for path in (Path(folder, name) for name in sorted(names)):
            if path.is_symlink() or not path.is_file() or path.stat().st_size not in sizes:
                continue
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if (path.stat().st_size, found) in set(wanted):
                yield path
