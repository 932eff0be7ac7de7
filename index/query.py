"""What a query asks, as values. The language is described in ``docs/search.md``; ``index.parsing`` reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang, say
from index import spoken
from index.tokens import Phrase


class QueryError(JuanzongError):
    """A query that cannot be understood; ``at`` is the offset in it where that shows, counted from 1."""

    exit_code: ClassVar[ExitCode] = ExitCode.QUERY
    wording: ClassVar[str] = "index.query"

    def __init__(self, wording: str = "query", **facts: object) -> None:
        super().__init__(**facts)
        self.wording = f"index.{wording}"  # type: ignore[misc]  # one class for every way to ask wrongly

    def say(self, lang: Lang) -> str:
        """Return the sentence; filters and their values are called as they are in that language."""
        facts = dict(self.facts)
        if isinstance(names := facts.get("names"), Mapping):
            facts["names"] = spoken.listed(names, lang)
        if "name" in facts and self.wording != "index.query-filter":
            facts["name"] = spoken.called(str(facts["name"]), lang)
        return say(self.wording, lang, **facts)


@dataclass(frozen=True, slots=True)
class Term:
    """Words to find on a page: any of ``phrases``, or a field whose value begins with ``identifier``.

    ``at`` … ``end`` is where they stand in the query.
    """

    phrases: tuple[Phrase, ...]
    identifier: str | None = None
    at: int = 0
    end: int = 0


Comparison = Literal["=", ">", ">=", "<", "<=", "range"]


@dataclass(frozen=True, slots=True)
class Filter:
    """A property the page's document must have: any of ``values``, or, for amounts, ``comparison`` with them.

    ``at`` is where it begins in the query, from 0.
    """

    name: str
    values: tuple[str, ...]
    comparison: Comparison = "="
    at: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """What the page must not answer."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    parts: "tuple[Node, ...]"


Node = Term | Filter | Not | And | Or
"""A query; None where nothing is asked."""
