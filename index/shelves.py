"""What keeps page texts and finds them: the seam between the search and a database's full-text index.

Two stand behind it: ``index.fts5`` on sealed SQLite and ``index.tsvector`` on PostgreSQL. Both answer the same queries
with the same pages.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import FunctionElement, Select, SQLColumnExpression, literal
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean

from dossier.folding import variants
from index.query import And, Node, Not, Or, Term
from index.tokens import Phrase, Words


class Shelves(Protocol):
    """The shelves of the levels that are open. Every call names the level; a closed one is never asked."""

    def create(self, connection: Connection, levels: Iterable[str]) -> None:
        """Make the tables of these shelves, and what keeps pages in step with documents, where missing."""

    def put(self, connection: Connection, level: str, pages: Sequence[tuple[int, bytes, Words]]) -> None:
        """Add pages that are not on the shelf: id, body, and what they are found by."""

    def remove(self, connection: Connection, level: str, pages: Collection[int]) -> None:
        """Take pages off the shelf."""

    def clear(self, connection: Connection, level: str) -> None:
        """Empty the shelf."""

    def astray(self, connection: Connection, level: str) -> Sequence[int]:
        """Return ids that not all of a shelf's tables and the table of pages have."""

    def damaged(self, connection: Connection, level: str) -> list[str]:
        """Return the parts of a shelf that are not what was written; reads all of it."""

    def bodies(self, connection: Connection, level: str, pages: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield ids and bodies of these pages."""

    def matching(
        self, connection: Connection, level: str, text: Node, within: Collection[int] | None = None
    ) -> Select[tuple[int]]:
        """Return the query for the ids of pages that answer ``text``: words alone, all of one character or none.

        ``within``: only these few pages are asked about.
        """

    def near(self, connection: Connection, level: str, left: Phrase | None, right: Phrase | None) -> Select[tuple[int]]:
        """Return the query for the ids of pages where two phrases stand together, or with two characters between."""

    def counted(self, connection: Connection, ids: Select[Any]) -> int:
        """Return how many ids a selection has."""

    def newest(self, connection: Connection, ids: Select[Any], most: int) -> tuple[list[int], int]:
        """Return the newest ids of a selection of words, newest first, and how many it has in all."""

    def gathered(self, connection: Connection, ids: Select[Any]) -> list[int]:
        """Return the ids of a selection, however many, as fast as the database gives them."""

    def shared(self, connection: Connection, one: Select[Any], other: Select[Any]) -> list[int]:
        """Return the ids that two selections have in common, however many each has."""


class holds(FunctionElement[bool]):  # noqa: N801 (reads as the SQL it becomes)
    """The condition that a text has a part, as it stands."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: SQLColumnExpression[str], part: str) -> None:
        super().__init__(column, literal(part))


@compiles(holds)
def _on_sqlite(element: holds, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(holds, "postgresql")
def _on_postgresql(element: holds, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


class folds_to(FunctionElement[bool]):  # noqa: N801 (reads as the SQL it becomes)
    """The condition that a text, folded, has a folded part in it, or (``whole``) is it: a class for each character."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: SQLColumnExpression[str], part: str, *, whole: bool = False) -> None:
        plain = part.replace("\0", "\ufffd")  # which no pattern can hold, and no text on PostgreSQL
        glob, regex = "".join(map(_in_glob, plain)), "".join(map(_in_regex, plain))
        super().__init__(column, literal(glob if whole else f"*{glob}*"), literal(f"^{regex}$" if whole else regex))


def _in_glob(character: str) -> str:
    """Return what matches every character that folds to this one, for SQLite's GLOB, which knows no escapes."""
    found = variants(character)
    if len(found) == 1 and found not in "*?[":
        return found
    # What means something in a class does not at these places: "]" first, "^" anywhere but first, "-" last.
    ends = {"]": -1, "^": 1, "-": 2}
    return f"[{''.join(sorted(found, key=lambda one: ends.get(one, 0)))}]"


def _in_regex(character: str) -> str:
    return f"[{''.join(one if one.isalnum() else _escaped(one) for one in variants(character))}]"


def _escaped(character: str) -> str:
    return f"\\U{ord(character):08x}"


@compiles(folds_to)
def _folded_on_sqlite(element: folds_to, compiler: SQLCompiler, **options: Any) -> str:
    column, glob, _ = element.clauses.clauses
    return f"{compiler.process(column, **options)} GLOB {compiler.process(glob, **options)}"


@compiles(folds_to, "postgresql")
def _folded_on_postgresql(element: folds_to, compiler: SQLCompiler, **options: Any) -> str:
    column, _, regex = element.clauses.clauses
    return f"{compiler.process(column, **options)} ~ {compiler.process(regex, **options)}"


class among(FunctionElement[bool]):  # noqa: N801 (reads as the SQL it becomes)
    """The condition that a text is one of many, sent as one value: thousands of their own take a tenth of a second."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: SQLColumnExpression[Any], texts: Collection[str]) -> None:
        super().__init__(column, literal(json.dumps(sorted(texts))))


@compiles(among)
def _among_on_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = element.clauses.clauses
    given = f"json_each({compiler.process(texts, **options)})"
    return f"{compiler.process(column, **options)} IN (SELECT value FROM {given})"  # noqa: S608  # of compiled parts


@compiles(among, "postgresql")
def _among_on_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = element.clauses.clauses
    given = f"json_array_elements_text(CAST({compiler.process(texts, **options)} AS json))"
    return f"{compiler.process(column, **options)} IN (SELECT {given})"


def is_single(text: Node) -> bool:
    """Tell whether the first term of ``text`` is a single character."""
    match text:
        case Term():
            return text.phrases[0].single
        case Not():
            return is_single(text.part)
        case And() | Or():
            return is_single(text.parts[0])
        case _:
            raise ValueError(text)
