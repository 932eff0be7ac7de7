"""The table of rights: every function of the desk that acts for somebody, and who may do it to what.

A new public function of ``desk/`` that takes an archive, or acts on a home for somebody, needs a row: in ``ON`` (called
for a dossier and what lies in it), ``TOLD`` (answers with many of them) or ``DUTIES`` (called for none), with a way to
call it in ``calls.py``; or in ``NOBODYS``, with the reason why it asks nobody. A new command needs a row in
``commands.py``. A name may have a word after it where a function is called in more ways than one.

A grid has a line for each who asks, and a cell for each dossier: of the three levels ordinary, confidential, secret;
and in each, one they are in charge of, one of their own department, one of another::

    +  let through to the work
    -  refused, and told what to ask for instead
    .  told as if there were no such thing
    c  may look at it, and a copy takes an approval of its own

Whoever is not in a grid is refused all of it, and the owner of the archive is let through everywhere unless it says
otherwise. What is refused, in whatever words, is on record. Articles of the regulations are named where one decides.
"""

from typing import Final

PERSONS: Final = (
    "owner",
    "clerk",
    "secret-clerk",
    "advisor",
    "head",
    "manager",
    "auditor",
    "administrator",
    "nobody",
    "borrower",
)
"""``nobody`` has an account and no role; ``borrower`` neither, but has borrowed every one of the dossiers to see."""

GRIDS: Final = {
    "list": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        +.. ... ...
        head           ++. ... ...
        manager        +++ +++ ...
        auditor        +++ +++ +++
    """,
    "search": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        +.. ... ...
        head           ++. ... ...
        manager        +++ +++ ...
    """,
    "change": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
    """,
    # On the page, watermarked above ordinary; a loan does as well as a right.
    "look": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        +.. ... ...
        head           ++. ... ...
        manager        +++ +++ ...
        auditor        --- --- ---
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       +++ +++ +++
    """,
    # Article 20: what is above ordinary is copied only with an approval of its own, whoever one is.
    "copy": """
        clerk          +++ ... ...
        secret-clerk   +++ ccc ccc
        advisor        +.. ... ...
        head           ++. ... ...
        manager        +++ ccc ...
        auditor        --- --- ---
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       +++ ccc ccc
    """,
    "take": """
        clerk          +++ ... ...
        secret-clerk   +++ --- ---
        advisor        -.. ... ...
        head           --. ... ...
        manager        +++ --- ...
        auditor        --- --- ---
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       --- --- ---
    """,
    "inspect": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        head           ++. ... ...
        manager        +++ +++ ...
    """,
    "retain": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        manager        +++ +++ ...
    """,
    # Article 20: what is above ordinary has a custodian of its own; so have the papers.
    "lend": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
    """,
    "leavers": """
        owner          +.. +.. +..
        clerk          +.. ... ...
        secret-clerk   +.. +.. +..
    """,
    "mark": """
        secret-clerk   +++ +++ +++
        manager        +++ +++ ...
    """,
    # Article 20: a leak is told to the managers. One reports it of what one may know of, or has borrowed.
    "leak": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        +.. ... ...
        head           ++. ... ...
        manager        +++ +++ ...
        auditor        +++ +++ +++
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       +++ +++ +++
    """,
    "leaks": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        manager        +++ +++ +++
    """,
    # Two people: the custodian of what it is, the head of the department whose it is, a manager.
    "destroy": """
        secret-clerk   +++ +++ +++
        head           ++. ... ...
        manager        +++ +++ +++
    """,
    "owner": "",
    # Somebody of sales asks. Articles 16 and 20: own department, its head; another, the general manager; above ordinary
    # the custodian and a manager besides, each another person.
    "approve": """
        secret-clerk   --- +++ +++
        head           -+- -+- -+-
        manager        +-+ +++ +++
        clerk          --- --- ---
    """,
    # Whoever asked, whoever may decide, whoever hands out, whoever proves the record.
    "concerned": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        ... ... ...
        head           .+. .+. .+.
        manager        +++ +++ +++
        auditor        +++ +++ +++
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       +++ +++ +++
    """,
    "lent": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        ... ... ...
        head           ... ... ...
        manager        +++ +++ +++
        auditor        +++ +++ +++
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       +++ +++ +++
    """,
    "return": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        ... ... ...
        head           ... ... ...
        manager        ... ... ...
        auditor        ... ... ...
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       +++ +++ +++
    """,
    # Article 4: paper is looked through by the custodian before it is struck off.
    "return-paper": """
        clerk          +++ ... ...
        secret-clerk   +++ +++ +++
        advisor        ... ... ...
        head           ... ... ...
        manager        ... ... ...
        auditor        ... ... ...
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       --- --- ---
    """,
    "own": """
        owner          ... ... ...
        clerk          ... ... ...
        secret-clerk   ... ... ...
        advisor        ... ... ...
        head           ... ... ...
        manager        ... ... ...
        auditor        ... ... ...
        administrator  ... ... ...
        nobody         ... ... ...
        borrower       +++ +++ +++
    """,
    # The answer is the same whether or not there is such a thing, and whoever asks.
    "ask": """
        clerk          +++ +++ +++
        secret-clerk   +++ +++ +++
        advisor        +++ +++ +++
        head           +++ +++ +++
        manager        +++ +++ +++
        auditor        +++ +++ +++
        administrator  +++ +++ +++
        nobody         +++ +++ +++
        borrower       +++ +++ +++
    """,
}

ON: Final = {
    "borrowed.borrowed": "own", "contents_list.contents_list": "search",
    "copies.view_copy": "copy", "copies.dossier_copy": "copy", "copies.dossier_originals": "take",
    "correcting.take_back_event": "change", "correcting.waive": "change", "correcting.take_back_waiver": "change",
    "correcting.describe_paper": "change", "correcting.merge": "change",
    "covers.save": "list", "covers.cover_sheet": "list",
    "custody.inspect": "inspect", "custody.mend": "inspect", "custody.report_incident": "leak",
    "custody.incident_step": "leaks", "custody.hold": "retain", "custody.lift": "retain",
    "deciding.approve": "approve", "deciding.deny": "approve", "deciding.hand_out": "lend",
    "destroying.destroy": "owner",
    "dossiers.enter_event": "change", "dossiers.enter_fact": "change", "dossiers.rename": "change",
    "dossiers.close": "change", "dossiers.reopen": "change",
    "handing_over.hand_over": "change", "handing_over.register_of": "search", "numbering.assign_number": "change",
    "levels.classify": "mark", "levels.classify document": "mark",
    "loans.give_back": "return", "loans.give_back paper": "return-paper",
    "lookup.dossier": "search", "neighbours.neighbours": "change",
    "papers.enter": "lend", "papers.enter document": "lend", "papers.move": "lend",
    "parting.split": "change", "parting.merge": "change", "parting.rotate": "change",
    "redacting.redact": "mark", "redacting.lift": "mark", "redacting.changes": "search",
    "reports.completeness.completeness one": "list",
    "requests.ask": "ask", "requests.extend": "own", "requests.show": "concerned", "requests.withdraw": "own",
    "retention.propose": "retain", "retention.decide": "destroy", "retention.drop": "destroy",
    "retrieval.write_to": "take", "retrieval.save": "take",
    "review.waiting one": "change", "review.accept": "change", "review.set_right": "change",
    "slips.save_slip": "lend", "slips.loan_slip": "lend",
    "viewing.page": "look", "viewing.picture": "look", "capture.unlock": "change",
}  # fmt: skip
"""Called for a dossier, or for something that lies in it."""

TOLD: Final = {
    "lookup.dossiers": "list", "lookup.search": "search", "lookup.search word": "search",
    "custody.inspections": "inspect", "custody.incidents": "leaks",
    "retention.due": "retain", "retention.destructions": "leaks",
    "papers.papers": "list", "papers.check": "lend", "loans.loans": "lent", "loans.remind": "lend",
    "requests.listed": "concerned", "inbox.inbox": "change", "review.waiting": "change",
    "leaving.leaver": "leavers",
    "reports.completeness.completeness": "list", "reports.reminding.drafted": "list",
    "reports.issuing.draw_up completeness": "list", "reports.issuing.draw_up ontime": "list",
    "reports.issuing.draw_up penalties": "list", "reports.issuing.draw_up ageing": "list",
    "reports.issuing.draw_up register": "list",
}  # fmt: skip
"""Answer with what one may know of: ``+`` is told of, ``.`` is not; all ``-`` is an answer that is refused whole."""

COUNTING: Final = (
    "reports.issuing.draw_up rates", "reports.issuing.draw_up due", "reports.issuing.draw_up partners",
    "reports.issuing.draw_up stats", "reports.overview.overview",
)  # fmt: skip
"""Reports that only count here: whoever may list anything gets them, and they name nothing that may not be listed."""

DUTIES: Final = {
    "auditing.log": "manager auditor", "auditing.verify": "manager auditor",
    "auditing.checkpoint": "manager auditor", "record_sheet.record_file": "manager auditor",
    "auditing.set_clock_right": "administrator",
    "backups.backup": "administrator", "backups.known": "administrator", "backups.discard": "administrator",
    "capture.ingest": "clerk secret-clerk", "capture.watch_once": "clerk secret-clerk",
    "capture.watch": "clerk secret-clerk", "capture.drop_folders": "clerk secret-clerk",
    "capture.watched": "clerk secret-clerk",
    "capture.checked_folders": "clerk secret-clerk", "capture.taken": "clerk secret-clerk",
    "capture.taking_for": "clerk secret-clerk", "working.work": "clerk secret-clerk",
    "inbox.receive": "clerk secret-clerk", "review.set_aside": "clerk secret-clerk",
    "dossiers.open_by_hand": "clerk secret-clerk", "importing.import_list": "clerk secret-clerk",
    "leaving.succeed": "clerk secret-clerk",
    "enacting.known": "administrator", "enacting.examine": "administrator",
    "enacting.put_in_force": "administrator", "enacting.bring_in": "administrator",
    "own_days.days": "administrator", "own_days.set_region": "administrator", "own_days.add": "administrator",
    "own_days.remove": "administrator", "migration.move": "administrator",
    "health.examine_open": "administrator", "holdings.levels": "administrator", "holdings.where": "administrator",
    "keeping.verify": "administrator", "keeping.rotate": "administrator", "keeping.rebuild_index": "administrator",
    "keeping.check_index": "administrator",
    "stations.enrol": "administrator", "stations.stations": "administrator", "stations.revoke": "administrator",
    "reports.issuing.issue": "clerk secret-clerk advisor head manager auditor",
    "reports.reminding.remind": "clerk secret-clerk advisor head manager auditor",
    "retention.yearly_list": "clerk secret-clerk manager",
    "saving.save": "clerk secret-clerk advisor head manager",
    "saving.saved": "clerk secret-clerk advisor head manager",
    "saving.query_of": "clerk secret-clerk advisor head manager",
    "saving.drop": "clerk secret-clerk advisor head manager",
    "suspending.suspended": "administrator", "suspending.suspend": "administrator",
    "suspending.resume": "administrator", "users.add": "administrator", "users.everybody": "administrator",
    "users.change": "administrator", "users.close": "administrator", "users.new_password": "administrator",
    "users.show": "everybody", "users.show another": "administrator", "users.keep_password": "everybody",
    "own_factor.proposed": "everybody", "own_factor.keep": "everybody", "own_factor.give_up": "everybody",
    "sessions.whoami": "everybody", "retrieval.is_document": "everybody", "copies.may_take": "everybody",
}  # fmt: skip
"""Called for no dossier: who may do it at all."""

NOBODYS: Final = {
    "the check itself": (
        "rights", "custodians", "access", "routing.concerns", "routing.steps_taken", "shown", "review.theirs",
        "levels.levels_seen", "levels.require_keys",
    ),
    "part of what has asked": (
        "routing.route", "routing.pack_of", "routing.awaited_of", "entering", "handing", "requests.view",
        "levels.reseal", "versions",
        "following", "handing_over.lines", "handing_over.lines_of", "backups.refresh", "backups.holds_all",
        "users.in_charge_of", "reading.settings_for",
        "dossiers.known_role", "dossiers.kind_by", "metrics.serving", "viewing.Pages.shown", "viewing.Pages.picture",
        "reports.fining", "reports.judging", "reports.aside", "reports.owing", "reports.partners", "reports.rating",
        "reports.register", "reports.statistics", "reports.standings.Standings", "reports.postage.SmtpPost",
        "in_force",
    ),
    "puts in order at opening": (
        "opening", "clock", "loans.sweep", "levels.settle_levels", "grants.regrant", "loans.Sweeping",
    ),
    "before anybody is known": (
        "archive", "database", "stores", "policies", "proofs", "watchers", "sessions.login", "sessions.logout",
        "health.examine",
        "setup", "migration.bring_up", "sharing", "demo", "cards", "sessions.account_of",
        "sessions.note_refused_identity",
    ),
    "hears scanner PCs, each by its own key, and opens nothing": ("receiving",),
    "takes the passphrase, the password or the recovery code itself": (
        "keeping.set_passphrase", "keeping.recover_keys", "backups.restore", "users.set_password",
        "sessions.prove_owner",
    ),
    "part of closing or suspending an account": ("sessions.end_sessions",),
}  # fmt: skip
"""Functions, or whole modules, that act for nobody by themselves, by the reason why."""


def grid(name: str) -> dict[str, str]:
    """Return who may do what of a grid: nine cells a person, in the order of the stage's places."""
    written = dict(line.split(maxsplit=1) for line in GRIDS[name].strip().splitlines() if line.strip())
    unknown = written.keys() - set(PERSONS)
    if unknown:
        raise ValueError(f"{name}: {unknown}")
    cells = {person: written.get(person, "+++++++++" if person == "owner" else "---------") for person in PERSONS}
    return {person: line.replace(" ", "") for person, line in cells.items()}
