"""Read files without an archive: nothing is stored."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from desk.archive import Archive
from dossier.errors import DocumentFailed, ExitCode
from dossier.reading import Reading
from dossier.reading_json import to_json
from dossier.wording import Lang, say
from ingest.journey import MOST_READ_BYTES
from ingest.named import named_scan
from ingest.scan import open_scan
from ocr.engines import EngineChoice
from ocr.reader import Reader, ReadingSettings


def settings_for(archive: Archive, workers: int) -> ReadingSettings:
    """Return how an archive's scans are read, by as many processes."""
    asked = archive.settings.reading
    return ReadingSettings(workers=workers, engine=EngineChoice(asked.engine), languages=asked.languages)


def read_files(
    files: Sequence[Path], lang: Lang, *, password: str | None = None, settings: ReadingSettings | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what was read from each file, in the order given, in the contract's shape.

    ``error`` is a sentence in ``lang`` where a file could not be read, with its wording key in ``reason``.

    Raises:
        ocr.programs.LanguageMissing: Tesseract is asked for and lacks a language.
    """
    unread: dict[int, DocumentFailed] = {}

    def contents() -> Iterator[tuple[str, bytes]]:
        for number, path in enumerate(files):
            try:
                yield str(number), _content(path)
            except DocumentFailed as failed:
                unread[number] = failed
                yield str(number), b""

    with Reader(settings) as reader:
        for number, reading in _readings(reader, contents(), password):
            failed = unread.get(int(number))
            path = files[int(number)]
            yield _unread(path, failed, lang) if failed else _answer(path, reading, lang)


def _readings(
    reader: Reader, contents: Iterator[tuple[str, bytes]], password: str | None
) -> Iterator[tuple[str, Reading]]:
    if password is None:
        yield from reader.read_many(contents)
        return
    for number, content in contents:
        yield number, reader.read(content, password=password)


class TooLarge(DocumentFailed):
    """The file is larger than what is read."""

    exit_code = ExitCode.UNREADABLE
    wording = "ingest.too-large"


def _content(path: Path) -> bytes:
    scan = named_scan(path, quiet_seconds=0, follow=True)
    if scan.identity.size_bytes > MOST_READ_BYTES:
        raise TooLarge(most=MOST_READ_BYTES // 1024**2)
    stream, _ = open_scan(scan.path)
    with stream:
        return stream.read()


def _answer(path: Path, reading: Reading, lang: Lang) -> dict[str, Any]:
    form = to_json(reading)
    error = say(reading.error, lang, **reading.facts) if reading.error else None
    return {"file": str(path), **form, "error": error, "reason": reading.error}


def _unread(path: Path, failed: DocumentFailed, lang: Lang) -> dict[str, Any]:
    return {
        "file": str(path),
        "pages": [],
        "documents": [],
        "error": failed.say(lang),
        "reason": failed.wording,
        "locked": False,
        "facts": {},
    }
