"""``audit log|verify|checkpoint|clock``: the record of who did what."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.days import day
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import auditing
from desk.record_sheet import deed
from dossier.wording import Lang


def audit_log(
    *,
    who: Annotated[str | None, typer.Option("--who", help="audit.opt-who")] = None,
    what: Annotated[str | None, typer.Option("--what", help="audit.opt-what")] = None,
    about: Annotated[str | None, typer.Option("--about", help="audit.opt-about")] = None,
    since: Annotated[str | None, typer.Option("--since", help="audit.opt-since")] = None,
    until: Annotated[str | None, typer.Option("--until", help="audit.opt-until")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000, help="audit.opt-limit")] = 100,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List the record."""
    screen = Screen(lang_now(lang), as_json=as_json)
    first, last = _midnight(since), _midnight(until, after=1)
    with opened(screen, home, passphrase_fd) as archive:
        found = auditing.log(archive, who=who, what=what, about=about, since=first, until=last, limit=limit)
    if as_json:
        screen.json(
            {
                "entries": [
                    {
                        "seq": one.seq,
                        "at": one.at.isoformat(),
                        "who": one.who,
                        "what": one.what,
                        "about": one.about,
                        "facts": dict(one.facts),
                    }
                    for one in found
                ]
            }
        )
        return
    rows = [
        [
            str(one.seq),
            one.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            escape(one.who),
            escape(_told(one.what, screen.lang)),
            escape(one.about),
            escape(json.dumps(dict(one.facts), ensure_ascii=False)) if one.facts else "",
        ]
        for one in found
    ]
    names = ("seq", "at", "who", "what", "about", "facts")
    screen.table("", [screen.text(f"audit.column-{name}") for name in names], rows)


def _told(what: str, lang: Lang) -> str:
    """Return what was done in words, with the word that ``--what`` takes."""
    said = deed(what, lang)
    return what if said == what else f"{said} ({what})"


def audit_verify(
    *,
    checkpoints: Annotated[Path | None, typer.Option("--checkpoints", help="audit.opt-checkpoints")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Prove the record."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        found = auditing.verify(archive, checkpoints=checkpoints)
    if as_json:
        screen.json(found.as_json())
    else:
        screen.line(
            screen.text("audit.sound", entries=found.entries, checkpoints=found.checkpoints, root=found.root.hex())
        )


def audit_checkpoint(
    *,
    file: Annotated[Path | None, typer.Option("--file", help="audit.opt-file")] = None,
    syslog: Annotated[str | None, typer.Option("--syslog", help="audit.opt-syslog")] = None,
    mail: Annotated[str | None, typer.Option("--mail", help="audit.opt-mail")] = None,
    smtp: Annotated[str, typer.Option("--smtp", help="audit.opt-smtp")] = "localhost",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Sign the record."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = auditing.checkpoint(archive, file=file, syslog=syslog, mail=mail, smtp=smtp)
    if as_json:
        screen.json(made.as_json())
    else:
        screen.line(escape(made.note.rstrip()))


def audit_clock(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Take the clock for right."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        seen = auditing.set_clock_right(archive)
    if as_json:
        screen.json({"seen": seen.isoformat(timespec="seconds")})
    else:
        screen.say("audit.clock-set", seen=seen.astimezone().strftime("%Y-%m-%d %H:%M"))


def _midnight(text: str | None, *, after: int = 0) -> datetime | None:
    """Return when a day begins where the office is, or so many days later."""
    found = day(text)
    return datetime.combine(found + timedelta(days=after), time.min).astimezone() if found is not None else None
