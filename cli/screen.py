"""What a person sees: messages and progress on standard error, results on standard output."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dossier.wording import Lang, say

UNKNOWN_WIDTH = 110
"""Columns used where the output is not a terminal: wide enough for the reports, narrow enough for a log."""


class Tick(Protocol):
    """Called as long work goes on: ``done`` of ``total``, and what is at hand."""

    def __call__(self, done: int, total: int, at_hand: str = "") -> None: ...


class _Console(Console):
    """A console that leaves a reader who went away to ``cli.main``."""

    def on_broken_pipe(self) -> None:
        """Pass the broken pipe on."""
        raise BrokenPipeError


class Screen:
    """One command's way of speaking: in one language, to a terminal or to a program."""

    def __init__(self, lang: Lang, *, as_json: bool = False) -> None:
        self.lang = lang
        self.as_json = as_json
        self._out = _Console(width=None if sys.stdout.isatty() else UNKNOWN_WIDTH, highlight=False)
        self._err = _Console(stderr=True, width=None if sys.stderr.isatty() else UNKNOWN_WIDTH, highlight=False)

    def text(self, key: str, /, **facts: object) -> str:
        """Return a text of the catalogue in this screen's language, safe to print beside markup."""
        return escape(say(key, self.lang, **facts))

    def say(self, key: str, /, *, style: str | None = None, **facts: object) -> None:
        """Tell the person something; never part of the result."""
        self._err.print(self.text(key, **facts), style=style, soft_wrap=True)

    def note(self, text: str, *, style: str | None = None) -> None:
        """Tell the person a sentence that is already in their language."""
        self._err.print(escape(text), style=style, soft_wrap=True)

    def line(self, markup: str = "") -> None:
        """Print one line of the result; the caller has escaped what came from documents."""
        self._out.print(markup, soft_wrap=True)

    def marked(self, snippet: str, marks: Sequence[tuple[int, int]]) -> str:
        """Return a snippet as markup with its hits in colour; ``marks`` are start and end offsets in it."""
        pieces, at = list[str](), 0
        for start, end in marks:
            pieces.append(escape(snippet[at:start]))
            pieces.append(f"[bold yellow]{escape(snippet[start:end])}[/]")
            at = end
        return "".join(pieces) + escape(snippet[at:])

    def table(self, title: str, columns: list[str], rows: list[list[str]], *, right: Sequence[int] = ()) -> None:
        """Print a table of the result; cells may carry Rich markup, ``right`` are columns of numbers."""
        table = Table(
            title=escape(title) if title else None, title_justify="left", header_style="bold", box=SIMPLE_HEAD
        )
        for place, column in enumerate(columns):
            table.add_column(escape(column), overflow="fold", justify="right" if place in right else "left")
        for row in rows:
            table.add_row(*row)
        self._out.print(table)

    def json(self, value: Any) -> None:
        """Print the result as one JSON document."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    @property
    def watched(self) -> bool:
        """Whether a person looks at standard error."""
        return self._err.is_terminal and not self.as_json

    @contextmanager
    def live(self) -> Iterator[Callable[[str], None]]:
        """Give what shows a line on standard error that is replaced by the next; messages appear above it."""
        with Live(console=self._err, transient=True, refresh_per_second=4) as shown:
            yield lambda markup: shown.update(Text.from_markup(markup, overflow="ellipsis", end=""))

    @contextmanager
    def progress(self, key: str) -> Iterator[Tick]:
        """Show a bar on standard error while work goes on; silent where standard error is not a terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._err, disable=not self._err.is_terminal) as bar:
            task = bar.add_task(self.text(key), total=None)

            def tick(done: int, total: int, at_hand: str = "") -> None:
                bar.update(task, completed=done, total=total, description=f"{self.text(key)} {escape(at_hand)}".strip())

            yield tick
