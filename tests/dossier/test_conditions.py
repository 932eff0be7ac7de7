"""Conditions over facts: what they say, what they leave open, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.conditions import ConditionWrong, FactType, parse_condition, value_of

TYPES: dict[str, FactType] = {
    "kind": "choice",
    "kva": "number",
    "double": "yes-no",
    "since": "date",
    "name": "text",
}


@pytest.mark.parametrize(
    ("source", "facts", "expected"),
    [
        ('kind == "company"', {"kind": "company"}, True),
        ('kind != "company"', {"kind": "company"}, False),
        ('kind in ["A", "B"]', {"kind": "B"}, True),
        ("kva >= 1000", {"kva": Decimal(999)}, False),
        ("kva > 10 and kva < 1000", {"kva": Decimal(10)}, False),
        ("kva >= 1000 or double", {"kva": Decimal(1), "double": True}, True),
        ("not double", {"double": False}, True),
        ("not (double or kva == 0)", {"double": False, "kva": Decimal(1)}, True),
        ("since < 2026-03-01", {"since": date(2026, 2, 28)}, True),
        ("double == false", {"double": False}, True),
        ("a and b or c", None, None),
    ],
)
def test_conditions_say_what_they_say(source: str, facts: dict[str, object] | None, expected: bool | None) -> None:
    """Comparisons, membership and the binding of not, and, or."""
    if facts is None:
        test = parse_condition(source).test
        assert test({"a": False, "b": True, "c": True}) is True
        return
    assert parse_condition(source, TYPES).test(facts) is expected  # type: ignore[arg-type]  # values of the types


def test_an_unknown_fact_leaves_open_only_what_it_decides() -> None:
    """Unknown and false is false, unknown or true is true, the rest is open."""
    test = parse_condition("double and kva > 5", TYPES).test
    assert test({"double": False}) is False
    assert test({"double": True}) is None
    assert parse_condition("double or kva > 5", TYPES).test({"kva": Decimal(6)}) is True
    assert parse_condition("not double", TYPES).test({}) is None


def test_without_types_a_name_takes_the_type_of_its_value() -> None:
    """Fields of a document are texts; a comparison with a number reads them as numbers, or leaves the case open."""
    test = parse_condition("items_filled >= 66").test
    assert test({"items_filled": "66"}) is True
    assert test({"items_filled": "65"}) is False
    assert test({"items_filled": "many"}) is None


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "expected_fact"),
        ("kva >", "expected_value"),
        ("kva > five", "expected_value"),
        ('kva == "5"', "unlike"),
        ("kind > 5", "unlike"),
        ('kind > "A"', "no_order"),
        ("kva", "not_yes_no"),
        ("other == 1", "unknown_fact"),
        ("(double", "expected_bracket"),
        ("double double", "expected_end"),
        ("kind in name", "expected_list"),
        ("kind; drop", "character"),
        ("since == 2026-02-30", "expected_value"),
        ("not " * 200 + "double", "too_deep"),
        ("(" * 200 + "double" + ")" * 200, "too_deep"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_reason(source: str, why: str) -> None:
    """Each fault has a sentence of its own, and depth cannot run the parser over."""
    with pytest.raises(ConditionWrong) as caught:
        parse_condition(source, TYPES)
    assert caught.value.facts["why"] == why


@given(st.text(alphabet='ab=!<>()[],"0123456789-._ andornt', max_size=60))
def test_no_text_breaks_the_parser(source: str) -> None:
    """Any text is a condition or is refused; nothing else happens."""
    try:
        condition = parse_condition(source)
    except ConditionWrong:
        return
    assert condition.test({}) in {None, True, False}


@given(st.sampled_from(["text", "choice", "number", "date", "yes-no"]), st.text(max_size=20))
def test_an_entered_text_is_a_value_or_none(kind: FactType, text: str) -> None:
    """Whatever a clerk enters, reading it as a value does not fail."""
    value = value_of(text, kind)
    assert value is None or isinstance(value, (str, Decimal, bool, date))
