"""The shelves on SQLite: FTS5 tables without content, one token for each character of the searchable form.

``page_words`` keeps positions, so a phrase of tokens is an exact substring and no text has to be read to prove a hit.
``page_characters`` answers single characters, for which it keeps no positions: it is a tenth of the size.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, cast

from sqlalchemy import (
    Select,
    TableClause,
    bindparam,
    func,
    inspect,
    select,
    union,
    union_all,
)
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError
from sqlmodel import col

from index.kept import watch
from index.query import And, Node, Not, Or, Term
from index.shelves import is_single
from index.tables import ORDINARY, Page
from index.tokens import Phrase, Words, tokens

_TOKENS = "content='', contentless_delete=1, tokenize='ascii'"
_FIELD = "\ue001"
"""Stands before a field's value among the tokens, so that no word of the text is taken for one."""
_GAP = "\ue000"
"""Stands between the page's text and its field values, so that no phrase spans them."""


_LEAF_OCTETS: Final = 3_900
"""Size of the index's leaves, so that each fits a sealed page: of 4,096 octets the cipher takes 80."""


_SETTINGS: Final = (("pgsz", _LEAF_OCTETS), ("hashsize", 16 * 2**20), ("automerge", 8))
"""Much is gathered before a part is written, and parts are merged by eights: a third less is written in the end."""


class Fts5:
    """The shelves of sealed SQLite: tables of the same names in the main file and in each attached one."""

    def create(self, connection: Connection, levels: Iterable[str]) -> None:
        """Make the tables of these shelves, and what keeps pages in step with documents, where missing."""
        there = inspect(connection)
        for level in levels:
            at = _schema(level)
            if there.has_table("page_characters", schema=at):
                continue
            connection.exec_driver_sql(f"CREATE TABLE {at}.page_text (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
            for table, detail in (("page_words", "full"), ("page_characters", "none")):
                connection.exec_driver_sql(
                    f"CREATE VIRTUAL TABLE {at}.{table} USING fts5(form, detail={detail}, {_TOKENS})"
                )
                command = sql_table(table, sql_column(table), sql_column("rank"), schema=at)
                connection.execute(command.insert(), [{table: name, "rank": size} for name, size in _SETTINGS])
        # Every change of a document's kind, family, date and amount reaches the rows of its pages.
        connection.exec_driver_sql(
            "CREATE TRIGGER IF NOT EXISTS document_to_page AFTER UPDATE OF kind, family, dated, amount ON document "
            "BEGIN UPDATE page SET kind = NEW.kind, family = NEW.family, dated = NEW.dated, amount = NEW.amount "
            "WHERE document = NEW.id; END"
        )
        watch(connection)

    def put(self, connection: Connection, level: str, pages: Sequence[tuple[int, bytes, Words]]) -> None:
        """Add pages that are not on the shelf: id, body, and what they are found by."""
        text, words, characters = _shelf(level)
        connection.execute(text.insert(), [{"id": page, "body": body} for page, body, _ in pages])
        connection.execute(words.insert(), [{"rowid": page, "form": _row(found)} for page, _, found in pages])
        connection.execute(
            characters.insert(), [{"rowid": page, "form": " ".join(found.characters)} for page, _, found in pages]
        )

    def remove(self, connection: Connection, level: str, pages: Collection[int]) -> None:
        """Take pages off the shelf."""
        text, words, characters = _shelf(level)
        for shelf, page in ((text, text.c.id), (words, words.c.rowid), (characters, characters.c.rowid)):
            connection.execute(shelf.delete().where(page == bindparam("page")), [{"page": one} for one in pages])

    def clear(self, connection: Connection, level: str) -> None:
        """Empty the shelf."""
        text, *indexes = _shelf(level)
        connection.execute(text.delete())
        for index in indexes:
            command = sql_table(index.name, sql_column(index.name), schema=index.schema)
            connection.execute(command.insert(), {index.name: "delete-all"})

    def astray(self, connection: Connection, level: str) -> Sequence[int]:
        """Return page ids that not all of a shelf's tables and the table of pages have."""
        of_shelf = [
            select((shelf.c.id if shelf.name == "page_text" else shelf.c.rowid).label("id")) for shelf in _shelf(level)
        ]
        everywhere = union_all(*of_shelf).subquery()
        counted = select(everywhere.c.id).group_by(everywhere.c.id).having(func.count() != len(of_shelf))
        pages = select(col(Page.id)).where(col(Page.level) == level)
        nobodys = select(everywhere.c.id).where(everywhere.c.id.not_in(pages))
        both = union(counted, nobodys).subquery()
        return connection.execute(select(both.c.id).order_by(both.c.id)).scalars().all()

    def damaged(self, connection: Connection, level: str) -> list[str]:
        """Return the parts of a shelf's file whose sealed pages or full-text indexes are not what was written."""
        at = _schema(level)
        found: list[str] = []
        if connection.exec_driver_sql(f"PRAGMA {at}.cipher_integrity_check").fetchall():
            found.append(level)
        for index in _shelf(level)[1:]:
            command = sql_table(index.name, sql_column(index.name), schema=index.schema)
            try:
                connection.execute(command.insert(), {index.name: "integrity-check"})
            except DatabaseError:
                found.append(f"{level}/{index.name}")
        return found

    def counted(self, connection: Connection, ids: Select[Any]) -> int:
        """Return how many ids a selection has."""
        return connection.execute(select(func.count()).select_from(ids.subquery())).scalar_one()

    def newest(self, connection: Connection, ids: Select[Any], most: int) -> tuple[list[int], int]:
        """Return the newest ids of a selection of words, newest first; beyond those they are only counted."""
        (id_,) = ids.selected_columns
        found = list(connection.execute(ids.order_by(id_.desc()).limit(most + 1)).scalars())
        if len(found) <= most:
            return found, len(found)
        return found[:most], connection.execute(ids.with_only_columns(func.count())).scalar_one()

    def gathered(self, connection: Connection, ids: Select[Any]) -> list[int]:
        """Return the ids of a selection, sent as one value: for tens of thousands, ten times as fast as row by row."""
        return cast("list[int]", json.loads(_as_json(connection, ids)))

    def shared(self, connection: Connection, one: Select[Any], other: Select[Any]) -> list[int]:
        """Return the ids that two selections have in common: SQLite would sort one into a tree, which takes longer."""
        import numpy as np  # noqa: PLC0415  # slow to import, and only long lists come here

        first, second = (
            np.fromstring(text[1:-1], dtype=np.int64, sep=",") if text != "[]" else np.empty(0, np.int64)
            for text in (_as_json(connection, one), _as_json(connection, other))
        )
        there = np.zeros(max(first.max(initial=0), second.max(initial=0)) + 1, dtype=bool)
        there[second] = True
        return cast("list[int]", first[there[first]].tolist())

    def bodies(self, connection: Connection, level: str, pages: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield ids and bodies of these pages."""
        text, _, _ = _shelf(level)
        # As one value: between two rows a thread lets go of the interpreter, and has to wait for it with many others.
        both = func.json_group_array(func.json_array(text.c.id, func.hex(text.c.body)))
        held = connection.execute(select(both).where(text.c.id.in_(pages))).scalar_one()
        for page, body in json.loads(held):
            yield page, bytes.fromhex(body)

    def matching(
        self,
        connection: Connection,  # noqa: ARG002
        level: str,
        text: Node,
        within: Collection[int] | None = None,
    ) -> Select[tuple[int]]:
        """Return the query for the ids of the pages that answer ``text``; its terms are of one character, or none."""
        _, words, characters = _shelf(level)
        shelf = characters if is_single(text) else words
        found = select(shelf.c.rowid.label("id")).where(shelf.c[shelf.name].op("MATCH")(expression(text)))
        # Without the sum SQLite asks the full-text index once for every id.
        return found if within is None else found.where((shelf.c.rowid + 0).in_(within))

    def near(
        self,
        connection: Connection,  # noqa: ARG002
        level: str,
        left: Phrase | None,
        right: Phrase | None,
    ) -> Select[tuple[int]]:
        """Return the query for the ids of pages where two phrases stand together, or with two characters between."""
        _, words, _ = _shelf(level)
        both = [_among_words(part) for part in (left, right) if part is not None]
        # A closed phrase has no tokens of its last one or two characters, hence two more than the characters between.
        wanted = both[0] if len(both) == 1 else f"NEAR({' '.join(both)}, 4)"
        return select(words.c.rowid.label("id")).where(words.c[words.name].op("MATCH")(wanted))


def _as_json(connection: Connection, ids: Select[Any]) -> str:
    (found,) = ids.subquery().c
    return cast("str", connection.execute(select(func.json_group_array(found))).scalar_one())


def expression(text: Node) -> str:
    """Return ``text`` in the language of FTS5. Its ``And`` has at least one part that is not a ``Not``."""
    match text:
        case Term():
            either = [_phrase(phrase) for phrase in text.phrases]
            if text.identifier:
                either.append(f'"{_FIELD}{text.identifier}" *')
            return f"({' OR '.join(either)})"
        case Or():
            return f"({' OR '.join(map(expression, text.parts))})"
        case And():
            wanted = [expression(part) for part in text.parts if not isinstance(part, Not)]
            unwanted = [expression(part.part) for part in text.parts if isinstance(part, Not)]
            return f"({' NOT '.join([' AND '.join(wanted), *unwanted])})"
        case _:
            raise ValueError(text)


def _phrase(phrase: Phrase) -> str:
    return f'"{phrase.form}"' if phrase.single else _among_words(phrase)


def _among_words(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.open else "")


def _row(words: Words) -> str:
    row = tokens(words.form)
    for value in words.values:
        row.append(_GAP)
        row += tokens(value)
    row += [f"{_FIELD}{identifier}" for identifier in words.identifiers]
    return " ".join(row)


def _schema(level: str) -> str:
    return "main" if level == ORDINARY else level


def _shelf(level: str) -> tuple[TableClause, TableClause, TableClause]:
    at = _schema(level)
    text = sql_table("page_text", sql_column("id"), sql_column("body"), schema=at)
    # An FTS5 table has a hidden column of its own name, which is what MATCH is asked of.
    words, characters = (
        sql_table(name, sql_column("rowid"), sql_column("form"), sql_column(name), schema=at)
        for name in ("page_words", "page_characters")
    )
    return text, words, characters
