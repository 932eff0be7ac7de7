"""Conditions that packs write over facts: comparisons joined by and, or, not; nothing that can loop, call or fail.

    customer_type == "company" and (capacity_kva >= 1000 or not low_voltage)
    grade in ["A", "B"]

A fact nobody has entered is *unknown*, and a condition is then unknown too unless the rest decides it (Kleene's logic).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final, Literal, get_args

from dossier.errors import ExitCode, JuanzongError

Value = str | Decimal | bool | date
FactType = Literal["text", "choice", "number", "date", "yes-no"]
FACT_TYPES: Final[tuple[FactType, ...]] = get_args(FactType)
Facts = Mapping[str, Value]
Test = Callable[[Facts], bool | None]

_DEEPEST: Final = 20
_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<date>\d{4}-\d{2}-\d{2})
    | (?P<number>-?\d+(?:\.\d+)?)
    | "(?P<text>[^"]*)"
    | (?P<op>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
    | (?P<name>[a-z_][a-z0-9_-]*)
    )""",
    re.VERBOSE,
)
_COMPARE: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,  # type: ignore[operator]  # both are of one ordered type by parsing
    "<=": lambda left, right: left <= right,  # type: ignore[operator]  # as above
    ">": lambda left, right: left > right,  # type: ignore[operator]  # as above
    ">=": lambda left, right: left >= right,  # type: ignore[operator]  # as above
}
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})
_WORDS: Final = frozenset({"and", "or", "not", "in", "true", "false"})


class ConditionWrong(JuanzongError):
    """A condition that does not follow the grammar or compares unlike things; ``why`` is a wording key."""

    exit_code = ExitCode.POLICY
    wording = "policy.condition_wrong"


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition: ``source`` as written, the facts it names, and ``test`` that decides it (None: unknown).

    ``literals`` are the values each fact is compared with.
    """

    source: str
    names: frozenset[str]
    test: Test
    literals: Mapping[str, frozenset[Value]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_condition(source: str, types: Mapping[str, FactType] | None = None) -> Condition:
    """Parse a condition.

    ``types`` are the facts it may name and their types; without it any name may stand, and takes the type of what it
    is compared with.

    Raises:
        ConditionWrong: the text is no condition, names an unknown fact or compares unlike things.
    """
    parser = _Parser(source, types)
    test = parser.either(0)
    if parser.at < len(parser.tokens):
        raise parser.wrong("expected_end")
    literals = {name: frozenset(values) for name, values in parser.literals.items()}
    return Condition(source, frozenset(parser.names), test, MappingProxyType(literals))


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


def _type_of(value: Value) -> FactType:
    if isinstance(value, bool):
        return "yes-no"
    if isinstance(value, Decimal):
        return "number"
    return "date" if isinstance(value, date) else "text"


class _Parser:
    """Recursive descent over the tokens; each method returns the test of what it read."""

    def __init__(self, source: str, types: Mapping[str, FactType] | None) -> None:
        self.source, self.types = source, types
        self.names: set[str] = set()
        self.literals: dict[str, set[Value]] = {}
        self.at = 0
        self.tokens: list[_Token] = []
        place, end = 0, len(source.rstrip())
        while place < end:
            match = _TOKEN.match(source, place)
            if match is None or match.lastgroup is None:
                raise ConditionWrong(condition=source, why="character", found=source[place:].strip()[:1])
            self.tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
            place = match.end()

    def wrong(self, why: str, found: str | None = None) -> ConditionWrong:
        here = self.tokens[self.at].text if self.at < len(self.tokens) else "…"
        return ConditionWrong(condition=self.source, why=why, found=here if found is None else found)

    def take(self, text: str) -> bool:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is not None and token.kind in {"op", "name"} and token.text == text:
            self.at += 1
            return True
        return False

    def either(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise self.wrong("too_deep")
        tests = [self.both(depth)]
        while self.take("or"):
            tests.append(self.both(depth))
        return tests[0] if len(tests) == 1 else _any(tests)

    def both(self, depth: int) -> Test:
        tests = [self.plain(depth)]
        while self.take("and"):
            tests.append(self.plain(depth))
        return tests[0] if len(tests) == 1 else _all(tests)

    def plain(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise self.wrong("too_deep")
        if self.take("not"):
            return _not(self.plain(depth + 1))
        if self.take("("):
            inner = self.either(depth + 1)
            if not self.take(")"):
                raise self.wrong("expected_bracket")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or token.kind != "name" or token.text in _WORDS:
            raise self.wrong("expected_fact")
        if self.types is not None and token.text not in self.types:
            raise self.wrong("unknown_fact")
        self.at += 1
        self.names.add(token.text)
        following = self.tokens[self.at].text if self.at < len(self.tokens) else ""
        if following in _COMPARE:
            self.at += 1
            return _compare(token.text, following, self.literal(token.text, ordered=following in _ORDERED), self.types)
        if self.take("in"):
            return _member(token.text, self.listed(token.text), self.types)
        if self.types is not None and self.types[token.text] != "yes-no":
            raise self.wrong("not_yes_no", token.text)
        return _compare(token.text, "==", True, self.types)

    def listed(self, name: str) -> frozenset[Value]:
        if not self.take("["):
            raise self.wrong("expected_list")
        values = {self.literal(name, ordered=False)}
        while self.take(","):
            values.add(self.literal(name, ordered=False))
        if not self.take("]"):
            raise self.wrong("expected_bracket")
        return frozenset(values)

    def literal(self, name: str, *, ordered: bool) -> Value:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        value: Value | None = None
        if token is not None and token.kind == "text":
            value = token.text
        elif token is not None and token.kind == "number":
            value = Decimal(token.text)
        elif token is not None and token.kind == "date":
            value = value_of(token.text, "date")
        elif token is not None and token.text in {"true", "false"}:
            value = token.text == "true"
        if value is None:
            raise self.wrong("expected_value")
        if ordered and isinstance(value, (str, bool)):
            raise self.wrong("no_order")
        declared = self.types[name] if self.types is not None else _type_of(value)
        if ("text" if declared == "choice" else declared) != _type_of(value):
            raise self.wrong("unlike", name)
        self.literals.setdefault(name, set()).add(value)
        self.at += 1
        return value


def _typed(facts: Facts, name: str, kind: FactType, *, convert: bool) -> Value | None:
    value = facts.get(name)
    return value_of(value, kind) if convert and isinstance(value, str) and kind != "text" else value


def _compare(name: str, sign: str, right: Value, types: Mapping[str, FactType] | None) -> Test:
    compare, kind, convert = _COMPARE[sign], _type_of(right), types is None

    def test(facts: Facts) -> bool | None:
        left = _typed(facts, name, kind, convert=convert)
        return None if left is None else compare(left, right)

    return test


def _member(name: str, values: frozenset[Value], types: Mapping[str, FactType] | None) -> Test:
    kind, convert = _type_of(next(iter(values))), types is None

    def test(facts: Facts) -> bool | None:
        left = _typed(facts, name, kind, convert=convert)
        return None if left is None else left in values

    return test


def _not(inner: Test) -> Test:
    def test(facts: Facts) -> bool | None:
        found = inner(facts)
        return None if found is None else not found

    return test


def _all(tests: list[Test]) -> Test:
    def test(facts: Facts) -> bool | None:
        found = [inner(facts) for inner in tests]
        return False if False in found else None if None in found else True

    return test


def _any(tests: list[Test]) -> Test:
    def test(facts: Facts) -> bool | None:
        found = [inner(facts) for inner in tests]
        return True if True in found else None if None in found else False

    return test
