"""``dossier reopen|merge|number|waive|paper``: put right what is known of a dossier."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.days import day
from cli.filing import Day, Key, show
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import correcting, dossiers, numbering
from dossier.model import Form, Ink


class Paper(StrEnum):
    """What the paper behind a scan is."""

    ORIGINAL = "original"
    COPY = "copy"


_FORMS: dict[Paper, Form] = {Paper.ORIGINAL: "original", Paper.COPY: "copy"}


def dossier_reopen(
    key: Key,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Open a closed dossier again."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        show(screen, dossiers.reopen(archive, key))


def dossier_merge(
    gone: Annotated[str, typer.Argument(help="dossiers.arg-gone")],
    kept: Annotated[str, typer.Argument(help="dossiers.arg-kept")],
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Make one dossier of two."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        merged = correcting.merge(archive, gone, kept)
    if as_json:
        screen.json(merged.as_json(screen.lang))
        return
    screen.say("dossiers.merged", gone=merged.gone, kept=merged.view.row.key, documents=merged.moved)
    show(screen, merged.view)


def dossier_number(
    key: Key,
    number: Annotated[str, typer.Argument(help="dossiers.arg-number")] = "",
    *,
    on: Day = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Give a dossier its running number."""
    screen, assigned = Screen(lang_now(lang), as_json=as_json), day(on)
    with opened(screen, home, passphrase_fd) as archive:
        show(screen, numbering.assign_number(archive, key, number, on=assigned))


def dossier_waive(
    key: Key,
    requirement: Annotated[str, typer.Argument(help="dossiers.arg-requirement")],
    *,
    role: Annotated[str, typer.Option("--role", help="dossiers.opt-waiver-role")] = "",
    reason: Annotated[str, typer.Option("--reason", help="dossiers.opt-waiver-reason")] = "",
    by: Annotated[str, typer.Option("--by", help="dossiers.opt-by")] = "",
    on: Day = None,
    until: Annotated[str | None, typer.Option("--until", help="dossiers.opt-until")] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="dossiers.opt-take-back-waiver")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Let a requirement go, or ask for it again."""
    screen, decided, end = Screen(lang_now(lang), as_json=as_json), day(on), day(until)
    with opened(screen, home, passphrase_fd) as archive:
        view = (
            correcting.take_back_waiver(archive, key, requirement)
            if take_back
            else correcting.waive(archive, key, requirement, role=role, reason=reason, by=by, on=decided, until=end)
        )
        show(screen, view)


def dossier_paper(
    document: Annotated[str, typer.Argument(help="dossiers.arg-document")],
    *,
    form: Annotated[Paper | None, typer.Option("--form", help="dossiers.opt-form")] = None,
    copies: Annotated[int | None, typer.Option("--copies", help="dossiers.opt-copies")] = None,
    side: Annotated[list[str] | None, typer.Option("--side", help="dossiers.opt-side")] = None,
    signed: Annotated[list[str] | None, typer.Option("--signed", help="dossiers.opt-signed")] = None,
    unsigned: Annotated[list[str] | None, typer.Option("--unsigned", help="dossiers.opt-unsigned")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Say what the paper behind a document is like."""
    screen = Screen(lang_now(lang), as_json=as_json)
    inks: tuple[Ink, Ink] = ("signed", "unsigned")
    signatures = dict.fromkeys(signed or (), inks[0]) | dict.fromkeys(unsigned or (), inks[1])
    with opened(screen, home, passphrase_fd) as archive:
        done = correcting.describe_paper(
            archive,
            document,
            form=None if form is None else _FORMS[form],
            copies=copies,
            sides=side or (),
            signatures=signatures,
        )
    if as_json:
        screen.json({"document": done})
    else:
        screen.say("dossiers.paper-noted", document=done)
