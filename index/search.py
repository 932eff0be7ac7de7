"""Search: a query in, the pages that answer it out, with snippets cut from the original text.

The query language is described in ``docs/search.md``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from dossier.reading import Box


@dataclass(frozen=True, slots=True)
class Hit:
    """One page that answers a query.

    ``snippet`` is cut from the page's text as it was read; ``marks`` are the hits in it as offsets (start, end), and
    ``boxes`` the lines that hold them, in pixels of the ``width`` × ``height`` page. ``dossier`` is the dossier's key.
    """

    document: str
    capture: str
    dossier: str | None
    dossier_label: str | None
    kind: str
    level: str
    page: int
    snippet: str
    marks: tuple[tuple[int, int], ...]
    boxes: tuple[Box, ...]
    width: int
    height: int
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """How many pages answer in all, those asked for, and, when nothing does, a query that would find something."""

    total: int
    hits: tuple[Hit, ...]
    suggestion: str | None = None


def search(
    session: Session,
    query: str,
    limit: int = 20,
    offset: int = 0,
    levels: Collection[str] | None = None,
    *,
    newest: bool = False,
    dossiers: Collection[str] | None = None,
    standing: Callable[[str], Collection[str]] | None = None,
    today: date | None = None,
) -> Results:
    """Find pages, best first or newest first.

    Only texts of ``levels`` that the session's index has open are looked at (all of those when None), and only
    documents in ``dossiers`` (ids) when given; counts and suggestions keep to that as well. ``standing`` answers
    ``status:missing|late|complete…`` with the ids of dossiers that stand so.

    Raises:
        QueryError: the query cannot be understood; its sentence says what is wrong and where.
    """
    raise NotImplementedError
