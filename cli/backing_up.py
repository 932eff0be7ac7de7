"""``vault backup``, ``backups``, ``restore``; ``vault destroy`` and its certificate."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.days import day
from cli.keeping import drawn
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.passphrase import ask
from cli.screen import Screen
from cli.speech import lang_now
from desk import backups, certificates, destroying
from desk import home as homes
from desk.print.files import check_free
from desk.stores import LOCAL
from dossier.errors import ExitCode


def destroy(
    documents: Annotated[list[str], typer.Argument(help="cli.arg-documents")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="cli.opt-reason")],
    decided_by: Annotated[list[str], typer.Option("--decided-by", help="cli.opt-decided-by")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="keeping.opt-certificate")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Destroy documents for good."""
    screen = Screen(lang_now(lang), as_json=as_json)
    if output is not None:
        check_free(output)
    with opened(screen, home, passphrase_fd) as archive, screen.progress("cli.progress-destroying") as tick:
        gone = destroying.destroy(archive, documents, reason=reason, decided_by=decided_by, progress=drawn(tick))
    if output is not None:
        certificates.write_certificate(gone, output, screen.lang)
        screen.say("keeping.certificate-written", file=output, style="green")
    if as_json:
        screen.json({**gone.as_json(), "sentences": certificates.sentences(gone, screen.lang)})
        return
    for sentence in certificates.sentences(gone, screen.lang):
        screen.line(escape(sentence))
    if output is None:
        screen.line()
        screen.line(escape(gone.certificate.statement().decode()))
        screen.line(f"{escape(gone.certificate.signer)} {gone.certificate.signature.hex()}")


def backup(
    target: Annotated[str, typer.Argument(help="cli.arg-backup")],
    *,
    kept_until: Annotated[str | None, typer.Option("--kept-until", help="keeping.opt-kept-until")] = None,
    discarded: Annotated[bool, typer.Option("--discarded", help="keeping.opt-discarded")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Bring a backup up to date."""
    screen = Screen(lang_now(lang), as_json=as_json)
    until = day(kept_until)
    with opened(screen, home, passphrase_fd) as archive, screen.progress("cli.progress-carrying") as tick:
        if discarded:
            backups.discard(archive, target)
        else:
            done = backups.backup(archive, target, kept_until=until, progress=drawn(tick))
    if discarded:
        if as_json:
            screen.json({"discarded": backups.named(target)})
        else:
            screen.line(screen.text("keeping.discarded", place=target))
        return
    if as_json:
        screen.json(done.as_json())
    else:
        screen.line(screen.text("cli.backed-up", objects=done.objects, carried=done.carried, damaged=len(done.damaged)))
    if done.damaged:
        raise typer.Exit(ExitCode.TAMPERED)


def backup_list(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List the backups that are known."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        known = backups.known(archive)
    if as_json:
        rows = [
            {
                "place": one.name,
                "made": one.made.isoformat(),
                "kept_until": one.kept_until.isoformat() if one.kept_until else None,
            }
            for one in known
        ]
        screen.json({"backups": rows})
        return
    if not known:
        screen.line(screen.text("keeping.no-backups"))
        return
    columns = [screen.text(f"keeping.column-{name}") for name in ("place", "made", "kept-until")]
    cells = [
        [escape(one.name), f"{one.made:%Y-%m-%d %H:%M}", one.kept_until.isoformat() if one.kept_until else ""]
        for one in known
    ]
    screen.table("", columns, cells)


def restore(
    source: Annotated[str, typer.Argument(help="cli.arg-backup")],
    *,
    recover: Annotated[bool, typer.Option("--recover", help="cli.opt-recover")] = False,
    store: Annotated[str, typer.Option("--store", help="cli.opt-store")] = LOCAL,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Make the archive again from a backup."""
    screen = Screen(lang_now(lang), as_json=as_json)
    code = typer.prompt(screen.text("cli.ask-recovery-code")) if recover else None
    passphrase = ask(screen.lang, passphrase_fd, twice=recover)
    place = homes.Home(home.expanduser())
    with screen.progress("cli.progress-carrying") as tick:
        done = backups.restore(place, source, passphrase, code=code, store=store, progress=drawn(tick))
    made = done.snapshot.made
    if as_json:
        facts = {"objects": done.objects, "missing": list(done.missing), "damaged": list(done.damaged)}
        screen.json({"made": made.isoformat(), **facts})
    else:
        counts = {"objects": done.objects, "missing": len(done.missing), "damaged": len(done.damaged)}
        screen.line(screen.text("cli.restored", **counts))
        screen.line(screen.text("keeping.restored-as-of", when=f"{made:%Y-%m-%d %H:%M} UTC"))
    if done.missing or done.damaged:
        raise typer.Exit(ExitCode.TAMPERED)
