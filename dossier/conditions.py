"""Conditions that packs write over facts: comparisons joined by and, or, not; nothing that can loop, call or fail.

    customer_type == "company" and (capacity_kva >= 1000 or not low_voltage)
    grade in ["A", "B"]

A fact nobody has entered is *unknown*, and a condition is then unknown too unless the rest decides it (Kleene's logic).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from dossier.errors import ExitCode, JuanzongError
from dossier.expressions import (
    FACT_TYPES,
    SIGNS,
    AllOf,
    Among,
    AnyOf,
    Compared,
    Expression,
    Facts,
    FactType,
    Negated,
    Sign,
    Test,
    Value,
    test_of,
    type_of,
    value_of,
)

__all__ = [
    "FACT_TYPES",
    "Condition",
    "ConditionWrong",
    "FactType",
    "Facts",
    "Test",
    "Value",
    "parse_condition",
    "value_of",
]

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
_SIGNS: Final[Mapping[str, Sign]] = {sign: sign for sign in SIGNS}
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})
_WORDS: Final = frozenset({"and", "or", "not", "in", "true", "false"})


class ConditionWrong(JuanzongError):
    """A condition that does not follow the grammar or compares unlike things; ``why`` is a wording key."""

    exit_code = ExitCode.POLICY
    wording = "policy.condition_wrong"


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition: ``source`` as written, the facts it names, and ``test`` that decides it (None: unknown).

    ``literals`` are the values each fact is compared with, ``tree`` what the condition is made of.
    """

    source: str
    names: frozenset[str]
    test: Test
    tree: Expression
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
    tree = parser.either(0)
    if parser.at < len(parser.tokens):
        raise parser.wrong("expected_end")
    literals = {name: frozenset(values) for name, values in parser.literals.items()}
    test = test_of(tree, convert=types is None)
    return Condition(source, frozenset(parser.names), test, tree, MappingProxyType(literals))


class _Parser:
    """Recursive descent over the tokens; each method returns what it read."""

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

    def either(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise self.wrong("too_deep")
        parts = [self.both(depth)]
        while self.take("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def both(self, depth: int) -> Expression:
        parts = [self.plain(depth)]
        while self.take("and"):
            parts.append(self.plain(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def plain(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise self.wrong("too_deep")
        if self.take("not"):
            return Negated(self.plain(depth + 1))
        if self.take("("):
            inner = self.either(depth + 1)
            if not self.take(")"):
                raise self.wrong("expected_bracket")
            return inner
        return self.comparison()

    def comparison(self) -> Expression:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or token.kind != "name" or token.text in _WORDS:
            raise self.wrong("expected_fact")
        if self.types is not None and token.text not in self.types:
            raise self.wrong("unknown_fact")
        self.at += 1
        self.names.add(token.text)
        following = self.tokens[self.at].text if self.at < len(self.tokens) else ""
        if following in _SIGNS:
            self.at += 1
            value = self.literal(token.text, ordered=following in _ORDERED)
            return Compared(token.text, _SIGNS[following], value)
        if self.take("in"):
            return Among(token.text, self.listed(token.text))
        if self.types is not None and self.types[token.text] != "yes-no":
            raise self.wrong("not_yes_no", token.text)
        return Compared(token.text, "==", True)

    def listed(self, name: str) -> tuple[Value, ...]:
        if not self.take("["):
            raise self.wrong("expected_list")
        values = [self.literal(name, ordered=False)]
        while self.take(","):
            values.append(self.literal(name, ordered=False))
        if not self.take("]"):
            raise self.wrong("expected_bracket")
        return tuple(dict.fromkeys(values))

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
        declared = self.types[name] if self.types is not None else type_of(value)
        if ("text" if declared == "choice" else declared) != type_of(value):
            raise self.wrong("unlike", name)
        self.literals.setdefault(name, set()).add(value)
        self.at += 1
        return value
