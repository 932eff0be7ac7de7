"""Which approvals a request takes, who may give them, and who the request concerns. Nothing is decided here."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session, select

from desk.archive import Archive, asker_of
from desk.awaiting import Awaited, Awaits, awaited
from desk.custodians import keeps_asked
from desk.rights import allowed, default_department, subjects
from dossier.errors import ExitCode, JuanzongError
from dossier.lending import GENERAL_MANAGER, Circumstances, Form, Step, qualifies, steps
from dossier.pack import Pack
from dossier.rights import LEVELS, Asker, Deed, Duty, may
from dossier.wording import Lang, say
from index import journal, lending
from index.lending import APPROVED, OPEN, Request
from index.paper import twins_in
from index.people import fold_name, people, person_or_none
from index.tables import Document, Dossier, DossierFact
from index.versions import sources_among


class OwnRequest(JuanzongError):
    """Somebody tried to decide on what they asked for themselves, be it standing in for another."""

    exit_code = ExitCode.REFUSED
    wording = "lending.own-request"


class NotTheApprover(Awaits):
    """The pack names somebody else to decide on this request."""

    wording = "lending.not-the-approver"


class _Stands(JuanzongError):
    """A request stands as it is, in a state that the sentence names."""

    exit_code = ExitCode.REFUSED
    wording = "lending.decided-already"

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``, with the state in words."""
        return say(self.wording, lang, **{**self.facts, "state": say(f"lending.state-{self.facts['state']}", lang)})


class DecidedAlready(_Stands):
    """A request was decided, withdrawn or lent already."""

    wording = "lending.decided-already"


class NotApproved(_Stands):
    """A request is not approved, so nothing can be handed out for it."""

    wording = "lending.not-approved"


class DecidedByYou(Awaits):
    """Somebody approved a request twice; what is left of it takes another person."""

    wording = "lending.decided-by-you"


class NoPaper(JuanzongError):
    """The paper of something was asked for, and none is entered in the ledger."""

    exit_code = ExitCode.NOT_FOUND
    wording = "lending.no-paper"


def route(
    archive: Archive,
    session: Session,
    row: Request,
    dossier: Dossier | None,
    document: Document | None,
    *,
    outsider: bool,
) -> None:
    """Work out which approvals a request takes, or that a standing right covers it."""
    pack = archive.packs.get(dossier.pack) if dossier is not None else None
    row.level = _level(archive, session, dossier, document, Form(row.form))
    deed = {Form.VIEW: Deed.VIEW, Form.COPY: Deed.VIEW, Form.ORIGINAL: Deed.TAKE}.get(Form(row.form))
    something = dossier is not None or document is not None
    if deed is not None and something and not outsider:
        kept = row.form != Form.VIEW.value and row.level != LEVELS[0] and not archive.asker.owner
        row.by_right = not kept and allowed(archive, session, deed, dossier, row.level)
    if row.by_right and row.extends is None:
        row.state = APPROVED
        return
    department = _department(archive, dossier)
    asked = Circumstances(
        Form(row.form),
        row.level,
        own_department=bool(row.department) and row.department == department,
        outsider=outsider,
        facts=facts_of(session, dossier),
    )
    row.by_right = False
    row.steps = [
        {"id": step.id, "by": list(step.by), "apart": step.apart, "shows": list(step.shows), "done_by": ""}
        for step in (_manned(archive, session, step, row, dossier) for step in steps(pack, asked))
    ]
    none = row.form == Form.PAPER.value and something and not twins_in(session, row.dossier, row.document)
    if none and allowed(archive, session, Deed.LIST, dossier, row.level):
        raise NoPaper(given=row.given)


def _manned(archive: Archive, session: Session, step: Step, row: Request, dossier: Dossier | None) -> Step:
    """Return a step with the general manager added where nobody in the register holds the role it names."""
    pack, department = pack_of(archive, dossier), _department(archive, dossier)
    others = [asker_of(one) for one in people(session) if fold_name(one.name) != fold_name(row.by)]
    found = any(
        qualifies(one, role, pack, requester_department=row.department, dossier_department=department)
        for one in others
        for role in step.by
    )
    return step if found or GENERAL_MANAGER in step.by else replace(step, by=(*step.by, GENERAL_MANAGER))


def steps_taken(archive: Archive, session: Session, row: Request) -> list[int]:
    """Return the open steps that whoever decides may take now; of steps that must be apart, one only."""
    if row.state != OPEN:
        raise DecidedAlready(request=row.id, state=row.state)
    if fold_name(row.by) == fold_name(archive.who):
        raise OwnRequest(request=row.id)
    decided = {one.by for one in lending.decisions(session, row.id)}
    askers = _capacities(archive, session, row)
    taken, apart = list[int](), any(step["apart"] and step["done_by"] == archive.who for step in row.steps)
    for place, step in enumerate(row.steps):
        mine = any(_holds(archive, session, one, _step(step), row) for one in askers)
        if step["done_by"] or not mine or (step["apart"] and apart):
            continue
        taken.append(place)
        apart = apart or step["apart"]
    if not taken:
        refusal = DecidedByYou if archive.who in decided else NotTheApprover
        raise refusal(request=row.id, roles=_open_roles(row), awaited=awaited_of(archive, session, row))
    return taken


def awaited_of(archive: Archive, session: Session, row: Request) -> Awaited:
    """Return whose approval a request still takes, by what its dossier's pack calls them."""
    dossier = session.get(Dossier, row.dossier) if row.dossier else None
    return awaited(pack_of(archive, dossier), row.steps)


def _capacities(archive: Archive, session: Session, row: Request) -> list[Asker]:
    """Return as whom somebody may decide: themselves, and whoever they stand in for, unless that is who asks."""
    found = [archive.asker]
    me = person_or_none(session, archive.who)
    if me is not None and me.stands_in and fold_name(me.stands_in) != fold_name(row.by):
        absent = person_or_none(session, me.stands_in)
        if absent is not None and absent.closed is None:
            found.append(asker_of(absent))
    return found


def _holds(archive: Archive, session: Session, asker: Asker, step: Step, row: Request) -> bool:
    dossier = session.get(Dossier, row.dossier) if row.dossier else None
    pack, department = pack_of(archive, dossier), _department(archive, dossier)
    return any(
        qualifies(asker, role, pack, requester_department=row.department, dossier_department=department)
        for role in step.by
    )


def concerns(archive: Archive, session: Session, row: Request) -> bool:
    """Tell whether whoever asks may see a request: it is theirs, or theirs to decide on, to hand out or to audit."""
    asker = archive.asker
    if asker.owner or fold_name(row.by) == fold_name(asker.name) or may(asker, Duty.AUDIT):
        return True
    if keeps_asked(archive, session, row):
        return True
    askers = _capacities(archive, session, row)
    return may(asker, Duty.APPROVE) and any(
        _holds(archive, session, one, _step(step), row) for step in row.steps for one in askers
    )


def _level(archive: Archive, session: Session, dossier: Dossier | None, document: Document | None, form: Form) -> str:
    """Return the highest level among what is asked for; to look at, a redacted version stands for its original."""
    rows = [] if document is None else [document]
    if dossier is not None and document is None:
        rows = list(session.exec(select(Document).where(Document.dossier == dossier.id)).all())
    versions = sources_among(session, {row.capture for row in rows}) if form is Form.VIEW else {}
    found = [
        row.level if row.capture not in versions else journal.find(session, versions[row.capture]).level for row in rows
    ]
    if dossier is not None:
        found.append(subjects(archive, session, [dossier])[dossier.id].level)
    return max(found, key=LEVELS.index, default=LEVELS[0])


def _department(archive: Archive, dossier: Dossier | None) -> str:
    if dossier is None:
        return ""
    return dossier.department or default_department(archive.packs.get(dossier.pack), dossier.kind)


def pack_of(archive: Archive, dossier: Dossier | None) -> Pack | None:
    """Return the pack a dossier is kept by."""
    return archive.packs.get(dossier.pack) if dossier is not None else None


def facts_of(session: Session, dossier: Dossier | None) -> dict[str, str]:
    """Return the facts people entered about a dossier."""
    if dossier is None:
        return {}
    return {
        fact.name: fact.value for fact in session.exec(select(DossierFact).where(DossierFact.dossier == dossier.id))
    }


def _step(kept: dict[str, Any]) -> Step:
    return Step(kept["id"], tuple(kept["by"]), bool(kept["apart"]), tuple(kept["shows"]))


def _open_roles(row: Request) -> str:
    return "; ".join("/".join(step["by"]) for step in row.steps if not step["done_by"])
