"""What people set right about pages: split a document, merge documents, turn a page. Originals stay as they were."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from desk.archive import Archive
from desk.following import follow, taken_away
from desk.reading import settings_for
from desk.review import Waiting, theirs, waiting
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.reading import Reading
from dossier.rights import Duty
from index import journal
from index.lessons import taught
from index.tables import Capture, Document
from ingest.rewriting import Rewriting, reading_of, rewrite
from ingest.taking import ORIGINAL
from ocr import parting
from ocr.classify.lessons import Lesson
from ocr.reader import Reader


class OfTwoScans(JuanzongError):
    """Documents that came with different scans cannot become one."""

    exit_code = ExitCode.USAGE
    wording = "desk.of-two-scans"


class NotAPage(JuanzongError):
    """The document has no such page, or the turn is not a quarter of a circle."""

    exit_code = ExitCode.USAGE
    wording = "desk.not-a-page"


@needs(Duty.REVIEW)
def split(archive: Archive, document: str, before: Sequence[int]) -> list[Waiting]:
    """Split a document before some of its pages, and return the parts.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document.
        ocr.parting.NotToPart: a page is not one it can be split before.
        VaultFailed: nothing can be kept now.
    """
    (row,), capture, reading, lessons = _known(archive, [document])
    parted = parting.split(reading, row.ordinal, before, lessons)
    now = datetime.now(UTC)
    note = _note(archive, "split", row.id, {"before": sorted(set(before))})
    _rewritten(archive, Rewriting(capture.id, parted, now, note), reading)
    parts = {row.ordinal, *(parted.numbered().keys() - reading.numbered().keys())}
    return [one for part in sorted(parts) for one in waiting(archive, f"{capture.id}-{part}")]


@needs(Duty.REVIEW)
def merge(archive: Archive, documents: Sequence[str], pages: Sequence[int] = ()) -> Waiting:
    """Join documents of one scan, and pages of it that are in none, into the first of the documents.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document.
        OfTwoScans, ocr.parting.NotToJoin: they cannot be joined.
        VaultFailed: nothing can be kept now.
    """
    rows, capture, reading, lessons = _known(archive, documents)
    numbers = [row.ordinal for row in rows]
    joined = parting.merge(reading, numbers, pages, lessons)
    now = datetime.now(UTC)
    note = _note(archive, "merge", rows[0].id, {"joined": numbers[1:], "pages": sorted(set(pages))})
    _rewritten(archive, Rewriting(capture.id, joined, now, note), reading)
    return waiting(archive, rows[0].id)[0]


@needs(Duty.REVIEW)
def rotate(archive: Archive, document: str, page: int, degrees: int, *, password: str | None = None) -> Waiting:
    """Turn a page clockwise by a multiple of 90 degrees from how it stands now, and read it again.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document.
        NotAPage: the page is not the document's, or the turn no multiple of 90.
        ocr.reader.PageNotShown: the page has no image that could be turned.
        VaultFailed: nothing can be kept now.
    """
    (row,), capture, reading, lessons = _known(archive, [document])
    if page not in row.pages or degrees % 90 or not degrees % 360:
        raise NotAPage(pages=", ".join(map(str, row.pages)))
    before = next(one for one in reading.pages if one.number == page)
    content = archive.vault.open_bytes(str(capture.original), document=capture.id, role=ORIGINAL)
    with Reader(settings_for(archive, 1)) as reader:
        turned = reader.read_page(content, page, (before.rotation + degrees) % 360, password=password)
    anew = parting.with_page(reading, turned, lessons)
    now = datetime.now(UTC)
    note = _note(archive, "rotate", row.id, {"page": page, "degrees": degrees % 360})
    _rewritten(archive, Rewriting(capture.id, anew, now, note), reading)
    return waiting(archive, row.id)[0]


def _known(archive: Archive, documents: Sequence[str]) -> tuple[list[Document], Capture, Reading, list[Lesson]]:
    with archive.index.read() as session:
        rows = [theirs(archive, session, one) for one in documents]
        if len({row.capture for row in rows}) != 1:
            raise OfTwoScans
        capture = journal.find(session, rows[0].capture)
        lessons = [Lesson.load(one.kind, one.signature) for one in taught(session)]
    return rows, capture, reading_of(archive.vault, capture.id, str(capture.reading)), lessons


def _rewritten(archive: Archive, new: Rewriting, before: Reading) -> None:
    """Put another reading in place of the one before, and let a redacted version follow."""
    gone = taken_away(archive, new.capture, before)
    rewrite(archive.index, archive.vault, archive.shelves, new)
    follow(archive, new.capture, gone=gone)


def _note(archive: Archive, what: str, document: str, facts: Mapping[str, Any]) -> Callable[[Session], None]:
    def note(session: Session) -> None:
        archive.note(session, what, document, facts)

    return note
