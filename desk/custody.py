"""What custodians do with dossiers over the years: inspect them, report leaks, hold and release them."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.clock import latest
from desk.custodians import hidden, manages
from desk.loans import running
from desk.rights import dossier_for, listed, needs
from dossier.errors import ExitCode, JuanzongError
from dossier.retention import half_year
from dossier.rights import Deed, Duty
from index import custody
from index.custody import Incident, Inspection, LegalHold
from index.dossiers import dossier_by
from index.errors import NoSuchThing
from index.tables import Dossier


class NothingSaid(JuanzongError):
    """An inspection, incident or hold was entered without a word of what it is."""

    exit_code = ExitCode.USAGE
    wording = "custody.nothing-said"


class IncidentClosed(JuanzongError):
    """A step was entered for an incident that is closed."""

    exit_code = ExitCode.REFUSED
    wording = "custody.incident-closed"


class IncidentOpen(JuanzongError):
    """An incident was to be closed before measures were taken and people told."""

    exit_code = ExitCode.REFUSED
    wording = "custody.incident-open"


class NotHeld(JuanzongError):
    """A hold was lifted from a dossier that is not held."""

    exit_code = ExitCode.NOT_FOUND
    wording = "custody.not-held"


class OnHold(JuanzongError):
    """A dossier was to be destroyed that is held."""

    exit_code = ExitCode.REFUSED
    wording = "custody.on-hold"


@dataclass(frozen=True, slots=True)
class InspectionView:
    """A dossier and its last inspection; ``due`` when it was not looked at in this half-year."""

    dossier: str
    label: str
    last: date | None
    by: str
    condition: str
    note: str
    mended: date | None
    due: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "dossier": self.dossier,
            "label": self.label,
            "last": self.last.isoformat() if self.last else None,
            "by": self.by,
            "condition": self.condition,
            "note": self.note,
            "mended": self.mended.isoformat() if self.mended else None,
            "due": self.due,
        }


@dataclass(frozen=True, slots=True)
class IncidentView:
    """A leak or suspected leak, and what was done."""

    id: str
    what: str
    dossier: str
    by: str
    at: datetime
    steps: tuple[dict[str, Any], ...]
    closed: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "incident": self.id,
            "what": self.what,
            "dossier": self.dossier or None,
            "by": self.by,
            "at": self.at.isoformat(timespec="seconds"),
            "steps": [dict(one) for one in self.steps],
            "closed": self.closed.isoformat(timespec="seconds") if self.closed else None,
        }


@needs(Duty.INSPECT)
def inspect(
    archive: Archive, dossier: str, *, condition: str, note: str = "", on: date | None = None
) -> InspectionView:
    """Enter that a dossier was looked at, and in what condition it is (article 20: every half-year).

    Raises:
        NothingSaid: no condition is given.
        index.NoSuchThing: there is no such dossier, or none one may know of.
    """
    if not condition.strip():
        raise NothingSaid
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.LIST, dossier)
        day = on or _today(session)
        made = Inspection(dossier=row.id, on=day, by=archive.who, condition=condition.strip(), note=note.strip())
        session.add(made)
        session.flush()
        archive.note(session, "inspect", row.id, {"condition": made.condition, "on": day.isoformat()})
        return _inspection(row, made, day)


@needs(Duty.INSPECT)
def mend(archive: Archive, dossier: str, *, note: str = "", on: date | None = None) -> InspectionView:
    """Enter that what the last inspection found faded or damaged was mended.

    Raises:
        index.NoSuchThing: there is no such dossier, or it was never inspected.
    """
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.LIST, dossier)
        found = custody.inspected(session).get(row.id)
        if found is None:
            raise NoSuchThing(id=dossier)
        found.mended, found.mended_by = on or _today(session), archive.who
        found.note = "; ".join(text for text in (found.note, note.strip()) if text)
        session.add(found)
        archive.note(session, "mend", row.id, {"on": found.mended.isoformat()})
        return _inspection(row, found, _today(session))


@needs(Duty.INSPECT)
def inspections(archive: Archive, *, due_only: bool = False, as_of: date | None = None) -> list[InspectionView]:
    """Return the dossiers with their last inspections, those not yet looked at in this half-year first."""
    with archive.index.read() as session:
        day = as_of or _today(session)
        reached = listed(archive, session)
        rows = session.exec(select(Dossier).order_by(col(Dossier.key))).all()
        last = custody.inspected(session)
        found = [_inspection(row, last.get(row.id), day) for row in rows if reached is None or row.id in reached]
    return sorted((one for one in found if one.due or not due_only), key=lambda one: (not one.due, one.dossier))


@needs(Duty.REQUEST)
def report_incident(archive: Archive, what: str, *, dossier: str | None = None) -> IncidentView:
    """Report a leak or a suspected one: whoever notices it, at once (article 20).

    Raises:
        NothingSaid: nobody said what happened.
        index.NoSuchThing: there is no such dossier, or none one may know of.
    """
    if not what.strip():
        raise NothingSaid
    with archive.index.write() as session:
        row = _leaked(archive, session, dossier) if dossier is not None else None
        made = Incident(
            what=what.strip(), dossier=row.id if row is not None else None, by=archive.who, at=datetime.now(UTC)
        )
        session.add(made)
        session.flush()
        archive.note(session, "incident", made.id, {"dossier": made.dossier})
        return _incident(session, made)


def _leaked(archive: Archive, session: Session, name: str) -> Dossier:
    """Return the dossier that something leaked from: one that whoever reports may know of, or has borrowed."""
    with suppress(NoSuchThing):
        found = dossier_by(session, name)
        if any(loan.dossier == found.id for loan in running(session, archive.who)):
            return found
    return dossier_for(archive, session, Deed.LIST, name)


@needs(Duty.RETAIN)
def incident_step(archive: Archive, number: str, text: str, *, told: bool = False, close: bool = False) -> IncidentView:
    """Enter a measure taken, or who was ``told``; ``close`` ends the incident, once there is one of each.

    Raises:
        index.NoSuchThing: there is no such incident.
        NothingSaid, IncidentClosed, IncidentOpen: it cannot be entered so.
    """
    with archive.index.write() as session:
        row = custody.incident(session, number)
        if not manages(archive, session, [row.dossier] if row.dossier else []):
            raise hidden(archive, Duty.RETAIN, number)
        if row.closed is not None:
            raise IncidentClosed(incident=row.id)
        now = datetime.now(UTC)
        if text.strip():
            sort = "told" if told else "measure"
            step = {"at": now.isoformat(timespec="seconds"), "by": archive.who, "sort": sort, "text": text.strip()}
            row.steps = [*row.steps, step]
            archive.note(session, f"incident-{sort}", row.id)
        elif not close:
            raise NothingSaid
        if close:
            if {"told", "measure"} - {step["sort"] for step in row.steps}:
                raise IncidentOpen(incident=row.id)
            row.closed, row.closed_by = now, archive.who
            archive.note(session, "incident-close", row.id)
        session.add(row)
        return _incident(session, row)


@needs(Duty.RETAIN)
def incidents(archive: Archive) -> list[IncidentView]:
    """Return the incidents, newest first: those with dossiers one may know of, and all of them to a manager."""
    with archive.index.read() as session:
        rows = custody.incidents(session)
        return [
            _incident(session, row) for row in rows if manages(archive, session, [row.dossier] if row.dossier else [])
        ]


@needs(Duty.RETAIN)
def hold(archive: Archive, dossier: str, *, reason: str) -> str:
    """Hold a dossier: nothing in it is destroyed until the hold is lifted; return its key.

    Raises:
        NothingSaid: no reason is given.
        index.NoSuchThing: there is no such dossier, or none one may know of.
    """
    if not reason.strip():
        raise NothingSaid
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.LIST, dossier)
        if row.id not in custody.held(session):
            session.add(LegalHold(dossier=row.id, reason=reason.strip(), by=archive.who, at=datetime.now(UTC)))
        archive.note(session, "hold", row.id, {"reason": reason.strip()})
        return row.key


@needs(Duty.RETAIN)
def lift(archive: Archive, dossier: str, *, reason: str) -> str:
    """Lift the hold of a dossier; return its key.

    Raises:
        NothingSaid: no reason is given.
        NotHeld: it is not held.
        index.NoSuchThing: there is no such dossier, or none one may know of.
    """
    if not reason.strip():
        raise NothingSaid
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.LIST, dossier)
        found = custody.held(session).get(row.id)
        if found is None:
            raise NotHeld(dossier=row.key)
        found.lifted, found.lifted_by = datetime.now(UTC), archive.who
        session.add(found)
        archive.note(session, "lift-hold", row.id, {"reason": reason.strip()})
        return row.key


def refuse_held(session: Session, dossiers: Iterable[str | None]) -> None:
    """Refuse when one of these dossiers (ids) is held.

    Raises:
        OnHold
    """
    held = custody.held(session)
    rows = [session.get(Dossier, one) for one in set(dossiers) if one in held]
    if rows:
        raise OnHold(dossiers=", ".join(sorted(row.key for row in rows if row is not None)))


def _today(session: Session) -> date:
    return latest(session).astimezone().date()


def _inspection(row: Dossier, last: Inspection | None, day: date) -> InspectionView:
    period = half_year(day)
    due = row.opened <= period.ends and (last is None or last.on < period.begins)
    if last is None:
        return InspectionView(row.key, row.label, None, "", "", "", None, due)
    return InspectionView(row.key, row.label, last.on, last.by, last.condition, last.note, last.mended, due)


def _incident(session: Session, row: Incident) -> IncidentView:
    dossier = session.get(Dossier, row.dossier) if row.dossier else None
    key = dossier.key if dossier is not None else ""
    return IncidentView(row.id, row.what, key, row.by, row.at, tuple(row.steps), row.closed)
