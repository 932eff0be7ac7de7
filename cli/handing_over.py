"""``dossier contents|handover|leaver|import``: lists on paper, who holds what, and many dossiers at once."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.days import day
from cli.filing import Anyway, Day, Key
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import contents_list, handing_over, importing, leaving
from desk.importing import Imported
from desk.print.files import write_file

Pdf = Annotated[Path | None, typer.Option("--pdf", "-o", help="dossiers.opt-pdf")]
Force = Annotated[bool, typer.Option("--force", help="cli.opt-force")]


def dossier_contents(
    key: Key,
    *,
    pdf: Pdf = None,
    force: Force = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List what lies in a dossier, to print."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        found = contents_list.contents_list(archive, key)
    if pdf is not None:
        write_file(pdf, found.as_pdf(screen.lang), replace=force)
        screen.say("dossiers.written", file=pdf)
    if as_json:
        screen.json(found.as_json(screen.lang))
    elif pdf is None:
        head, *rows = found.rows(screen.lang)
        screen.table(
            f"{found.dossier.key} {found.dossier.label}", head, [[escape(cell) for cell in row] for row in rows]
        )


def dossier_handover(
    key: Key,
    documents: Annotated[list[str] | None, typer.Argument(help="dossiers.arg-handed")] = None,
    *,
    gave: Annotated[str, typer.Option("--gave", help="dossiers.opt-gave")] = "",
    took: Annotated[str, typer.Option("--took", help="dossiers.opt-took")] = "",
    on: Day = None,
    note: Annotated[str, typer.Option("--note", help="dossiers.opt-note")] = "",
    show: Annotated[bool, typer.Option("--list", help="dossiers.opt-list-handovers")] = False,
    pdf: Pdf = None,
    force: Force = False,
    anyway: Anyway = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Note in the sign-in register who handed papers to whom."""
    screen, happened = Screen(lang_now(lang), as_json=as_json), day(on)
    with opened(screen, home, passphrase_fd) as archive:
        lines = (
            handing_over.register_of(archive, key)
            if show
            else [
                handing_over.hand_over(
                    archive, key, documents or (), gave=gave, took=took, on=happened, note=note, anyway=anyway
                )
            ]
        )
    if pdf is not None and lines:
        write_file(pdf, handing_over.slip(lines[-1], screen.lang), replace=force)
        screen.say("dossiers.written", file=pdf)
    if as_json:
        shown = [line.as_json(screen.lang) for line in lines]
        screen.json({"handovers": shown} if show else shown[0])
        return
    columns = [screen.text(f"dossiers.slip-{name}") for name in ("day-short", "gave", "took", "handed", "lacks")]
    rows = [
        [
            line.on.isoformat(),
            escape(line.gave),
            escape(line.took),
            str(len(line.documents)),
            escape(", ".join(line.titles([*line.missing, *line.doubtful], screen.lang))),
        ]
        for line in lines
    ]
    screen.table("", columns, rows)


def dossier_leaver(
    person: Annotated[str, typer.Argument(help="dossiers.arg-leaver")],
    *,
    successor: Annotated[str, typer.Option("--successor", help="dossiers.opt-successor")] = "",
    on: Day = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Show what a leaver still holds, or hand it to a successor."""
    screen, leaves = Screen(lang_now(lang), as_json=as_json), day(on)
    with opened(screen, home, passphrase_fd) as archive:
        found = leaving.succeed(archive, person, successor, on=leaves) if successor else leaving.leaver(archive, person)
    if as_json:
        screen.json(found.as_json(screen.lang))
        return
    columns = [screen.text(f"cli.column-{name}") for name in ("dossier", "label", "owes", "missing")]
    rows = [
        [
            escape(one.row.key),
            escape(one.row.label),
            escape(", ".join(role.title[screen.lang] for role in one.roles)),
            str(len(one.owed)),
        ]
        for one in found.held
    ]
    if rows:
        screen.table("", columns, rows)
    outcome = "handed" if successor and found.held else "must-stay" if found.held else "may-leave"
    outcome = outcome if found.whole or outcome == "must-stay" else "as-far"
    facts = {"person": found.person, "successor": successor or "—", "count": len(found.held)}
    screen.line(screen.text(f"dossiers.leaver-{outcome}", **facts))


def dossier_import(
    kind: Annotated[str, typer.Argument(help="cli.arg-dossier-kind")],
    file: Annotated[Path, typer.Argument(help="dossiers.arg-list")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="dossiers.opt-dry-run")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="dossiers.opt-replace")] = False,
    encoding: Annotated[str, typer.Option("--encoding", help="dossiers.opt-encoding")] = "",
    sheet: Annotated[str, typer.Option("--sheet", help="dossiers.opt-sheet")] = "",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Open a dossier for every row of a list."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        done = importing.import_list(
            archive, kind, file, encoding=encoding, sheet=sheet, replace=replace, dry_run=dry_run
        )
    if as_json:
        screen.json(done.as_json())
    else:
        _say_imported(screen, done)


def _say_imported(screen: Screen, done: Imported) -> None:
    counts = {name: done.count(name) for name in ("opened", "completed", "unchanged")}
    screen.line(screen.text("dossiers.would-import" if done.tried else "dossiers.imported", **counts, filed=done.filed))
