"""The programs of the system that reading uses, and whether they are there."""

import shutil
from dataclasses import dataclass
from typing import Final

import pytesseract

LANGUAGES: Final = ("eng", "chi_sim", "chi_tra")
"""Tesseract languages that the second opinion needs."""


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
    known = set(pytesseract.get_languages(config=""))
    missing.extend(
        Program("tesseract", f"tesseract-ocr-{language.replace('_', '-')}", language)
        for language in LANGUAGES
        if language not in known
    )
    return tuple(missing)
