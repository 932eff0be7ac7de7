"""The rules of rights: who may do such a thing at all, and how far each role reaches; the calls are in ``rights/``."""

import pytest

from desk import lookup
from desk.archive import Archive
from desk.rights import Refused, allowed, listed, sight
from dossier.pack import Right
from dossier.policy import load_pack
from dossier.rights import LEVELS, Asker, Deed, Duty, Reach, Role, Subject, covers, may, owner
from index.dossiers import dossier_by
from index.errors import NoSuchThing
from tests.cli.conftest import Run, run  # noqa: F401  # a fixture
from tests.desk.office import OURS, THEIRS, Office, make_office

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


def test_the_owner_is_refused_nothing(offices: Office) -> None:
    """An archive of one person asks nothing of them."""
    with offices.owner() as archive:
        assert isinstance(archive, Archive)
        assert archive.asker.owner
        assert {row.key for row in lookup.dossiers(archive)} == {OURS, THEIRS}
