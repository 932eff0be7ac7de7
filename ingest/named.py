"""Files named one by one: through the same gate as those of a drop folder, but left where they are."""

import time
from pathlib import Path

from ingest.scan import Scan, ScanGone, open_scan, shown
from ocr.formats import HEAD_BYTES, TAIL_BYTES, sniff


def named_scan(path: Path, *, quiet_seconds: float = 2.0) -> Scan:
    """Return the scan at ``path`` once it was left alone for ``quiet_seconds``; a link is followed to its file.

    Raises:
        ScanGone: there is nothing there.
        ScanRefused, ScanBusy, ScanDenied: there is no regular file, or it cannot be read.
    """
    try:
        real = path.resolve(strict=True)
        _settle(real, quiet_seconds)
    except (OSError, RuntimeError) as gone:  # RuntimeError: a loop of links
        raise ScanGone(name=shown(path.name)) from gone
    stream, identity = open_scan(real)
    with stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(max(identity.size_bytes - TAIL_BYTES, 0))
        found = sniff(head, tail=stream.read(TAIL_BYTES), size=identity.size_bytes)
    return Scan(real, None, identity, found)


def _settle(path: Path, quiet_seconds: float) -> None:
    """Wait until the file was left alone for long enough; a clock in the future does not hold us up for ever."""
    found = path.stat()
    while 0 <= time.time() - max(found.st_mtime, found.st_ctime) < quiet_seconds:
        time.sleep(min(0.2, quiet_seconds))
        found = path.stat()
