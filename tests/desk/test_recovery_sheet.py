"""The page for the safe: what it says can be read by eye and by machine, and opens the keys."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from desk.print.fonts import PrintFontMissing
from desk.recovery_sheet import recovery_sheet
from vault.recovery import new_recovery_code, recovery_key, recovery_words


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not installed")
@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_the_page_holds_the_code_three_times(tmp_path: Path, lang: str) -> None:
    """As characters, as words, and as a QR code that a printed page still gives back."""
    code = new_recovery_code()
    try:
        page = recovery_sheet(code, "archive-id", lang, made=date(2026, 11, 23))  # type: ignore[arg-type]
    except PrintFontMissing as missing:
        pytest.skip(str(missing))
    file = tmp_path / "sheet.pdf"
    file.write_bytes(page)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True).stdout.decode()
    assert code in text
    assert recovery_words(code) in " ".join(text.split())
    assert "archive-id" in text
    subprocess.run(["pdftoppm", "-r", "120", "-png", file, tmp_path / "page"], check=True)
    (image,) = tmp_path.glob("page*.png")
    read = [one.text for one in zxingcpp.read_barcodes(Image.open(image))]
    assert [recovery_key(one) for one in read] == [recovery_key(code)]
