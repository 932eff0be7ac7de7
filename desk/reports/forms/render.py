"""Give a sheet one of its forms, as bytes."""

import io
import json
from collections.abc import Mapping

from desk.reports.forms.as_csv import as_csv
from desk.reports.forms.as_html import as_html
from desk.reports.forms.as_pdf import as_pdf
from desk.reports.forms.as_text import as_text
from desk.reports.forms.as_xlsx import as_xlsx
from desk.reports.sheet import Form, Sheet
from dossier.wording import Lang


def rendered(sheet: Sheet, form: Form, lang: Lang) -> bytes:
    """Return a sheet in a form; CSV has its first table of lines only, the others all of it.

    Raises:
        PrintFontMissing: a PDF was asked for and no Chinese font is installed.
    """
    match form:
        case Form.TABLE:
            return as_text(sheet, lang)
        case Form.JSON:
            return as_json(sheet.as_json())
        case Form.CSV:
            return as_csv(sheet, lang)
        case Form.XLSX:
            return as_xlsx(sheet, lang)
        case Form.HTML:
            return as_html(sheet, lang)
        case Form.PDF:
            return as_pdf(sheet, lang)


def as_json(value: Mapping[str, object]) -> bytes:
    """Return one JSON document in UTF-8."""
    written = io.BytesIO()
    # Written piece by piece: a hundred megabytes of indented text would else be held as millions of small strings.
    with io.TextIOWrapper(written, encoding="utf-8", newline="\n") as text:
        json.dump(value, text, ensure_ascii=False, indent=2)
        text.write("\n")
        text.flush()
        return written.getvalue()
