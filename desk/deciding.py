"""Decide on what others ask, and hand out what is approved. Every step is on record.

What is checked and what is changed stand in one transaction, on rows that are locked first: of two people who decide at
the same moment, the second finds it decided.
"""

from desk import handing
from desk.archive import Archive
from desk.custodians import hidden, keeps_asked
from desk.entering import give_keys, lend, lend_at_once, moment, objects_asked
from desk.requests import PurposeMissing, RequestView, locked, view
from desk.rights import needs
from desk.routing import NotApproved, steps_taken
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from index import lending
from index.lending import APPROVED, DENIED, LENT, Decision, Loan, Request


class KeysNotHere(JuanzongError):
    """Whoever hands out does not hold the keys of the level."""

    exit_code = ExitCode.REFUSED
    wording = "lending.keys-not-here"


class NothingMeant(JuanzongError):
    """A request names something that is not in the archive."""

    exit_code = ExitCode.NOT_FOUND
    wording = "lending.nothing-meant"


@needs(Duty.APPROVE)
def approve(archive: Archive, number: str, *, note: str = "") -> RequestView:
    """Approve a request, as far as one's roles reach; the last approval hands out what was asked for.

    Where the approver does not hold the keys, it waits for a custodian who does (``hand_out``).

    Raises:
        index.NoSuchThing: there is no such request.
        OwnRequest, NotTheApprover, DecidedByYou, DecidedAlready: it is not this person's to approve, or not any more.
        NothingMeant: nothing in the archive goes by what was written.
    """
    with archive.index.write() as session:
        row = locked(session, number)
        taken = steps_taken(archive, session, row)
        if row.dossier is None and row.document is None:
            raise NothingMeant(given=row.given)
        done = [dict(step) for step in row.steps]
        for place in taken:
            done[place]["done_by"] = archive.who
            session.add(_decision(archive, row, place, "approved", note))
        row.steps = done
        if all(step["done_by"] for step in done):
            row.state = APPROVED
        session.add(row)
        archive.note(session, "approve", row.id, {"note": note, "steps": [done[place]["id"] for place in taken]})
        made = lend_at_once(archive, session, row)
    give_keys(archive, made)
    with archive.index.read() as session:
        return view(archive, session, lending.request(session, row.id))


@needs(Duty.APPROVE)
def deny(archive: Archive, number: str, *, note: str) -> RequestView:
    """Refuse a request, with the reason in ``note``.

    Raises:
        PurposeMissing: no reason is given.
        index.NoSuchThing, OwnRequest, NotTheApprover, DecidedByYou, DecidedAlready: as for ``approve``.
    """
    if not note.strip():
        raise PurposeMissing
    with archive.index.write() as session:
        row = locked(session, number)
        taken = steps_taken(archive, session, row)
        session.add(_decision(archive, row, taken[0], "denied", note))
        row.state = DENIED
        session.add(row)
        archive.note(session, "deny", row.id, {"note": note})
        return view(archive, session, row)


@needs(Duty.LEND)
def hand_out(archive: Archive, number: str) -> RequestView:
    """Hand out what was approved: the keys, and the paper; again, where an earlier try was broken off.

    Raises:
        index.NoSuchThing: there is no such request, or it is another custodian's to hand out.
        NotApproved: it is not approved, or over.
        KeysNotHere: whoever is at work does not hold the keys.
    """
    with archive.index.write() as session:
        row = locked(session, number)
        if not keeps_asked(archive, session, row):
            raise hidden(archive, Duty.LEND, number)
        if row.state not in {APPROVED, LENT}:
            raise NotApproved(request=row.id, state=row.state)
        if row.state == LENT:
            made: Loan | None = lending.loan(session, row.id)
            if made is not None and made.ended is not None:
                raise NotApproved(request=row.id, state="returned")
        else:
            if not handing.can_hand_out(archive, objects_asked(session, row)):
                raise KeysNotHere(request=row.id, level=row.level)
            made = lend(archive, session, row)
    give_keys(archive, made)
    with archive.index.read() as session:
        return view(archive, session, lending.request(session, row.id))


def _decision(archive: Archive, row: Request, place: int, verdict: str, note: str) -> Decision:
    return Decision(request=row.id, step=place, by=archive.who, at=moment(archive), verdict=verdict, note=note.strip())
