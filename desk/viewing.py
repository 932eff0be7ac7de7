"""Look at pages: drawn on demand from the sealed original, in memory; nothing readable is put on a disk."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlmodel import Session, select

from desk.access import Grounds, require_grounds, shown_instead
from desk.archive import Archive
from desk.copies import marks
from desk.retrieval import NoSuchDocument, document_by
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.reading import Box, Page, Reading
from dossier.reading_json import from_json
from dossier.rights import ORDINARY, SECRET, Deed, Duty
from dossier.wording import Lang
from index import journal
from index.tables import Capture, Document, DocumentField, Dossier
from index.versions import of_version
from ingest.taking import ORIGINAL, READING
from ocr.reader import Reader, ReadingSettings
from ocr.watermark import stamp

V = TypeVar("V")

ORIGINALS_BYTES: Final = 96 * 1024**2
IMAGES_BYTES: Final = 48 * 1024**2
READINGS: Final = 200
DPI: Final = (48, 110, 160, 220)
"""Resolutions a page is drawn at: a thumbnail, a screen, a large screen, closely."""


class ProofWanted(JuanzongError):
    """A secret paper is shown only to whoever proved just now who they are."""

    exit_code = ExitCode.REFUSED
    wording = "web.prove-first"


@dataclass(frozen=True, slots=True)
class PageField:
    """A value read from a document, and where it stands."""

    name: str
    value: str
    confidence: float
    checked: str
    page: int
    box: Box | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn page: ``media`` is PNG as it lies in the original, or JPEG upright and watermarked."""

    content: bytes
    media: str


@dataclass(frozen=True, slots=True)
class PageShown:
    """One page of a document, its place among the others, and its lines and fields as boxes on the upright page."""

    document: str
    capture: str
    number: int
    numbers: tuple[int, ...]
    width: int
    height: int
    rotation: int
    lines: tuple[tuple[str, Box], ...]
    fields: tuple[PageField, ...]
    failed: str | None
    stamped: bool
    """Whether its picture is watermarked, and turned upright already: it was lent, or lies above ordinary."""
    kind: str
    dossier: str
    """The key of the dossier it lies in, empty for none."""
    level: str = ORDINARY
    redacted: bool = False
    """Whether this is a version from which parts were blacked out."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "document": self.document,
            "page": self.number,
            "pages": list(self.numbers),
            "width": self.width,
            "height": self.height,
            "rotation": self.rotation,
            "lines": [{"text": text, "box": list(box)} for text, box in self.lines],
            "fields": [
                {"name": one.name, "value": one.value, "page": one.page, "box": list(one.box) if one.box else None}
                for one in self.fields
            ],
        }


class Pages:
    """Draws pages for people to look at, for as long as a page server runs. Safe to use from many threads.

    What was drawn lately is kept in memory, and given to nobody whose right was not asked about again.
    """

    def __init__(self) -> None:
        self._reader = Reader(ReadingSettings(workers=1))
        self._originals = _Kept[bytes](ORIGINALS_BYTES, len)
        self._images = _Kept[bytes](IMAGES_BYTES, len)
        self._readings = _Kept[Reading](READINGS, lambda _: 1)

    def shown(self, archive: Archive, document: str, number: int | None, *, note: bool, proven: bool) -> PageShown:
        """Return what is known of a page of a document, its first where none is named."""
        with archive.index.read() as session:
            row, capture, why = _allowed(archive, session, document, proven=proven)
            found = session.exec(select(DocumentField).where(DocumentField.document == row.id)).all()
            lies_in = session.get(Dossier, row.dossier) if row.dossier else None
            dossier = lies_in.key if lies_in is not None else ""
            version = of_version(session, capture.id)
        place = _number(row, number)
        if note:
            _note(archive, row, place, why)
        page = self._page(archive, capture, place)
        return PageShown(
            document=row.id,
            capture=capture.id,
            number=page.number,
            numbers=tuple(row.pages),
            width=page.width,
            height=page.height,
            rotation=page.rotation,
            lines=tuple((line.text, line.box) for line in page.lines),
            fields=tuple(_field(one) for one in sorted(found, key=lambda one: (one.page, one.name))),
            failed=page.failed,
            stamped=_stamped(row, why),
            kind=row.kind,
            dossier=dossier,
            level=row.level,
            redacted=version is not None,
        )

    def picture(
        self, archive: Archive, document: str, number: int, dpi: int, *, lang: Lang, note: bool, proven: bool
    ) -> Picture:
        """Return a page as a picture; ``dpi`` is brought to the nearest of those pages are drawn at."""
        with archive.index.read() as session:
            row, capture, why = _allowed(archive, session, document, proven=proven)
        at = min(DPI, key=lambda one: abs(one - dpi))
        place = _number(row, number)
        if note:
            _note(archive, row, place, why)
        drawn = self._images.get(
            f"{capture.original}/{place}/{at}",
            lambda: self._reader.render_page(self._original(archive, capture), place, at),
        )
        if not _stamped(row, why):
            return Picture(drawn, "image/png")
        turn = self._page(archive, capture, place).rotation if capture.reading else 0
        now = archive.vault.clock().astimezone()
        return Picture(stamp(drawn, marks(archive.who, now, why, lang, row.level), clockwise=turn).jpeg, "image/jpeg")

    def close(self) -> None:
        """Forget everything and end the drawing processes."""
        self._reader.close()
        for kept in (self._originals, self._images, self._readings):
            kept.clear()

    def _original(self, archive: Archive, capture: Capture) -> bytes:
        number = str(capture.original)
        return self._originals.get(number, lambda: archive.vault.open_bytes(number, document=capture.id, role=ORIGINAL))

    def _page(self, archive: Archive, capture: Capture, number: int) -> Page:
        if capture.reading is None:
            raise NoSuchDocument(document=capture.id)
        name = capture.reading
        reading = self._readings.get(
            name, lambda: from_json(json.loads(archive.vault.open_bytes(name, document=capture.id, role=READING)))
        )
        page = next((page for page in reading.pages if page.number == number), None)
        if page is None:
            raise NoSuchDocument(document=capture.id)
        return page


@needs(Duty.REQUEST)
def page(
    archive: Archive, pages: Pages, document: str, number: int | None = None, *, note: bool = True, proven: bool = True
) -> PageShown:
    """Return what is known of a page of a document, its first where none is named; ``note`` puts the look on record.

    ``proven`` says that the password was given just now.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document, or it has no such page.
        Refused: no right and no loan covers it.
        ProofWanted: it is secret, and the password was given too long ago.
        vault.Tampered, vault.Unknown, vault.Destroyed: it cannot be given as what was sealed.
    """
    return pages.shown(archive, document, number, note=note, proven=proven)


@needs(Duty.REQUEST)
def picture(
    archive: Archive,
    pages: Pages,
    document: str,
    number: int,
    dpi: int,
    *,
    lang: Lang,
    note: bool = True,
    proven: bool = True,
) -> Picture:
    """Return a page as a picture: as it lies in the original, or, lent or above ordinary, upright and watermarked.

    Raises:
        NoSuchDocument, Ambiguous, Refused, vault.Tampered, vault.Unknown, vault.Destroyed: as for ``page``.
        ocr.PageNotShown: it cannot be drawn.
    """
    return pages.picture(archive, document, number, dpi, lang=lang, note=note, proven=proven)


class _Kept(Generic[V]):
    """The values used last, up to a weight in all; made by one thread at a time for each key."""

    def __init__(self, most: int, weigh: Callable[[V], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, V] = OrderedDict()
        self._weight = 0

    def get(self, key: str, make: Callable[[], V]) -> V:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = make()
        with self._lock:
            if key not in self._kept and self._weigh(value) <= self._most:
                self._kept[key] = value
                self._weight += self._weigh(value)
            while self._weight > self._most:
                _, gone = self._kept.popitem(last=False)
                self._weight -= self._weigh(gone)
        return value

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._weight = 0


def _allowed(archive: Archive, session: Session, document: str, *, proven: bool) -> tuple[Document, Capture, Grounds]:
    row = shown_instead(archive, session, document_by(session, document))
    why = require_grounds(archive, session, Deed.VIEW, row, instead=NoSuchDocument(document=document))
    if row.level == SECRET and not proven:
        raise ProofWanted
    return row, journal.find(session, row.capture), why


def _stamped(row: Document, why: Grounds) -> bool:
    return bool(why.loan) or row.level != ORDINARY


def _note(archive: Archive, row: Document, page: int, why: Grounds) -> None:
    archive.note_look("view", row.id, {"page": page, **why.facts})


def _field(row: DocumentField) -> PageField:
    return PageField(row.name, row.value, row.confidence, row.checked, row.page, _box(row.box) if row.box else None)


def _number(row: Document, number: int | None) -> int:
    if not row.pages or (number is not None and number not in row.pages):
        raise NoSuchDocument(document=f"{row.id} / {number}")
    return row.pages[0] if number is None else number


def _box(box: list[int]) -> Box:
    left, top, right, bottom = box
    return left, top, right, bottom
