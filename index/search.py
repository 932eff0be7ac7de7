"""Search: a query in, the pages that answer it out, with snippets cut from the original text.

The query language is described in ``docs/search.md``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from dossier.reading import Box
from index import suggesting, texts
from index.filters import Scope, Standing
from index.matching import Asked
from index.parsing import parse
from index.query import And, Node, Or, Term
from index.snippet import Shown, score, show
from index.tables import ORDINARY, Document, Dossier, Page
from index.texts import PageText
from index.veil import above_ordinary

RANKED: Final = 200
"""How many of the newest hits are put in order of relevance; the others follow by age."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One page that answers a query.

    ``snippet`` is cut from the page's text as it was read, line breaks shown as spaces; ``marks`` are the hits in it as
    offsets (start, end), and ``boxes`` the lines that hold hits, in pixels of the ``width`` × ``height`` page.
    ``dossier`` is the dossier's key.
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
    standing: Standing | None = None,
    today: date | None = None,
) -> Results:
    """Find pages, best first or newest first.

    Only texts of ``levels`` that the session's index has open are looked at (all of those when None), and only
    documents in ``dossiers`` (ids) when given; counts and suggestions keep to that as well. ``standing`` answers
    ``status:missing|late|complete…`` with the ids of dossiers that stand so.

    Raises:
        QueryError: the query cannot be understood; its sentence says what is wrong and where.
    """
    node = parse(query)
    scope = Scope(session, today or datetime.now(UTC).date(), standing)
    opened = _stocked(session, [level for level in session.info["levels"] if levels is None or level in levels])
    terms = asked(node)
    wanted = offset + limit
    shelves = [Asked(scope.at(level), node, level, dossiers) for level in opened]
    newest_hits, total = _newest(shelves, max(wanted, RANKED))
    if not total:
        return Results(0, (), suggesting.suggest(scope, query, terms, opened, dossiers))
    scores: dict[int, float] = {}
    order = newest_hits
    if terms and not newest:
        order, scores = _ranked(session, newest_hits, terms)
    shown = order[offset:wanted]
    return Results(total, tuple(_hits(session, shown, terms, scores)))


def asked(node: Node) -> list[Term]:
    """Return the terms that a page may be found by: all but those under a NOT."""
    match node:
        case Term():
            return [node]
        case And() | Or():
            return [term for part in node.parts for term in asked(part)]
        case _:
            return []


def _stocked(session: Session, levels: Sequence[str]) -> Sequence[str]:
    """Return the levels of which there are pages; all where none has any, so that what cannot be asked is told."""

    def has_pages(level: str) -> bool:
        some = select(col(Page.id)).where(above_ordinary(col(Page.level), level)).limit(1)
        return level == ORDINARY or session.execute(some).first() is not None

    return list(filter(has_pages, levels)) or levels


def _newest(shelves: Sequence[Asked], most: int) -> tuple[list[tuple[str, int]], int]:
    """Return the newest hits of all shelves (level and page id) and how many there are in all."""
    hits: list[tuple[str, int]] = []
    total = 0
    for asked_of in shelves:
        ids, count = asked_of.newest(most)
        hits += [(asked_of.level, page) for page in ids]
        total += count
    hits.sort(key=lambda hit: -hit[1])
    return hits[:most], total


def _ranked(
    session: Session, hits: Sequence[tuple[str, int]], terms: Sequence[Term]
) -> tuple[list[tuple[str, int]], dict[int, float]]:
    head = hits[:RANKED]
    scores = {page: score(text, values, terms) for page, (text, values) in texts.plain(session, head).items()}
    order = sorted(head, key=lambda hit: (-scores.get(hit[1], 0.0), -hit[1]))
    return [*order, *hits[RANKED:]], scores


def _hits(
    session: Session, shown: Sequence[tuple[str, int]], terms: Sequence[Term], scores: dict[int, float]
) -> list[Hit]:
    held = texts.get(session, shown)
    # Columns, not whole rows: a document's has seven lists in it that would be read for each hit.
    statement: Any = (
        select(
            *map(col, (Page.id, Page.capture, Page.number, Page.level, Page.width, Page.height)),
            *map(col, (Document.id, Document.kind, Dossier.key, Dossier.label)),
        )
        .join_from(Page, Document, col(Document.id) == col(Page.document), isouter=True)
        .join(Dossier, col(Dossier.id) == col(Document.dossier), isouter=True)
        .where(col(Page.id).in_([page for _, page in shown]))
    )
    rows = {row[0]: row[1:] for row in session.execute(statement)}
    return [
        _hit(rows[page], show(held.get(page, PageText("")), terms), scores.get(page, 0.0))
        for _, page in shown
        if page in rows
    ]


def _hit(row: tuple[Any, ...], shown: Shown, rank: float) -> Hit:
    capture, number, level, width, height, document, kind, key, label = row
    return Hit(
        document=document or "",
        capture=capture,
        dossier=key,
        dossier_label=label,
        kind=kind or "other",
        level=level,
        page=number,
        snippet=shown.snippet,
        marks=shown.marks,
        boxes=shown.boxes,
        width=width,
        height=height,
        score=round(rank, 4),
    )
