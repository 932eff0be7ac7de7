"""Approvals and limits under the facts of a request."""

from decimal import Decimal

from dossier.permissions import approvals, limit
from dossier.policy import load_pack


def test_another_departments_dossier_takes_the_general_manager() -> None:
    """Own department: its manager. Another: the general manager. Nothing said counts as another."""
    pack = load_pack("sales-basic")
    asked = {said: approvals(pack, "inspect", {"own_department": said}) for said in ("yes", "no")}
    assert {said: [rule.by for rule in rules] for said, rules in asked.items()} == {
        "yes": [("department-manager",)],
        "no": [("general-manager",)],
    }
    assert [rule.by for rule in approvals(pack, "inspect", {})] == [("general-manager",)]


def test_a_fact_nobody_gave_does_not_open_a_door() -> None:
    """Where the capacity is not known every reviewer it could be is asked, and no limit is claimed."""
    pack = load_pack("utility")
    assert len(approvals(pack, "design-review", {})) == 3
    assert limit(load_pack("grading"), "reception-per-head", {}) is None
    assert limit(load_pack("grading"), "reception-per-head", {"grade": "B"}) == Decimal(300)


def test_an_action_without_a_rule_has_no_approver() -> None:
    """The pack says nothing about it."""
    assert approvals(load_pack("utility"), "dance", {}) == ()
    assert limit(load_pack("utility"), "dance", {}) is None
