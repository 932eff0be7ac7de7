"""Secrecy levels: mark a dossier or a document 機密 or 絕密, or take the mark back, and seal it anew under that level.

An object's level is part of its key and name, so that another level means another object: sealed first, entered then,
and only when it counts is the old one destroyed. What an interrupted run left is finished by the next.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.retrieval import Ambiguous, NoSuchDocument, document_by
from desk.rights import Refused, dossier_for, needs
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import LEVELS, Deed, Duty, levels_of, may
from index import custody, filing, journal
from index.compacting import compact_if_due
from index.custody import Resealing
from index.tables import Capture, Document, Dossier
from index.versions import of_source
from ingest.taking import ORIGINAL, READING, RECORD
from vault import destroy as destruction
from vault.desks import Withheld, holds
from vault.levels import Level as Level  # noqa: PLC0414  # the page, which stands on the desk alone, names it


class ReasonNotGiven(JuanzongError):
    """A level was to be changed without a reason."""

    exit_code = ExitCode.USAGE
    wording = "custody.reason-missing"


class LevelKeysMissing(JuanzongError):
    """Whoever marks does not hold the keys of both levels."""

    exit_code = ExitCode.REFUSED
    wording = "custody.level-keys-missing"


class LiftFirst(JuanzongError):
    """A document was to come down to the level of its redacted version, or below."""

    exit_code = ExitCode.REFUSED
    wording = "redaction.lift-first"


@dataclass(frozen=True, slots=True)
class Classified:
    """What a marking did: the dossier's or document's level now, and how many captures were sealed anew."""

    what: str
    level: str
    before: str
    resealed: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"what": self.what, "level": self.level, "before": self.before, "resealed": self.resealed}


@needs(Duty.CLASSIFY)
def classify(archive: Archive, given: str, level: Level, *, reason: str) -> Classified:
    """Give a document, or a dossier with all its documents, a secrecy level; on record, with the reason.

    Loans of what goes to another level end: they were approved for the level it had.

    Raises:
        ReasonNotGiven: nobody said why.
        index.NoSuchThing, Ambiguous: there is no such document or dossier.
        LevelKeysMissing: whoever marks does not hold the keys of both levels.
        LiftFirst: the document has a redacted version at that level or above.
        vault.Tampered, vault.StoreFailed: it cannot be sealed anew now; run again.
    """
    if not reason.strip():
        raise ReasonNotGiven
    with archive.index.write() as session:
        document, dossier = _meant(archive, session, given)
        if document is not None:
            before, name, captures = document.level, document.id, [document.capture]
        elif dossier is not None:
            before = custody.levels_marked(session).get(dossier.id, LEVELS[0])
            name, captures = dossier.key, _captures(session, dossier.id)
        wanted = {one: _target(session, one, level, alone=document) for one in captures}
        for one, at in wanted.items():
            require_keys(archive, session, [one], at)
        if dossier is not None and document is None:
            custody.mark(session, dossier.id, level.value, by=archive.who, at=datetime.now(UTC), reason=reason.strip())
        about = document.id if document is not None else dossier.id if dossier is not None else given
        facts = {"level": level.value, "before": before, "reason": reason.strip()}
        archive.note(session, "classify", about, facts)
    resealed = sum(reseal(archive, one, at) for one, at in wanted.items())
    compact_if_due(archive.index)
    return Classified(name, level.value, before, resealed)


def reseal(archive: Archive, capture: str, level: Level) -> bool:
    """Seal a capture's objects anew under a level and destroy the old ones; tell whether it was needed.

    Raises:
        vault.Tampered, vault.StoreFailed, vault.NoAccess: it cannot be done now; run again.
    """
    with archive.index.write() as session:
        row = journal.find(session, capture)
        pending = session.get(Resealing, capture)
        if pending is not None:
            _tidy(archive, session, pending, row)
        if row.level == level.value or row.original is None:
            return False
        olds = [one for one in (row.original, row.record, row.reading) if one]
        news = [archive.vault.allot(level) for _ in olds]
        session.add(Resealing(capture=capture, level=level.value, olds=olds, news=news))
    fresh = dict(zip(olds, news, strict=True))
    for role, old in ((ORIGINAL, row.original), (RECORD, row.record), (READING, row.reading)):
        if old is None:
            continue
        content = archive.vault.open_bytes(old, document=capture, role=role)
        if role == RECORD:
            facts = json.loads(content) | {"level": level.value}
            content = json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
        archive.vault.seal_bytes(content, document=capture, role=role, level=level, object_id=fresh[old])
    with archive.index.write() as session:
        found = journal.find(session, capture)
        found.original, found.record, found.reading = (
            fresh.get(one, one) if one else one for one in (found.original, found.record, found.reading)
        )
        session.add(found)
        filing.raise_level(session, capture, level.value)
    with archive.index.write() as session:
        done = session.get(Resealing, capture)
        if done is not None:
            _tidy(archive, session, done, journal.find(session, capture))
    return True


def settle_levels(archive: Archive) -> int:
    """Bring documents that were filed into a marked dossier to its level, and finish what was broken off.

    Only where whoever opened the archive holds the keys; return how many captures were sealed anew.
    """
    with archive.index.read() as session:
        marks = custody.levels_marked(session)
        begun = [one.capture for one in session.exec(select(Resealing))]
        rows = session.exec(select(Document).where(col(Document.dossier).in_(list(marks)))).all() if marks else []
        wanted = {
            row.capture: marks[str(row.dossier)]
            for row in rows
            if LEVELS.index(row.level) < LEVELS.index(marks[str(row.dossier)])
        }
    if not (wanted or begun) or isinstance(archive.keys.station.signing, Withheld):
        compact_if_due(archive.index)
        return 0
    done = 0
    for capture, level in wanted.items():
        with archive.index.read() as session:
            held = _holds(archive, [journal.find(session, capture)], Level(level))
        if held:
            done += reseal(archive, capture, Level(level))
            with archive.index.write() as session:
                archive.note(session, "classify", capture, {"level": level, "reason": "filed into a marked dossier"})
    for capture in begun:
        with archive.index.write() as session:
            pending = session.get(Resealing, capture)
            if pending is not None:
                _tidy(archive, session, pending, journal.find(session, capture))
    compact_if_due(archive.index)
    return done


def _tidy(archive: Archive, session: Session, pending: Resealing, row: Capture) -> None:
    """Remove the objects that do not count: the old ones once the new are entered, else the new ones."""
    if row.original in pending.news:
        reason = f"re-classified as {pending.level}"
        destruction.destroy(archive.vault, pending.olds, reason=reason, decided_by=(archive.who,))
    else:
        for one in pending.news:
            if archive.vault.is_begun(one):
                archive.vault.withdraw(one)
    session.delete(pending)
    session.flush()


def _meant(archive: Archive, session: Session, given: str) -> tuple[Document | None, Dossier | None]:
    """Return the document or dossier that is meant; whoever may mark may see it at its level or below."""
    try:
        document = document_by(session, given)
    except NoSuchDocument:
        if not may(archive.asker, Deed.LIST):
            raise
        return None, dossier_for(archive, session, Deed.LIST, given)
    except Ambiguous:
        raise
    seen = levels_seen(archive)
    if document.level not in seen:
        raise Refused(Duty.CLASSIFY, archive.who, document.id, instead=NoSuchDocument(document=given))
    return document, None


def levels_seen(archive: Archive) -> frozenset[str]:
    """Return the levels that whoever asks may know of, and whose keys whoever is at work holds."""
    return levels_of(archive.asker, Deed.LIST) & {level.value for level in Level if holds(archive.keys, level)}


def _captures(session: Session, dossier: str) -> list[str]:
    statement = select(Document.capture).where(Document.dossier == dossier).distinct()
    return list(session.exec(statement.order_by(col(Document.capture))).all())


def above(level: str) -> str:
    """Return the level above one; there is none above the highest."""
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]


def _target(session: Session, capture: str, level: Level, *, alone: Document | None = None) -> Level:
    """Return the level a capture goes to with its dossier: what was redacted stays above its redacted version.

    Raises:
        LiftFirst: it was to be marked alone (as this document), not above its version.
    """
    version = of_source(session, capture)
    if version is None:
        return level
    if alone is None:
        return Level(above(level.value))
    has = journal.find(session, version.capture).level
    if LEVELS.index(level.value) <= LEVELS.index(has):
        raise LiftFirst(document=alone.id, level=has)
    return level


def require_keys(archive: Archive, session: Session, captures: Sequence[str], level: Level) -> None:
    """Let pass whoever holds the keys of what there is and of the level it is to go to.

    Raises:
        LevelKeysMissing: they do not.
    """
    rows = [journal.find(session, one) for one in captures]
    if not _holds(archive, rows, level):
        raise LevelKeysMissing(level=level.value)


def _holds(archive: Archive, rows: Sequence[Capture], level: Level) -> bool:
    """Tell whether whoever is at work can open what there is, and put its text on the shelf of the new level."""
    signs = not isinstance(archive.keys.station.signing, Withheld)
    opened = set(archive.index.levels)
    return (
        signs
        and level.value in opened
        and all(row.level in opened and holds(archive.keys, Level(row.level)) for row in rows)
    )
