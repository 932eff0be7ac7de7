"""Office files that only LibreOffice reads (DOC, XLS, PPT, RTF, XLSX, PPTX, ODF), turned into PDF where it is there."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ocr.formats import Format
from ocr.rendering import FileFailed

OFFICE_FORMATS: Final = frozenset(
    {Format.DOC, Format.XLS, Format.PPT, Format.RTF, Format.XLSX, Format.PPTX, Format.ODT, Format.ODS, Format.ODP}
)
CONVERT_SECONDS: Final = 40.0


def office_pdf(content: bytes, kind: Format) -> bytes:
    """Return an office file as PDF. The scratch folder is the child's own, in memory.

    Raises:
        FileFailed: LibreOffice is not installed, or cannot read the file.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise FileFailed("ocr.needs_libreoffice")
    try:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"scan.{kind.value}"
            source.write_bytes(content)
            profile = f"-env:UserInstallation=file://{folder}/profile"
            order = [
                program,
                profile,
                "--headless",
                "--norestore",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                str(source),
            ]
            subprocess.run(order, stdin=subprocess.DEVNULL, capture_output=True, timeout=CONVERT_SECONDS, check=True)
            return source.with_suffix(".pdf").read_bytes()
    except (OSError, subprocess.SubprocessError) as fault:
        raise FileFailed("ocr.damaged") from fault
