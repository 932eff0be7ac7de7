"""Keep redacted versions: sealed as captures of their own, entered, lent on, replaced, and taken away again.

Versions are noted before they are sealed, so that an interrupted run leaves nothing behind.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlmodel import Session

from desk import handing
from desk.archive import Archive
from desk.loans import running
from dossier.reading import Reading
from dossier.reading_json import to_json
from dossier.redaction import Area
from dossier.rights import LEVELS
from index import filing, journal, lending, versions
from index.compacting import compact_if_due, note_due
from index.forgetting import forget
from index.journal import State
from index.tables import Capture, Document
from index.versions import Version
from ingest.taking import ORIGINAL, READING, RECORD, record_of
from vault import destroy as destruction
from vault.desks import Withheld
from vault.levels import Level

PATIENCE: Final = timedelta(hours=1)
"""Longer than any version takes to be drawn and sealed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a redaction is about: the original with its documents, what goes, and the levels of both afterwards."""

    document: Document
    capture: Capture
    documents: tuple[Document, ...]
    before: Version | None
    level: Level
    above: Level


@dataclass(frozen=True, slots=True)
class Making:
    """A version to be kept: what it is about, its reading and picture, what went and why; ``named`` are fields."""

    plan: Plan
    reading: Reading
    areas: tuple[Area, ...]
    picture: bytes
    reason: str
    named: tuple[str, ...]
    turned: Mapping[int, int]
    """How many degrees each page of the original was turned by for the areas to lie as they do."""


def keep(archive: Archive, made: Making) -> str:
    """Seal a version and enter it in place of the one before; return the number of its document.

    Raises:
        vault.StoreFailed: it cannot be kept now; run again.
    """
    plan, now = made.plan, datetime.now(UTC)
    objects = [archive.vault.allot(plan.level) for _ in range(3)]
    version = Version(
        source=plan.capture.id,
        by=archive.who,
        at=now,
        reason=made.reason,
        areas=[[area.page, *area.box, made.turned.get(area.page, 0)] for area in made.areas],
        named=list(made.named),
        objects=objects,
    )
    row = _capture(archive, made, version.capture, now)
    row.original, row.record, row.reading = objects
    with archive.index.write() as session:
        session.add(version)
    parts = (made.picture, record_of(row), json.dumps(to_json(made.reading), ensure_ascii=False).encode())
    for object_id, role, content in zip(objects, (ORIGINAL, RECORD, READING), parts, strict=True):
        archive.vault.seal_bytes(content, document=row.id, role=role, level=plan.level, object_id=object_id)
    with archive.index.write() as session:
        if plan.before is not None:
            end(archive, session, session.get_one(Version, plan.before.capture))
        session.add(row)
        session.flush()
        document = _entered(archive, session, made, row.id, now)
        noted = session.get_one(Version, row.id)
        noted.made, noted.objects = now, []
        session.add(noted)
        facts = {"version": document, "areas": len(made.areas), "fields": list(made.named), "reason": made.reason}
        archive.note(session, "redact", plan.document.id, {**facts, "level": plan.level.value})
        _hand_on(archive, session, plan, [objects[0], objects[2]])
    settle_versions(archive)
    compact_if_due(archive.index)
    return document


def _capture(archive: Archive, made: Making, capture: str, now: datetime) -> Capture:
    """Return the journal's row of a version: nothing of it waits, and it goes when its original is destroyed."""
    return Capture(
        id=capture,
        digest=archive.keys.digest(made.picture),
        name=f"redacted {made.plan.document.id}.pdf",
        size=len(made.picture),
        format="PDF",
        sha256=hashlib.sha256(made.picture).hexdigest(),
        parent=made.plan.capture.id,
        level=made.plan.level.value,
        state=State.FILED,
        claimed=now,
        sealed=now,
        released=now,
        read=now,
        filed=now,
    )


def _entered(archive: Archive, session: Session, made: Making, capture: str, now: datetime) -> str:
    """Put a version into the index: its words, and its documents where their originals lie, decided as those are."""
    filing.save_reading(session, capture, made.reading, received=made.plan.document.received)
    for one in made.plan.documents:
        copy = session.get(Document, f"{capture}-{one.ordinal}")
        if copy is not None:
            copy.received = one.received
            filing.decide(session, copy.id, by=archive.who, at=now, kind=one.kind, family=one.family)
            filing.assign(session, copy.id, one.dossier, at=now)
    return f"{capture}-{made.plan.document.ordinal}"


def _hand_on(archive: Archive, session: Session, plan: Plan, objects: Sequence[str]) -> None:
    """Give those who have borrowed the original the keys of its version, as far as that level was approved."""
    documents, dossiers = {one.id for one in plan.documents}, {one.dossier for one in plan.documents}
    for loan in running(session):
        approved = lending.request(session, loan.request)
        meant = loan.document in documents or (loan.document is None and loan.dossier in dossiers)
        if meant and loan.objects and LEVELS.index(plan.level.value) <= LEVELS.index(approved.level):
            handing.hand_on(archive, session, loan, objects)


def end(archive: Archive, session: Session, version: Version) -> None:
    """Take a version out of the index; its sealed objects are noted, and go next."""
    row = journal.find(session, version.capture)
    version.objects = [one for one in (row.original, row.record, row.reading) if one]
    version.ended, version.ended_by = datetime.now(UTC), archive.who
    session.add(version)
    forget(session, row.id)
    note_due(session)  # its words stay in free pages of the index until that is written anew


def settle_versions(archive: Archive, now: datetime | None = None) -> int:
    """Remove what is sealed of versions that did not come about or are over; return how many versions that were.

    One noted lately may still come about, by another process.
    """
    patient = (now or datetime.now(UTC)) - PATIENCE
    with archive.index.read() as session:
        rests = [one for one in versions.unsettled(session) if one.made is not None or one.at < patient]
    if not rests or isinstance(archive.keys.station.signing, Withheld):
        return 0
    for one in rests:
        if one.made is None:
            for object_id in one.objects:
                if archive.vault.is_begun(object_id):
                    archive.vault.withdraw(object_id)
        else:
            reason = "redacted version replaced or lifted"
            destruction.destroy(archive.vault, one.objects, reason=reason, decided_by=(one.ended_by,))
        with archive.index.write() as session:
            row = session.get_one(Version, one.capture)
            row.objects = []
            session.add(row)
    return len(rests)
