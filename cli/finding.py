"""``dossier`` and ``get``: find dossiers and take a document out."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.showing import show_dossier
from cli.speech import lang_now
from desk import copies, lookup, retrieval
from desk.copies import CopyMade


def dossier_list(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List dossiers."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        rows = lookup.dossiers(archive)
    if as_json:
        screen.json({"dossiers": [row.as_json() for row in rows]})
        return
    columns = [
        screen.text(f"cli.column-{name}") for name in ("dossier", "label", "sort", "documents", "missing", "late-count")
    ]
    cells = [
        [
            escape(row.key),
            escape(row.label),
            escape(row.title(screen.lang)),
            str(row.documents),
            str(row.missing) if row.missing else f"[green]{screen.text('cli.complete')}[/]",
            f"[red]{row.late}[/]" if row.late else "",
        ]
        for row in rows
    ]
    screen.table("", columns, cells)


def dossier_show(
    key: Annotated[str, typer.Argument(help="cli.arg-dossier")],
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Show one dossier."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        view = lookup.dossier(archive, key)
    if as_json:
        screen.json(view.as_json(screen.lang))
        return
    show_dossier(screen, view)


class GetForm(StrEnum):
    """In what form something is taken out."""

    AUTO = "auto"
    VIEW = "view"
    ORIGINAL = "original"


def get(
    document: Annotated[str, typer.Argument(help="cli.arg-document")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="cli.opt-output")],
    form: Annotated[GetForm, typer.Option("--form", help="copies.opt-form")] = GetForm.AUTO,
    pages: Annotated[str, typer.Option("--pages", help="copies.opt-pages")] = "",
    packed: Annotated[bool, typer.Option("--zip", help="copies.opt-zip")] = False,
    force: Annotated[bool, typer.Option("--force", help="cli.opt-force")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Take a document or dossier out of sealed storage."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        if not retrieval.is_document(archive, document):
            whole = packed or form is GetForm.ORIGINAL
            made = (
                copies.dossier_originals(archive, document, output, replace=force)
                if whole
                else copies.dossier_copy(archive, document, output, lang=screen.lang, replace=force)
            )
            _made(screen, made, output)
            return
        view = form is GetForm.VIEW or bool(pages)
        if view or (form is GetForm.AUTO and not copies.may_take(archive, document)):
            _made(
                screen,
                copies.view_copy(archive, document, output, pages=pages, lang=screen.lang, replace=force),
                output,
            )
            return
        if str(output) == "-":
            retrieval.write_to(archive, document, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        copy = retrieval.save(archive, document, output, replace=force)
    if as_json:
        screen.json(copy.as_json())
        return
    screen.say("cli.got", file=output, name=copy.name, size=copy.size, sha256=copy.sha256)


def _made(screen: Screen, made: CopyMade, output: Path) -> None:
    if screen.as_json:
        screen.json(made.as_json())
        return
    screen.say("copies.made", documents=len(made.documents), pages=made.pages, file=output)
    if made.withheld:
        screen.say("copies.withheld", count=made.withheld, style="yellow")
