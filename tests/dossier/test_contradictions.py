"""Conditions that cannot be meant are found; those that can hold are left alone."""

import pytest

from dossier.conditions import parse_condition
from dossier.contradictions import can_hold, strange_values
from dossier.pack import FactRule
from dossier.wording import LANGS

TITLE = dict.fromkeys(LANGS, "x")
FACTS = {
    "grade": FactRule("grade", TITLE, "choice", ("A", "B")),
    "kva": FactRule("kva", TITLE, "number"),
    "double": FactRule("double", TITLE, "yes-no"),
    "since": FactRule("since", TITLE, "date"),
    "name": FactRule("name", TITLE, "text"),
}
TYPES = {name: rule.type for name, rule in FACTS.items()}


@pytest.mark.parametrize(
    ("source", "possible"),
    [
        ('grade == "A"', True),
        ('grade == "A" and grade == "B"', False),
        ('grade == "A" and grade != "A"', False),
        ("kva > 10 and kva < 10", False),
        ("kva > 10 and kva < 11", True),
        ("kva >= 1000 and kva < 1000", False),
        ("kva > 5000", True),
        ("kva < 0 or kva >= 0", True),
        ("double and not double", False),
        ("not double", True),
        ("since > 2026-03-01 and since < 2026-03-03", True),
        ("since > 2026-03-01 and since < 2026-03-02", False),
        ('name != "x"', True),
        ('name == "x" and name == "y"', False),
    ],
)
def test_a_condition_can_hold_or_contradicts_itself(source: str, possible: bool) -> None:
    """Values on, between and beyond the values compared with are enough to tell."""
    assert can_hold(parse_condition(source, TYPES), FACTS) is possible


def test_a_choice_compared_with_a_value_it_has_not_is_strange() -> None:
    """A misspelt choice would silently never hold."""
    condition = parse_condition('grade in ["A", "C"] or name == "C"', TYPES)
    assert strange_values(condition, FACTS) == [("grade", "C")]
