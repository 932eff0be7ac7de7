"""``request``, ``approve``, ``deny``, ``loan``, ``extend``, ``return`` and their lists."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.days import day
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import deciding, loans, requests, slips
from desk.loans import LoanView
from desk.requests import RequestView
from dossier.lending import Form

Number = Annotated[str, typer.Argument(help="lending.arg-request")]
LoanNumber = Annotated[str, typer.Argument(help="lending.arg-loan")]
Reason = Annotated[str, typer.Option("--reason", help="lending.opt-reason")]
Note = Annotated[str, typer.Option("--note", help="lending.opt-note")]
Days = Annotated[int | None, typer.Option("--days", min=1, max=365, help="lending.opt-days")]


def request(
    given: Annotated[str, typer.Argument(help="lending.arg-given")],
    *,
    purpose: Annotated[str, typer.Option("--purpose", help="lending.opt-purpose")],
    reason: Reason,
    form: Annotated[Form, typer.Option("--form", help="lending.opt-form")] = Form.VIEW,
    days: Days = None,
    outsider: Annotated[bool, typer.Option("--outsider", help="lending.opt-outsider")] = False,
    shows: Annotated[str, typer.Option("--shows", help="lending.opt-shows")] = "",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Ask for a dossier or document."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = requests.ask(
            archive, given, purpose=purpose, reason=reason, form=form, days=days, outsider=outsider, shows=shows
        )
    _say(screen, made)


def requests_list(
    number: Annotated[str | None, typer.Argument(help="lending.arg-request")] = None,
    *,
    state: Annotated[str | None, typer.Option("--state", help="lending.opt-state")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="lending.opt-mine")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List requests, or show one."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        if number is not None:
            _say(screen, requests.show(archive, number))
            return
        found = requests.listed(archive, state=state, mine=mine)
    if as_json:
        screen.json({"requests": [one.as_json() for one in found]})
        return
    names = ("request", "what", "form", "by", "purpose", "state", "waits")
    screen.table("", [screen.text(f"lending.column-{name}") for name in names], [_row(screen, one) for one in found])


def approve(
    number: Number,
    *,
    note: Note = "",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Approve a request."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = deciding.approve(archive, number, note=note)
    _say(screen, made)


def deny(
    number: Number,
    *,
    note: Note,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Refuse a request."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = deciding.deny(archive, number, note=note)
    _say(screen, made)


def withdraw(
    number: Number,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Take a request back."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = requests.withdraw(archive, number)
    _say(screen, made)


def loan(
    number: Number,
    *,
    slip: Annotated[Path | None, typer.Option("--slip", help="lending.opt-slip")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Hand out what was approved."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = deciding.hand_out(archive, number)
        if slip is not None:
            slips.save_slip(archive, made.loan, slip, lang=screen.lang)
    _say(screen, made)


def extend(
    number: LoanNumber,
    *,
    reason: Reason,
    days: Days = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Ask for more time."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = requests.extend(archive, number, reason=reason, days=days)
    _say(screen, made)


def give_back(
    number: LoanNumber,
    *,
    condition: Annotated[str, typer.Option("--condition", help="lending.opt-condition")] = "",
    note: Note = "",
    lost: Annotated[bool, typer.Option("--lost", help="lending.opt-lost")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Strike a loan off."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        done = loans.give_back(archive, number, condition=condition, note=note, lost=lost)
    if as_json:
        screen.json(done.as_json())
    else:
        screen.say("lending.returned", loan=done.id, style="green")


def report_loans(
    *,
    every: Annotated[bool, typer.Option("--all", help="lending.opt-every")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="cli.opt-as-of")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List what is lent."""
    screen, today = Screen(lang_now(lang), as_json=as_json), day(as_of)
    with opened(screen, home, passphrase_fd) as archive:
        _loans(screen, loans.loans(archive, every=every, as_of=today))


def report_overdue(
    *,
    as_of: Annotated[str | None, typer.Option("--as-of", help="cli.opt-as-of")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List what is overdue."""
    screen, today = Screen(lang_now(lang), as_json=as_json), day(as_of)
    with opened(screen, home, passphrase_fd) as archive:
        _loans(screen, loans.loans(archive, overdue=True, as_of=today))


def remind(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Remind borrowers."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        found = loans.remind(archive)
    if as_json:
        screen.json({"loans": [one.as_json() for one in found]})
        return
    for one in found:
        what = one.document or one.dossier
        screen.line(
            screen.text(
                "lending.reminded", borrower=one.borrower, what=what, due=one.due, loan=one.id, days=one.overdue
            )
        )
    if not found:
        screen.say("lending.nobody-to-remind")


def _say(screen: Screen, one: RequestView) -> None:
    if screen.as_json:
        screen.json(one.as_json())
        return
    names = ("request", "what", "form", "by", "purpose", "state", "waits")
    screen.table("", [screen.text(f"lending.column-{name}") for name in names], [_row(screen, one)])
    for decision in one.decisions:
        verdict = screen.text(f"lending.state-{decision['verdict']}")
        screen.line(f"  {escape(decision['at'])}  {escape(decision['by'])}  {verdict}  {escape(decision['note'])}")
    if one.state == "lent":
        what = one.document or one.dossier or one.given
        said = "lending.paper-out-until" if one.form == Form.PAPER.value else "lending.lent-until"
        screen.say(said, due=one.due, loan=one.loan, what=what, style="green")
    elif one.state == "approved":
        screen.say("lending.waits-for-keys", request=one.id)
    elif one.state == "open" and one.waits_for:
        screen.say("lending.waits-for", roles=one.who_decides(screen.lang))


def _row(screen: Screen, one: RequestView) -> list[str]:
    what = one.document or one.dossier or one.given
    if one.document and one.dossier:
        what = f"{one.document} ({one.dossier})"
    return [
        one.id,
        escape(what),
        screen.text(f"lending.form-{one.form}"),
        escape(one.by),
        escape(f"{one.purpose}; {one.reason}"),
        screen.text(f"lending.state-{one.state}"),
        escape(one.who_decides(screen.lang)) if one.state == "open" else "",
    ]


def _loans(screen: Screen, found: list[LoanView]) -> None:
    if screen.as_json:
        screen.json({"loans": [one.as_json() for one in found]})
        return
    names = ("loan", "what", "form", "borrower", "lent", "due", "state", "overdue")
    rows = [
        [
            one.id,
            escape(one.document or f"{one.dossier} {one.label}"),
            screen.text(f"lending.form-{one.form}"),
            escape(one.borrower),
            one.lent.astimezone().date().isoformat(),
            one.due.isoformat(),
            screen.text(f"lending.state-{one.state}"),
            f"[red]{one.overdue}[/]" if one.overdue else "",
        ]
        for one in found
    ]
    screen.table("", [screen.text(f"lending.column-{name}") for name in names], rows)
