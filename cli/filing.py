"""``dossier open|event|fact|rename|close``: what people do to a dossier."""

from datetime import date
from typing import Annotated

import typer

from cli.days import day
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.showing import show_dossier
from cli.speech import lang_now
from desk import correcting, dossiers
from desk.lookup import DossierView

Key = Annotated[str, typer.Argument(help="cli.arg-dossier")]
Day = Annotated[str | None, typer.Option("--on", help="cli.opt-on")]
Anyway = Annotated[bool, typer.Option("--anyway", help="dossiers.opt-anyway")]


def dossier_open(
    kind: Annotated[str, typer.Argument(help="cli.arg-dossier-kind")],
    key: Annotated[str, typer.Argument(help="cli.arg-new-key")],
    *,
    label: Annotated[str, typer.Option("--label", help="cli.opt-label")] = "",
    on: Day = None,
    anyway: Anyway = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Open a dossier by hand."""
    screen, opening = Screen(lang_now(lang), as_json=as_json), day(on)
    with opened(screen, home, passphrase_fd) as archive:
        show(screen, dossiers.open_by_hand(archive, kind, key, label=label, on=opening, anyway=anyway))


def dossier_event(
    key: Key,
    event: Annotated[str, typer.Argument(help="cli.arg-event")],
    *,
    on: Day = None,
    by: Annotated[str, typer.Option("--by", help="dossiers.opt-by")] = "",
    role: Annotated[str, typer.Option("--role", help="dossiers.opt-role")] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="dossiers.opt-take-back")] = False,
    anyway: Anyway = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Say that something happened, or take it back."""
    screen, happened = Screen(lang_now(lang), as_json=as_json), day(on) or date.today()  # noqa: DTZ011
    with opened(screen, home, passphrase_fd) as archive:
        view = (
            correcting.take_back_event(archive, key, event, happened)
            if take_back
            else dossiers.enter_event(archive, key, event, happened, by=by, role=role, anyway=anyway)
        )
        show(screen, view)


def dossier_fact(
    key: Key,
    fact: Annotated[str, typer.Argument(help="cli.arg-fact")],
    value: Annotated[str | None, typer.Argument(help="cli.arg-value")] = None,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Enter a fact, or take it away."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        show(screen, dossiers.enter_fact(archive, key, fact, value))


def dossier_rename(
    key: Key,
    label: Annotated[str | None, typer.Argument(help="cli.arg-label")] = None,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Call a dossier something else."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        show(screen, dossiers.rename(archive, key, label))


def dossier_close(
    key: Key,
    *,
    on: Day = None,
    anyway: Anyway = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Close a dossier."""
    screen, closed = Screen(lang_now(lang), as_json=as_json), day(on) or date.today()  # noqa: DTZ011
    with opened(screen, home, passphrase_fd) as archive:
        show(screen, dossiers.close(archive, key, closed, anyway=anyway))


def show(screen: Screen, view: DossierView) -> None:
    """Show a dossier as it stands after what was done to it."""
    if screen.as_json:
        screen.json(view.as_json(screen.lang))
    else:
        show_dossier(screen, view)
