"""Read a query as people type it, in the language of ``docs/search.md``; nothing but ``QueryError`` is ever raised."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from dossier.folding import fold
from index import spoken
from index.query import And, Comparison, Filter, Node, Not, Or, QueryError, Term
from index.texts import comparable
from index.tokens import phrase, phrase_of

LONGEST: Final = 1_000
"""Characters in a query."""
MOST_TERMS: Final = 64
DEEPEST: Final = 32
"""Parentheses and NOTs within one another."""

FILTERS: Final = tuple(spoken.FILTERS)
_ALSO_CALLED: Final = {
    **{fold(name): id_ for id_, names in spoken.FILTERS.items() for name in names},
    "类型": "kind", "文件": "kind", "车牌号": "plate", "证件": "id", "身份证": "id", "税号": "id", "发票": "invoice",
    "发票号码": "invoice", "保单": "policy", "合同编号": "contract", "人": "person", "从": "from", "起": "from",
    "到": "to", "止": "to",
}  # fmt: skip
_OPERATORS: Final = {"AND", "OR", "NOT"}
_NAME: Final = re.compile(r"([^\W\d_]+):(?!//)")
_END: Final = re.compile(r'[\s()"]|$')
_COMPARISON: Final = re.compile(r"(>=|<=|=>|=<|≥|≤|>|<|=)?\s*(.*)", re.DOTALL)
_IDENTIFIER: Final = re.compile(r"(?=.*\d)[\w\-./·\s]{4,}")
_GROUPED: Final = re.compile(r"(?=(?:\D*\d){8})[A-Za-z0-9]+(?: [A-Za-z0-9]+)+")
_SPLIT: Final = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")

Sort = Literal["word", "phrase", "filter", "AND", "OR", "NOT", "(", ")", "end"]


@dataclass(frozen=True, slots=True)
class _Mark:
    """One mark of a query: what it is, where it begins, what it says."""

    sort: Sort
    at: int
    text: str
    name: str = ""

    @property
    def end(self) -> int:
        """Where it ends, quotation marks included."""
        return self.at + len(self.text) + (2 if self.sort == "phrase" else 0)


def parse(query: str) -> Node:
    """Return what a query asks.

    Raises:
        QueryError: it asks nothing, or cannot be understood; the sentence tells what and where.
    """
    if len(query) > LONGEST:
        raise QueryError("query-long", most=LONGEST)
    marks = _marks(query)
    if sum(mark.sort in {"word", "phrase", "filter"} for mark in marks) > MOST_TERMS:
        raise QueryError("query-terms", most=MOST_TERMS)
    if len(marks) == 1:
        raise QueryError("query-nothing")
    reader = _Reader(marks)
    node = reader.either(0)
    left = reader.next
    if left.sort != "end":
        raise QueryError("query-close", at=left.at + 1)
    return node


class _Reader:
    """Reads marks by the grammar, one function for each of its lines."""

    def __init__(self, marks: list[_Mark]) -> None:
        self._marks = marks
        self._at = 0

    @property
    def next(self) -> _Mark:
        """The mark that comes next."""
        return self._marks[self._at]

    def either(self, depth: int) -> Node:
        """Read ``all (OR all)*``."""
        parts = [self._all(depth)]
        while self.next.sort == "OR":
            self._at += 1
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self.next.sort not in {"OR", ")", "end"}:
            if self.next.sort == "AND":
                self._at += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, depth: int) -> Node:
        mark = self.next
        if depth > DEEPEST:
            raise QueryError("query-deep", at=mark.at + 1)
        self._at += mark.sort != "end"
        match mark.sort:
            case "NOT":
                part = self._one(depth + 1)
                return part.part if isinstance(part, Not) else Not(part)
            case "(":
                part = self.either(depth + 1)
                if self.next.sort != ")":
                    raise QueryError("query-open", at=mark.at + 1)
                self._at += 1
                return part
            case "word" | "phrase":
                return _term(mark)
            case "filter":
                return _filter(mark)
            case _:
                raise QueryError("query-operand", at=mark.at + 1)


def _marks(query: str) -> list[_Mark]:
    folded = fold(query)
    marks: list[_Mark] = []
    at = 0
    while at < len(folded):
        character = folded[at]
        if character.isspace():
            at += 1
        elif character in "()":
            marks.append(_Mark("(" if character == "(" else ")", at, character))
            at += 1
        elif character == '"':
            end = _closing(folded, at)
            _append(marks, _Mark("phrase", at, query[at + 1 : end]))
            at = end + 1
        else:
            at = _word(query, folded, at, marks)
    return [*marks, _Mark("end", len(query), "")]


def _word(query: str, folded: str, at: int, marks: list[_Mark]) -> int:
    """Read a word, an operator or a filter, and return where it ends."""
    if folded[at] == "-" and at + 1 < len(folded) and not folded[at + 1].isspace() and folded[at + 1] not in "-)":
        marks.append(_Mark("NOT", at, "-"))
        return at + 1
    named = _NAME.match(folded, at)
    if named and (named[1] in FILTERS or named[1] in _ALSO_CALLED):
        name = _ALSO_CALLED.get(named[1], named[1])
        start = named.end()
        quoted = _COMPARISON.match(folded, start)
        inner = quoted.start(2) if quoted else start
        if folded[inner : inner + 1] == '"':
            end = _closing(folded, inner)
            marks.append(_Mark("filter", at, query[start:inner] + query[inner + 1 : end], name))
            return end + 1
        end = _end(folded, start)
        marks.append(_Mark("filter", at, query[start:end], name))
        return end
    if named and named[1].isascii():
        raise QueryError("query-filter", at=at + 1, name=named[1], names=spoken.FILTERS)
    end = _end(folded, at)
    text = query[at:end]
    operator = unicodedata.normalize("NFKC", text)
    if operator in _OPERATORS:
        marks.append(_Mark("AND" if operator == "AND" else "OR" if operator == "OR" else "NOT", at, text))
    else:
        _append(marks, _Mark("word", at, text))
    return end


def _append(marks: list[_Mark], mark: _Mark) -> None:
    """Add a mark unless it is punctuation only: there is nothing to look for then."""
    if phrase(mark.text) is not None:
        marks.append(mark)


def _closing(folded: str, at: int) -> int:
    end = folded.find('"', at + 1)
    if end < 0:
        raise QueryError("query-quote", at=at + 1)
    return end


def _end(folded: str, at: int) -> int:
    found = _END.search(folded, at)
    return found.start() if found else len(folded)


def _term(mark: _Mark) -> Term:
    main = phrase(mark.text)
    if main is None:
        raise QueryError("query-nothing")
    if mark.sort == "phrase" and not _GROUPED.fullmatch(mark.text):
        return Term((main,), None, mark.at, mark.end)
    phrases = [main]
    identifier = None
    if _IDENTIFIER.fullmatch(mark.text):
        identifier = comparable(mark.text)
        # One gap is how a plate or a short number is set; a query for each letter of a VIN by itself would be slow.
        apart = phrase_of(_SPLIT.sub(" ", main.form)) if len(_SPLIT.findall(main.form)) == 1 else None
        together = phrase_of("".join(main.form.split()))
        phrases += [other for other in (apart, together) if other is not None and other not in phrases]
    return Term(tuple(phrases), identifier, mark.at, mark.end)


def _filter(mark: _Mark) -> Filter:
    found = _COMPARISON.fullmatch(fold(mark.text).strip())
    sign, value = (found[1], found[2]) if found else (None, "")
    comparison: Comparison = "="
    match sign:
        case ">" | "<":
            comparison = ">" if sign == ">" else "<"
        case ">=" | "=>" | "≥":
            comparison = ">="
        case "<=" | "=<" | "≤":
            comparison = "<="
        case _:
            pass
    if ".." in value and mark.name == "amount":
        values = tuple(part.strip(". ") for part in value.split("..", 1))
        comparison = "range"
    elif mark.name == "amount":
        values = (value,)
    else:
        values = tuple(part.strip() for part in re.split(r"[,、]", value))
    values = tuple(part for part in values if part)
    if not values or (comparison == "range" and len(values) != 2):
        raise QueryError("query-value", at=mark.at + 1, name=mark.name)
    if comparison != "=" and mark.name != "amount":
        raise QueryError("query-comparison", at=mark.at + 1, name=mark.name)
    return Filter(mark.name, values, comparison, mark.at)
