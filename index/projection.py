"""The projection: what a sealed reading looks like in the tables. It can be thrown away and made again from the vault.

What a person decided is not part of it: a decided kind, a dossier, a corrected field outlive any new reading.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import Table, delete, func, insert
from sqlmodel import Session, SQLModel, col, select

from dossier.reading import FieldValue, Page, Reading, Recognised
from index import texts
from index.errors import NoSuchThing
from index.tables import Capture, Document, DocumentField
from index.tables import Page as PageRow
from index.texts import PageText
from index.veil import EXPIRES, ISSUED, is_veiled, veiled_document, veiled_field

PERSON: Final = "person"
"""How a field is marked (``FieldValue.checked``) that a person entered."""
_AMOUNTS: Final = ("total", "amount_excl_tax")
_TOLD: Final = ("kind", "family", "dated", "amount")
"""What a page's row says of its document."""
_DECIDED: Final = frozenset({"kind", "family", "review", "doubts"})
_NEW: Final[Mapping[str, Any]] = {"sides": [], "copies": 1, "signatures": {}, "cleared": [], "dossier": None}
_NOBODYS: Final[Mapping[str, Any]] = {"document": None, "first": False, **dict.fromkeys(_TOLD)}
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
    saved: list[str] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
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
    saved = save_readings(session, [Read(capture, reading, received)])
    rows = {row.id: row for row in session.exec(select(Document).where(col(Document.capture) == capture))}
    return tuple(rows[id_] for id_ in saved)


def save_readings(session: Session, readings: Sequence[Read]) -> list[str]:
    """Do for many captures what ``save_reading`` does for one, with few statements; return the documents' ids.

    Raises:
        LevelClosed, NoSuchThing
    """
    ids = [read.capture for read in readings]
    entered: dict[str, dict[str, DocumentField]] = {}
    if _have_been_read(session, ids):
        entered = _entered(session, ids)
        _forget(session, ids)  # before rows are loaded: it makes the session forget what it holds
    captures = {row.id: row for row in session.exec(select(Capture).where(col(Capture.id).in_(ids)))}
    missing = set(ids) - captures.keys()
    if missing:
        raise NoSuchThing(id=min(missing))
    known = {row.id: row for row in session.exec(select(Document).where(col(Document.capture).in_(ids)))}
    batch = _Batch(known, entered)
    for read in readings:
        _save(session, captures[read.capture], read, batch)
    for document in known.values():
        if document.id not in batch.saved and document.decided_by is None:
            session.delete(document)
    session.flush()
    for document in known.values():
        if is_veiled(session, document.level) and document in session:
            session.expire(document)  # what it holds is as the table has it: veiled
    _insert(session, batch)
    return batch.saved


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


def derived(fields: Iterable[tuple[str, Mapping[str, Any]]], received: date) -> dict[str, Any]:
    """Return what a document's fields (name, row) say of it: when it was issued, expires, is dated, and its amount."""
    rows = dict(fields)
    issued = next((rows[name]["day"] for name in ISSUED if name in rows and rows[name]["day"]), None)
    amounts = (rows[name]["hundredths"] for name in _AMOUNTS if name in rows)
    amount = next((number for number in amounts if number is not None), None)
    expires = rows[EXPIRES]["day"] if EXPIRES in rows else None
    return {"issued": issued, "expires": expires, "dated": issued or received, "amount": amount}


def _have_been_read(session: Session, captures: Sequence[str]) -> bool:
    """Tell whether the index has anything of captures; most are read once, and cost nothing to forget."""
    pages = select(PageRow.id).where(col(PageRow.capture).in_(captures)).limit(1)
    documents = select(Document.id).where(col(Document.capture).in_(captures)).limit(1)
    return session.exec(pages).first() is not None or session.exec(documents).first() is not None


def _entered(session: Session, captures: Sequence[str]) -> dict[str, dict[str, DocumentField]]:
    """Return the fields of captures' documents that persons entered: document → name → row, apart from the session."""
    documents = select(Document.id).where(col(Document.capture).in_(captures))
    statement = select(DocumentField).where(col(DocumentField.document).in_(documents), DocumentField.checked == PERSON)
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


def _save(session: Session, capture: Capture, read: Read, batch: _Batch) -> None:
    owner: dict[int, dict[str, Any]] = {}
    values: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for ordinal, recognised in read.reading.numbered().items():
        id_ = f"{capture.id}-{ordinal}"
        known = batch.known.get(id_)
        cleared = known.cleared if known else ()
        fields = {name: field_row(id_, name, value) for name, value in recognised.fields.items() if name not in cleared}
        fields |= {name: row.model_dump() for name, row in batch.entered.get(id_, {}).items()}
        batch.fields.extend(veiled_field(session, capture.level, field_) for field_ in fields.values())
        row = {**_described(recognised), **derived(fields.items(), read.received)}
        row |= {"level": capture.level, "received": read.received}
        row = veiled_document(session, capture.level, row)
        if known is None:
            batch.documents.append({"id": id_, "capture": capture.id, "ordinal": ordinal, **_NEW, **row})
        else:
            _update(known, row)
        batch.saved.append(id_)
        told = {name: getattr(known, name) if known else row[name] for name in _TOLD}
        for number in recognised.pages:
            owner[number] = {"document": id_, "first": number == row["first_page"], **told}
        for name, field_ in fields.items():
            number = field_["page"] if field_["page"] in recognised.pages else row["first_page"]
            values[number].append((name, field_["value"]))
    for page in read.reading.pages:
        batch.pages.append({**_page_row(capture, page), **owner.get(page.number, _NOBODYS)})
        codes = [("code", code.text) for code in page.codes if len(code.text) <= _LONGEST_CODE]
        batch.texts.append(PageText(page.text, texts.placed(page.text, page.lines), (*values[page.number], *codes)))


def _described(recognised: Recognised) -> dict[str, Any]:
    return {
        "kind": recognised.kind,
        "family": recognised.family,
        "confidence": recognised.confidence,
        "review": recognised.review,
        "doubts": list(recognised.doubts),
        "alternatives": [[kind, confidence] for kind, confidence in recognised.alternatives],
        "evidence": [
            {"what": one.what, "text": one.text, "weight": one.weight, "page": one.page} for one in recognised.evidence
        ],
        "pages": list(recognised.pages),
        "first_page": min(recognised.pages, default=1),
    }


def _update(document: Document, row: dict[str, Any]) -> None:
    """Bring a document that was there to what a new reading says, except where a person decided."""
    decided = document.decided_by is not None
    if not decided and document.kind != row["kind"]:
        document.dossier = None
    for name, value in row.items():
        if not (decided and name in _DECIDED):
            setattr(document, name, value)


def _page_row(capture: Capture, page: Page) -> dict[str, Any]:
    return {
        "capture": capture.id,
        "number": page.number,
        "level": capture.level,
        "width": page.width,
        "height": page.height,
        "source": page.source,
        "engine": page.engine,
        "blank": page.blank,
        "failed": page.failed,
    }


def _insert(session: Session, batch: _Batch) -> None:
    # The mapped classes would group rows by which values are null, and send each group by itself.
    connection = session.connection()
    documents, fields, pages = (_table(model) for model in (Document, DocumentField, PageRow))
    if batch.documents:
        connection.execute(insert(documents), batch.documents)
    if batch.fields:
        connection.execute(insert(fields), batch.fields)
    if not batch.pages:
        return
    # One writer at a time: numbers given here cannot be taken by another, and rows go in with one statement.
    first = connection.execute(select(func.coalesce(func.max(pages.c.id), 0) + 1)).scalar_one()
    ids = range(first, first + len(batch.pages))
    connection.execute(insert(pages), [{"id": page, **row} for page, row in zip(ids, batch.pages, strict=True)])
    by_level: defaultdict[str, dict[int, PageText]] = defaultdict(dict)
    for page, row, text in zip(ids, batch.pages, batch.texts, strict=True):
        if text.text or text.values:
            by_level[row["level"]][page] = text
    for level, texts_of_level in by_level.items():
        texts.add(session, level, texts_of_level)


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]
