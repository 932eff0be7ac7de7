"""A report's lines as CSV (RFC 4180): UTF-8 with a mark that makes Excel read it as such, formulas made harmless."""

import csv
from io import StringIO
from typing import Final

from desk.reports.forms.cells import harmless, shown
from desk.reports.sheet import Cell, Form, Sheet, Table, Type, plain
from dossier.wording import Lang

MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""The byte order mark: without it Excel takes the bytes for the system's old code page."""
_LINES: Final = {
    "completeness": "lines",
    "ontime": "handovers",
    "rates": "person_months",
    "penalties": "fines",
    "ageing": "gaps",
    "stats": "kinds_months",
}
"""Which table a CSV has, where it is not the first: the one that the others can be counted from."""


def as_csv(sheet: Sheet, lang: Lang) -> bytes:
    """Return the report's table of lines under a row of column names; numbers and days are plain."""
    wanted = _LINES.get(sheet.id)
    table = next((each for each in sheet.tables if each.id == wanted), sheet.tables[0])
    out = StringIO()
    out.write(MARK)
    writer = csv.writer(out)
    places = table.shown(Form.CSV)
    writer.writerow([harmless(table.columns[place].title) for place in places])
    writer.writerows([_cell(row[place], _type(table, place), lang) for place in places] for row in table.rows)
    return out.getvalue().encode("utf-8")


def _type(table: Table, place: int) -> Type:
    return table.columns[place].type


def _cell(cell: Cell, of: Type, lang: Lang) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(shown(cell, of, lang))
    return str(plain(cell))
