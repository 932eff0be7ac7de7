"""Who must approve an action, and which limit holds, under the facts of a request. Pure readings of a pack's rules."""

from collections.abc import Mapping
from decimal import Decimal

from dossier.conditions import Condition, Facts, Value, value_of
from dossier.pack import Approval, FactRule, Pack


def approvals(pack: Pack, action: str, facts: Mapping[str, str]) -> tuple[Approval, ...]:
    """Return the approvals an action needs under ``facts`` (as entered); a condition nobody can decide counts as held.

    An approval of several roles takes any one of them, or all where the rule says ``together``.
    """
    values = _typed(pack, facts)
    return tuple(rule for rule in pack.approvals if rule.action == action and _holds(rule.when, values, unknown=True))


def limit(pack: Pack, name: str, facts: Mapping[str, str]) -> Decimal | None:
    """Return the amount of the first limit ``name`` whose condition holds under ``facts``; None when none does."""
    values = _typed(pack, facts)
    return next(
        (rule.amount for rule in pack.limits if rule.id == name and _holds(rule.when, values, unknown=False)), None
    )


def _holds(condition: Condition | None, values: Facts, *, unknown: bool) -> bool:
    found = True if condition is None else condition.test(values)
    return unknown if found is None else found


def _typed(pack: Pack, facts: Mapping[str, str]) -> Facts:
    rules: dict[str, FactRule] = {}
    for kind in pack.dossiers.values():
        rules |= kind.facts
    rules |= pack.request_facts
    found: dict[str, Value] = {}
    for name, rule in rules.items():
        text = facts.get(name, rule.default)
        value = None if text is None else value_of(text, rule.type)
        if value is not None:
            found[name] = value
    return found
