"""File what was read: each document into its dossier, or into review with its reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, or_, select

from dossier.filing import Filing, Shelf, Standing, carried, place
from dossier.identifiers import normal
from dossier.labels import label_of
from dossier.reading import FieldValue, Recognised
from index import filing as index_filing
from index import journal, record
from index.journal import State
from index.tables import Capture, Document, DocumentField, Dossier, DossierIdentifier, LabelChange

BATCH_SPAN: Final = timedelta(minutes=15)
"""Scans of one sub-folder that came within this time are one batch."""
MACHINE: Final = "juanzong"
"""Who files in the audit record when no person decided."""
NOTHING_TO_FILE: Final = frozenset({"blank", "separator"})
"""Families that are no papers: they stay with their sealed original and ask nobody."""
COVER_FIELD: Final = "dossier"
"""The field in which reading gives the dossier key of a cover sheet."""
KEPT: Final = "filing.kept-apart"
"""What a document that a person keeps without a dossier carries instead of a doubt."""
_FILING: Final = "filing."
_MAY_PASS: Final = frozenset({"filing.no-dossier", "filing.no-identifier", "filing.hint-unknown"})
"""Doubts that pass by themselves once another paper has opened the dossier.

A document keeps a filing doubt as its wording key and, after a slash, the identifier type its sentence names.
"""


def file_capture(session: Session, capture: str, shelves: Sequence[Shelf], now: datetime) -> bool:
    """File every document of a capture that is in no dossier yet; tell whether any found its own."""
    row = journal.find(session, capture)
    documents = session.exec(select(Document).where(Document.capture == capture).order_by(col(Document.ordinal))).all()
    for document in documents:
        _note_paper(session, document)
        if document.dossier is None:
            _file(session, document, row, shelves, now)
    return any(document.dossier is not None for document in documents)


def file_waiting(session: Session, shelves: Sequence[Shelf], now: datetime) -> int:
    """Try again to file documents that waited only for a dossier to appear; return how many found theirs."""
    waiting = session.exec(
        select(Document).where(col(Document.review).is_(True), col(Document.dossier).is_(None))
    ).all()
    filed = 0
    for document in waiting:
        if document.doubts and all(_may_pass(doubt) for doubt in document.doubts):
            row = journal.find(session, document.capture)
            _file(session, document, row, shelves, now)
            if document.dossier is not None:
                filed += 1
                settle_capture(session, document.capture, now)
    return filed


def place_decided(session: Session, document: Document, shelves: Sequence[Shelf], now: datetime) -> None:
    """File a document on which a person has decided; one that they put into a dossier teaches it its identifiers."""
    if document.dossier is None:
        _file(session, document, journal.find(session, document.capture), shelves, now)
        return
    _learn(session, document.dossier, _recognised(session, document), shelves)
    name_dossier(session, document.dossier, shelves, now)


def keep_apart(session: Session, document: Document) -> None:
    """Keep a document without a dossier, as a person decided: it no longer waits, and nothing files it by itself."""
    document.dossier, document.review, document.doubts = None, False, [KEPT]
    session.add(document)
    session.flush()


def settle_capture(session: Session, capture: str, now: datetime) -> State:
    """Note whether all documents of a capture have their place, and return the capture's state."""
    waits = session.exec(select(Document.id).where(Document.capture == capture, col(Document.review).is_(True))).first()
    if waits is None:
        return State(journal.filed(session, capture, at=now).state)
    return State(journal.review(session, capture).state)


def _file(session: Session, document: Document, capture: Capture, shelves: Sequence[Shelf], now: datetime) -> None:
    if document.family in NOTHING_TO_FILE or KEPT in document.doubts:
        return
    recognised = _recognised(session, document)
    cover = recognised.fields.get(COVER_FIELD)
    hint = cover.value if cover else _hint(capture)
    decision = place(
        recognised, shelves, lambda kind, value: _find(session, kind, value), hint=hint, batch=_batch(session, capture)
    )
    if decision.doubt is not None:
        others = [doubt for doubt in document.doubts if not doubt.startswith(_FILING)]
        waits_for = f"{decision.doubt}/{decision.by}" if decision.by else decision.doubt
        # That the kind is unsure is already said by the doubts that reading had.
        said = [] if decision.doubt == "filing.kind-unsure" and others else [waits_for]
        document.review, document.doubts = True, [*others, *said]
        session.add(document)
        return
    dossier = decision.dossier or _open(session, decision, capture, now)
    index_filing.assign(session, document.id, dossier, at=now)
    document.review, document.doubts = False, []
    session.add(document)
    _learn(session, dossier, recognised, shelves)
    name_dossier(session, dossier, shelves, now)
    facts = {"dossier": dossier, "because": decision.because, "by": decision.by}
    record.append(session, MACHINE, "file", document.id, facts, at=now)


def _note_paper(session: Session, document: Document) -> None:
    """Keep which sides and signatures were seen; nothing seen leaves it open, as for a paper nobody looked at.

    What a person has said of the paper stands.
    """
    inks = (str(one["text"]).partition(" ") for one in document.evidence if one.get("what") == "signature")
    signatures = {role: ink for role, _, ink in inks} | document.signatures
    if signatures != document.signatures:
        document.signatures = signatures
        session.add(document)
    seen = sorted({str(one["text"]) for one in document.evidence if one.get("what") == "side"})
    if seen and document.sides != seen:
        document.sides = seen
        session.add(document)


def _may_pass(doubt: str) -> bool:
    return doubt.partition("/")[0] in _MAY_PASS


def _open(session: Session, decision: Filing, capture: Capture, now: datetime) -> str:
    if decision.opens is None:
        raise ValueError(decision)
    shelf, kind, key = decision.opens
    dossier = index_filing.open_dossier(
        session,
        key=key,
        kind=shelf.kind.id,
        pack=shelf.pack,
        opened=capture.claimed.date(),
        at=now,
        identifiers={kind: [key]},
        by=MACHINE,
    )
    facts = {"pack": shelf.pack, "kind": shelf.kind.id, "by": kind}
    record.append(session, MACHINE, "open-dossier", dossier.id, facts, at=now)
    return dossier.id


_OF_EITHER_SIDE: Final = frozenset({"credit_code"})
"""Identifiers that stand on a contract for the client as well as for the house that sells; the seller's own code stands
on every invoice, and a dossier is never known by it."""


def _learn(session: Session, dossier: str, recognised: Recognised, shelves: Sequence[Shelf]) -> None:
    """Note the identifiers of a filed document, so that papers which carry only those find the dossier."""
    row = session.get_one(Dossier, dossier)
    for shelf in shelves:
        if (shelf.pack, shelf.kind.id) == (row.pack, row.kind):
            for kind, value in carried(recognised.fields, shelf.kind).items():
                if not (kind in _OF_EITHER_SIDE - set(shelf.kind.key) and index_filing.is_sellers(session, value)):
                    index_filing.identify(session, dossier, kind, value)
            seller = recognised.fields.get(index_filing.SELLER)
            if seller is not None:
                for kind in _OF_EITHER_SIDE - set(shelf.kind.key):
                    index_filing.disown(session, row.pack, row.kind, kind, seller.value)


def name_dossier(
    session: Session, dossier: str, shelves: Sequence[Shelf], now: datetime, *, even_named: bool = False
) -> None:
    """Call the dossier by what is now known of it, unless a person has named it (``even_named``: even then)."""
    ((row, value),) = index_filing.dossiers(session, ids=[dossier])
    kind = next((one.kind for one in shelves if (one.pack, one.kind.id) == (row.pack, row.kind)), None)
    if kind is None or (not even_named and _named_by_a_person(session, dossier)):
        return
    label = label_of(value, kind)
    if label != row.label:
        index_filing.relabel(session, dossier, label, by=MACHINE, at=now)


def _named_by_a_person(session: Session, dossier: str) -> bool:
    """Tell whether a person gave the dossier its present name; until they let it follow what is known again."""
    newest = select(LabelChange).where(LabelChange.dossier == dossier).order_by(col(LabelChange.id).desc())
    last = session.exec(newest).first()
    return last is not None and last.by != MACHINE


def _hint(capture: Capture) -> str:
    """Return the name of the sub-folder the scan lay in; it is a hint only where it names a dossier."""
    return capture.subfolder.rpartition("/")[2]


def _recognised(session: Session, document: Document) -> Recognised:
    rows = session.exec(select(DocumentField).where(DocumentField.document == document.id)).all()
    return Recognised(
        kind=document.kind,
        family=document.family,
        confidence=document.confidence,
        review=any(not doubt.startswith(_FILING) for doubt in document.doubts),
        fields={row.name: FieldValue(row.value, row.confidence, row.page, checked=row.checked) for row in rows},
        pages=tuple(document.pages),
    )


def _find(session: Session, kind: str, value: str) -> list[Standing]:
    if kind == "key":
        named = or_(col(Dossier.key) == normal(value), col(Dossier.id) == value.strip())
        found: Iterable[Dossier] = session.exec(select(Dossier).where(named)).all()
    else:
        found = index_filing.find_dossiers(session, {kind: [value]})
    return _standings(session, [row for row in found if row.closed is None])


def _batch(session: Session, capture: Capture) -> list[Standing]:
    """Return the dossiers that other papers of the capture's batch went into, once all of the batch is read."""
    if not capture.batch:
        return []
    together = session.exec(
        select(Capture).where(
            Capture.batch == capture.batch,
            Capture.id != capture.id,
            col(Capture.claimed) >= capture.claimed - BATCH_SPAN,
            col(Capture.claimed) <= capture.claimed + BATCH_SPAN,
        )
    ).all()
    if any(other.state in journal.UNFINISHED for other in together):
        return []
    ids = [other.id for other in together]
    rows = session.exec(
        select(Dossier).join(Document, col(Document.dossier) == col(Dossier.id)).where(col(Document.capture).in_(ids))
    ).all()
    return _standings(session, rows)


def _standings(session: Session, rows: Iterable[Dossier]) -> list[Standing]:
    distinct = {row.id: row for row in rows}
    known: dict[str, dict[str, set[str]]] = {dossier: {} for dossier in distinct}
    for item in session.exec(select(DossierIdentifier).where(col(DossierIdentifier.dossier).in_(distinct))):
        known[item.dossier].setdefault(item.type, set()).add(item.value)
    return [
        Standing(
            row.id, row.pack, row.kind, row.key, {kind: frozenset(values) for kind, values in known[row.id].items()}
        )
        for row in distinct.values()
    ]
