"""Files named one by one: through the same gate as those of a drop folder, but left where they are."""

import time
from pathlib import Path
from typing import Final

from ingest.scan import Scan, ScanGone, ScanRefused, open_scan, shown
from ingest.structure import Ending, ends
from ocr.formats import HEAD_BYTES, TAIL_BYTES, sniff

UNENDED_SECONDS: Final = 8.0
"""How long a file must have been left alone that does not end as its format should: it may still be written."""


def named_scan(path: Path, *, quiet_seconds: float = 2.0, follow: bool = False) -> Scan:
    """Return the scan at ``path`` once it was left alone for ``quiet_seconds``; a link is one only to ``follow``.

    A file without its end must have been left alone for longer; then it is taken and judged by reading it.

    Raises:
        ScanGone: there is nothing there.
        ScanRefused, ScanBusy, ScanDenied: there is no regular file, or it cannot be read.
    """
    try:
        real = path.resolve(strict=True) if follow else path.parent.resolve(strict=True) / path.name
        if real.is_symlink():
            raise ScanRefused(name=shown(path.name))
        _settle(real, quiet_seconds)
    except (OSError, RuntimeError) as gone:  # RuntimeError: a loop of links
        raise ScanGone(name=shown(path.name)) from gone
    stream, identity = open_scan(real)
    with stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(max(identity.size_bytes - TAIL_BYTES, 0))
        found = sniff(head, tail=stream.read(TAIL_BYTES), size=identity.size_bytes)
        ended = ends(stream, found) is not Ending.OPEN
    if not ended and quiet_seconds and _untouched(real) < UNENDED_SECONDS:
        return named_scan(path, quiet_seconds=UNENDED_SECONDS, follow=follow)
    return Scan(real, None, identity, found, ended=ended)


def _settle(path: Path, quiet_seconds: float) -> None:
    """Wait until the file was left alone for long enough; a clock in the future does not hold us up for ever."""
    while 0 <= _untouched(path) < quiet_seconds:
        time.sleep(min(0.2, quiet_seconds))


def _untouched(path: Path) -> float:
    """Return the seconds since the file or its name last changed; negative where its clock is ahead of ours."""
    found = path.stat()
    return time.time() - max(found.st_mtime, found.st_ctime)
