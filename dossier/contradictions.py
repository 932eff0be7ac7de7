"""Conditions that cannot be meant: they compare a choice with a value it has not, or never hold whatever the facts."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Final

from dossier.conditions import Condition, Value
from dossier.pack import FactRule

_MOST: Final = 20_000
"""Combinations tried; a condition with more is taken to be able to hold."""


def strange_values(condition: Condition, facts: Mapping[str, FactRule]) -> list[tuple[str, Value]]:
    """Return the choices a condition compares with a value they do not have: fact and value."""
    return [
        (name, value)
        for name, values in sorted(condition.literals.items())
        for value in sorted(values, key=str)
        if name in facts and facts[name].type == "choice" and value not in facts[name].values
    ]


def can_hold(condition: Condition, facts: Mapping[str, FactRule]) -> bool:
    """Tell whether some values of the facts make the condition true.

    Between two neighbouring values a fact is compared with, a condition cannot change, so it is enough to try each such
    value and one on either side of it.
    """
    names = sorted(condition.names)
    samples = [_samples(facts[name], condition.literals.get(name, frozenset())) for name in names]
    if prod(map(len, samples)) > _MOST:
        return True
    return any(condition.test(dict(zip(names, values, strict=True))) is True for values in product(*samples))


def _samples(fact: FactRule, literals: frozenset[Value]) -> Sequence[Value]:
    if fact.type == "choice":
        return fact.values
    if fact.type == "yes-no":
        return (True, False)
    ordered = sorted(literals, key=str)
    if fact.type == "text":
        return (*ordered, "")
    numbers = sorted(value for value in ordered if isinstance(value, Decimal))
    days = sorted(value for value in ordered if isinstance(value, date))
    middles = [(low + high) / 2 for low, high in pairwise(numbers)]
    step = timedelta(days=1)
    around = [day + turn for day in days for turn in (-step, step) if date.min < day < date.max]
    return (*numbers, *middles, *(numbers and (numbers[0] - 1, numbers[-1] + 1)), *days, *around)
