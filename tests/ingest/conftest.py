"""A drop folder, and scans to put into it."""

import hashlib
from pathlib import Path

import pytest

from ingest.scan import Scan, open_scan
from ocr.formats import sniff_bytes

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Note(SPECIMEN)>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def scan_at(path: Path, drop: Path) -> Scan:
    """Return the file at ``path`` as a settled scan."""
    stream, identity = open_scan(path, drop=drop)
    with stream:
        return Scan(path, drop, identity, sniff_bytes(stream.read()))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
