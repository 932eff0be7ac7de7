"""``report``: what is missing and who owes it, rates, fines, registers; on the screen or as a file."""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.days import scope_of
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.reminding import remind_instead
from cli.screen import Screen
from cli.sheets import show_sheet
from cli.showing import show_summary, show_verdicts
from cli.speech import lang_now
from desk.print.files import check_free, write_file
from desk.reports.issuing import Issued, issue
from desk.reports.sheet import Form
from dossier.errors import ExitCode, JuanzongError

Text = str | None
_OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "department": (Annotated[Text, typer.Option("--department", help="report.opt-department")], None),
    "person": (Annotated[Text, typer.Option("--person", help="report.opt-person")], None),
    "dossier": (Annotated[Text, typer.Option("--dossier", help="cli.opt-one-dossier")], None),
    "pack": (Annotated[Text, typer.Option("--pack", help="report.opt-pack")], None),
    "kind": (Annotated[Text, typer.Option("--kind", help="report.opt-kind")], None),
    "begins": (Annotated[Text, typer.Option("--from", help="report.opt-from")], None),
    "ends": (Annotated[Text, typer.Option("--to", help="report.opt-to")], None),
    "days": (Annotated[int, typer.Option("--days", min=0, max=366, help="report.opt-days")], 10),
    "settled": (Annotated[bool, typer.Option("--all", help="report.opt-all")], False),
}
_MAILS: Final[dict[str, tuple[Any, Any]]] = {
    "mail": (Annotated[bool, typer.Option("--mail", help="report.opt-mail")], False),
    "dry_run": (Annotated[bool, typer.Option("--dry-run", help="report.opt-dry-run")], False),
    "again": (Annotated[bool, typer.Option("--again", help="report.opt-again")], False),
}
_ALWAYS: Final[dict[str, tuple[Any, Any]]] = {
    "as_of": (Annotated[Text, typer.Option("--as-of", help="cli.opt-as-of")], None),
    "form": (Annotated[Form | None, typer.Option("--format", help="cli.opt-format")], None),
    "output": (Annotated[Path | None, typer.Option("--output", "-o", help="report.opt-output")], None),
    "force": (Annotated[bool, typer.Option("--force", help="cli.opt-force")], False),
    "home": (Home, DEFAULT_HOME),
    "as_json": (Json, False),
    "lang": (Language, None),
    "passphrase_fd": (PassphraseDescriptor, None),
}
_BINARY: Final = frozenset({Form.XLSX, Form.PDF})
_WHO: Final = ("department", "person", "dossier", "pack", "kind", "begins", "ends")


class FormUnclear(JuanzongError):
    """A file was named whose ending tells no form, and no form was given."""

    exit_code = ExitCode.USAGE
    wording = "report.form-unclear"


class FormNeedsFile(JuanzongError):
    """A form that is no text was to go to a terminal."""

    exit_code = ExitCode.USAGE
    wording = "report.form-needs-file"


def _command(name: str, *takes: str, mails: bool = False) -> Callable[..., None]:
    """Return the command of a report with the options it takes; an option that would do nothing is not there."""
    known = {option: _OPTIONS[option] for option in takes} | (_MAILS if mails else {}) | _ALWAYS

    def command(**given: Any) -> None:
        if mails and remind_instead(given):
            return
        report(name, **given)

    parameter = inspect.Parameter
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # Typer reads options from it
        [parameter(one, parameter.KEYWORD_ONLY, default=of[1], annotation=of[0]) for one, of in known.items()]
    )
    command.__annotations__ = {one: of[0] for one, of in known.items()}
    command.__name__ = name
    return command


def report(
    name: str,
    *,
    form: Form | None,
    output: Path | None,
    force: bool,
    home: Path,
    as_json: bool,
    lang: str | None,
    passphrase_fd: int | None,
    **scope: Any,
) -> None:
    """Draw up a report and print it or write it to a file."""
    wanted = Form.JSON if as_json else form or _form_of(output)
    screen = Screen(lang_now(lang), as_json=wanted is Form.JSON)
    asked = scope_of(**scope)
    if output is not None:
        check_free(output, replace=force)
    elif wanted in _BINARY and sys.stdout.isatty():
        raise FormNeedsFile(form=wanted.value)
    with opened(screen, home, passphrase_fd) as archive:
        issued = issue(archive, name, asked, wanted, screen.lang)
    if output is not None:
        write_file(output, issued.content, replace=force)
        screen.say("report.written", file=output, form=wanted.value)
    elif wanted is Form.TABLE:
        _show(screen, issued, settled=asked.settled)
    else:
        sys.stdout.buffer.write(issued.content)
        sys.stdout.buffer.flush()


def _form_of(output: Path | None) -> Form:
    if output is None:
        return Form.TABLE
    ending = output.suffix.removeprefix(".").lower()
    if ending == "txt":
        return Form.TABLE
    if ending not in {form.value for form in Form}:
        raise FormUnclear(file=output.name, known=", ".join(Form))
    return Form(ending)


def _show(screen: Screen, issued: Issued, *, settled: bool) -> None:
    if issued.report is None:
        show_sheet(screen, issued.sheet)
        return
    for judged in issued.report.dossiers:
        show_verdicts(screen, judged, settled=settled)
    show_summary(screen, issued.report)


completeness = _command("completeness", *_WHO, "settled")
ontime = _command("ontime", *_WHO, "settled")
rates = _command("rates", *_WHO)
penalties = _command("penalties", *_WHO)
ageing = _command("ageing", *_WHO)
due = _command("due", "department", "person", "dossier", "pack", "kind", "days", mails=True)
partners = _command("partners", "department", "person", "dossier", "pack", "kind")
register = _command("register", "person", "dossier", "pack", "kind", "begins", "ends")
stats = _command("stats", "begins", "ends")
