"""What became of scans: captures and their documents, as commands and the page show them."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from desk.sayings import doubt_text
from dossier.wording import Lang, say
from index import journal
from index.tables import Document, DocumentField, Dossier
from ingest.pipeline import Done


@dataclass(frozen=True, slots=True)
class TakenField:
    """A field as the contract shows it."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TakenDocument:
    """A document of a capture; ``dossier`` is the dossier's key."""

    id: str
    kind: str
    family: str
    confidence: float
    review: bool
    dossier: str | None
    fields: dict[str, TakenField]
    pages: tuple[int, ...]
    doubts: tuple[str, ...]

    def doubt(self, lang: Lang) -> str:
        """Return why it waits for a person, in words."""
        return " ".join(doubt_text(doubt, lang) for doubt in self.doubts)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the document in the contract's shape."""
        return {
            "id": self.id,
            "kind": self.kind,
            "family": self.family,
            "confidence": round(self.confidence, 4),
            "review": self.review,
            "dossier": self.dossier,
            "fields": {n: {"value": f.value, "confidence": round(f.confidence, 4)} for n, f in self.fields.items()},
            "pages": list(self.pages),
            "doubts": [{"key": doubt, "text": doubt_text(doubt, lang)} for doubt in self.doubts],
        }


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one scan. ``id`` is empty when it could not be taken over at all."""

    id: str
    name: str
    sha256: str
    state: str
    documents: tuple[TakenDocument, ...] = ()
    error: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    first_seen_as: str = ""
    inside: str | None = None
    """The archive or mail it came out of."""

    def note(self, lang: Lang) -> str:
        """Return what there is to say about it, in words: why it failed, or as what it was captured before."""
        if self.state == "duplicate":
            return say("desk.duplicate-of", lang, name=self.first_seen_as)
        return say(self.error, lang, **self.facts) if self.error else ""

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it in the contract's shape; ``error`` is a sentence, or null."""
        return {
            "id": self.id,
            "name": self.name,
            "sha256": self.sha256,
            "state": self.state,
            "documents": [document.as_json(lang) for document in self.documents],
            "error": self.note(lang) if self.error else None,
            "reason": self.error,
            "duplicate_of": self.first_seen_as or None,
            "inside": self.inside,
        }


def of_scan(session: Session, one: Done) -> Taken:
    """Return what became of a scan."""
    if one.duplicate:
        capture = journal.find(session, one.capture)
        name = one.scan.name if one.scan else capture.name
        return Taken(capture.id, name, capture.sha256, "duplicate", first_seen_as=capture.name)
    return of_capture(session, one.capture)


def of_capture(session: Session, number: str) -> Taken:
    """Return a capture as the index has it now."""
    capture = journal.find(session, number)
    documents = session.exec(
        select(Document).where(Document.capture == capture.id).order_by(col(Document.ordinal))
    ).all()
    return Taken(
        id=capture.id,
        name=capture.name,
        sha256=capture.sha256,
        state=capture.state,
        documents=tuple(of_document(session, document) for document in documents),
        error=capture.error,
        facts=capture.error_facts,
        inside=capture.parent,
    )


def of_document(session: Session, row: Document) -> TakenDocument:
    """Return a document as the index has it now."""
    fields = session.exec(select(DocumentField).where(DocumentField.document == row.id)).all()
    dossier = session.get(Dossier, row.dossier) if row.dossier else None
    return TakenDocument(
        id=row.id,
        kind=row.kind,
        family=row.family,
        confidence=row.confidence,
        review=row.review,
        dossier=dossier.key if dossier else None,
        fields={one.name: TakenField(one.value, one.confidence) for one in fields},
        pages=tuple(row.pages),
        doubts=tuple(row.doubts),
    )
