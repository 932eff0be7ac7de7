"""Two other ways to search, built as they usually are, for comparison in the same run.

Tantivy with the bigram field that paperless-ngx 3 keeps for Chinese beside its word field, and SQLite's FTS5 with its
default tokenizer. Tantivy is no dependency: it is used where the Python that runs this has it.
"""

import importlib
import re
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_CHINESE = re.compile("[㐀-䶿一-鿿豈-﫿]+")


class DefaultFts5:
    """SQLite's FTS5 as it comes."""

    name = "FTS5, default tokenizer"

    def __init__(self, texts: Sequence[str]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE page USING fts5(text)")
        self._database.executemany("INSERT INTO page (rowid, text) VALUES (?, ?)", enumerate(texts, start=1))

    def find(self, query: str) -> set[int]:
        """Return the pages (from 1) that answer a phrase."""
        words = query.replace('"', '""')
        rows = self._database.execute("SELECT rowid FROM page WHERE page MATCH ?", (f'"{words}"',))
        return {row for (row,) in rows}


class BigramTantivy:
    """Tantivy with a field of words and a field of Chinese bigrams; a query asks each for what it holds."""

    name = "Tantivy, words + bigrams"

    def __init__(self, texts: Sequence[str]) -> None:
        self._tantivy: Any = importlib.import_module("tantivy")
        builder = self._tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True)
        builder.add_text_field("words", tokenizer_name="default")
        builder.add_text_field("bigrams", tokenizer_name="bigrams")
        self._folder = tempfile.TemporaryDirectory()
        self._index = self._tantivy.Index(builder.build(), path=str(Path(self._folder.name)))
        whitespace = self._tantivy.TextAnalyzerBuilder(self._tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("bigrams", whitespace)
        writer = self._index.writer(128_000_000, 1)
        for number, text in enumerate(texts, start=1):
            writer.add_document(self._tantivy.Document(id=number, words=text, bigrams=" ".join(_bigrams(text))))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._most = len(texts)

    def find(self, query: str) -> set[int]:
        """Return the pages (from 1) that have all bigrams and words of a query."""
        occur, schema, query_of = self._tantivy.Occur.Must, self._index.schema, self._tantivy.Query
        parts = [query_of.term_query(schema, "bigrams", pair) for pair in _bigrams(query)]
        rest = _CHINESE.sub(" ", query).lower()
        parts += [query_of.term_query(schema, "words", word) for word in re.findall(r"\w+", rest)]
        if not parts:
            return set()
        searcher = self._index.searcher()
        wanted = query_of.boolean_query([(occur, part) for part in parts])
        hits = searcher.search(wanted, self._most).hits
        return {searcher.doc(address)["id"][0] for _, address in hits}


def _bigrams(text: str) -> list[str]:
    return [run[at : at + 2] for run in _CHINESE.findall(text) for at in range(len(run) - 1)]


def has_tantivy() -> bool:
    """Tell whether this Python has Tantivy."""
    return importlib.util.find_spec("tantivy") is not None
