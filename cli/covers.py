"""``cover-sheet``: print the page that says where the papers behind it go."""

from pathlib import Path
from typing import Annotated

import typer

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import covers


def cover_sheet(
    dossier: Annotated[str, typer.Argument(help="cli.arg-dossier")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="cli.opt-cover-output")],
    force: Annotated[bool, typer.Option("--force", help="cli.opt-force")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Make a dossier's cover sheet."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        sheet = covers.save(archive, dossier, output, screen.lang, replace=force)
    if as_json:
        screen.json({"file": str(output), **sheet.as_json()})
    else:
        screen.say("cli.cover-made", file=output, dossier=sheet.dossier)
