"""``station``: scanner PCs that may capture for the archive and can open nothing."""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli import stationing
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from cli.stationing import DEFAULT_STATION, Station
from desk import stations
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import say
from vault.passphrase import given_passphrase

Name = Annotated[str, typer.Argument(help="station.arg-name")]


class CodeMissing(JuanzongError):
    """No code was given and there is nobody to ask."""

    exit_code = ExitCode.PASSPHRASE
    wording = "station.code-missing"


def hang(app: typer.Typer) -> None:
    """Hang the commands into their group."""
    app.command("enrol", help="station.enrol")(enrol)
    app.command("join", help="station.join")(join)
    app.command("watch", help="station.watch")(stationing.watch)
    app.command("send", help="station.send")(stationing.send)
    app.command("list", help="station.list")(list_)
    app.command("revoke", help="station.revoke")(revoke)


def enrol(
    name: Name,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="station.opt-output")],
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="station.opt-days")] = stations.ENROLMENT_DAYS,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Enrol a scanner PC."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = stations.enrol(archive, name, output.expanduser(), days=days)
    if as_json:
        until = made.until.isoformat(timespec="seconds")
        screen.json({**made.view.as_json(), "file": str(output), "code": made.code, "until": until})
        return
    day = made.until.astimezone().strftime("%Y-%m-%d %H:%M")
    screen.line(escape(screen.text("station.enrolled", name=made.view.name, file=output, until=day)))
    screen.line(f"[bold]{made.code}[/]")


def join(
    file: Annotated[Path, typer.Argument(help="station.arg-file")],
    *,
    folder: Station = DEFAULT_STATION,
    code_fd: Annotated[int | None, typer.Option("--code-fd", min=0, help="station.opt-code-fd")] = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Make this machine a station."""
    screen = Screen(lang_now(lang), as_json=as_json)
    place = folder.expanduser().absolute()
    made = stations.join_as(file.expanduser(), _code(screen, code_fd), place)
    if as_json:
        screen.json({**made.as_json(), "folder": str(place)})
    else:
        screen.line(escape(screen.text("station.joined", name=made.name, folder=place)))


def list_(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List stations."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        found = stations.stations(archive)
    if as_json:
        screen.json({"stations": [one.as_json() for one in found]})
        return
    columns = [screen.text(f"station.column-{name}") for name in ("name", "station", "sort", "enrolled", "revoked")]
    rows = []
    for one in found:
        sort = screen.text("station.sort-desk" if one.desk else "station.sort-scanner")
        enrolled, revoked = (f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "" for at in (one.enrolled, one.revoked))
        rows.append([escape(one.name), one.station, escape(sort), enrolled, revoked])
    screen.table("", columns, rows)


def revoke(
    name: Name,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Strike a scanner PC off."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        gone = stations.revoke(archive, name)
    if as_json:
        screen.json(gone.as_json())
    else:
        screen.line(escape(screen.text("station.gone", name=gone.name)))


def _code(screen: Screen, descriptor: int | None) -> str:
    """Return the code, asked for where it was not handed over; never from the environment, which is the passphrase's.

    Raises:
        CodeMissing: the descriptor gives none, or there is no terminal.
    """
    if descriptor is None:
        if not sys.stdin.isatty():
            raise CodeMissing
        return getpass(say("station.ask-code", screen.lang))
    try:
        found = given_passphrase(descriptor=descriptor)
    except (OSError, UnicodeDecodeError) as fault:
        raise CodeMissing from fault
    if not found:
        raise CodeMissing
    return found
