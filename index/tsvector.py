"""The shelves on PostgreSQL: a schema for each level, sealed texts, a stripped ``tsvector`` of hidden words under GIN.

The database sees neither texts nor words. Each text is sealed under its level's key, and each word is a number that
only the level's key makes (``Sealer``). A page has the words of every character, pair and triple that a query may ask
for, so one word is answered by the index alone; how words stand side by side is not kept, so what has more than one is
read, opened and compared here. The answers are exactly those of ``index.fts5``.
"""

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol, cast

from sqlalchemy import BigInteger, Select, TableClause, Text, and_, bindparam, func, select, type_coerce
from sqlalchemy import cast as sql_cast
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.engine import Connection
from sqlmodel import col

from index.errors import IndexDamaged
from index.query import And, Node, Not, Or, Term
from index.tables import ORDINARY, Page
from index.tokens import Phrase, Words, tokens

MAIN: Final = "juanzong"
"""The schema of all tables but the shelves of the levels above ordinary."""
QUEUE: Final = f"{MAIN}_queue"
"""The schema of what waits for workers (``index.queue``)."""
_FIELD: Final = "\ue001"
"""Stands before a field's value among the words, so that no word of the text is taken for one."""
_LONGEST: Final = 40
"""Characters of an identifier that its words go up to; longer ones are compared."""
_END: Final = "\n"
_BEGIN: Final = "\0"
_EFFORT: Final = 1
_LOOKED_THROUGH: Final = 2_000
"""Newest pages that suggestions are looked for among."""
_AT_ONCE: Final = 2_000
"""Sealed texts that are fetched and compared at a time."""


_SHELF: Final = (
    "CREATE SCHEMA IF NOT EXISTS {at}",
    """CREATE TABLE IF NOT EXISTS {at}.page_text
       (id bigint PRIMARY KEY, body bytea NOT NULL, form bytea NOT NULL, words tsvector NOT NULL)""",
    # What is sealed cannot be compressed.
    "ALTER TABLE {at}.page_text ALTER body SET STORAGE EXTERNAL, ALTER form SET STORAGE EXTERNAL",
    "CREATE INDEX IF NOT EXISTS page_text_by_word ON {at}.page_text USING gin (words)",
)
_TRIGGER: Final = (
    """CREATE OR REPLACE FUNCTION {at}.document_to_page() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       UPDATE {at}.page SET kind = NEW.kind, family = NEW.family, dated = NEW.dated, amount = NEW.amount
       WHERE document = NEW.id; RETURN NULL; END $$""",
    """CREATE OR REPLACE TRIGGER document_to_page AFTER UPDATE OF kind, family, dated, amount
       ON {at}.document FOR EACH ROW EXECUTE FUNCTION {at}.document_to_page()""",
)


class Sealer(Protocol):
    """What a level's key does; ``vault.shelfkey.ShelfKey`` is one."""

    def seal(self, octets: bytes, about: str) -> bytes:
        """Return a text sealed for one place."""

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed for that place.

        Raises:
            ValueError: it is not what was written, or not where it was written.
        """

    def hide(self, word: str) -> str:
        """Return the number that stands for a word, as letters and digits, "-", "_" and "="."""


def schema(level: str) -> str:
    """Return the schema of a level's shelf."""
    return MAIN if level == ORDINARY else f"{MAIN}_{level}"


class TsVector:
    """The shelves of levels whose sealers one holds."""

    def __init__(self, sealers: Mapping[str, Sealer]) -> None:
        self._sealers = sealers

    def create(self, connection: Connection, levels: Iterable[str]) -> None:
        """Make the tables of these shelves, and what keeps pages in step with documents, where missing."""
        for level in levels:
            for command in _SHELF:
                connection.exec_driver_sql(command.format(at=schema(level)))
        for command in _TRIGGER:
            connection.exec_driver_sql(command.format(at=MAIN))

    def put(self, connection: Connection, level: str, pages: Sequence[tuple[int, bytes, Words]]) -> None:
        """Add pages that are not on the shelf: id, body, and what they are found by."""
        shelf = _shelf(level)
        words = func.array_to_tsvector(bindparam("words", type_=ARRAY(Text)))
        connection.execute(
            shelf.insert().values(id=bindparam("id"), body=bindparam("body"), form=bindparam("form"), words=words),
            [self.row(level, *page) for page in pages],
        )

    def row(self, level: str, page: int, body: bytes, found: Words) -> dict[str, Any]:
        """Return the row of a page, its words as a list."""
        sealer = self._sealers[level]
        return {
            "id": page,
            "body": sealer.seal(body, _about(level, page, "body")),
            "form": sealer.seal(_packed(found), _about(level, page, "form")),
            "words": [sealer.hide(word) for word in _words(found)],
        }

    def remove(self, connection: Connection, level: str, pages: Collection[int]) -> None:
        """Take pages off the shelf."""
        shelf = _shelf(level)
        connection.execute(shelf.delete().where(shelf.c.id == _any(pages)))

    def clear(self, connection: Connection, level: str) -> None:
        """Empty the shelf."""
        connection.execute(_shelf(level).delete())

    def astray(self, connection: Connection, level: str) -> Sequence[int]:
        """Return ids that are on the shelf and are of no page of its level."""
        shelf = _shelf(level)
        pages = select(col(Page.id)).where(col(Page.level) == level)
        return (
            connection.execute(select(shelf.c.id).where(shelf.c.id.not_in(pages)).order_by(shelf.c.id)).scalars().all()
        )

    def damaged(self, connection: Connection, level: str) -> list[str]:
        """Return the level if any of its sealed texts does not open, or is not found by the words it has."""
        shelf = _shelf(level)
        sealer = self._sealers[level]
        after = 0
        while True:
            rows = connection.execute(
                select(shelf.c.id, shelf.c.body, shelf.c.form, func.tsvector_to_array(shelf.c.words).label("words"))
                .where(shelf.c.id > after)
                .order_by(shelf.c.id)
                .limit(_AT_ONCE)
            ).all()
            for row in rows:
                try:
                    self._opened(level, row.id, "body", row.body)
                    form = self._form_of(level, row.id, row.form)
                except IndexDamaged:
                    return [level]
                if {sealer.hide(word) for word in _words(_parted(form))} != set(row.words):
                    return [f"{level}/words"]
            if not rows:
                return []
            after = rows[-1].id

    def bodies(self, connection: Connection, level: str, pages: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield ids and bodies of these pages."""
        shelf = _shelf(level)
        for row in connection.execute(select(shelf.c.id, shelf.c.body).where(shelf.c.id == _any(pages))):
            yield row.id, self._opened(level, row.id, "body", row.body)

    def matching(
        self, connection: Connection, level: str, text: Node, within: Collection[int] | None = None
    ) -> Select[tuple[int]]:
        """Return the query for the ids of pages that answer ``text``; what one word cannot answer is compared now."""
        shelf = _shelf(level)
        words = shelf.c.words.op("@@")(sql_cast(self._asked(level, text), TSQUERY))
        wanted = words if within is None else and_(words, shelf.c.id == _any(within))
        if _exact(text):
            return select(shelf.c.id).where(wanted)
        found = [
            page
            for page, form in self._forms(connection, level, select(shelf.c.id, shelf.c.form).where(wanted))
            if _answers(form, text)
        ]
        return _those(found)

    def near(self, connection: Connection, level: str, left: Phrase | None, right: Phrase | None) -> Select[tuple[int]]:
        """Return the query for the ids of pages where two phrases stand together, or with two characters between."""
        shelf = _shelf(level)
        both = [side for side in (left, right) if side is not None]
        asked = " & ".join(self._all_of(level, side.tokens) for side in both)
        newest = (
            select(shelf.c.id, shelf.c.form)
            .where(shelf.c.words.op("@@")(sql_cast(asked, TSQUERY)))
            .order_by((shelf.c.id + 0).desc())  # the sum, lest it goes back through all pages for what is rare
            .limit(_LOOKED_THROUGH)
        )
        # Spaces of the form are no characters, hence twice as many.
        wanted = re.compile(".{0,4}".join(re.escape(side.form) for side in both))
        return _those([page for page, form in self._forms(connection, level, newest) if wanted.search(form)])

    def counted(self, connection: Connection, ids: Select[Any]) -> int:
        """Return how many ids a selection has."""
        with _by_index(connection):
            return connection.execute(select(func.count()).select_from(ids.subquery())).scalar_one()

    def newest(self, connection: Connection, ids: Select[Any], most: int) -> tuple[list[int], int]:
        """Return the newest ids of a selection of words, newest first, and how many it has in all."""
        # As one table of hits: asked for the newest alone, the planner goes back through all pages for a rare word.
        hits = ids.cte("hits")
        (found,) = hits.c
        (newest,) = select(found).order_by(found.desc()).limit(most).subquery().c
        both = select(
            select(func.array_agg(newest)).scalar_subquery(),
            select(func.count()).select_from(hits).scalar_subquery(),
        )
        with _by_index(connection):
            some, count = connection.execute(both).one()
        return sorted(some or [], reverse=True), count

    def gathered(self, connection: Connection, ids: Select[Any]) -> list[int]:
        """Return the ids of a selection, sent as one value."""
        (found,) = ids.subquery().c
        with _by_index(connection):
            return cast("list[int]", connection.execute(select(func.array_agg(found))).scalar_one() or [])

    def shared(self, connection: Connection, one: Select[Any], other: Select[Any]) -> list[int]:
        """Return the ids that two selections have in common."""
        (id_,) = one.selected_columns
        return self.gathered(connection, one.where(id_.in_(other)))

    def _forms(self, connection: Connection, level: str, pages: Select[Any]) -> Iterator[tuple[int, str]]:
        streamed = pages.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)
        with _by_index(connection):
            rows = connection.execute(streamed)
        for row in rows:
            yield row.id, self._form_of(level, row.id, row.form)

    def _form_of(self, level: str, page: int, form: bytes) -> str:
        octets = self._opened(level, page, "form", form)
        return zlib.decompress(octets).decode("utf-8", "surrogatepass")

    def _opened(self, level: str, page: int, part: str, sealed: bytes) -> bytes:
        try:
            return self._sealers[level].open(sealed, _about(level, page, part))
        except ValueError as error:
            raise IndexDamaged(path=_about(level, page, part)) from error

    def _asked(self, level: str, text: Node) -> str:
        """Return a ``tsquery`` that every page answers which answers ``text``, and others may."""
        match text:
            case Term():
                either = [self._all_of(level, phrase.tokens) for phrase in text.phrases]
                if text.identifier:
                    either.append(self._all_of(level, [f"{_FIELD}{text.identifier[:_LONGEST]}"]))
                return f"({' | '.join(either)})"
            case Or():
                return f"({' | '.join(self._asked(level, part) for part in text.parts)})"
            case And():
                wanted = [self._asked(level, part) for part in text.parts if not isinstance(part, Not)]
                unwanted = [part.part for part in text.parts if isinstance(part, Not) and _exact(part.part)]
                return f"({' & '.join([*wanted, *(f'!{self._asked(level, part)}' for part in unwanted)])})"
            case _:
                raise ValueError(text)

    def _all_of(self, level: str, words: Iterable[str]) -> str:
        quoted = [f"'{self._sealers[level].hide(word)}'" for word in dict.fromkeys(words)]
        return f"({' & '.join(quoted)})"


@contextmanager
def _by_index(connection: Connection) -> Iterator[None]:
    """Have words looked up in their index even where most pages have them.

    The planner takes comparing a page's words for as cheap as comparing numbers, though each has to be fetched from
    where long values lie, and goes through all pages for a word of many: ten times as long.
    """
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    yield
    connection.exec_driver_sql("SET LOCAL enable_seqscan = on")


def _exact(text: Node) -> bool:
    """Tell whether the index alone answers: every phrase is one word."""
    match text:
        case Term():
            whole = text.identifier is None or len(text.identifier) <= _LONGEST
            return whole and all(len(phrase.tokens) == 1 for phrase in text.phrases)
        case Not():
            return _exact(text.part)
        case And() | Or():
            return all(map(_exact, text.parts))
        case _:
            raise ValueError(text)


def _answers(form: str, text: Node) -> bool:
    match text:
        case Term():
            found = any(phrase.form in form for phrase in text.phrases)
            return found or (text.identifier is not None and f"{_BEGIN}{text.identifier}" in form)
        case Not():
            return not _answers(form, text.part)
        case And():
            return all(_answers(form, part) for part in text.parts)
        case Or():
            return any(_answers(form, part) for part in text.parts)
        case _:
            raise ValueError(text)


def _packed(words: Words) -> bytes:
    """Return what comparisons look through: searchable forms on lines, each identifier after a mark of its own."""
    form = _END.join([words.form, *words.values]) + "".join(f"{_BEGIN}{one}" for one in words.identifiers)
    return zlib.compress(form.encode("utf-8", "surrogatepass"), _EFFORT)


def _parted(form: str) -> Words:
    texts, *identifiers = form.split(_BEGIN)
    first, *values = texts.split(_END)
    return Words(first, tuple(values), tuple(identifiers))


def _words(words: Words) -> set[str]:
    """Return what a page is found by: every token, the shorter ones it begins with, and so with identifiers."""
    whole = {token for form in (words.form, *words.values) for token in tokens(form)}
    found = {token[:length] for token in whole for length in range(1, len(token) + 1)}
    for identifier in words.identifiers:
        found.update(f"{_FIELD}{identifier[:length]}" for length in range(1, min(len(identifier), _LONGEST) + 1))
    return found


def _about(level: str, page: int, part: str) -> str:
    return f"{level}/{page}/{part}"


def _shelf(level: str) -> TableClause:
    return sql_table(
        "page_text",
        sql_column("id", BigInteger),
        sql_column("body"),
        sql_column("form"),
        sql_column("words", TSVECTOR),
        schema=schema(level),
    )


def _any(pages: Collection[int]) -> Any:
    return func.any(type_coerce(list(pages), ARRAY(BigInteger)))


def _those(pages: Sequence[int]) -> Select[tuple[int]]:
    given = (
        func.unnest(type_coerce(list(pages), ARRAY(BigInteger)))
        .table_valued(sql_column("id", BigInteger))
        .render_derived()
    )
    return select(given.c.id)
