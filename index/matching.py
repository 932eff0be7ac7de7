"""A query as one statement: parts made of words alone go to the shelf's index whole, the rest is put around them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, not_, or_
from sqlmodel import col, select

from index import fts5
from index.filters import Scope
from index.query import And, Filter, Node, Not, Or, Term
from index.tables import Document, Page
from index.tokens import Phrase


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one level that answer: a selection of ids, and its id column to order by."""

    level: str
    select: Select[Any]
    id: ColumnElement[int]


def pages(scope: Scope, node: Node, level: str, dossiers: Collection[str] | None) -> Pages:
    """Return the selection of the pages on a level's shelf that answer a query.

    A query without words answers with the first page of each document. With ``dossiers``, only documents filed there.
    """
    parts = node.parts if isinstance(node, And) else (node,)
    driver, rest = _driver(parts)
    id_: ColumnElement[int]
    if driver is not None:
        found: Select[Any] = fts5.matching(level, driver)
        (id_,) = found.selected_columns
    else:
        found = select(Page.id).where(col(Page.level) == level)
        id_ = cast("ColumnElement[int]", col(Page.id))
    conditions = [_condition(scope, part, level, id_) for part in rest]
    if not _has_words(node):
        first = select(Page.id).join(Document, col(Document.id) == col(Page.document))
        conditions.append(id_.in_(first.where(col(Page.number) == col(Document.first_page))))
    if dossiers is not None:
        conditions.append(_of_documents(id_, col(Document.dossier).in_(list(dossiers))))
    return Pages(level, found.where(*conditions), id_)


def words(level: str, term: Term, dossiers: Collection[str] | None) -> Pages:
    """Return the selection of the pages that answer one term."""
    return _in_dossiers(level, fts5.matching(level, term), dossiers)


def near(level: str, left: Phrase | None, right: Phrase | None, dossiers: Collection[str] | None) -> Pages:
    """Return the selection of the pages where two phrases stand with at most a character and a bit between them."""
    return _in_dossiers(level, fts5.near(level, left, right), dossiers)


def _in_dossiers(level: str, found: Select[Any], dossiers: Collection[str] | None) -> Pages:
    (id_,) = found.selected_columns
    if dossiers is not None:
        found = found.where(_of_documents(id_, col(Document.dossier).in_(list(dossiers))))
    return Pages(level, found, id_)


def of_words(node: Node) -> bool | None:
    """Tell which of a shelf's two indexes can answer a part whole.

    True: that of single characters; False: that of words; None: neither alone.
    """
    match node:
        case Term():
            return node.phrases[0].single
        case Or():
            sorts = {of_words(part) for part in node.parts}
        case And():
            if all(isinstance(part, Not) for part in node.parts):
                return None
            sorts = {of_words(part.part if isinstance(part, Not) else part) for part in node.parts}
        case _:
            return None
    return sorts.pop() if len(sorts) == 1 else None


def _driver(parts: Sequence[Node]) -> tuple[Node | None, Sequence[Node]]:
    """Return what the statement starts from, all words that one index answers, and what is left to ask of each hit."""
    for single in (False, True):
        wanted = [part for part in parts if of_words(part) is single]
        if wanted:
            unwanted = [part for part in parts if isinstance(part, Not) and of_words(part.part) is single]
            rest = [part for part in parts if part not in wanted and part not in unwanted]
            return (wanted[0] if len(wanted) + len(unwanted) == 1 else And((*wanted, *unwanted))), rest
    return None, parts


def _condition(scope: Scope, node: Node, level: str, id_: ColumnElement[int]) -> ColumnElement[bool]:
    if of_words(node) is not None:
        return _free(id_).in_(fts5.matching(level, node))
    match node:
        case Filter():
            return _of_documents(id_, scope.documents(node))
        case Not():
            return not_(_condition(scope, node.part, level, id_))
        case And():
            return and_(*[_condition(scope, part, level, id_) for part in node.parts])
        case Or():
            return or_(*[_condition(scope, part, level, id_) for part in node.parts])
        case Term():
            raise ValueError(node)


def _of_documents(id_: ColumnElement[int], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    held = select(Page.id).join(Document, col(Document.id) == col(Page.document)).where(condition)
    return _free(id_).in_(held)


def _free(id_: ColumnElement[int]) -> ColumnElement[int]:
    # Without the sum SQLite asks the full-text index once for every id of the selection.
    return id_ + 0


def _has_words(node: Node) -> bool:
    match node:
        case Term():
            return True
        case And() | Or():
            return any(map(_has_words, node.parts))
        case Not():
            return _has_words(node.part)
        case Filter():
            return False
