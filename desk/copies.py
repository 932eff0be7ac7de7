"""Copies to look at, and whole dossiers: what one may have of it, watermarked and searchable, or as it was scanned.

Every document that goes out is recorded one by one, before it goes, with the grounds on which it went.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final
from zipfile import ZIP_STORED, ZipFile

from sqlmodel import Session, col, select

from desk.access import CopyWantsApproval, Grounds, copy_grounds, grounds, require_copy, shown_instead
from desk.archive import Archive
from desk.print.copies import CopiedPage, copy_pdf
from desk.print.files import write_file
from desk.retrieval import NoSuchDocument, document_by
from desk.rights import Refused, allowed, needs
from desk.sayings import kind_title
from dossier.pageranges import page_range
from dossier.reading import Page
from dossier.reading_json import from_json
from dossier.rights import LEVELS, ORDINARY, Deed, Duty
from dossier.wording import Lang, say
from index import journal
from index.dossiers import dossier_by
from index.errors import NoSuchThing
from index.tables import Document
from index.versions import versions_among
from ingest.taking import ORIGINAL, READING
from ocr.reader import PageNotShown, Reader, ReadingSettings, cores
from ocr.watermark import stamp

DPI: Final = 150


@dataclass(frozen=True, slots=True)
class CopyMade:
    """A copy that was made: what of, how many pages of how many documents, and on what grounds."""

    what: str
    form: str
    documents: tuple[str, ...]
    withheld: int
    pages: int
    grounds: Grounds

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "what": self.what,
            "form": self.form,
            "documents": list(self.documents),
            "withheld": self.withheld,
            "pages": self.pages,
            "by": self.grounds.by,
            "request": self.grounds.request or None,
            "loan": self.grounds.loan or None,
        }


@dataclass(frozen=True, slots=True)
class _Item:
    """A document on its way out: the pages asked for, and the objects it comes from."""

    id: str
    kind: str
    day: str
    level: str
    capture: str
    name: str
    original: str
    reading: str | None
    pages: tuple[int, ...]
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class _Artists:
    """What draws pages: the reader whose children parse the files, and threads to keep them busy."""

    reader: Reader
    threads: ThreadPoolExecutor


@needs(Duty.REQUEST)
def view_copy(
    archive: Archive,
    document: str,
    output: Path | BinaryIO,
    *,
    pages: str = "",
    lang: Lang = "en",
    replace: bool = False,
) -> CopyMade:
    """Write a document, or some of its pages (``1-3,5``), as a watermarked, searchable PDF to a new file or a stream.

    Raises:
        NoSuchDocument, Ambiguous, PagesUnclear: there is no such document or page.
        Refused: no right and no loan covers it.
        OutputExists, OutputIsFolder, OutputFailed: the file cannot be written.
        vault.NoAccess, vault.LoanEnded, vault.Tampered, vault.Destroyed: it cannot be opened.
        PrintFontMissing: no Chinese font is installed.
    """
    with archive.index.write() as session:
        row = shown_instead(archive, session, document_by(session, document))
        why = require_copy(archive, session, row, instead=NoSuchDocument(document=document))
        item = _item(session, row, why, page_range(pages, len(row.pages)))
        _note(archive, session, item, "view")
    content = _pdf(archive, kind_title(item.kind, lang), [item], lang)
    _give(output, content, replace=replace)
    return CopyMade(item.id, "view", (item.id,), 0, len(item.pages), item.grounds)


@needs(Duty.REQUEST)
def dossier_copy(
    archive: Archive, dossier: str, output: Path | BinaryIO, *, lang: Lang = "en", replace: bool = False
) -> CopyMade:
    """Write what one may see of a dossier as one watermarked PDF behind a contents list.

    Raises:
        index.NoSuchThing: there is no such dossier.
        Refused: no right and no loan covers any of it.
        OutputExists, OutputIsFolder, OutputFailed, PrintFontMissing: as for ``view_copy``.
    """
    title, items, withheld = _taken_out(archive, dossier, Deed.VIEW, "view")
    content = _pdf(archive, title, items, lang, contents=True)
    _give(output, content, replace=replace)
    pages = sum(len(item.pages) for item in items)
    return CopyMade(dossier, "view", tuple(item.id for item in items), withheld, pages, items[0].grounds)


@needs(Duty.REQUEST)
def dossier_originals(archive: Archive, dossier: str, output: Path | BinaryIO, *, replace: bool = False) -> CopyMade:
    """Write the untouched originals of a dossier, as far as they are one's to have, into a ZIP with their list.

    Raises:
        index.NoSuchThing, Refused, OutputExists, OutputIsFolder, OutputFailed: as for ``dossier_copy``.
    """
    title, items, withheld = _taken_out(archive, dossier, Deed.TAKE, "original")
    packed, listed = BytesIO(), list[dict[str, Any]]()
    with ZipFile(packed, "w", ZIP_STORED) as target:
        for number, (capture, of) in enumerate(_by_capture(items), start=1):
            name = f"{number:03d} {Path(of[0].name).name}"
            target.writestr(name, archive.vault.open_bytes(of[0].original, document=capture, role=ORIGINAL))
            listed += [
                {"file": name, "document": one.id, "kind": one.kind, "pages": list(one.pages), "date": one.day}
                for one in of
            ]
        whole = {"dossier": title, "documents": listed, "withheld": withheld}
        target.writestr("contents.json", json.dumps(whole, ensure_ascii=False, indent=2))
    _give(output, packed.getvalue(), replace=replace)
    pages = sum(len(item.pages) for item in items)
    return CopyMade(dossier, "original", tuple(item.id for item in items), withheld, pages, items[0].grounds)


@needs(Duty.REQUEST)
def may_take(archive: Archive, document: str) -> bool:
    """Tell whether whoever asks may have the untouched original of a document, rather than a copy to look at."""
    with archive.index.read() as session:
        try:
            row = document_by(session, document)
        except NoSuchDocument:
            return True  # a capture without documents: only originals there
        others = session.exec(select(Document).where(Document.capture == row.capture)).all()
        return all(grounds(archive, session, Deed.TAKE, one) is not None for one in others)


def _give(output: Path | BinaryIO, content: bytes, *, replace: bool) -> None:
    """Write a copy to a new file, or hand it to whoever sends it on; it lies on no disk then."""
    if isinstance(output, Path):
        write_file(output, content, replace=replace)
    else:
        output.write(content)


def _taken_out(archive: Archive, name: str, deed: Deed, form: str) -> tuple[str, list[_Item], int]:
    """Return a dossier's documents that whoever asks may have, each put on record, and how many may not be had."""
    with archive.index.write() as session:
        dossier = dossier_by(session, name)
        statement = select(Document).where(Document.dossier == dossier.id)
        rows = session.exec(statement.order_by(col(Document.dated), col(Document.id))).all()
        items = [
            _item(session, row, why, tuple(range(1, len(row.pages) + 1)))
            for row in rows
            if (why := _grounds(archive, session, deed, row)) is not None
        ]
        items = _once(session, items)
        known = allowed(archive, session, Deed.LIST, dossier)
        looks = not items and any(grounds(archive, session, Deed.VIEW, row) is not None for row in rows)
        if looks:
            raise (CopyWantsApproval if deed is Deed.VIEW else Refused)(Deed.TAKE, archive.who, dossier.key)
        if not items and not known:
            raise Refused(deed, archive.who, dossier.key, instead=NoSuchThing(id=name))
        if not items:
            raise Refused(deed, archive.who, dossier.key)
        for item in items:
            _note(archive, session, item, form)
        archive.note(session, "export", dossier.id, {"form": form, "documents": len(items)})
        # What lies above one's levels is not even counted for those who may not know of it.
        derived = versions_among(session, {row.capture for row in rows})
        hidden = [
            row
            for row in rows
            if row.capture not in derived and allowed(archive, session, Deed.LIST, dossier, row.level)
        ]
        return f"{dossier.key}  {dossier.label}", items, max(0, len(hidden) - len(items))


def _once(session: Session, items: list[_Item]) -> list[_Item]:
    """Leave out redacted versions of what goes out as it is."""
    derived, there = versions_among(session, {one.capture for one in items}), {one.capture for one in items}
    return [one for one in items if derived.get(one.capture) not in there]


def _grounds(archive: Archive, session: Session, deed: Deed, row: Document) -> Grounds | None:
    if deed is not Deed.TAKE:
        return copy_grounds(archive, session, row)
    others = session.exec(select(Document).where(Document.capture == row.capture)).all()
    found = [grounds(archive, session, deed, one) for one in others]
    return None if None in found else grounds(archive, session, deed, row)


def _item(session: Session, row: Document, why: Grounds, places: Sequence[int]) -> _Item:
    capture = journal.find(session, row.capture)
    if capture.original is None:
        raise NoSuchDocument(document=row.id)
    numbers = tuple(row.pages[place - 1] for place in places)
    day = row.issued or row.received
    return _Item(
        row.id,
        row.kind,
        day.isoformat(),
        row.level,
        capture.id,
        capture.name,
        capture.original,
        capture.reading,
        numbers,
        why,
    )


def _note(archive: Archive, session: Session, item: _Item, form: str) -> None:
    facts = {"capture": item.capture, "form": form, "pages": list(item.pages), **item.grounds.facts}
    archive.note(session, "get", item.id, facts)


def _by_capture(items: Sequence[_Item]) -> list[tuple[str, list[_Item]]]:
    found: dict[str, list[_Item]] = {}
    for item in items:
        found.setdefault(item.capture, []).append(item)
    return list(found.items())


def _pdf(archive: Archive, title: str, items: Sequence[_Item], lang: Lang, *, contents: bool = False) -> bytes:
    now = archive.vault.clock().astimezone()
    rows = [
        [str(number), kind_title(item.kind, lang), item.day, say("copies.pages", lang, count=len(item.pages))]
        for number, item in enumerate(items, start=1)
    ]
    highest = max((item.level for item in items), key=LEVELS.index)
    said = marks(archive.who, now, items[0].grounds, lang, highest)
    with ExitStack() as stack:
        reader = stack.enter_context(Reader(ReadingSettings(workers=1)))
        drawing = stack.enter_context(ThreadPoolExecutor(max(2, cores()), thread_name_prefix="draw-page"))
        pages = _pages(archive, _Artists(reader, drawing), items, lang, now)
        return copy_pdf(title, said, pages, contents=rows if contents else ())


def _pages(
    archive: Archive, artists: _Artists, items: Sequence[_Item], lang: Lang, now: datetime
) -> Iterator[CopiedPage]:
    """Yield the pages of documents in order, drawn a document at a time."""
    for item in items:
        original = archive.vault.open_bytes(item.original, document=item.capture, role=ORIGINAL)
        read = _read(archive, item)
        said = marks(archive.who, now, item.grounds, lang, item.level)

        def draw(
            number: int, original: bytes = original, read: dict[int, Page] = read, said: tuple[str, ...] = said
        ) -> CopiedPage:
            page = read.get(number)
            try:
                picture = artists.reader.render_page(original, number, DPI, photo=True)
            except PageNotShown as failed:
                return CopiedPage(b"", (0, 0), DPI, says=failed.say(lang))
            stamped = stamp(picture, said, clockwise=page.rotation if page is not None else 0)
            lines = tuple((line.text, line.box) for line in page.lines) if page is not None else ()
            size = (page.width, page.height) if page is not None else (0, 0)
            return CopiedPage(stamped.jpeg, (stamped.width, stamped.height), DPI, lines, *size)

        yield from artists.threads.map(draw, item.pages)


def _read(archive: Archive, item: _Item) -> dict[int, Page]:
    if item.reading is None:
        return {}
    form = archive.vault.open_bytes(item.reading, document=item.capture, role=READING)
    return {page.number: page for page in from_json(json.loads(form)).pages}


def marks(who: str, now: datetime, why: Grounds, lang: Lang, level: str) -> tuple[str, ...]:
    """Return what is laid across every page: its level above ordinary, who, when, and by which request or right."""
    marked = () if level == ORDINARY else (say(f"people.level-{level}", lang),)
    by = say("copies.by-request", lang, request=why.request) if why.request else say("copies.by-right", lang)
    return (*marked, say("copies.got-by", lang, who=who), f"{now:%Y-%m-%d %H:%M}", by)
