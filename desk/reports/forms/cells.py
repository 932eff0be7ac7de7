"""How a cell reads: numbers, shares, amounts, days; and text that no spreadsheet takes for a formula."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from desk.reports.sheet import Cell, Table, Type
from desk.sayings import status_title
from dossier.wording import Lang

TONES: Final = {
    "met": "good",
    "waived": "good",
    "late": "bad",
    "missing": "bad",
    "due": "wait",
    "doubtful": "wait",
}
"""How a status looks: good, bad, waiting; any other is plain."""
NUMERIC: Final[frozenset[Type]] = frozenset({"number", "share", "money"})
_FORMULA: Final = re.compile(r"^\s*[=+\-@\t\r]")
"""What Excel, LibreOffice and Google Sheets may run as a formula, after blanks too (OWASP: CSV injection)."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def shown(cell: Cell, of: Type, lang: Lang) -> str:
    """Return a cell as people read it."""
    match cell:
        case None:
            text = ""
        case str():
            text = status_title(cell, lang) if of == "status" and cell else clean(cell)
        case float() if of == "share":
            text = f"{cell:.1%}"
        case float():
            text = f"{cell:,.2f}"
        case Decimal():
            text = f"{cell:,f}"
        case int() if of == "number":
            text = f"{cell:,}"
        case date():
            text = cell.isoformat()
        case _:
            text = str(cell)
    return text


def marked(table: Table, row: tuple[Cell, ...], place: int, lang: Lang) -> str:
    """Return a cell as people read it, a day that may still move with a mark."""
    text = shown(row[place], table.columns[place].type, lang)
    mark = table.mark_of(place)
    return f"{text}*" if text and mark is not None and row[mark] else text


def clean(text: str) -> str:
    """Return text without characters that XML, and so XLSX and SVG, cannot hold."""
    return _CONTROL.sub("�", text)


def harmless(text: str) -> str:
    """Return text for a CSV cell, with an apostrophe before what a spreadsheet would run as a formula."""
    plain = clean(text)
    return f"'{plain}" if _FORMULA.match(plain) else plain
