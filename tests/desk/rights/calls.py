"""How each function of the desk is called in the table of rights: on what lies in a place, and harmlessly.

``ON`` are called for one place, ``DUTIES`` for none; ``TOLD`` answer with what they know of every place. A call that
is let through may still end in an error of its own: what counts is whether somebody's right let it get there.
"""

from collections.abc import Callable, Sequence
from datetime import date
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Event

from desk import (
    auditing,
    backups,
    borrowed,
    capture,
    contents_list,
    copies,
    correcting,
    covers,
    custody,
    deciding,
    destroying,
    dossiers,
    enacting,
    handing_over,
    health,
    holdings,
    importing,
    inbox,
    keeping,
    leaving,
    levels,
    loans,
    lookup,
    migration,
    neighbours,
    numbering,
    own_days,
    own_factor,
    papers,
    parting,
    record_sheet,
    redacting,
    requests,
    retention,
    retrieval,
    review,
    saving,
    sessions,
    slips,
    stations,
    suspending,
    users,
    viewing,
    working,
)
from desk.archive import Archive
from desk.redacting import Wish
from desk.reports import completeness, issuing, overview, reminding
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.sheet import Form as SheetForm
from desk.reports.standings import Standings
from tests.desk.rights.stage import GUEST, NAME, OTHER_CLERK, SOLD, YEAR, Place
from vault.levels import Level

On = Callable[[Archive, Place], object]
Duty = Callable[[Archive], object]

Told = Callable[[Archive, Sequence[Place]], object]

WHY = "specimen"
NOWHERE = Path("/nonexistent/specimen")
LATER = date(2001, 6, 1)
REPORTS = ("completeness", "ontime", "rates", "penalties", "ageing", "due", "partners", "register", "stats")
BACKWARDS = own_days.Entry("closed", date(2026, 2, 2), date(2026, 1, 1))


class Nobody:
    """A post that reaches nobody, and is asked to send nothing."""

    def reach(self) -> None:
        """Answer at once."""

    def send(self, message: EmailMessage) -> None:
        """Send nothing."""


def _report(name: str) -> Told:
    return lambda a, _: issuing.draw_up(a, name, Scope(as_of=LATER), "en", SheetForm.JSON)


@cache
def pages() -> viewing.Pages:
    """Return what draws pages; whoever called closes it."""
    return viewing.Pages()


def _copy(archive: Archive, document: str) -> object:
    # The page that is asked for is looked up after the right, and is not there.
    return copies.view_copy(archive, document, BytesIO(), pages="99")


ON: dict[str, On] = {
    "contents_list.contents_list": lambda a, p: contents_list.contents_list(a, p.key),
    "copies.view_copy": lambda a, p: _copy(a, p.document),
    "copies.dossier_copy": lambda a, p: copies.dossier_copy(a, p.key, BytesIO()),
    "copies.dossier_originals": lambda a, p: copies.dossier_originals(a, p.key, BytesIO()),
    "correcting.take_back_event": lambda a, p: correcting.take_back_event(a, p.key, "sale", SOLD),
    "correcting.waive": lambda a, p: correcting.waive(a, p.key, "green-card", role="custodian", reason=WHY),
    "correcting.take_back_waiver": lambda a, p: correcting.take_back_waiver(a, p.key, "green-card"),
    "correcting.describe_paper": lambda a, p: correcting.describe_paper(a, p.document, copies=2),
    "correcting.merge": lambda a, p: correcting.merge(a, p.key, p.old),
    "covers.save": lambda a, p: covers.save(a, p.key, NOWHERE / "x.pdf", "en"),
    "covers.cover_sheet": lambda a, p: covers.cover_sheet(a, p.key, "en"),
    "custody.inspect": lambda a, p: custody.inspect(a, p.key, condition="good"),
    "custody.mend": lambda a, p: custody.mend(a, p.key),
    "custody.report_incident": lambda a, p: custody.report_incident(a, WHY, dossier=p.key),
    "custody.incident_step": lambda a, p: custody.incident_step(a, p.incident, WHY),
    "custody.hold": lambda a, p: custody.hold(a, p.key, reason=WHY),
    "custody.lift": lambda a, p: custody.lift(a, p.key, reason=WHY),
    "deciding.approve": lambda a, p: deciding.approve(a, p.asked),
    "deciding.deny": lambda a, p: deciding.deny(a, p.asked, note=WHY),
    "deciding.hand_out": lambda a, p: deciding.hand_out(a, p.approved),
    "destroying.destroy": lambda a, p: destroying.destroy(a, [p.document], reason=WHY, decided_by=["a", "b"]),
    "dossiers.enter_event": lambda a, p: dossiers.enter_event(a, p.key, "sale", SOLD),
    "dossiers.enter_fact": lambda a, p: dossiers.enter_fact(a, p.key, "consultant", "王五"),
    "dossiers.rename": lambda a, p: dossiers.rename(a, p.key, WHY),
    "dossiers.close": lambda a, p: dossiers.close(a, p.key, SOLD),
    "dossiers.reopen": lambda a, p: dossiers.reopen(a, p.old),
    "handing_over.hand_over": lambda a, p: handing_over.hand_over(a, p.key, gave="a", took="b"),
    "handing_over.register_of": lambda a, p: handing_over.register_of(a, p.key),
    "numbering.assign_number": lambda a, p: numbering.assign_number(a, p.key),
    "levels.classify": lambda a, p: levels.classify(a, p.key, p.target, reason=WHY),
    "levels.classify document": lambda a, p: levels.classify(a, p.document, p.target, reason=WHY),
    "borrowed.borrowed": lambda a, p: borrowed.borrowed(a, p.loan),
    "loans.give_back": lambda a, p: loans.give_back(a, p.loan),
    "loans.give_back paper": lambda a, p: loans.give_back(a, p.paper_loan),
    "lookup.dossier": lambda a, p: lookup.dossier(a, p.key),
    "neighbours.neighbours": lambda a, p: neighbours.neighbours(a, p.document),
    "papers.enter": lambda a, p: papers.enter(a, p.key, sort="box", place="1"),
    "papers.enter document": lambda a, p: papers.enter(a, p.document, sort="box", place="1"),
    "papers.move": lambda a, p: papers.move(a, p.paper, sort="box", place="1"),
    "parting.split": lambda a, p: parting.split(a, p.document, [99]),
    "parting.merge": lambda a, p: parting.merge(a, [p.document], [99]),
    "parting.rotate": lambda a, p: parting.rotate(a, p.document, 1, 45),
    "redacting.redact": lambda a, p: redacting.redact(a, p.document, Wish(boxes=["9:1,1,2,2"]), reason=WHY),
    "redacting.lift": lambda a, p: redacting.lift(a, p.document, reason=WHY),
    "redacting.changes": lambda a, p: redacting.changes(a, p.document),
    "reports.completeness.completeness one": lambda a, p: completeness(a, dossier=p.key),
    "requests.ask": lambda a, p: requests.ask(a, p.document, purpose=WHY, reason=WHY),
    "requests.extend": lambda a, p: requests.extend(a, p.loan, reason=WHY),
    "requests.show": lambda a, p: requests.show(a, p.asked),
    "requests.withdraw": lambda a, p: requests.withdraw(a, p.asked),
    "retention.propose": lambda a, p: retention.propose(a, [p.old], reason=WHY),
    "retention.decide": lambda a, p: retention.decide(a, p.destruction),
    "retention.drop": lambda a, p: retention.drop(a, p.destruction, reason=WHY),
    "retrieval.write_to": lambda a, p: retrieval.write_to(a, p.document, BytesIO()),
    "retrieval.save": lambda a, p: retrieval.save(a, p.document, Path("/")),
    "review.waiting one": lambda a, p: review.waiting(a, p.document),
    "review.accept": lambda a, p: review.accept(a, p.document),
    "review.set_right": lambda a, p: review.set_right(a, p.document, fields={"name": "王五"}),
    "slips.save_slip": lambda a, p: slips.save_slip(a, p.paper_loan, Path("/"), lang="en"),
    "slips.loan_slip": lambda a, p: slips.loan_slip(a, p.paper_loan, lang="en"),
    "viewing.page": lambda a, p: viewing.page(a, pages(), p.document),
    "viewing.picture": lambda a, p: viewing.picture(a, pages(), p.document, 1, 48, lang="en"),
    "capture.unlock": lambda a, p: capture.unlock(a, p.capture, ""),
}
"""Called for what lies in one place."""

TOLD: dict[str, Told] = {
    "lookup.dossiers": lambda a, _: lookup.dossiers(a),
    "lookup.search": lambda a, _: lookup.search(a, "合同", limit=99),
    "lookup.search word": lambda a, ps: [lookup.search(a, p.word).hits for p in ps],
    "custody.inspections": lambda a, _: custody.inspections(a),
    "custody.incidents": lambda a, _: custody.incidents(a),
    "retention.due": lambda a, _: retention.due(a, every=True),
    "retention.destructions": lambda a, _: retention.destructions(a),
    "papers.papers": lambda a, _: papers.papers(a),
    "papers.check": lambda a, ps: [papers.check(a, p.shelf, []).missing for p in ps],
    "loans.loans": lambda a, _: loans.loans(a, every=True),
    "loans.remind": lambda a, _: loans.remind(a, ahead=99),
    "requests.listed": lambda a, _: requests.listed(a),
    "inbox.inbox": lambda a, _: inbox.inbox(a, limit=99).latest,
    "review.waiting": lambda a, _: review.waiting(a),
    "leaving.leaver": lambda a, _: leaving.leaver(a, NAME),
    "reports.completeness.completeness": lambda a, _: completeness(a, as_of=LATER).as_json("en"),
    "reports.reminding.drafted": lambda a, _: reminding.drafted(a, Scope(as_of=LATER), "en"),
    **{f"reports.issuing.draw_up {name}": _report(name) for name in REPORTS},
}
"""Answer with what they know of every place."""


def overview_of(archive: Archive) -> object:
    """Return the figures of the first page."""
    return overview.overview(archive, Scope(), Names(archive.packs, "en"), Standings())


DUTIES: dict[str, Duty] = {
    "auditing.log": auditing.log,
    "auditing.verify": auditing.verify,
    "auditing.checkpoint": auditing.checkpoint,
    "record_sheet.record_file": lambda a: record_sheet.record_file(a, SheetForm.CSV, "en"),
    "auditing.set_clock_right": auditing.set_clock_right,
    "backups.backup": lambda a: backups.backup(a, str(a.home.path / "inside")),
    "backups.known": backups.known,
    "backups.discard": lambda a: backups.discard(a, "nowhere"),
    "capture.ingest": lambda a: capture.ingest(a, [], tick=lambda *_: None),
    "capture.watch_once": lambda a: capture.watch_once(a, [a.home.path], stop=Event(), tick=lambda *_: None),
    "capture.watch": lambda a: capture.watch(
        a, [a.home.path], stop=Event(), on_done=lambda _: None, on_notice=lambda _: None
    ),
    "capture.drop_folders": lambda a: capture.drop_folders(a, []),
    "capture.watched": lambda a: capture.watched(a, []),
    "capture.checked_folders": lambda a: capture.checked_folders(a, []),
    "capture.taken": lambda a: capture.taken(a, []),
    "capture.taking_for": capture.taking_for,
    "dossiers.open_by_hand": lambda a: dossiers.open_by_hand(a, "new-vehicle", "FRESH"),
    "enacting.known": enacting.known,
    "enacting.examine": lambda a: enacting.examine(a, "nothing"),
    "enacting.put_in_force": lambda a: enacting.put_in_force(a, []),
    "enacting.bring_in": lambda a: enacting.bring_in(a, ""),
    # It opens the index once more, for which the rehearsal's transaction leaves no room.
    "health.examine_open": lambda a: health.examine_open(a, None),  # type: ignore[call-arg]
    "holdings.levels": holdings.levels,
    "holdings.where": holdings.where,
    "importing.import_list": lambda a: importing.import_list(a, "new-vehicle", NOWHERE),
    "inbox.receive": lambda a: inbox.receive(a, "x", BytesIO()),
    "keeping.verify": keeping.verify,
    "keeping.rotate": lambda a: keeping.rotate(a, Level.ORDINARY, fresh=False),
    "keeping.rebuild_index": keeping.rebuild_index,
    "keeping.check_index": keeping.check_index,
    "leaving.succeed": lambda a: leaving.succeed(a, NAME, NAME),
    "migration.move": lambda a: migration.move(a, "nonsense", lambda *_: None),
    "own_days.days": own_days.days,
    "own_days.set_region": lambda a: own_days.set_region(a, "nowhere"),
    "own_days.add": lambda a: own_days.add(a, BACKWARDS),
    "own_days.remove": lambda a: own_days.remove(a, BACKWARDS),
    "reports.issuing.issue": lambda a: issuing.issue(a, "stats", Scope(), SheetForm.JSON, "en"),
    "reports.reminding.remind": lambda a: reminding.remind(a, [], Nobody()),
    "retention.yearly_list": lambda a: retention.yearly_list(a, YEAR, Path("/"), lang="en"),
    "review.set_aside": review.set_aside,
    "saving.save": lambda a: saving.save(a, "x", "x"),
    "saving.saved": saving.saved,
    "saving.query_of": lambda a: saving.query_of(a, "nothing"),
    "saving.drop": lambda a: saving.drop(a, "nothing"),
    "sessions.whoami": sessions.whoami,
    "stations.enrol": lambda a: stations.enrol(a, "/", Path("nowhere")),
    "stations.stations": stations.stations,
    "stations.revoke": lambda a: stations.revoke(a, "nobody's"),
    "suspending.suspended": suspending.suspended,
    "suspending.suspend": lambda a: suspending.suspend(a, GUEST),
    "suspending.resume": lambda a: suspending.resume(a, GUEST),
    "users.add": lambda a: users.add(a, "/", ""),
    "users.everybody": users.everybody,
    "users.show": lambda a: users.show(a, a.who),
    "users.show another": lambda a: users.show(a, OTHER_CLERK),
    "users.change": lambda a: users.change(a, GUEST),
    "users.close": lambda a: users.close(a, GUEST),
    "users.new_password": lambda a: users.new_password(a, GUEST, ""),
    "working.work": working.work,  # type: ignore[dict-item]  # without its words: only whoever may gets so far
    "users.keep_password": users.keep_password,  # type: ignore[dict-item]  # likewise
    "own_factor.proposed": own_factor.proposed,
    "own_factor.keep": lambda a: own_factor.keep(a, own_factor.proposed(a), ""),
    "own_factor.give_up": own_factor.give_up,
    "retrieval.is_document": lambda a: retrieval.is_document(a, "nothing"),
    "copies.may_take": lambda a: copies.may_take(a, "nothing"),
}
"""Called for no place: work at the desk as a whole, or what everybody does for themselves."""
