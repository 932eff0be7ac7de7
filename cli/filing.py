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
from desk import dossiers
from desk.lookup import DossierView

Key = Annotated[str, typer.Argument(help="cli.arg-dossier")]
Day = Annotated[str | None, typer.Option("--on", help="cli.opt-on")]


def dossier_open(
    kind: Annotated[str, typer.Argument(help="cli.arg-dossier-kind")],
    key: Annotated[str, typer.Argument(help="cli.arg-new-key")],
    *,
    label: Annotated[str, typer.Option("--label", help="cli.opt-label")] = "",
    on: Day = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Open a dossier by hand."""
    screen, opening = Screen(lang_now(lang), as_json=as_json), day(on)
    with opened(screen, home, passphrase_fd) as archive:
        _show(screen, dossiers.open_by_hand(archive, kind, key, label=label, on=opening))


def dossier_event(
    key: Key,
    event: Annotated[str, typer.Argument(help="cli.arg-event")],
    *,
    on: Day = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Say that something happened."""
    screen, happened = Screen(lang_now(lang), as_json=as_json), day(on) or date.today()  # noqa: DTZ011
    with opened(screen, home, passphrase_fd) as archive:
        _show(screen, dossiers.enter_event(archive, key, event, happened))


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
        _show(screen, dossiers.enter_fact(archive, key, fact, value))


def dossier_rename(
    key: Key,
    label: Annotated[str, typer.Argument(help="cli.arg-label")],
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Call a dossier something else."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        _show(screen, dossiers.rename(archive, key, label))


def dossier_close(
    key: Key,
    *,
    on: Day = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Close a dossier."""
    screen, closed = Screen(lang_now(lang), as_json=as_json), day(on) or date.today()  # noqa: DTZ011
    with opened(screen, home, passphrase_fd) as archive:
        _show(screen, dossiers.close(archive, key, closed))


def _show(screen: Screen, view: DossierView) -> None:
    if screen.as_json:
        screen.json(view.as_json(screen.lang))
    else:
        show_dossier(screen, view)
