"""Documents that wait for a person: see why, accept what was recognised, or set it right."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlmodel import Session

from desk import retrieval
from desk.archive import Archive
from desk.following import follow
from desk.reports import BadDate
from desk.rights import check_document, dossier_for, needs, sight
from desk.taken import TakenDocument, of_document
from dossier.catalogue import FIELD_NAMES, catalogue
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Deed, Duty
from dossier.wording import Lang, say
from index import filing, journal, lessons
from index.journal import State
from index.tables import Document
from ingest import filing as placing
from ingest.rewriting import reading_of
from ocr.classify.lessons import Lesson, signature
from ocr.classify.verdict import grounds
from ocr.extract.taught import places_of


class UnknownField(JuanzongError):
    """No field goes by this name."""

    exit_code = ExitCode.USAGE
    wording = "desk.unknown-field"


DATES: Final = frozenset({"issue_date", "expiry_date", "birth_date", "established", "effective_date"})
"""Fields whose value is a day."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A capture without a document to decide on: locked by a password, or unreadable."""

    capture: str
    name: str
    state: str
    error: str
    facts: Mapping[str, Any]

    def why(self, lang: Lang) -> str:
        """Return why it is set aside."""
        return say(self.error, lang, **self.facts)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"id": self.capture, "name": self.name, "state": self.state, "error": self.why(lang)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document in review: the scan it came with, what was recognised, why it waits, and the next best kinds."""

    name: str
    document: TakenDocument
    alternatives: tuple[tuple[str, float], ...]
    evidence: tuple[Mapping[str, Any], ...]
    grounds: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """What speaks for each of the next best kinds; only where one document is looked at."""

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "name": self.name,
            **self.document.as_json(lang),
            "alternatives": [
                {"kind": kind, "confidence": round(value, 4), "evidence": [dict(e) for e in self.grounds.get(kind, ())]}
                for kind, value in self.alternatives
            ],
            "evidence": [dict(one) for one in self.evidence],
        }


@needs(Duty.REVIEW)
def waiting(archive: Archive, document: str | None = None) -> list[Waiting]:
    """Return the documents that wait for a person, oldest first, or the one with this number.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document.
    """
    with archive.index.read() as session:
        if document is not None:
            row = theirs(archive, session, document)
            return [replace(_waiting(session, row), grounds=_grounds(archive, session, row))]
        reached = sight(archive, session, Deed.CHANGE)
        rows = (row for row in filing.in_review(session) if reached.holds(row.dossier, row.level))
        return [_waiting(session, row) for row in rows]


@needs(Duty.REVIEW)
def set_aside(archive: Archive) -> list[SetAside]:
    """Return the captures that are locked or could not be read, oldest first."""
    with archive.index.read() as session:
        reached = sight(archive, session, Deed.CHANGE)
        aside = journal.in_state(session, State.LOCKED, State.QUARANTINED)
        rows = [row for row in aside if reached.holds(None, row.level)]
    return [SetAside(row.id, row.name, row.state, str(row.error), row.error_facts) for row in rows]


@needs(Duty.REVIEW)
def accept(archive: Archive, document: str, *, apart: bool = False) -> Waiting:
    """Accept what was recognised; the document is filed where its numbers say, or kept without a dossier (``apart``).

    Raises:
        NoSuchDocument, Ambiguous: there is no such document.
    """
    return set_right(archive, document, apart=apart)


@needs(Duty.REVIEW)
def set_right(
    archive: Archive,
    document: str,
    *,
    kind: str | None = None,
    dossier: str | None = None,
    fields: Mapping[str, str] | None = None,
    apart: bool = False,
) -> Waiting:
    """Take a person's word on a document's kind, dossier and fields, on record, and file it.

    A document without a dossier of its own, and without the number of one, goes on waiting with that reason, unless it
    is to be kept without one (``apart``, which takes it out of any).

    Raises:
        KindUnknown, UnknownField: there is no such kind or field.
        NoSuchDocument, Ambiguous, index.NoSuchThing: there is no such document or dossier.
    """
    family = catalogue().kind(kind).family if kind else None
    for name, value in (fields or {}).items():
        if name not in FIELD_NAMES:
            raise UnknownField(field=name, known=", ".join(sorted(FIELD_NAMES)))
        if name in DATES and value and not _is_day(value):
            raise BadDate(text=value)
    now = datetime.now(UTC)
    with archive.index.write() as session:
        row = theirs(archive, session, document)
        row = filing.decide(session, row.id, by=archive.who, at=now, kind=kind, family=family, fields=fields)
        _teach(archive, session, row, fields or {}, now)
        if dossier is not None:
            filing.assign(
                session, row.id, dossier_for(archive, session, Deed.CHANGE, dossier).id, by=archive.who, at=now
            )
        told = {"kind": kind, "dossier": dossier, "fields": sorted(fields or {}), "apart": apart}
        archive.note(session, "decide", row.id, told)
        if apart:
            placing.keep_apart(session, row)
        else:
            placing.place_decided(session, row, archive.shelves, now)
        placing.settle_capture(session, row.capture, now)
        placing.file_waiting(session, archive.shelves, now)
        done = _waiting(session, retrieval.document_by(session, row.id))
    follow(archive, row.capture, anew=bool(kind or fields))
    return done


def theirs(archive: Archive, session: Session, document: str) -> Document:
    """Return the document that is meant, if whoever asks may decide on it."""
    row = retrieval.document_by(session, document)
    check_document(archive, session, Deed.CHANGE, row, instead=retrieval.NoSuchDocument(document=document))
    return row


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _teach(archive: Archive, session: Session, row: Document, fields: Mapping[str, str], now: datetime) -> None:
    """Keep the decision, so that the next paper of the same layout needs none: its kind, and where its values stand."""
    capture = journal.find(session, row.capture)
    if capture.reading is None:
        return
    reading = reading_of(archive.vault, capture.id, capture.reading)
    pages = [page for page in reading.pages if page.number in row.pages and page.text]
    signed = signature(pages)
    if not signed:
        return
    before = lessons.of(session, row.id)
    known = Lesson.load(before.kind, before.signature).places if before is not None else ()
    places = (*(place for place in known if place.field not in fields), *places_of(fields, pages))
    lesson = Lesson(row.kind, signed, places)
    lessons.teach(session, row.id, kind=row.kind, signature=lesson.dump(), at=now)


def _grounds(archive: Archive, session: Session, row: Document) -> dict[str, tuple[Mapping[str, Any], ...]]:
    capture = journal.find(session, row.capture)
    if capture.reading is None:
        return {}
    reading = reading_of(archive.vault, capture.id, capture.reading)
    found = grounds([page for page in reading.pages if page.number in row.pages])
    return {kind: tuple(asdict(one) for one in reasons[:4]) for kind, reasons in found.items()}


def _waiting(session: Session, row: Document) -> Waiting:
    capture = journal.find(session, row.capture)
    alternatives = tuple((str(kind), float(value)) for kind, value in row.alternatives[:3])
    return Waiting(capture.name, of_document(session, row), alternatives, tuple(row.evidence))
