"""``report``: what is missing, since when, and who owes it."""

import csv
import sys
from enum import StrEnum
from typing import Annotated

import typer

from cli.days import day
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.showing import show_summary, show_verdicts
from cli.speech import lang_now
from desk import reports


class Form(StrEnum):
    """How a report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def completeness(
    *,
    dossier: Annotated[str | None, typer.Option("--dossier", help="cli.opt-one-dossier")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="cli.opt-as-of")] = None,
    form: Annotated[Form, typer.Option("--format", help="cli.opt-format")] = Form.TABLE,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Report what every dossier lacks."""
    as_json = as_json or form is Form.JSON
    screen = Screen(lang_now(lang), as_json=as_json)
    today = day(as_of)
    with opened(screen, home, passphrase_fd) as archive:
        report = reports.completeness(archive, as_of=today, dossier=dossier)
    if as_json:
        screen.json(report.as_json(screen.lang))
    elif form is Form.CSV:
        csv.writer(sys.stdout).writerows(report.as_rows(screen.lang))
    else:
        for judged in report.dossiers:
            show_verdicts(screen, judged, settled=False)
        show_summary(screen, report)
