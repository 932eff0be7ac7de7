"""A query as one statement: parts made of words alone go to the shelf's index whole, the rest is put around them."""

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, and_, func, not_, or_
from sqlmodel import Session, col, select

from index.filters import NAMING, NARROW, Scope
from index.query import And, Filter, Node, Not, Or, Term
from index.shelves import among
from index.tables import Document, Page
from index.texts import shelves_of
from index.tokens import Phrase
from index.within import pages_in

EACH_UP_TO: Final = 5_000
"""Hits up to which filters are asked of each hit, not once of all documents."""
FEW: Final = 2_000
"""Pages that a filter leaves up to which only these are asked about the rest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is asked of one level's shelf, within some dossiers or (None) anywhere."""

    scope: Scope
    node: Node
    level: str
    dossiers: Collection[str] | None

    def newest(self, most: int) -> tuple[list[int], int]:
        """Return the ids of the newest pages that answer, and how many do in all.

        A query without words answers with the first page of each document.
        """
        if self.dossiers is not None and (reached := pages_in(self.scope.session, self.dossiers)) is not None:
            anywhere, _ = replace(self, dossiers=None).newest(sys.maxsize)
            ids = reached.among(anywhere)
            return ids[:most], len(ids)
        return self._newest(most)

    def _newest(self, most: int) -> tuple[list[int], int]:
        session = self.scope.session
        driver, rest = _driver(self.node.parts if isinstance(self.node, And) else (self.node,))
        few, rest = self._few(rest, NAMING if driver is None else NARROW)
        if driver is None:
            page = cast("ColumnElement[int]", col(Page.id))
            of_level = [col(Page.level) == self.level, *([] if few is None else [page.in_(few)])]
            conditions = self._conditions(rest, page, joined=True, each=few is not None)
            return _all(session, select(Page.id).where(*of_level, *conditions), most)
        words = shelves_of(session).matching(session.connection(), self.level, driver, few)
        (id_,) = words.selected_columns
        if not rest and self.dossiers is None:
            return _of_words(session, words, most)
        if few is None and _more_than(session, words, EACH_UP_TO):
            few, rest = self._few(rest, NAMING)
            if few is None:
                return self._of_many(words, rest, most)
            words = words.where(_free(id_).in_(few))
        each = words.join(Page, col(Page.id) == _free(id_)).with_only_columns(col(Page.id))
        return _all(session, each.where(*self._conditions(rest, id_, joined=True, each=True)), most)

    def _of_many(self, words: Any, rest: Sequence[Node], most: int) -> tuple[list[int], int]:
        session, (id_,) = self.scope.session, words.selected_columns
        rows = self._of_rows(rest)
        if rows is None:
            return _all(session, words.where(*self._conditions(rest, id_)), most)
        return _both(session, words, select(Page.id).where(*rows), most)

    def _few(self, rest: Sequence[Node], names: Collection[str]) -> tuple[list[int] | None, Sequence[Node]]:
        """Return the pages, few, that a filter of these names leaves, and what else is asked; None where none does."""
        session = self.scope.session
        for part in rest:
            if isinstance(part, Filter) and part.name in names:
                documents = set(session.execute(self.scope.named(part).limit(FEW + 1)).scalars())
                if len(documents) <= FEW:
                    pages = select(Page.id).where(col(Page.document).in_(documents)).limit(FEW + 1)
                    found = list(session.execute(pages).scalars())
                    if len(found) <= FEW:
                        return found, [one for one in rest if one is not part]
        return None, rest

    def _of_rows(self, rest: Sequence[Node]) -> list[ColumnElement[bool]] | None:
        """Return what filters ask of pages' own rows, None if anything else is asked as well."""
        filters = [self.scope.pages(part) if isinstance(part, Filter) else None for part in rest]
        known = [condition for condition in filters if condition is not None]
        return known if len(known) == len(rest) and self.dossiers is None else None

    def _conditions(
        self, rest: Sequence[Node], id_: ColumnElement[int], *, joined: bool = False, each: bool = False
    ) -> list[ColumnElement[bool]]:
        scope = replace(self.scope, joined=joined, each=each)
        of_page = [scope.pages(part) if isinstance(part, Filter) else None for part in rest]
        found = [_condition(scope, part, self.level, id_) for part, of in zip(rest, of_page, strict=True) if of is None]
        together = [of for of in of_page if of is not None]
        if not _has_words(self.node):
            together.append(col(Page.first).is_(True))
        if together:  # as one selection: each alone may hold most of all pages
            found.append(_of_pages(scope, id_, and_(*together)))
        if self.dossiers is not None:
            found.append(_of_documents(scope, id_, among(col(Document.dossier), self.dossiers)))
        return found


def near(
    scope: Scope, level: str, sides: tuple[Phrase | None, Phrase | None], dossiers: Collection[str] | None, most: int
) -> list[int]:
    """Return the newest pages where two phrases stand with at most two characters between them."""
    found = shelves_of(scope.session).near(scope.session.connection(), level, *sides)
    (id_,) = found.selected_columns
    if dossiers is not None:
        if (reached := pages_in(scope.session, dossiers)) is not None:
            return reached.among(_all(scope.session, found, sys.maxsize)[0])[:most]
        found = found.where(_of_documents(scope, id_, among(col(Document.dossier), dossiers)))
    return list(scope.session.execute(found.order_by(id_.desc()).limit(most)).scalars())


def _more_than(session: Session, found: Any, most: int) -> bool:
    return shelves_of(session).counted(session.connection(), found.limit(most + 1)) > most


def _of_words(session: Session, words: Any, most: int) -> tuple[list[int], int]:
    """Return what words alone find; few of many are fetched, and the others only counted."""
    if most == sys.maxsize:
        return _all(session, words, most)
    return shelves_of(session).newest(session.connection(), words, most)


def _both(session: Session, words: Any, rows: Any, most: int) -> tuple[list[int], int]:
    """Fetch two long lists of ids and keep what is in both."""
    ids = shelves_of(session).shared(session.connection(), words, rows)
    return sorted(ids, reverse=True)[:most], len(ids)


def _all(session: Session, found: Any, most: int) -> tuple[list[int], int]:
    """Fetch every id once: to count and to order them in the database would answer the query twice."""
    ids = shelves_of(session).gathered(session.connection(), found)
    return sorted(ids, reverse=True)[:most], len(ids)


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
        return _free(id_).in_(shelves_of(scope.session).matching(scope.session.connection(), level, node))
    match node:
        case Filter():
            of_page = scope.pages(node)
            return (
                _of_documents(scope, id_, scope.documents(node)) if of_page is None else _of_pages(scope, id_, of_page)
            )
        case Not():
            # A page of no document has no kind or date: what cannot be told of it is not so.
            return not_(func.coalesce(_condition(scope, node.part, level, id_), False))
        case And():
            return and_(*[_condition(scope, part, level, id_) for part in node.parts])
        case Or():
            return or_(*[_condition(scope, part, level, id_) for part in node.parts])
        case Term():
            raise ValueError(node)


def _of_documents(scope: Scope, id_: ColumnElement[int], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a page belongs to such a document: asked of each page, or of all documents once."""
    if scope.each:
        return select(Document.id).where(col(Document.id) == col(Page.document), condition).correlate(Page).exists()
    if scope.joined:
        return col(Page.document).in_(select(Document.id).where(condition))
    held = select(Page.id).join(Document, col(Document.id) == col(Page.document)).where(condition)
    return _free(id_).in_(held)


def _of_pages(scope: Scope, id_: ColumnElement[int], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a page's row is such."""
    return condition if scope.joined else _free(id_).in_(select(Page.id).where(condition))


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
