"""Redact documents: a version without what is blacked out, for those who may see only that; the original goes above it.

A version is a capture of its own, drawn anew from the pictures: what was under the boxes is in none of its sealed
objects, nor in the words it is found by. The original is not touched but for its secrecy level, which is what keeps it
from those the version is for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from desk.archive import Archive
from desk.following import areas_before, as_decided
from desk.levels import above, levels_seen, require_keys, reseal
from desk.print.redacted import redacted_pdf
from desk.retrieval import NoSuchDocument, document_by
from desk.rights import Refused, check_document, needs
from desk.versions import Making, Plan, end, keep, settle_versions
from dossier.errors import ExitCode, JuanzongError
from dossier.reading import FieldValue, Reading
from dossier.redaction import Area, area_of, areas_of_value, redacted
from dossier.rights import LEVELS, Deed, Duty
from index import custody, journal, record, versions
from index.compacting import compact_if_due
from index.tables import Document, DocumentField
from ingest.rewriting import reading_of
from ingest.taking import ORIGINAL
from vault.levels import Level

HISTORY = ("redact", "lift-redaction", "rotate", "split", "merge", "decide", "describe-paper", "classify")
"""What is told of a document's versions, by the verbs of the record."""
_MOST = 1_000


class NothingNamed(JuanzongError):
    """A redaction was asked for that names no area, field or text, or gives no reason."""

    exit_code = ExitCode.USAGE
    wording = "redaction.nothing-named"


class NothingAbove(JuanzongError):
    """The version would lie at the highest level, with nothing above it for the original."""

    exit_code = ExitCode.REFUSED
    wording = "redaction.nothing-above"


class Undecided(JuanzongError):
    """A document that waits in review cannot be redacted yet."""

    exit_code = ExitCode.REFUSED
    wording = "redaction.undecided"


class NotRedacted(JuanzongError):
    """A redaction was to be lifted where there is none."""

    exit_code = ExitCode.NOT_FOUND
    wording = "redaction.not-redacted"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to go: areas as people write them, fields and texts by what they say; ``page`` is that of bare areas."""

    boxes: Sequence[str] = ()
    fields: Sequence[str] = ()
    texts: Sequence[str] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redaction as it stands: the original and its level, its version (none when lifted) and that one's level."""

    document: str
    level: str
    version: str
    version_level: str
    areas: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "document": self.document,
            "level": self.level,
            "version": self.version or None,
            "version_level": self.version_level or None,
            "areas": self.areas,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to a document since it was scanned."""

    at: datetime
    what: str
    by: str
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"at": self.at.isoformat(timespec="seconds"), "what": self.what, "by": self.by, "facts": self.facts}


@needs(Duty.CLASSIFY)
def redact(archive: Archive, document: str, wish: Wish, *, reason: str, level: Level | None = None) -> Redaction:
    """Make a redacted version of the scan that a document is part of, for ``level``; the original goes above it.

    The version stands in for the original wherever somebody may only see the version; loans that run go on with it.
    Redacted again, what was blacked out before stays so, and the new version takes the place of the old one.

    Raises:
        NothingNamed: nothing is named that is to go, or no reason given.
        NoSuchDocument, Ambiguous: there is no such document.
        dossier.AreaUnclear, dossier.NotOnThePage: what is to go is not there.
        NothingAbove, Undecided, LevelKeysMissing: it cannot be redacted, or not by this person.
        ocr.PageNotShown: a page cannot be drawn.
        vault.Tampered, vault.StoreFailed: it cannot be done now; run again.
    """
    if not reason.strip() or not (wish.boxes or wish.fields or wish.texts):
        raise NothingNamed
    with archive.index.read() as session:
        plan = _plan(archive, session, document, level)
        fields = _fields(session, plan.document)
        reading = reading_of(archive.vault, plan.capture.id, str(plan.capture.reading))
        reading = as_decided(session, reading, plan.documents)
    content = archive.vault.open_bytes(str(plan.capture.original), document=plan.capture.id, role=ORIGINAL)
    areas = [*areas_before(plan.before, reading), *_wished(plan.document, reading, fields, wish)]
    values = [*(fields[name].value for name in wish.fields if name in fields), *wish.texts]
    clean, gone = redacted(reading, areas, values)
    picture = redacted_pdf(content, clean, reading, gone)
    reseal(archive, plan.capture.id, plan.above)
    named = dict.fromkeys([*(plan.before.named if plan.before else []), *wish.fields])
    turned = {page.number: page.rotation for page in reading.pages}
    made = keep(archive, Making(plan, clean, gone, picture, reason.strip(), tuple(named), turned))
    return Redaction(plan.document.id, plan.above.value, made, plan.level.value, len(gone))


@needs(Duty.CLASSIFY)
def lift(archive: Archive, document: str, *, reason: str) -> Redaction:
    """Take a redaction back: the version is destroyed, and the original comes back to the level the version had.

    Raises:
        NothingNamed: no reason is given.
        NoSuchDocument, Ambiguous, NotRedacted: there is no such redaction.
        LevelKeysMissing, vault.Tampered, vault.StoreFailed: it cannot be done now, or not by this person.
    """
    if not reason.strip():
        raise NothingNamed
    with archive.index.write() as session:
        row = _meant(archive, session, document)
        version = versions.of_source(session, row.capture)
        if version is None:
            raise NotRedacted(document=row.id)
        level = Level(journal.find(session, version.capture).level)
        require_keys(archive, session, [row.capture], level)
        end(archive, session, version)
        archive.note(session, "lift-redaction", row.id, {"reason": reason.strip(), "version": version.capture})
    settle_versions(archive)
    reseal(archive, row.capture, level)
    compact_if_due(archive.index)
    return Redaction(row.id, level.value, "", "", 0)


@needs(Deed.SEARCH)
def changes(archive: Archive, document: str) -> list[Change]:
    """Return what was done to a document since it was scanned, oldest first; originals themselves never change.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document.
        Refused: one may know of it, and not see into it.
    """
    with archive.index.read() as session:
        row = document_by(session, document)
        check_document(archive, session, Deed.SEARCH, row, instead=NoSuchDocument(document=document))
        about = [entry for what in HISTORY for entry in record.find(session, what=what, about=row.capture, limit=_MOST)]
    told = {row.id, row.capture}
    return [
        Change(entry.at, entry.what, entry.who, dict(entry.facts))
        for entry in sorted(about, key=lambda entry: entry.seq)
        if entry.about in told
    ]


def _plan(archive: Archive, session: Session, document: str, level: Level | None) -> Plan:
    row = _meant(archive, session, document)
    capture = journal.find(session, row.capture)
    if capture.original is None or capture.reading is None:
        raise NoSuchDocument(document=document)
    documents = session.exec(select(Document).where(Document.capture == capture.id)).all()
    waiting = next((one for one in documents if one.review), None)
    if waiting is not None:
        raise Undecided(document=waiting.id)
    before = versions.of_source(session, capture.id)
    marks = custody.levels_marked(session)
    least = [marks[one.dossier] for one in documents if one.dossier in marks]
    if before is not None and level is None:
        least.append(journal.find(session, before.capture).level)
    at = max([*least, level.value if level is not None else LEVELS[0]], key=LEVELS.index)
    over = max(capture.level, above(at), key=LEVELS.index)
    if over == at:
        raise NothingAbove(level=at)
    for one in (over, at):
        require_keys(archive, session, [capture.id, *([before.capture] if before is not None else [])], Level(one))
    return Plan(row, capture, tuple(documents), before, Level(at), Level(over))


def _meant(archive: Archive, session: Session, document: str) -> Document:
    """Return the document that is meant, the original where its version was named."""
    row = document_by(session, document)
    if row.level not in levels_seen(archive):
        raise Refused(Duty.CLASSIFY, archive.who, row.id, instead=NoSuchDocument(document=document))
    source = versions.source_of(session, row)
    return document_by(session, source) if source is not None else row


def _fields(session: Session, document: Document) -> dict[str, FieldValue]:
    rows = session.exec(select(DocumentField).where(DocumentField.document == document.id)).all()
    return {
        row.name: FieldValue(
            row.value, row.confidence, row.page, (row.box[0], row.box[1], row.box[2], row.box[3]) if row.box else None
        )
        for row in rows
    }


def _wished(document: Document, reading: Reading, fields: dict[str, FieldValue], wish: Wish) -> list[Area]:
    pages = [page for number in document.pages for page in reading.pages if page.number == number]
    found = [area_of(text, pages, wish.page) for text in wish.boxes]
    for name in wish.fields:
        given = fields.get(name)
        found += areas_of_value(reading, given.value if given is not None else "", name, given)
    for text in wish.texts:
        found += areas_of_value(reading, text, text)
    return found
