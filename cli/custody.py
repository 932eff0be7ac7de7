"""``level``, ``inspection``, ``incident`` and ``retention``: what custodians do over the years."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.days import day
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import custody, levels, retention
from desk.archive import Archive
from desk.custody import IncidentView, InspectionView
from desk.retention import DestructionView
from vault.levels import Level

Dossier = Annotated[str, typer.Argument(help="cli.arg-dossier")]
Reason = Annotated[str, typer.Option("--reason", help="custody.opt-reason")]
Note = Annotated[str, typer.Option("--note", help="lending.opt-note")]
On = Annotated[str | None, typer.Option("--on", help="cli.opt-on")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="cli.opt-as-of")]
Number = Annotated[str, typer.Argument(help="custody.arg-destruction")]


def level(
    given: Annotated[str, typer.Argument(help="lending.arg-given")],
    to: Annotated[Level, typer.Argument(help="custody.arg-level")],
    *,
    reason: Reason,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Mark a secrecy level."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        made = levels.classify(archive, given, to, reason=reason)
        if as_json:
            screen.json(made.as_json())
            return
        words = {name: screen.text(f"people.level-{getattr(made, name)}") for name in ("level", "before")}
        screen.say("custody.classified", what=made.what, resealed=made.resealed, style="green", **words)


def inspection_list(
    *,
    due: Annotated[bool, typer.Option("--due", help="custody.opt-due")] = False,
    as_of: AsOf = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List inspections."""
    today = day(as_of)
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _inspections(screen, custody.inspections(archive, due_only=due, as_of=today))


def inspection_enter(
    dossier: Dossier,
    *,
    condition: Annotated[str, typer.Option("--condition", help="custody.opt-condition")],
    note: Note = "",
    on: On = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Enter an inspection."""
    looked = day(on)
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _inspections(screen, [custody.inspect(archive, dossier, condition=condition, note=note, on=looked)])


def inspection_mend(
    dossier: Dossier,
    *,
    note: Note = "",
    on: On = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Enter a repair."""
    mended = day(on)
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _inspections(screen, [custody.mend(archive, dossier, note=note, on=mended)])


def incident_report(
    what: Annotated[str, typer.Argument(help="custody.arg-text")],
    *,
    dossier: Annotated[str | None, typer.Option("--dossier", help="custody.opt-dossier")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Report an incident."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _incidents(screen, [custody.report_incident(archive, what, dossier=dossier)])


def incident_list(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List incidents."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _incidents(screen, custody.incidents(archive))


def incident_step(
    number: Annotated[str, typer.Argument(help="custody.arg-incident")],
    text: Annotated[str, typer.Argument(help="custody.arg-text")] = "",
    *,
    told: Annotated[bool, typer.Option("--told", help="custody.opt-told")] = False,
    close: Annotated[bool, typer.Option("--close", help="custody.opt-close")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Enter what was done."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _incidents(screen, [custody.incident_step(archive, number, text, told=told, close=close)])


def retention_due(
    *,
    every: Annotated[bool, typer.Option("--all", help="custody.opt-all")] = False,
    as_of: AsOf = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List what is due."""
    today = day(as_of)
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        found = retention.due(archive, as_of=today, every=every)
        if as_json:
            screen.json({"dossiers": [one.as_json() for one in found]})
            return
        names = ("dossier", "label", "sort", "closed", "until", "held", "due")
        rows = [
            [
                escape(one.dossier),
                escape(one.label),
                escape(one.kind),
                one.closed.isoformat(),
                one.until.isoformat(),
                screen.text("custody.yes") if one.held else "",
                screen.text("custody.yes") if one.due else "",
            ]
            for one in found
        ]
        screen.table("", [screen.text(f"custody.column-{name}") for name in names], rows)


def retention_hold(
    dossier: Dossier,
    *,
    reason: Reason,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Hold a dossier."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _said(screen, "custody.held", custody.hold(archive, dossier, reason=reason))


def retention_lift(
    dossier: Dossier,
    *,
    reason: Reason,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Lift a hold."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _said(screen, "custody.lifted", custody.lift(archive, dossier, reason=reason))


def retention_propose(
    dossiers: Annotated[list[str], typer.Argument(help="custody.arg-dossiers")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="custody.opt-reason")] = "",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Propose a destruction."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _destructions(screen, [retention.propose(archive, dossiers, reason=reason)])


def retention_decide(
    number: Number,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Decide for a destruction."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _destructions(screen, [retention.decide(archive, number)])


def retention_drop(
    number: Number,
    *,
    reason: Reason,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Drop a destruction."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _destructions(screen, [retention.drop(archive, number, reason=reason)])


def retention_list(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List destructions."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _destructions(screen, retention.destructions(archive))


def retention_yearly(
    *,
    year: Annotated[int, typer.Option("--year", min=1900, max=9999, help="custody.opt-year")],
    output: Annotated[Path, typer.Option("--output", "-o", help="cli.opt-output")],
    force: Annotated[bool, typer.Option("--force", help="cli.opt-force")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Print the yearly list."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        count = retention.yearly_list(archive, year, output, lang=screen.lang, replace=force)
        if as_json:
            screen.json({"year": year, "dossiers": count, "file": str(output)})
        else:
            screen.say("custody.yearly-made", count=count, file=output)


@contextmanager
def _archive(
    lang: str | None, home: Path, descriptor: int | None, *, as_json: bool
) -> Iterator[tuple[Screen, Archive]]:
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, descriptor) as archive:
        yield screen, archive


def _said(screen: Screen, key: str, dossier: str) -> None:
    if screen.as_json:
        screen.json({"dossier": dossier})
    else:
        screen.say(key, dossier=dossier, style="green")


def _inspections(screen: Screen, found: list[InspectionView]) -> None:
    if screen.as_json:
        screen.json({"inspections": [one.as_json() for one in found]})
        return
    names = ("dossier", "label", "last", "by", "condition", "due")
    rows = [
        [
            escape(one.dossier),
            escape(one.label),
            one.last.isoformat() if one.last else "",
            escape(one.by),
            escape("; ".join(text for text in (one.condition, one.note) if text)),
            screen.text("custody.yes") if one.due else "",
        ]
        for one in found
    ]
    screen.table("", [screen.text(f"custody.column-{name}") for name in names], rows)


def _incidents(screen: Screen, found: list[IncidentView]) -> None:
    if screen.as_json:
        screen.json({"incidents": [one.as_json() for one in found]})
        return
    names = ("incident", "at", "by", "dossier", "what", "steps", "closed")
    rows = [
        [
            one.id,
            one.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            escape(one.by),
            escape(one.dossier),
            escape(one.what),
            escape("; ".join(step["text"] for step in one.steps)),
            one.closed.astimezone().strftime("%Y-%m-%d %H:%M") if one.closed else "",
        ]
        for one in found
    ]
    screen.table("", [screen.text(f"custody.column-{name}") for name in names], rows)


def _destructions(screen: Screen, found: list[DestructionView]) -> None:
    if screen.as_json:
        screen.json({"destructions": [one.as_json() for one in found]})
        return
    names = ("destruction", "dossier", "reason", "by", "decided", "state")
    rows = [
        [
            one.id,
            escape(", ".join(one.keys)),
            escape(one.reason),
            escape(one.by),
            escape(", ".join(one.decided_by)),
            screen.text(f"custody.state-{one.state}"),
        ]
        for one in found
    ]
    screen.table("", [screen.text(f"custody.column-{name}") for name in names], rows)
