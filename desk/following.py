"""Let redacted versions follow their originals: turned, split, joined or set right, each version is derived anew.

Until that is done the version there was stays in force: it shows too little rather than too much. What it took away is
looked for again, since a page that is read anew may tell it in another place.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.levels import LevelKeysMissing, require_keys
from desk.print.redacted import redacted_pdf
from desk.versions import Making, Plan, keep
from dossier.reading import Reading
from dossier.redaction import Area, NotOnThePage, areas_of_traces, areas_of_value, as_it_lies, redacted, traces
from index import filing, journal, versions
from index.tables import Capture, Document, DocumentField
from index.versions import Version
from ingest.rewriting import reading_of
from ingest.taking import ORIGINAL
from vault.levels import Level


def follow(archive: Archive, capture: str, *, gone: frozenset[str] = frozenset(), anew: bool = True) -> str | None:
    """Derive the redacted version of a capture anew, and return its document's number; None where none is made.

    ``gone`` is what ``taken_away`` said before the pages were read anew. Without ``anew`` the version only goes where
    its original went. While a document of the capture waits in review, the version waits as well; where whoever is at
    work does not hold the keys of both levels, for somebody who does.

    Raises:
        ocr.PageNotShown: a page cannot be drawn.
        vault.Tampered, vault.StoreFailed: it cannot be done now; it is done at the next opening.
    """
    with archive.index.write() as session:
        version = versions.of_source(session, capture)
        if version is None:
            return None
        documents = _documents(session, capture)
        _go_along(archive, session, version, documents)
        row, level = journal.find(session, capture), Level(journal.find(session, version.capture).level)
        due = documents and (anew or not _fits(session, version, documents))
        if not due or any(one.review for one in documents) or not _may(archive, session, row, version, level):
            return None
        reading = as_decided(session, reading_of(archive.vault, row.id, str(row.reading)), documents)
    plan = Plan(documents[0], row, documents, version, level, Level(row.level))
    return _derived(archive, plan, reading, version, gone)


def taken_away(archive: Archive, capture: str, reading: Reading) -> frozenset[str]:
    """Return what the redacted version of a capture takes away of its reading as it is; nothing where it has none."""
    with archive.index.read() as session:
        version = versions.of_source(session, capture)
    return traces(reading, areas_before(version, reading)) if version is not None else frozenset()


def settle_following(archive: Archive) -> int:
    """Derive versions anew whose originals were parted or moved since, as far as the keys reach; return how many."""
    with archive.index.read() as session:
        rows = session.exec(select(Version).where(col(Version.made).is_not(None), col(Version.ended).is_(None))).all()
        left = [one.source for one in rows if not _fits(session, one, _documents(session, one.source))]
    return sum(follow(archive, one, anew=False) is not None for one in left)


def areas_before(version: Version | None, reading: Reading) -> list[Area]:
    """Return the areas of a version as they lie on the pages now, which may have been turned since."""
    if version is None:
        return []
    pages = {page.number: page for page in reading.pages}
    found: list[Area] = []
    for number, left, top, right, bottom, *turned in version.areas:
        area, page = Area(number, (left, top, right, bottom)), pages.get(number)
        found.append(as_it_lies(area, page, turned[0]) if page is not None and turned else area)
    return found


def as_decided(session: Session, reading: Reading, documents: Sequence[Document]) -> Reading:
    """Return a reading whose documents say what people set right: their kinds, and the values of their fields."""
    rows = {one.ordinal: one for one in documents}
    anew = []
    for number, one in reading.numbered().items():
        row = rows.get(number)
        if row is None:
            anew.append(replace(one, number=number))
            continue
        said = {
            field.name: field.value
            for field in session.exec(select(DocumentField).where(DocumentField.document == row.id))
        }
        fields = {name: replace(field, value=said[name]) for name, field in one.fields.items() if name in said}
        anew.append(replace(one, number=number, kind=row.kind, family=row.family, fields=fields))
    return replace(reading, documents=tuple(anew))


def _derived(archive: Archive, plan: Plan, reading: Reading, version: Version, gone: frozenset[str]) -> str:
    content = archive.vault.open_bytes(str(plan.capture.original), document=plan.capture.id, role=ORIGINAL)
    areas, values = [*areas_before(version, reading), *areas_of_traces(reading, gone)], list[str]()
    for one in reading.documents:
        for name in version.named:
            field = one.fields.get(name)
            if field is not None:
                values.append(field.value)
                with suppress(NotOnThePage):
                    areas += areas_of_value(reading, field.value, name, field)
    clean, whole = redacted(reading, areas, values)
    picture = redacted_pdf(content, clean, reading, whole)
    turned = {page.number: page.rotation for page in reading.pages}
    return keep(archive, Making(plan, clean, whole, picture, version.reason, tuple(version.named), turned))


def _documents(session: Session, capture: str) -> tuple[Document, ...]:
    found = select(Document).where(Document.capture == capture).order_by(col(Document.ordinal))
    return tuple(session.exec(found).all())


def _fits(session: Session, version: Version, documents: Sequence[Document]) -> bool:
    """Tell whether a version has the documents of its original, with their pages, where those lie."""
    copies = _documents(session, version.capture)
    told = [[(one.ordinal, tuple(one.pages), one.kind, one.dossier) for one in rows] for rows in (documents, copies)]
    return not copies or not documents or told[0] == told[1]


def _go_along(archive: Archive, session: Session, version: Version, documents: Sequence[Document]) -> None:
    """Let the documents of a version lie where those of its original lie, and be what those are."""
    copies, now = {one.ordinal: one for one in _documents(session, version.capture)}, datetime.now(UTC)
    for one in documents:
        copy = copies.get(one.ordinal)
        if copy is not None and not one.review and (copy.dossier, copy.kind) != (one.dossier, one.kind):
            filing.decide(session, copy.id, by=archive.who, at=now, kind=one.kind, family=one.family)
            filing.assign(session, copy.id, one.dossier, at=now)


def _may(archive: Archive, session: Session, row: Capture, version: Version, level: Level) -> bool:
    try:
        for one in (level, Level(row.level)):
            require_keys(archive, session, [row.id, version.capture], one)
    except LevelKeysMissing:
        return False
    return row.original is not None and row.reading is not None
