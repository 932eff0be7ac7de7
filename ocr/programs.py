"""The programs of the system that reading uses, and whether they are there."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from dossier.errors import ExitCode, JuanzongError

LANGUAGES: Final = ("eng", "chi_sim", "chi_tra")
"""Tesseract languages that the second opinion needs."""

_ANSWER_SECONDS: Final = 30.0


class LanguageMissing(JuanzongError):
    """Tesseract is asked for in a language that it does not have here."""

    exit_code: ClassVar[ExitCode] = ExitCode.TOOL
    wording: ClassVar[str] = "ocr.language_missing"


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is wanted; ``package`` is what Debian calls it, ``lacks`` what of it is missing, if anything."""

    name: str
    package: str
    lacks: str = ""


def missing_programs() -> tuple[Program, ...]:
    """Return the programs, or parts of them, that reading wants and does not find."""
    missing: list[Program] = []
    if shutil.which("pdftoppm") is None:
        missing.append(Program("pdftoppm", "poppler-utils", "pdftoppm"))
    if shutil.which("tesseract") is None:
        missing.append(Program("tesseract", "tesseract-ocr", "tesseract"))
        return tuple(missing)
    known = tesseract_languages()
    missing.extend(Program("tesseract", package_of(one), one) for one in LANGUAGES if one not in known)
    return tuple(missing)


def tesseract_languages() -> tuple[str, ...]:
    """Return what languages Tesseract has, by its own list; none where it is missing or does not answer.

    Asked without pytesseract, which would bring decoders into the process that holds keys.
    """
    try:
        answer = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, check=True, timeout=_ANSWER_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in answer.stdout.splitlines()[1:] if line.strip())


def package_of(language: str) -> str:
    """Return what Debian calls the package with a language of Tesseract's."""
    return f"tesseract-ocr-{language.replace('_', '-').lower()}"


def need_languages(languages: Sequence[str]) -> None:
    """Make sure that Tesseract is there and has these languages.

    Raises:
        LanguageMissing: it is not, or lacks one.
    """
    known = tesseract_languages()
    for language in languages:
        if language not in known:
            there = ", ".join(one for one in known if one != "osd") or "–"
            raise LanguageMissing(language=language, package=package_of(language), there=there)
