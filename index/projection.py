"""The projection: what a sealed reading looks like in the tables. It can be thrown away and made again from the vault.

What a person decided is not part of it: a decided kind, a dossier, a corrected field outlive any new reading.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from dossier.reading import FieldValue, Page, Reading, Recognised
from dossier.reading_json import to_json
from index import texts
from index.errors import NoSuchThing
from index.tables import Capture, Document, DocumentField
from index.tables import Page as PageRow
from index.texts import PageText

PERSON: Final = "person"
"""How a field is marked (``FieldValue.checked``) that a person entered."""
_ISSUED: Final = ("issue_date", "effective_date")
_EXPIRES: Final = "expiry_date"
_LONGEST_CODE: Final = 200
_HUNDREDTHS_LIMIT: Final = 2**63


@dataclass(frozen=True, slots=True)
class Read:
    """A capture's reading, and the day its documents count as received."""

    capture: str
    reading: Reading
    received: date


@dataclass(slots=True)
class _Batch:
    """What was there of a batch of captures (documents, fields by persons), and what their readings add."""

    known: dict[str, Document]
    entered: dict[str, dict[str, DocumentField]]
    fields: list[dict[str, Any]] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    texts: list[PageText] = field(default_factory=list)


def save_reading(session: Session, capture: str, reading: Reading, *, received: date) -> tuple[Document, ...]:
    """Put a capture's pages, documents, fields and text into the index, in place of what an earlier reading gave.

    Documents keep their ids (``CAPTURE-1`` …); what a person decided (kind, dossier, corrected fields) stays.

    Raises:
        LevelClosed: the capture's level has no open shelf for its text.
        NoSuchThing
    """
    return save_readings(session, [Read(capture, reading, received)])


def save_readings(session: Session, readings: Sequence[Read]) -> tuple[Document, ...]:
    """Do for many captures what ``save_reading`` does for one, with few statements.

    Raises:
        LevelClosed, NoSuchThing
    """
    ids = [read.capture for read in readings]
    captures = {row.id: row for row in session.exec(select(Capture).where(col(Capture.id).in_(ids)))}
    missing = set(ids) - captures.keys()
    if missing:
        raise NoSuchThing(id=min(missing))
    known = {row.id: row for row in session.exec(select(Document).where(col(Document.capture).in_(ids)))}
    batch = _Batch(known, _entered(session, known))
    _forget(session, ids)
    saved = [document for read in readings for document in _save(session, captures[read.capture], read, batch)]
    kept = {document.id for document in saved}
    for document in known.values():
        if document.id not in kept and document.decided_by is None:
            session.delete(document)
    session.flush()
    _insert(session, batch)
    return tuple(saved)


def clear(session: Session) -> None:
    """Throw the projection away, all but the documents' rows: decisions and dossiers hang on those."""
    for model in (DocumentField, PageRow):
        kept = col(DocumentField.checked) != PERSON if model is DocumentField else None
        statement = delete(model)
        session.execute(statement if kept is None else statement.where(kept))
    texts.clear(session)


def texts_of(session: Session, capture: str) -> dict[int, PageText]:
    """Return the stored text of a capture's pages by page number.

    Raises:
        LevelClosed
    """
    rows = session.exec(select(PageRow).where(PageRow.capture == capture)).all()
    found = texts.get(session, [(row.level, row.id or 0) for row in rows])
    return {row.number: found[row.id] for row in rows if row.id in found}


def unindexed(session: Session) -> Sequence[str]:
    """Return captures with a sealed reading of which the index has no page: what a rebuild has yet to do."""
    have = select(PageRow.capture)
    statement = select(Capture.id).where(col(Capture.reading).is_not(None), col(Capture.id).not_in(have))
    return session.exec(statement.order_by(col(Capture.claimed), col(Capture.id))).all()


def page_count(session: Session) -> int:
    """Return how many pages the index has."""
    return session.exec(select(func.count()).select_from(PageRow)).one()


def field_row(document: str, name: str, value: FieldValue) -> dict[str, Any]:
    """Return a field as its table has it."""
    return {
        "document": document,
        "name": name,
        "value": value.value,
        "folded": texts.comparable(value.value),
        "confidence": value.confidence,
        "page": value.page,
        "box": list(value.box) if value.box else None,
        "checked": value.checked,
        "raw": value.raw,
        "hundredths": hundredths(value.value),
        "day": day(value.value),
    }


def hundredths(value: str) -> int | None:
    """Return a plain decimal times 100, None for any other text."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) * 100 >= _HUNDREDTHS_LIMIT:
        return None
    return int((number * 100).to_integral_value())


def day(value: str) -> date | None:
    """Return an ISO date, None for any other text."""
    try:
        return date.fromisoformat(value) if len(value) == len("2026-11-23") else None
    except ValueError:
        return None


def date_document(document: Document, fields: Iterable[tuple[str, str]]) -> None:
    """Set when the document was issued, is dated and expires from its fields (name, value)."""
    days = {name: day(value) for name, value in fields}
    document.issued = next((days[name] for name in _ISSUED if days.get(name)), None)
    document.expires = days.get(_EXPIRES)
    document.dated = document.issued or document.received


def _entered(session: Session, documents: Iterable[str]) -> dict[str, dict[str, DocumentField]]:
    """Return the fields that persons entered: document → name → row, apart from the session."""
    statement = select(DocumentField).where(
        col(DocumentField.document).in_(list(documents)), DocumentField.checked == PERSON
    )
    found: defaultdict[str, dict[str, DocumentField]] = defaultdict(dict)
    for row in session.exec(statement):
        session.expunge(row)
        found[row.document][row.name] = row
    return found


def _forget(session: Session, captures: Sequence[str]) -> None:
    pages = session.exec(select(PageRow.level, PageRow.id).where(col(PageRow.capture).in_(captures))).all()
    by_level: defaultdict[str, list[int]] = defaultdict(list)
    for level, page in pages:
        by_level[level].append(page or 0)
    for level, ids in by_level.items():
        texts.remove(session, level, ids)
    documents = select(Document.id).where(col(Document.capture).in_(captures))
    session.execute(delete(DocumentField).where(col(DocumentField.document).in_(documents)))
    session.execute(delete(PageRow).where(col(PageRow.capture).in_(captures)))
    session.expire_all()


def _save(
    session: Session,
    capture: Capture,
    read: Read,
    batch: _Batch,
) -> list[Document]:
    saved: list[Document] = []
    owner: dict[int, str] = {}
    values: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    form = to_json(read.reading)["documents"]
    for ordinal, (recognised, plain) in enumerate(zip(read.reading.documents, form, strict=True), start=1):
        document = batch.known.get(f"{capture.id}-{ordinal}") or Document(
            id=f"{capture.id}-{ordinal}",
            capture=capture.id,
            ordinal=ordinal,
            kind=recognised.kind,
            family=recognised.family,
            confidence=recognised.confidence,
            received=read.received,
            dated=read.received,
        )
        _describe(document, recognised, plain, capture.level, read.received)
        own = {
            name: field_row(document.id, name, value)
            for name, value in recognised.fields.items()
            if name not in document.cleared
        }
        own |= {name: row.model_dump() for name, row in batch.entered.get(document.id, {}).items()}
        date_document(document, ((name, row["value"]) for name, row in own.items()))
        batch.fields.extend(own.values())
        owner.update(dict.fromkeys(recognised.pages, document.id))
        for name, row in own.items():
            number = row["page"] if row["page"] in recognised.pages else document.first_page
            values[number].append((name, row["value"]))
        session.add(document)
        saved.append(document)
    for page in read.reading.pages:
        batch.pages.append(_page_row(capture, page, owner.get(page.number)))
        codes = [("code", code.text) for code in page.codes if len(code.text) <= _LONGEST_CODE]
        batch.texts.append(PageText(page.text, texts.placed(page.text, page.lines), (*values[page.number], *codes)))
    return saved


def _describe(document: Document, recognised: Recognised, plain: dict[str, Any], level: str, received: date) -> None:
    document.pages = list(recognised.pages)
    document.first_page = min(recognised.pages, default=1)
    document.confidence = recognised.confidence
    document.alternatives = [[kind, confidence] for kind, confidence in recognised.alternatives]
    document.evidence = plain["evidence"]
    document.level = level
    document.received = received
    if document.decided_by is not None:
        return
    if document.kind != recognised.kind:
        document.dossier = None
    document.kind, document.family = recognised.kind, recognised.family
    document.review, document.doubts = recognised.review, list(recognised.doubts)


def _page_row(capture: Capture, page: Page, document: str | None) -> dict[str, Any]:
    return {
        "capture": capture.id,
        "number": page.number,
        "document": document,
        "level": capture.level,
        "width": page.width,
        "height": page.height,
        "source": page.source,
        "engine": page.engine,
        "blank": page.blank,
        "failed": page.failed,
    }


def _insert(session: Session, batch: _Batch) -> None:
    if batch.fields:
        session.execute(insert(DocumentField), batch.fields)
    if not batch.pages:
        return
    statement = insert(PageRow).returning(col(PageRow.id), sort_by_parameter_order=True)
    ids = session.execute(statement, batch.pages).scalars().all()
    by_level: defaultdict[str, dict[int, PageText]] = defaultdict(dict)
    for page, row, text in zip(ids, batch.pages, batch.texts, strict=True):
        if text.text or text.values:
            by_level[row["level"]][page or 0] = text
    for level, pages in by_level.items():
        texts.add(session, level, pages)
