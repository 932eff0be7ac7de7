"""Every function of the desk and every command, for every role: let through or refused, as this table says.

A new public function of the desk whose first parameter is the archive needs a row: in ``FUNCTIONS`` with what it needs
(guard it with ``desk.rights.needs``), or in ``INSIDE`` when others call it after they have asked. A new command needs a
row in ``COMMANDS``: what it needs and how it is called, or why it asks nobody.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

import desk
from cli.app import app
from desk import lookup, sessions
from desk.archive import Archive
from desk.rights import Refused, allowed, listed, sight
from dossier.errors import ExitCode
from dossier.pack import Right
from dossier.policy import load_pack
from dossier.rights import LEVELS, Asker, Deed, Duty, Reach, Role, Subject, covers, may, owner
from index import record
from index.dossiers import dossier_by
from index.errors import NoSuchThing
from tests.cli.conftest import Run, run  # noqa: F401  # a fixture
from tests.desk.office import OURS, PASSWORD, STAFF, THEIRS, Office, make_office
from vault.keyfile import FAST

C, S, A, H, G, X, D = Role.CLERK, Role.SECRET_CLERK, Role.ADVISOR, Role.DEPARTMENT_HEAD, Role.GENERAL_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR  # fmt: skip  # noqa: E501
ALL = {C, S, A, H, G, X, D}

MAY: dict[str, set[Role]] = {
    "any": ALL, "request": ALL,
    "list": {C, S, A, H, G, X}, "search": {C, S, A, H, G}, "view": {C, S, A, H, G}, "take": {C, S, G}, "change": {C, S},
    "intake": {C, S}, "review": {C, S}, "lend": {C, S},
    "report": {C, S, A, H, G, X}, "approve": {C, S, H, G}, "classify": {S, G}, "inspect": {C, S, H, G},
    "retain": {C, S, G}, "destroy": {S, H, G}, "audit": {G, X}, "people": {D}, "keep": {D},
}  # fmt: skip
"""Who may do such a thing at all."""

FUNCTIONS: dict[str, str] = {
    "auditing.log": "audit", "auditing.verify": "audit", "auditing.checkpoint": "audit",
    "auditing.set_clock_right": "keep", "backups.backup": "keep", "backups.known": "keep",
    "record_sheet.record_file": "audit", "own_factor.proposed": "any", "own_factor.keep": "any",
    "own_factor.give_up": "any",
    "backups.discard": "keep", "capture.ingest": "intake", "capture.watch_once": "intake",
    "capture.watch": "intake", "capture.unlock": "intake", "capture.drop_folders": "intake",
    "capture.checked_folders": "intake", "capture.taken": "intake", "contents_list.contents_list": "search",
    "copies.view_copy": "request", "copies.dossier_copy": "request", "copies.dossier_originals": "request",
    "copies.may_take": "request", "correcting.take_back_event": "change", "correcting.waive": "change",
    "correcting.take_back_waiver": "change", "correcting.describe_paper": "change", "correcting.merge": "change",
    "covers.save": "list", "covers.cover_sheet": "list", "custody.inspect": "inspect", "custody.mend": "inspect",
    "custody.inspections": "inspect", "custody.report_incident": "request", "custody.incident_step": "retain",
    "custody.incidents": "retain", "custody.hold": "retain", "custody.lift": "retain",
    "deciding.approve": "approve", "deciding.deny": "approve", "deciding.hand_out": "lend",
    "destroying.destroy": "destroy", "dossiers.open_by_hand": "change", "dossiers.enter_event": "change",
    "dossiers.enter_fact": "change", "dossiers.rename": "change", "dossiers.close": "change",
    "dossiers.reopen": "change", "handing_over.hand_over": "change", "handing_over.register_of": "search",
    "importing.import_list": "change", "inbox.inbox": "intake", "inbox.receive": "intake", "keeping.verify": "keep",
    "keeping.rotate": "keep", "keeping.rebuild_index": "keep", "keeping.check_index": "keep",
    "numbering.assign_number": "change", "leaving.leaver": "change", "leaving.succeed": "change",
    "levels.classify": "classify", "loans.loans": "request", "loans.give_back": "request", "loans.remind": "lend",
    "lookup.search": "search", "lookup.dossiers": "list", "lookup.dossier": "search", "migration.move": "keep",
    "papers.enter": "lend", "papers.move": "lend", "papers.papers": "list", "papers.check": "lend",
    "parting.split": "review", "parting.merge": "review", "parting.rotate": "review",
    "redacting.redact": "classify", "redacting.lift": "classify", "redacting.changes": "search",
    "reports.completeness.completeness": "report", "reports.issuing.draw_up": "report",
    "reports.issuing.issue": "report", "reports.overview.overview": "report", "reports.reminding.drafted": "report",
    "reports.reminding.remind": "report", "requests.ask": "request", "requests.extend": "request",
    "requests.listed": "request", "requests.show": "request", "requests.withdraw": "request",
    "retention.due": "retain", "retention.propose": "retain", "retention.decide": "destroy",
    "retention.drop": "destroy", "retention.destructions": "retain", "retention.yearly_list": "retain",
    "retrieval.is_document": "request", "retrieval.write_to": "request", "retrieval.save": "request",
    "review.waiting": "review", "review.set_aside": "review", "review.accept": "review",
    "review.set_right": "review", "saving.save": "search", "saving.saved": "search", "slips.save_slip": "lend",
    "slips.loan_slip": "lend", "users.add": "people", "users.everybody": "people", "users.show": "any",
    "users.change": "people", "users.close": "people", "users.keep_password": "any", "users.new_password": "people",
    "suspending.suspended": "people", "suspending.suspend": "people", "suspending.resume": "people",
    "enacting.known": "keep", "enacting.examine": "keep", "enacting.put_in_force": "keep", "enacting.bring_in": "keep",
    "own_days.days": "keep", "own_days.set_region": "keep", "own_days.add": "keep", "own_days.remove": "keep",
    "holdings.levels": "keep", "holdings.where": "keep", "health.examine_open": "keep",
    "neighbours.neighbours": "review", "viewing.page": "request", "viewing.picture": "request",
    "capture.taking_for": "intake",
    "working.work": "intake",
}  # fmt: skip
"""What each function of the desk needs."""

INSIDE: dict[str, str] = {
    "access": "grounds", "shown": "part of the check", "clock": "housekeeping", "custodians": "part of the check", "entering": "after an approval",
    "handing": "after an approval", "opening": "housekeeping", "rights": "the check itself",
    "routing": "part of a request", "backups.refresh": "part of backup and destruction", "backups.holds_all": "keys",
    "dossiers.known_role": "reads packs", "dossiers.kind_by": "reads packs",
    "handing_over.lines": "rows already asked for", "levels.reseal": "after classify",
    "levels.settle_levels": "housekeeping", "levels.levels_seen": "one's own keys",
    "levels.require_keys": "one's own keys", "loans.sweep": "housekeeping",
    "reading.settings_for": "reads settings", "requests.view": "rows already asked for",
    "review.theirs": "asks for the document",
    "reports.fining": "drawn up by issuing", "reports.judging": "rows already asked for",
    "reports.owing": "drawn up by issuing", "reports.partners": "drawn up by issuing",
    "reports.rating": "drawn up by issuing", "reports.register": "drawn up by issuing",
    "reports.statistics": "drawn up by issuing", "saving.query_of": "by way of saved",
    "saving.drop": "by way of saved", "sessions.whoami": "oneself", "users.regrant": "housekeeping",
    "users.in_charge_of": "part of close", "metrics.serving": "part of working: counts", "versions": "after redact",
}  # fmt: skip
"""Functions, or whole modules, that are only called by those that have asked; and why they need not."""

COMMANDS: dict[str, tuple[str, list[str]]] = {
    "audit log": ("audit", []), "audit verify": ("audit", []), "audit checkpoint": ("audit", []),
    "audit clock": ("keep", []),
    "watch": ("intake", ["--once"]), "ingest": ("intake", ["none.pdf"]),
    "search": ("search", ["x"]), "dossier list": ("list", []), "dossier show": ("search", [OURS]),
    "dossier open": ("change", ["new-vehicle", "X1"]), "dossier event": ("change", [OURS, "sale"]),
    "dossier fact": ("change", [OURS, "consultant"]), "dossier rename": ("change", [OURS, "x"]),
    "dossier close": ("change", [OURS]), "dossier reopen": ("change", [OURS]),
    "dossier contents": ("search", [OURS]), "cover-sheet": ("list", [OURS, "-o", "cover.pdf"]),
    "review list": ("review", []), "review show": ("review", ["x"]), "review accept": ("review", ["x"]),
    "review set": ("review", ["x", "--kind", "other"]),
    "report completeness": ("report", []), "report stats": ("report", []), "report ontime": ("report", []),
    "approve": ("approve", ["x"]), "deny": ("approve", ["x", "--note", "n"]), "loan": ("lend", ["x"]),
    "remind": ("lend", []), "level": ("classify", [OURS, "secret", "--reason", "r"]),
    "redact": ("classify", ["x", "--box", "1,1,2,2", "--reason", "r"]), "versions": ("search", ["x"]),
    "vault verify": ("keep", []), "vault rotate": ("keep", []), "vault backup": ("keep", ["backup"]),
    "vault destroy": ("destroy", ["x", "--reason", "r", "--decided-by", "a", "--decided-by", "b"]),
    "index rebuild": ("keep", []), "index check": ("keep", []),
    "user list": ("people", []), "user set": ("people", ["li"]), "user close": ("people", ["li"]),
    "role give": ("people", ["li", "clerk"]), "role take": ("people", ["li", "clerk"]),
    "paper enter": ("lend", [OURS, "--in", "box", "--place", "1"]), "paper list": ("list", []),
    "paper move": ("lend", ["dossiers/1", "--in", "box", "--place", "1"]), "paper check": ("lend", ["1"]),
    "inspection list": ("inspect", []), "inspection enter": ("inspect", [OURS, "--condition", "good"]),
    "inspection mend": ("inspect", [OURS]),
    "incident list": ("retain", []), "incident step": ("retain", ["x", "done"]),
    "retention due": ("retain", []), "retention hold": ("retain", [OURS, "--reason", "r"]),
    "retention lift": ("retain", [OURS, "--reason", "r"]), "retention propose": ("retain", [OURS]),
    "retention decide": ("destroy", ["x"]), "retention drop": ("destroy", ["x", "--reason", "r"]),
    "retention list": ("retain", []), "retention yearly": ("retain", ["--year", "2020", "-o", "yearly.pdf"]),
}  # fmt: skip
"""What a command needs, and words to call it with."""

OPEN_COMMANDS: dict[str, str] = {
    "init": "makes the archive", "demo": "an archive of its own", "read": "needs no archive",
    "doctor": "needs no keys", "serve": "every page asks (tests/web)", "login": "who one is",
    "logout": "who one is", "role list": "says what roles are", "policy list": "no archive",
    "policy kinds": "no archive", "policy check": "no archive", "policy show": "no archive",
    "vault restore": "another home, its passphrase", "vault passphrase": "the passphrase itself",
    "vault recover": "the recovery code", "index migrate": "before anything can be opened",
    "get": "right or loan: test_lending", "request": "everybody", "requests": "one's own", "withdraw": "one's own",
    "extend": "one's own", "return": "one's own, or a custodian", "incident report": "everybody",
    "user show": "oneself", "user passphrase": "oneself", "user add": "asks for a password first",
    "report loans": "one's own, or a custodian", "report overdue": "one's own, or a custodian",
}  # fmt: skip
"""Commands that let everybody in, and why."""

FUNCTION_OF: dict[str, str] = {
    "saved list": "saving.saved", "saved run": "saving.saved", "saved drop": "saving.saved",
    "dossier import": "importing.import_list", "dossier waive": "correcting.waive",
    "dossier paper": "correcting.describe_paper", "dossier merge": "correcting.merge",
    "dossier handover": "handing_over.hand_over", "dossier leaver": "leaving.leaver",
    "dossier number": "numbering.assign_number", "migrate": "migration.move", "review split": "parting.split",
    "review merge": "parting.merge", "review rotate": "parting.rotate", "review unlock": "capture.unlock",
    "report rates": "reports.issuing.draw_up", "report penalties": "reports.issuing.draw_up",
    "report ageing": "reports.issuing.draw_up", "report due": "reports.issuing.draw_up",
    "report partners": "reports.issuing.draw_up", "report register": "reports.issuing.draw_up",
    "vault backups": "backups.known", "worker": "working.work",
}  # fmt: skip
"""Further commands: they do nothing but call a function whose row is above."""


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function of the desk whose first parameter is the archive."""
    for module in pkgutil.walk_packages(desk.__path__, "desk."):
        found = importlib.import_module(module.name)
        for name, function in vars(found).items():
            if inspect.isfunction(function) and function.__module__ == module.name and not name.startswith("_"):
                parameters = list(inspect.signature(function).parameters)
                if parameters and parameters[0] == "archive":
                    yield f"{module.name.removeprefix('desk.')}.{name}", function


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every command by its words."""
    if isinstance(group, TyperGroup):
        for name, child in group.commands.items():
            yield from commands(child, (*path, name))
    else:
        yield " ".join(path)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One archive with staff for the whole table; nothing here changes it."""
    return make_office(tmp_path_factory.mktemp("rights"))


def test_roles_may_what_the_table_says() -> None:
    """Every need × role: exactly those named, and the owner everything."""
    assert set(MAY) == {need.value for need in (*Deed, *Duty)}
    for need in (*Deed, *Duty):
        assert {role for role in Role if may(Asker("a", roles=frozenset({role})), need)} == MAY[need.value], need
        assert may(owner("o"), need)
        assert may(Asker("a"), need) == (need.value in {"any", "request"})


def test_every_function_has_a_row() -> None:
    """A function without a row fails here; the module's docstring says what to add."""
    found = dict(public_functions())
    inside = {name for name in found if name in INSIDE or name.rpartition(".")[0] in INSIDE}
    without = {name: getattr(function, "needs", None) for name, function in found.items()}
    unknown = {name: str(need) for name, need in without.items() if name not in FUNCTIONS and name not in inside}
    assert unknown == {}, f"add to FUNCTIONS (guarded by @needs) or INSIDE of {__file__}: {unknown}"
    wrong = {
        name: str(without.get(name)) for name, need in FUNCTIONS.items() if name in found and without[name] != need
    }
    assert wrong == {}, f"guarded by something else than the table says: {wrong}"
    assert len(found) > 80


def test_every_function_refuses_whom_the_table_refuses(offices: Office) -> None:
    """Called as each role: refused before anything is looked at, on record; or let through to its work."""
    found = dict(public_functions())
    with offices.owner() as archive:
        with archive.index.read() as session:
            before = record.verify(session).size
        refused = 0
        for name, need in FUNCTIONS.items():
            if name not in found:
                continue
            for role in Role:
                asked = archive.asked_by(Asker("somebody", roles=frozenset({role})))
                if role in MAY[need]:
                    assert may(asked.asker, found[name].needs), (name, role)  # type: ignore[attr-defined]
                    continue
                with pytest.raises(Refused):
                    found[name](asked)
                refused += 1
        with archive.index.read() as session:
            assert record.verify(session).size == before + refused
    assert refused > 150


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("level", LEVELS)
def test_standing_rights_reach_as_far_as_the_table_says(role: Role, level: str) -> None:
    """Role × deed × level × whose dossier: own, own department, another department, none."""
    reach: dict[Role, tuple[str, dict[str, str]]] = {
        C: ("all", {"ordinary": "list search view take change"}),
        S: ("all", dict.fromkeys(LEVELS, "list search view take change")),
        A: ("own", {"ordinary": "list search view"}),
        H: ("department", {"ordinary": "list search view"}),
        G: ("all", dict.fromkeys(("ordinary", "confidential"), "list search view take")),
        X: ("all", dict.fromkeys(LEVELS, "list")),
        D: ("none", {}),
    }
    far, deeds = reach[role]
    asker = Asker("li", title="李莉", roles=frozenset({role}), department="sales")
    subjects = {
        "own": Subject("p", "k", "service", level, frozenset({"李莉"})),
        "department": Subject("p", "k", "sales", level, frozenset({"wang"})),
        "other": Subject("p", "k", "service", level, frozenset({"wang"})),
        "unfiled": Subject(level=level, filed=False),
    }
    reached = {"all": set(subjects), "department": {"own", "department"}, "own": {"own"}, "none": set()}[far]
    for deed in Deed:
        for name, subject in subjects.items():
            wanted = deed.value in deeds.get(level, "").split() and name in reached
            assert covers(asker, deed, subject) == wanted, (role, deed, level, name)
            assert covers(owner("o"), deed, subject)


def test_a_pack_changes_what_a_role_may_do_to_its_dossiers() -> None:
    """Sealed survey forms: not even the head looks without approval; and a rule for one kind leaves others alone."""
    pack = load_pack("direct-sales")
    head = Asker("chen", roles=frozenset({H}), department="sales")
    mine = Subject(pack.id, next(iter(pack.dossiers)), "sales")
    assert not covers(head, Deed.VIEW, mine, pack)
    assert covers(head, Deed.VIEW, mine)
    assert covers(head, Deed.LIST, mine, pack)
    assert Right("advisor", "view", "none", articles=(7, 8)) in pack.rights
    assert Reach("none") is Reach.NONE


def test_lists_searches_and_counts_show_what_a_right_covers(offices: Office) -> None:
    """No list, hit, count or name tells of a dossier that is not one's to know."""
    wanted = {
        "li": {OURS},
        "wang": set(),
        "chen": {OURS},
        "ma": {THEIRS},
        "gao": {OURS, THEIRS},
        "zhou": {OURS, THEIRS},
    }
    for name, keys in wanted.items():
        with offices.served(name) as (archive,):
            assert {row.key for row in lookup.dossiers(archive)} == keys, name
            found = lookup.search(archive, "合同")
            assert {hit.dossier for hit in found.hits} == keys, name
            assert found.total == len(keys)
            for key in {OURS, THEIRS} - keys:
                assert lookup.search(archive, key).total == 0
                with pytest.raises(NoSuchThing):
                    lookup.dossier(archive, key)
    with offices.served("xu") as (archive,):
        assert {row.key for row in lookup.dossiers(archive)} == {OURS, THEIRS}
        with pytest.raises(Refused):
            lookup.search(archive, "合同")
    with offices.served("deng") as (archive,), pytest.raises(Refused):
        lookup.dossiers(archive)


def test_a_dossier_above_ones_level_is_not_there(offices: Office) -> None:
    """Sight and lists keep to the levels of the role."""
    with offices.served("zhou", "shen", "gao") as (zhou, shen, gao), zhou.index.read() as session:
        row = dossier_by(session, OURS)
        assert [allowed(one, session, Deed.VIEW, row, "secret") for one in (zhou, shen, gao)] == [False, True, False]
        assert sight(zhou, session, Deed.SEARCH).levels == {"ordinary"}
        assert sight(shen, session, Deed.SEARCH).levels == set(LEVELS)
        assert listed(shen, session) is None


def test_every_command_has_a_row() -> None:
    """A command without a row fails here; the module's docstring says what to add."""
    rows = {*COMMANDS, *OPEN_COMMANDS, *FUNCTION_OF}
    without = [name for name in commands(get_command(app)) if name not in rows]
    assert set(FUNCTION_OF.values()) <= set(FUNCTIONS)
    assert without == [], f"add to COMMANDS, OPEN_COMMANDS or FUNCTION_OF of {__file__}"


def test_every_command_refuses_whom_the_table_refuses(
    run: Run,  # noqa: F811  # the fixture
    offices: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a user would: logged in as a role that may not, every command ends with the code for it."""
    monkeypatch.chdir(tmp_path)
    known = set(commands(get_command(app)))
    tokens = {
        role: sessions.login(offices.home, name, PASSWORD, pause=lambda _: None, cost=FAST).token
        for name, (role, _) in STAFF.items()
    }
    refused = 0
    for name, (need, words) in COMMANDS.items():
        role = next((role for role in (D, X, A, C) if role not in MAY[need]), None)
        if role is None or name not in known:
            continue
        monkeypatch.setenv("JUANZONG_TOKEN", tokens[role])
        ran = run(*name.split(), *words, "--home", offices.home.path, passphrase=None)
        assert ran.code == ExitCode.REFUSED, (name, role, ran.code, ran.err)
        refused += 1
    assert refused > 40


def test_the_owner_is_refused_nothing(offices: Office) -> None:
    """An archive of one person asks nothing of them."""
    with offices.owner() as archive:
        assert isinstance(archive, Archive)
        assert archive.asker.owner
        assert {row.key for row in lookup.dossiers(archive)} == {OURS, THEIRS}
