"""``init``, ``demo`` and ``doctor``."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape

from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.passphrase import ask, given
from cli.screen import Screen
from cli.showing import show_summary, show_verdicts
from cli.speech import lang_now
from desk import demo as staging
from desk import health, setup
from desk import home as homes
from desk.print.files import check_free, write_file
from desk.print.fonts import register_font
from desk.recovery_sheet import recovery_sheet
from desk.sayings import kind_title
from desk.stores import LOCAL
from dossier.errors import ExitCode
from vault.recovery import recovery_words

STDOUT: Final = "-"
DEFAULT_DEMO = Path("juanzong-demo")


def init(
    *,
    pack: Annotated[list[str] | None, typer.Option("--pack", help="cli.opt-pack")] = None,
    store: Annotated[str, typer.Option("--store", help="cli.opt-store")] = LOCAL,
    database: Annotated[str, typer.Option("--database", help="cli.opt-database")] = LOCAL,
    workers: Annotated[bool, typer.Option("--workers", help="working.opt-workers")] = False,
    sheet: Annotated[str | None, typer.Option("--recovery-sheet", help="keeping.opt-recovery-sheet")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Make an archive."""
    screen = Screen(lang_now(lang), as_json=as_json)
    place = homes.Home(home.expanduser())
    if sheet is not None and sheet != STDOUT:
        check_free(Path(sheet))
    if sheet is not None:
        register_font()
    place.refuse_taken()
    passphrase = ask(screen.lang, passphrase_fd, twice=True)
    chosen = tuple(pack or ())
    made = setup.make(
        place, passphrase, packs=chosen, store=store, database=database, workers=workers, lang=screen.lang
    )
    if sheet is not None:
        page = recovery_sheet(made.recovery_code, made.archive, screen.lang, made=datetime.now(UTC).date())
        if sheet == STDOUT:
            sys.stdout.buffer.write(page)
            return
        write_file(Path(sheet), page)
    if as_json:
        words = recovery_words(made.recovery_code)
        facts = {"home": str(place.path), "archive": made.archive}
        screen.json({**facts, "recovery_code": made.recovery_code, "recovery_words": words})
        return
    screen.say("cli.made", home=place.path, style="green")
    screen.say("cli.recovery-code-follows", style="bold yellow")
    screen.line(escape(made.recovery_code))
    screen.line(recovery_words(made.recovery_code))
    if sheet is not None:
        screen.say("keeping.sheet-written", file=sheet, style="bold yellow")
    screen.say("cli.init-next", home=place.path)


def doctor(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Check the archive and the machine; with the passphrase at hand the keys and index too."""
    screen = Screen(lang_now(lang), as_json=as_json)
    findings = health.examine(homes.Home(home.expanduser()), given(passphrase_fd))
    if as_json:
        screen.json({"ok": all(f.ok for f in findings), "findings": [f.as_json(screen.lang) for f in findings]})
    else:
        for finding in findings:
            mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
            screen.line(f"{mark} {escape(finding.title(screen.lang))}: {escape(finding.say(screen.lang))}")
    worst = next((finding.exit_code for finding in findings if not finding.ok), ExitCode.OK)
    if worst:
        raise typer.Exit(worst)


def demo(
    folder: Annotated[Path, typer.Argument(help="cli.arg-demo")] = DEFAULT_DEMO,
    *,
    lang: Language = None,
) -> None:
    """Show the whole journey on synthetic scans."""
    screen = Screen(lang_now(lang))
    stage = staging.Stage(folder, screen.lang)
    screen.line(f"[bold]{screen.text('cli.demo-title')}[/]")
    _scene(screen, 1, "cli.demo-home")
    stage.make_home()
    screen.line("  " + screen.text("cli.demo-home-made", home=stage.home.path))
    _scene(screen, 2, "cli.demo-draw")
    with screen.progress("cli.progress-drawing") as tick:
        scans = stage.draw(tick)
    screen.line("  " + screen.text("cli.demo-drawn", scans=scans, folder=stage.drop))
    with stage.archive() as archive:
        _scene(screen, 3, "cli.demo-watch")
        with screen.progress("cli.progress-reading") as tick:
            taken = stage.watch(archive, tick)
        counts = stage.counts(taken)
        screen.line("  " + screen.text("cli.demo-watched", **counts))
        for one in taken:
            for document in one.documents:
                if document.review:
                    doubt = escape(document.doubt(screen.lang))
                    screen.line(f"  [yellow]{escape(one.name)}[/]: {doubt}")
        _scene(screen, 4, "cli.demo-report")
        report = stage.report(archive)
        for judged in report.dossiers:
            show_verdicts(screen, judged, settled=False)
        show_summary(screen, report)
        _scene(screen, 5, "cli.demo-search")
        for query, found in stage.searches(archive):
            screen.line(
                f"  [bold]juanzong search {escape(query)}[/]  " + screen.text("cli.demo-hits", total=found.total)
            )
            for hit in found.hits[:3]:
                where = f"{escape(kind_title(hit.kind, screen.lang))} [dim]{escape(hit.dossier or '')}[/]"
                screen.line(f"    {where}  {screen.marked(hit.snippet, hit.marks)}")
        _scene(screen, 6, "cli.demo-get")
        proof = stage.retrieve(archive, taken)
        screen.line("  " + screen.text("cli.demo-got", name=proof.name, file=proof.file, sha256=proof.sha256))
        same = "cli.demo-same" if proof.same else "cli.demo-differs"
        screen.line("  " + screen.text(same))
    screen.line()
    for line in stage.next_steps():
        screen.line(line)
    if not proof.same:
        raise typer.Exit(ExitCode.TAMPERED)


def _scene(screen: Screen, number: int, key: str) -> None:
    screen.line(f"[bold cyan]{number}[/] {screen.text(key)}")
