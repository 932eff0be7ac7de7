"""A drop folder, and scans to put into it."""

import hashlib
from pathlib import Path

import pytest

from ingest.mounts import is_local
from ingest.scan import Scan, open_scan
from ocr.formats import sniff_bytes

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Note(SPECIMEN)>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def kernel_tells(tmp_path: Path) -> None:
    """Skip where nobody can say who writes to a file: an unknown, foreign or unlisted file system (in a chroot)."""
    if not is_local(tmp_path.stat().st_dev, tmp_path):
        pytest.skip("this system does not say that the temporary folder is on a local file system")


def scan_at(path: Path, drop: Path) -> Scan:
    """Return the file at ``path`` as a settled scan."""
    stream, identity = open_scan(path, drop=drop)
    with stream:
        return Scan(path, drop, identity, sniff_bytes(stream.read()))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
