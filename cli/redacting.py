"""``redact`` and ``versions``: what is blacked out of a document, and what was done to it."""

import json
from typing import Annotated

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import redacting
from desk.redacting import Wish
from vault.levels import Level

Named = Annotated[str, typer.Argument(help="cli.arg-document")]


def redact(  # options
    document: Named,
    *,
    box: Annotated[list[str] | None, typer.Option("--box", help="redaction.opt-box")] = None,
    page: Annotated[int | None, typer.Option("--page", min=1, help="redaction.opt-page")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="redaction.opt-field")] = None,
    text: Annotated[list[str] | None, typer.Option("--text", help="redaction.opt-text")] = None,
    level: Annotated[Level | None, typer.Option("--level", metavar="LEVEL", help="redaction.opt-level")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="redaction.opt-lift")] = False,
    reason: Annotated[str, typer.Option("--reason", help="redaction.opt-reason")],
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Make a redacted version, or take it back."""
    screen = Screen(lang_now(lang), as_json=as_json)
    wish = Wish(tuple(box or ()), tuple(field or ()), tuple(text or ()), page)
    with opened(screen, home, passphrase_fd) as archive:
        done = (
            redacting.lift(archive, document, reason=reason)
            if lift
            else redacting.redact(archive, document, wish, reason=reason, level=level)
        )
    if as_json:
        screen.json(done.as_json())
        return
    above = screen.text(f"people.level-{done.level}")
    if lift:
        screen.say("redaction.lifted", document=done.document, level=above, style="green")
        return
    at = screen.text(f"people.level-{done.version_level}")
    screen.say(
        "redaction.done",
        document=done.document,
        areas=done.areas,
        version=done.version,
        level=at,
        above=above,
        style="green",
    )


def versions(
    document: Named,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Show what was done to a document."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        found = redacting.changes(archive, document)
    if as_json:
        screen.json({"document": document, "changes": [one.as_json() for one in found]})
        return
    if not found:
        screen.say("redaction.none", document=document)
        return
    rows = [
        [
            one.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            screen.text(f"redaction.what-{one.what}"),
            escape(one.by),
            escape(json.dumps({name: value for name, value in one.facts.items() if value}, ensure_ascii=False)),
        ]
        for one in found
    ]
    screen.table("", [screen.text(f"redaction.column-{name}") for name in ("at", "what", "by", "detail")], rows)
