"""``report due --mail``: remind each person of what they owe."""

from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from cli.days import scope_of
from cli.opening import opened
from cli.screen import Screen
from cli.speech import lang_now
from desk.reports.postage import SmtpPost
from desk.reports.reminding import Fate, Reminder, drafted, remind
from desk.reports.sheet import Form
from dossier.errors import ExitCode, JuanzongError

_STYLES = {Fate.SENT: "green", Fate.FAILED: "bold red", Fate.UNCLEAR: "bold red", Fate.NO_ADDRESS: "yellow"}


class MailWithFile(JuanzongError):
    """Mails were asked for and a file at once."""

    exit_code = ExitCode.USAGE
    wording = "report.mail-with-file"


def remind_instead(given: dict[str, Any]) -> bool:
    """Take the options about mails out of those given; send mails where they ask for it and tell so."""
    mail, dry, again = given.pop("mail"), given.pop("dry_run"), given.pop("again")
    if not (mail or dry or again):
        return False
    form, output = given.pop("form"), given.pop("output")
    if output is not None or form not in {None, Form.JSON, Form.TABLE}:
        raise MailWithFile
    given.pop("force")
    _remind(dry=dry, again=again, as_json=given.pop("as_json") or form is Form.JSON, **given)
    return True


def _remind(
    *, dry: bool, again: bool, as_json: bool, home: Path, lang: str | None, passphrase_fd: int | None, **scope: Any
) -> None:
    screen, asked = Screen(lang_now(lang), as_json=as_json), scope_of(**scope)
    with opened(screen, home, passphrase_fd) as archive:
        found = drafted(archive, asked, screen.lang)
        if not dry:
            with SmtpPost(archive.home, archive.settings.mail) as post:
                found = remind(archive, found, post, again=again)
    if as_json:
        screen.json({"as_of": asked.as_of.isoformat(), "reminders": [each.as_json(screen.lang) for each in found]})
    else:
        _show(screen, found, dry=dry)
    if not all(each.reached for each in found):
        raise typer.Exit(ExitCode.OUTPUT)


def _show(screen: Screen, found: tuple[Reminder, ...], *, dry: bool) -> None:
    if dry:
        for each in found:
            to = each.address or screen.text("report.fate-no-address")
            screen.line(f"[bold]{escape(each.name)}[/]  [dim]{escape(to)}[/]")
            screen.line(f"[bold]{escape(each.subject)}[/]")
            screen.line(escape(each.text))
        screen.line(f"[bold]{screen.text('report.found-drafts', all=len(found))}[/]")
        return
    names = ("person", "address", "items", "late-items", "fate", "reason")
    rows = [
        [
            escape(each.name),
            escape(each.address),
            str(each.items),
            str(each.late),
            f"[{_STYLES.get(each.fate, 'dim')}]{screen.text(f'report.fate-{each.fate}')}[/]",
            escape(each.reason(screen.lang)),
        ]
        for each in found
    ]
    screen.table("", [screen.text(f"report.column-{name}") for name in names], rows, right=(2, 3))
    sent = sum(each.reached for each in found)
    screen.line(f"[bold]{screen.text('report.found-mails', sent=sent, all=len(found))}[/]")
