"""What ``read`` shows a person."""

import zlib
from pathlib import Path

from tests.cli.conftest import Run
from tests.ocr.reading.test_reader import pdf_of_pictures


def test_failed_and_blank_pages_are_told_beside_the_others(run: Run, tmp_path: Path) -> None:
    """Each page has its number, a failed one its reason in words, a blank one that it is blank."""
    file = tmp_path / "scan.pdf"
    file.write_bytes(pdf_of_pictures((b"\0" * 900, "DCTDecode"), (zlib.compress(b"\xff" * 240_000), "FlateDecode")))
    ran = run("read", file, "--lang", "en", passphrase=None)
    assert ran.code == 0
    assert "Page 1 The page is damaged" in ran.out
    assert "Page 2 (blank)" in ran.out
