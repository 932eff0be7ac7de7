"""Closed dossiers that have been kept long enough: the due list, the two people who decide, the end, and its proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.clock import latest
from desk.custodians import hidden, manages
from desk.custody import refuse_held
from desk.destroying import destroy
from desk.print.files import write_file
from desk.print.page import gap, look, pdf
from desk.rights import dossier_for, listed, needs
from dossier.errors import ExitCode, JuanzongError
from dossier.retention import kept_until
from dossier.rights import Deed, Duty
from dossier.wording import Lang, say
from index import custody, paper
from index.custody import Destruction
from index.errors import NoSuchThing
from index.people import fold_name
from index.tables import Document, Dossier

TWO: Final = 2
PROPOSED, DONE, DROPPED = "proposed", "done", "dropped"


class NotDue(JuanzongError):
    """A dossier was proposed for destruction that is open, or has not been kept long enough."""

    exit_code = ExitCode.REFUSED
    wording = "custody.not-due"


class DecidedOnce(JuanzongError):
    """The same person decided twice; the second decision takes somebody else."""

    exit_code = ExitCode.REFUSED
    wording = "custody.decided-once"


class NothingToDecide(JuanzongError):
    """A destruction was carried out or dropped already."""

    exit_code = ExitCode.REFUSED
    wording = "custody.nothing-to-decide"

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``, with the state in words."""
        return say(self.wording, lang, **{**self.facts, "state": say(f"custody.state-{self.facts['state']}", lang)})


@dataclass(frozen=True, slots=True)
class DueView:
    """A closed dossier, the day it was closed, and the day until which it is kept."""

    dossier: str
    label: str
    kind: str
    closed: date
    until: date
    held: bool
    due: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "dossier": self.dossier,
            "label": self.label,
            "kind": self.kind,
            "closed": self.closed.isoformat(),
            "kept_until": self.until.isoformat(),
            "held": self.held,
            "due": self.due,
        }


@dataclass(frozen=True, slots=True)
class DestructionView:
    """A destruction proposed: of what, why, who has decided, how it stands, and the certificate when it is done."""

    id: str
    keys: tuple[str, ...]
    captures: int
    reason: str
    by: str
    at: datetime
    state: str
    decided_by: tuple[str, ...]
    certificate: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "destruction": self.id,
            "dossiers": list(self.keys),
            "captures": self.captures,
            "reason": self.reason,
            "by": self.by,
            "at": self.at.isoformat(timespec="seconds"),
            "state": self.state,
            "decided_by": list(self.decided_by),
            "certificate": self.certificate or None,
        }


@needs(Duty.RETAIN)
def due(archive: Archive, *, as_of: date | None = None, every: bool = False) -> list[DueView]:
    """Return closed dossiers that have been kept long enough (``every``: all closed ones), the oldest first."""
    with archive.index.read() as session:
        day = as_of or _today(session)
        found = _closed(archive, session, day)
    return [one for one in found if every or one.due]


@needs(Duty.RETAIN)
def propose(archive: Archive, dossiers: Sequence[str], *, reason: str) -> DestructionView:
    """Propose closed dossiers for destruction; two people then decide.

    Raises:
        index.NoSuchThing: there is no such dossier, or none one may know of.
        NotDue, custody.OnHold: one is open, not old enough, or held.
    """
    with archive.index.write() as session:
        today = _today(session)
        rows = [dossier_for(archive, session, Deed.LIST, name) for name in dossiers]
        for row in rows:
            until = kept_until(archive.packs.get(row.pack), row.kind, row.closed) if row.closed else None
            if until is None or until > today:
                raise NotDue(dossier=row.key, until=until.isoformat() if until else "—")
        refuse_held(session, [row.id for row in rows])
        ids = [row.id for row in rows]
        captures = session.exec(select(Document.capture).where(col(Document.dossier).in_(ids)).distinct()).all()
        made = Destruction(
            dossiers=ids,
            keys=[row.key for row in rows],
            captures=sorted(captures),
            reason=reason.strip() or say("custody.retention-over", "en"),
            by=archive.who,
            at=datetime.now(UTC),
        )
        session.add(made)
        session.flush()
        archive.note(session, "destroy-propose", made.id, {"dossiers": made.keys, "captures": len(captures)})
        return _view(made)


@needs(Duty.DESTROY)
def decide(archive: Archive, number: str) -> DestructionView:
    """Decide for a proposed destruction; the second of two different people has it carried out.

    Raises:
        index.NoSuchThing: there is none of that number.
        NothingToDecide, DecidedOnce, OnHold: it cannot be decided so.
        vault.StoreFailed, vault.Locked: it is decided and could not be carried out; decide again to go on.
    """
    with archive.index.write() as session:
        row = _theirs(archive, session, number)
        if row.state != PROPOSED:
            raise NothingToDecide(destruction=row.id, state=row.state)
        refuse_held(session, row.dossiers)
        names = [str(one["by"]) for one in row.decisions]
        mine = any(fold_name(name) == fold_name(archive.who) for name in names)
        if mine and len(names) < TWO:
            raise DecidedOnce(destruction=row.id)
        if not mine:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            row.decisions = [*row.decisions, {"by": archive.who, "at": at}]
            names.append(archive.who)
            session.add(row)
            archive.note(session, "destroy-decide", row.id)
        # What else came into the dossiers since it was proposed was not part of what people decided on.
        left = session.exec(select(Document.capture).where(col(Document.capture).in_(row.captures)).distinct()).all()
        captures, reason = sorted(left), row.reason
    if len(names) < TWO:
        return _shown(archive, number)
    gone = destroy(archive, captures, reason=reason, decided_by=names, planned=True) if captures else None
    with archive.index.write() as session:
        row = _locked(session, number)
        row.state, row.done = DONE, datetime.now(UTC)
        row.certificate = gone.certificate.statement().decode() if gone is not None else ""
        for twin in (one for dossier in row.dossiers for one in paper.twins(session, dossier=dossier)):
            paper.move(session, twin, "destroyed", by=archive.who, at=row.done, state=paper.DESTROYED)
        session.add(row)
        return _view(row)


@needs(Duty.DESTROY)
def drop(archive: Archive, number: str, *, reason: str) -> DestructionView:
    """Drop a proposed destruction.

    Raises:
        index.NoSuchThing, NothingToDecide: there is none of that number, or it is over.
    """
    with archive.index.write() as session:
        row = _theirs(archive, session, number)
        if row.state != PROPOSED:
            raise NothingToDecide(destruction=row.id, state=row.state)
        row.state = DROPPED
        session.add(row)
        archive.note(session, "destroy-drop", row.id, {"reason": reason.strip()})
        return _view(row)


@needs(Duty.RETAIN)
def destructions(archive: Archive) -> list[DestructionView]:
    """Return the destructions that were proposed, newest first: those of dossiers one may know of, all to a manager."""
    with archive.index.read() as session:
        rows = custody.destructions(session)
        return [_view(row) for row in rows if manages(archive, session, row.dossiers)]


@needs(Duty.RETAIN)
def yearly_list(archive: Archive, year: int, output: Path, *, lang: Lang, replace: bool = False) -> int:
    """Write the list of the dossiers closed in a year, to be sorted, bound and boxed (article 3); return how many.

    Raises:
        OutputExists, OutputIsFolder, OutputFailed: the file cannot be written.
        PrintFontMissing: no Chinese font is installed.
    """
    with archive.index.write() as session:
        found = [one for one in _closed(archive, session, _today(session)) if one.closed.year == year]
        places = {
            one.dossier: ", ".join(sorted({_where(twin, lang) for twin in _twins(session, one.dossier)}))
            for one in found
        }
        archive.note(session, "yearly-list", "", {"year": year, "dossiers": len(found)})
    page, heading = look(lang), say("custody.yearly-title", lang, year=year)
    names = ("number", "dossier", "label", "sort", "closed", "until", "place")
    rows = [
        [
            str(number),
            one.dossier,
            one.label,
            one.kind,
            one.closed.isoformat(),
            one.until.isoformat(),
            places[one.dossier],
        ]
        for number, one in enumerate(found, start=1)
    ]
    table = page.table([[say(f"custody.column-{name}", lang) for name in names], *rows], (1, 4, 4, 3, 2, 2, 3))
    write_file(output, pdf(heading, [page.text(heading, "title"), gap(4), table], lang, foot=heading), replace=replace)
    return len(found)


def _closed(archive: Archive, session: Session, day: date) -> list[DueView]:
    reached, held = listed(archive, session), custody.held(session)
    gone = {key for row in custody.destructions(session) if row.state == DONE for key in row.dossiers}
    rows = session.exec(select(Dossier).where(col(Dossier.closed).is_not(None)).order_by(col(Dossier.closed))).all()
    found = []
    for row in rows:
        if row.closed is None or row.id in gone or (reached is not None and row.id not in reached):
            continue
        until = kept_until(archive.packs.get(row.pack), row.kind, row.closed)
        on_hold = row.id in held
        found.append(DueView(row.key, row.label, row.kind, row.closed, until, on_hold, until <= day and not on_hold))
    return found


def _twins(session: Session, key: str) -> Sequence[paper.PaperTwin]:
    row = session.exec(select(Dossier).where(Dossier.key == key)).first()
    return paper.twins(session, dossier=row.id) if row is not None else []


def _where(twin: paper.PaperTwin, lang: Lang) -> str:
    return f"{say(f'paper.sort-{twin.sort}', lang)} {twin.place}"


def _locked(session: Session, number: str) -> Destruction:
    statement = select(Destruction).where(col(Destruction.id) == number.strip().lower()).with_for_update()
    found = session.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NoSuchThing(id=number)
    return found


def _theirs(archive: Archive, session: Session, number: str) -> Destruction:
    """Return a destruction that whoever asks may know of, its row locked."""
    row = _locked(session, number)
    if not manages(archive, session, row.dossiers):
        raise hidden(archive, Duty.DESTROY, number)
    return row


def _shown(archive: Archive, number: str) -> DestructionView:
    with archive.index.read() as session:
        return _view(custody.destruction(session, number.strip().lower()))


def _today(session: Session) -> date:
    return latest(session).astimezone().date()


def _view(row: Destruction) -> DestructionView:
    return DestructionView(
        row.id,
        tuple(row.keys),
        len(row.captures),
        row.reason,
        row.by,
        row.at,
        row.state,
        tuple(str(one["by"]) for one in row.decisions),
        row.certificate,
    )
