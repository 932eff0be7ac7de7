"""``vault`` and ``index``: verify, rotate, change the passphrase, recover, rebuild, check."""

from typing import Annotated

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.passphrase import ask
from cli.screen import Screen, Tick
from cli.speech import lang_now
from desk import home as homes
from desk import keeping
from dossier.errors import ExitCode
from dossier.wording import say
from vault.levels import Level
from vault.progress import Progress


def verify(
    *,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="cli.opt-rate")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Prove every object."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive, screen.progress("cli.progress-verifying") as tick:
        found = keeping.verify(archive, megabytes_per_second=limit, progress=drawn(tick))
    if as_json:
        damaged = [{"object": one.object_id, "text": say(one.wording, screen.lang)} for one in found.damaged]
        screen.json({"objects": found.objects, "bytes": found.octets, "damaged": damaged, "rests": list(found.keyless)})
    else:
        for one in found.damaged:
            screen.line(f"[red]{escape(one.object_id)}[/]")
        screen.line(
            screen.text("cli.verified", objects=found.objects, damaged=len(found.damaged), rests=len(found.keyless))
        )
    if found.damaged:
        raise typer.Exit(ExitCode.TAMPERED)


def rotate(
    level: Annotated[Level, typer.Argument(help="cli.arg-level")] = Level.ORDINARY,
    *,
    resume: Annotated[bool, typer.Option("--resume", help="cli.opt-resume")] = False,
    retire: Annotated[bool, typer.Option("--retire", help="keeping.opt-retire")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Rotate a level's key."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive, screen.progress("cli.progress-rotating") as tick:
        done = keeping.rotate(archive, level, fresh=not resume, retire=retire, progress=drawn(tick))
    if as_json:
        facts = {"rewrapped": done.rewrapped, "current": done.current, "damaged": list(done.damaged)}
        screen.json({**facts, "missed": list(done.missed)})
    else:
        screen.line(screen.text("cli.rotated", rewrapped=done.rewrapped, damaged=len(done.damaged)))
        if done.missed:
            screen.say("keeping.rotation-missed", missed=len(done.missed), level=level.value, style="yellow")
    if done.damaged:
        raise typer.Exit(ExitCode.TAMPERED)


def passphrase(
    *,
    home: Home = DEFAULT_HOME,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
    new_fd: Annotated[int | None, typer.Option("--new-passphrase-fd", min=0, help="cli.opt-new-passphrase-fd")] = None,
) -> None:
    """Change the passphrase."""
    screen = Screen(lang_now(lang))
    place = homes.Home(home.expanduser())
    place.settings()
    old = ask(screen.lang, passphrase_fd)
    screen.say("cli.new-passphrase-follows")
    new = ask(screen.lang, new_fd, twice=True, handed=False)
    keeping.set_passphrase(place, old, new)
    screen.say("cli.passphrase-changed", style="green")


def recover(
    *,
    home: Home = DEFAULT_HOME,
    lang: Language = None,
    new_fd: Annotated[int | None, typer.Option("--new-passphrase-fd", min=0, help="cli.opt-new-passphrase-fd")] = None,
) -> None:
    """Open the keys with the recovery code and set a new passphrase."""
    screen = Screen(lang_now(lang))
    place = homes.Home(home.expanduser())
    place.settings()
    code = typer.prompt(screen.text("cli.ask-recovery-code"))
    keeping.recover_keys(place, code, ask(screen.lang, new_fd, twice=True))
    screen.say("cli.passphrase-changed", style="green")


def rebuild(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Make the index again from the vault."""
    screen = Screen(lang_now(lang), as_json=as_json)
    done, failed = 0, tuple[str, ...]()
    with opened(screen, home, passphrase_fd) as archive, screen.progress("cli.progress-rebuilding") as tick:
        for step in keeping.rebuild_index(archive):
            done, failed = step.done, step.failed
            tick(step.done, step.of, "")
    if as_json:
        screen.json({"captures": done, "failed": list(failed)})
    else:
        screen.line(screen.text("cli.rebuilt", captures=done, failed=len(failed)))


def check(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Compare index and vault."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        flaws = keeping.check_index(archive)
    if as_json:
        screen.json({"flaws": [{"id": one.id, "text": say(one.wording, screen.lang, id=one.id)} for one in flaws]})
    else:
        for one in flaws:
            screen.line(screen.text(one.wording, id=one.id))
        screen.line(screen.text("cli.index-checked", flaws=len(flaws)))
    if flaws:
        raise typer.Exit(ExitCode.INDEX)


def drawn(tick: Tick) -> Progress:
    """Return a progress of the vault that draws a bar."""

    def draw(done: int, total: int | None) -> None:
        tick(done, total or done, "")

    return draw
