"""Packs: the shipped ones hold their own cases; a wrong one is refused with every problem at its line."""

import ast
import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.catalogue import catalogue
from dossier.errors import ExitCode
from dossier.examples import check_pack
from dossier.pack import Pack
from dossier.policy import PolicyUnknown, PolicyWrong, load_pack, parse_pack, shipped_packs
from dossier.wording import LANGS, known

SMALL = """\
format = 1
id = "small"
region = "CN"
currency = "CNY"
title = { en = "Small", zh-Hant = "小", zh-Hans = "小" }

[role.clerk]
title = { en = "Clerk", zh-Hant = "職員", zh-Hans = "职员" }

[dossier.client]
title = { en = "Client", zh-Hant = "客戶", zh-Hans = "客户" }
key = ["credit_code"]

[dossier.client.fact.company]
type = "yes-no"
title = { en = "Company", zh-Hant = "公司", zh-Hans = "公司" }

[dossier.client.event.sale]
title = { en = "Sale", zh-Hant = "銷售", zh-Hans = "销售" }

[[dossier.client.requirement]]
id = "contract"
title = { en = "Contract", zh-Hant = "合同", zh-Hans = "合同" }
any_of = ["contract"]
due = { within = 3, unit = "working-days", after = "sale" }
owes = "clerk"

[[example]]
title = "nothing there yet"
dossier = "client"
today = 2026-03-09
expect = { contract = "missing" }
"""


def kinds() -> frozenset[str]:
    return frozenset(catalogue().kinds)


def problems(text: str, known_kinds: frozenset[str] | None = None) -> list[tuple[int, str]]:
    with pytest.raises(PolicyWrong) as caught:
        parse_pack(text, "small.toml", known_kinds)
    assert caught.value.exit_code is ExitCode.POLICY
    return [(problem.line, problem.wording.removeprefix("policy.")) for problem in caught.value.problems]


@pytest.mark.parametrize("name", shipped_packs())
def test_a_shipped_pack_holds_its_own_cases(name: str) -> None:
    """The pack parses, names only kinds of the catalogue, and every example comes out as written."""
    pack = load_pack(name, kinds())
    assert [difference.say("en") for difference in check_pack(pack)] == []
    assert pack.examples


@pytest.mark.parametrize("name", shipped_packs())
def test_every_rule_of_a_shipped_pack_is_in_a_case(name: str) -> None:
    """No requirement, penalty, approval or limit ships without a case that says what comes of it."""
    pack = load_pack(name)
    assert set(pack.dossiers) == {example.dossier for example in pack.examples if example.dossier}
    expected = {(example.dossier, name.partition("/")[0]) for example in pack.examples for name in example.expect}
    required = {(kind.id, requirement.id) for kind in pack.dossiers.values() for requirement in kind.requirements}
    assert required <= expected
    asked = {answer.action or answer.limit for example in pack.examples for answer in example.answers}
    assert {rule.action for rule in pack.approvals} | {rule.id for rule in pack.limits} <= asked
    fined = {name for example in pack.examples for name in example.penalties or ()}
    assert {penalty.id for kind in pack.dossiers.values() for penalty in kind.penalties} <= fined


def test_a_case_that_does_not_hold_is_told_with_its_line() -> None:
    """The difference names the example, what was expected and what was found."""
    pack = parse_pack(SMALL.replace('contract = "missing"', 'contract = "met"'), "small.toml")
    (difference,) = check_pack(pack)
    assert (difference.what, difference.expected, difference.found) == ("contract", "met", "missing")
    assert difference.say("en").startswith("small.toml:32: ")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("format = 1", "format = 2", (1, "format_unknown")),
        ('region = "CN"', 'region = "US"', (3, "not_among")),
        ('key = ["credit_code"]', 'key = ["credit"]', (12, "not_among")),
        ('key = ["credit_code"]', "", (10, "missing_key")),
        ("within = 3", "within = -3", (25, "not_whole")),
        ('after = "sale"', 'after = "sold"', (25, "unknown_event")),
        ('owes = "clerk"', 'owes = "chief"', (26, "unknown_role")),
        ('owes = "clerk"', 'owes = "clerk"\nwhen = "compani"', (27, "condition_unknown_fact")),
        ('owes = "clerk"', 'owes = "clerk"\nwhen = "company and not company"', (27, "never_true")),
        ('key = ["credit_code"]', 'key = ["credit_code"]\nlabel = ["nickname"]', (13, "unknown_label")),
        ('owes = "clerk"', 'owes = "clerk"\ncolour = "red"', (27, "unknown_key")),
        ('owes = "clerk"', 'owes = "clerk"\nall_of = ["contract"]', (24, "one_of")),
        ('any_of = ["contract"]', "any_of = []", (24, "not_texts")),
        ("today = 2026-03-09", 'today = "2026-03-09"', (31, "not_day")),
        ('expect = { contract = "missing" }', 'expect = { contracts = "missing" }', (32, "unknown_requirement")),
        ('expect = { contract = "missing" }', "", (28, "example_expects_nothing")),
        ('type = "yes-no"', 'type = "choice"', (14, "choice_and_values")),
        ('zh-Hant = "小", ', "", (5, "missing_key")),
        ("[[dossier.client.requirement]]", "[dossier.client.requirements]", (21, "unknown_key")),
        ('id = "small"', 'id = "Small pack"', (2, "not_a_name")),
        ('title = "nothing', "title = nothing", (29, "not_toml")),
    ],
)
def test_a_problem_is_told_at_its_line(old: str, new: str, expected: tuple[int, str]) -> None:
    """Each sort of mistake names the line it stands on."""
    assert old in SMALL
    assert expected in problems(SMALL.replace(old, new, 1))


def test_all_problems_are_told_at_once_and_in_order() -> None:
    """Who wrote the file sees every mistake, not just the first."""
    text = SMALL
    for old, new in (('"CN"', '"US"'), ("within = 3", "within = -3"), ('owes = "clerk"', 'owes = "chief"')):
        text = text.replace(old, new)
    assert problems(text) == [(3, "not_among"), (25, "not_whole"), (26, "unknown_role")]


def test_an_unknown_kind_is_refused() -> None:
    """A pack names only document kinds of the catalogue."""
    assert (24, "unknown_kind") in problems(SMALL.replace('["contract"]', '["contrakt"]'), kinds())


def test_an_empty_list_of_requirements_is_an_error() -> None:
    """A dossier kind that asks for nothing would never lack anything."""
    start, end = SMALL.index("[[dossier.client.requirement]]"), SMALL.index("[[example]]")
    without = SMALL[:start] + SMALL[end:]
    assert (10, "missing_key") in problems(without)
    emptied = without.replace('key = ["credit_code"]', 'key = ["credit_code"]\nrequirement = []')
    assert (13, "empty_list") in problems(emptied)


def test_facts_derived_in_a_circle_are_refused() -> None:
    """A fact may not depend on itself over any number of steps."""
    fact = '[dossier.client.fact.{name}]\ntype = "yes-no"\ntitle = {{ en = "x", zh-Hant = "x", zh-Hans = "x" }}\n'
    rule = '[[dossier.client.derive]]\nfact = "{name}"\nvalue = "yes"\nof = ["contract"]\nwhen = "{when}"\n'
    facts = fact.format(name="a") + fact.format(name="b")
    text = SMALL + facts + rule.format(name="a", when="b") + rule.format(name="b", when="a")
    assert [wording for _, wording in problems(text)] == ["circle", "circle"]


def test_brackets_without_end_are_refused() -> None:
    """A file that nests deeper than a parser can follow is a problem of the file."""
    with pytest.raises(PolicyWrong) as caught:
        parse_pack(f"a = {'[' * 5000}{']' * 5000}", "deep.toml")
    assert [problem.wording for problem in caught.value.problems] == ["policy.too_deep"]


def test_an_unknown_pack_is_told_with_the_known_ones() -> None:
    """The message lists what there is."""
    with pytest.raises(PolicyUnknown) as caught:
        load_pack("no-such-pack")
    assert "auto-dealer" in caught.value.say("zh-Hant")


def test_every_problem_has_its_sentence_in_three_languages() -> None:
    """Each wording key the readers and checks use is in the catalogue and says itself with the facts given."""
    keys = set()
    for file in files("dossier").iterdir():
        if re.fullmatch(r"(pack|toml).*\.py", file.name):
            for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
                called = getattr(call.func, "attr", "")
                place = {"complain": 1, "_known": 3}.get(called)
                if place is not None and len(call.args) > place and isinstance(call.args[place], ast.Constant):
                    keys.add(call.args[place].value)
    assert len(keys) > 30
    assert {key for key in keys if not known(f"policy.{key}")} == set()
    with pytest.raises(PolicyWrong) as caught:
        parse_pack(SMALL.replace("within = 3", "within = -3"), "small.toml")
    assert all("small.toml:25: " in caught.value.say(lang) for lang in LANGS)


PIECES = ["", '"', "[", "]", "=", "{", "1", "x", "\n", "0x", "-"]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.integers(0, 12), st.sampled_from(PIECES))
def test_no_damage_to_a_pack_breaks_the_reader(at: int, cut: int, put: str) -> None:
    """A damaged pack is read, or refused with problems that say themselves; nothing else happens."""
    text = SMALL[:at] + put + SMALL[at + cut :]
    outcome: Pack | PolicyWrong
    try:
        outcome = parse_pack(text, "small.toml")
    except PolicyWrong as wrong:
        outcome = wrong
    assert isinstance(outcome, Pack) or (outcome.problems and outcome.say("en").count("\n") == len(outcome.problems))
