"""What a parsed condition is made of, and the test each piece compiles to (Kleene's logic: None is unknown)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, get_args

Value = str | Decimal | bool | date
FactType = Literal["text", "choice", "number", "date", "yes-no"]
FACT_TYPES: Final[tuple[FactType, ...]] = get_args(FactType)
Facts = Mapping[str, Value]
Test = Callable[[Facts], bool | None]
Sign = Literal["==", "!=", "<", "<=", ">", ">="]
SIGNS: Final[tuple[Sign, ...]] = get_args(Sign)

_COMPARE: Final[Mapping[Sign, Callable[[Value, Value], bool]]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,  # type: ignore[operator]  # both are of one ordered type by parsing
    "<=": lambda left, right: left <= right,  # type: ignore[operator]  # as above
    ">": lambda left, right: left > right,  # type: ignore[operator]  # as above
    ">=": lambda left, right: left >= right,  # type: ignore[operator]  # as above
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact beside a value: ``capacity_kva >= 1000``."""

    name: str
    sign: Sign
    value: Value


@dataclass(frozen=True, slots=True)
class Among:
    """A fact that is one of some values: ``grade in ["A", "B"]``; ``inside`` False: none of them."""

    name: str
    values: tuple[Value, ...]
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Negated:
    """The contrary of a condition."""

    inner: "Expression"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Conditions that must all hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Conditions of which one must hold."""

    parts: tuple["Expression", ...]


Expression = Compared | Among | Negated | AllOf | AnyOf


def value_of(text: str, kind: FactType) -> Value | None:
    """Return a fact's entered text as a value of its type; None when it is not one."""
    if kind in {"text", "choice"}:
        return text
    if kind == "yes-no":
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.strip().casefold())
    try:
        if kind == "number":
            number = Decimal(text.strip())
            return number if number.is_finite() else None
        return date.fromisoformat(text.strip())
    except (InvalidOperation, ValueError):
        return None


def type_of(value: Value) -> FactType:
    """Return the type of fact that a literal fits."""
    if isinstance(value, bool):
        return "yes-no"
    if isinstance(value, Decimal):
        return "number"
    return "date" if isinstance(value, date) else "text"


def test_of(expression: Expression, *, convert: bool) -> Test:
    """Compile an expression; with ``convert`` facts are texts and take the type of what they are compared with."""
    match expression:
        case Compared(name, sign, value):
            return _compare(name, _COMPARE[sign], value, convert=convert)
        case Among(name, values, inside):
            found = _member(name, frozenset(values), type_of(values[0]), convert=convert)
            return found if inside else _not(found)
        case Negated(inner):
            return _not(test_of(inner, convert=convert))
        case AllOf(parts):
            return _all([test_of(part, convert=convert) for part in parts])
        case AnyOf(parts):
            return _any([test_of(part, convert=convert) for part in parts])


def contrary(expression: Expression) -> Expression:
    """Return the contrary without a ``not`` in it: signs turned, *and* and *or* exchanged."""
    match expression:
        case Compared(name, sign, value):
            turned: Mapping[Sign, Sign] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
            if isinstance(value, bool) and sign in {"==", "!="}:
                return Compared(name, sign, not value)
            return Compared(name, turned[sign], value)
        case Among(name, values, inside):
            return Among(name, values, not inside)
        case Negated(inner):
            return inner
        case AllOf(parts):
            return AnyOf(tuple(contrary(part) for part in parts))
        case AnyOf(parts):
            return AllOf(tuple(contrary(part) for part in parts))


def _typed(facts: Facts, name: str, kind: FactType, *, convert: bool) -> Value | None:
    value = facts.get(name)
    return value_of(value, kind) if convert and isinstance(value, str) and kind != "text" else value


def _compare(name: str, compare: Callable[[Value, Value], bool], right: Value, *, convert: bool) -> Test:
    kind = type_of(right)

    def test(facts: Facts) -> bool | None:
        left = _typed(facts, name, kind, convert=convert)
        return None if left is None else compare(left, right)

    return test


def _member(name: str, values: frozenset[Value], kind: FactType, *, convert: bool) -> Test:
    def test(facts: Facts) -> bool | None:
        left = _typed(facts, name, kind, convert=convert)
        return None if left is None else left in values

    return test


def _not(inner: Test) -> Test:
    def test(facts: Facts) -> bool | None:
        found = inner(facts)
        return None if found is None else not found

    return test


def _all(tests: Sequence[Test]) -> Test:
    def test(facts: Facts) -> bool | None:
        found = [inner(facts) for inner in tests]
        return False if False in found else None if None in found else True

    return test


def _any(tests: Sequence[Test]) -> Test:
    def test(facts: Facts) -> bool | None:
        found = [inner(facts) for inner in tests]
        return True if True in found else None if None in found else False

    return test
