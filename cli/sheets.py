"""How a report looks on a screen."""

from typing import Final

from rich.markup import escape

from cli.screen import Screen
from desk.reports.forms.cells import NUMERIC, TONES, marked, shown
from desk.reports.sheet import Cell, Form, Sheet, Table

STYLES: Final = {"good": "green", "bad": "bold red", "wait": "yellow"}


def show_sheet(screen: Screen, sheet: Sheet) -> None:
    """Print a report's tables, what it found in a sentence, and how to read it."""
    covers = "  ".join(f"{name} {value}" for name, value in sheet.facts)
    screen.line(f"[bold]{escape(sheet.title)}[/]  [dim]{escape(covers)}[/]")
    for table in sheet.tables:
        if table.rows:
            _show(screen, table)
    for line in sheet.summary:
        screen.line(f"[bold]{escape(line)}[/]")
    for note in sheet.notes:
        screen.line(f"[dim]{escape(note)}[/]")


def _show(screen: Screen, table: Table) -> None:
    places = table.shown(Form.TABLE)
    rows = [[_cell(screen, table, row, place) for place in places] for row in table.rows]
    if table.total is not None:
        types = [table.columns[place].type for place in places]
        sums = [table.total[place] for place in places]
        rows.append([f"[bold]{escape(shown(cell, of, screen.lang))}[/]" for cell, of in zip(sums, types, strict=True)])
    right = [at for at, place in enumerate(places) if table.columns[place].type in NUMERIC]
    screen.table(table.title, [table.columns[place].title for place in places], rows, right=right)


def _cell(screen: Screen, table: Table, row: tuple[Cell, ...], place: int) -> str:
    text = escape(marked(table, row, place, screen.lang))
    tone = TONES.get(str(row[place])) if table.columns[place].type == "status" else None
    return f"[{STYLES[tone]}]{text}[/]" if tone else text
