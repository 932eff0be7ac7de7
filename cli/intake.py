"""``watch``, ``ingest`` and ``read``: what takes scans in."""

import json
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from cli.stopping import stopping
from cli.watching import LeftLog, watch_log
from desk import capture, reading
from desk.sayings import kind_title, state_title
from desk.taken import Taken
from dossier.errors import ExitCode
from dossier.wording import say
from ocr.engines import EngineChoice
from ocr.reader import ReadingSettings

STYLES = {"filed": "green", "review": "yellow", "quarantined": "red", "locked": "yellow", "duplicate": "dim"}


def watch(
    folders: Annotated[list[Path] | None, typer.Argument(help="cli.arg-folders")] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="cli.opt-once")] = False,
    polling: Annotated[bool, typer.Option("--polling", help="cli.opt-polling")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Take over every scan that appears in the drop folders."""
    screen = Screen(lang_now(lang), as_json=as_json)
    stop = threading.Event()
    with opened(screen, home, passphrase_fd) as archive, stopping(stop):
        if once:
            left = LeftLog(screen)
            with screen.progress("cli.progress-reading") as tick:
                taken = capture.watch_once(
                    archive,
                    folders or [],
                    stop=stop,
                    tick=tick,
                    polling=polling,
                    on_notice=left.notice,
                )
            _show_taken(screen, taken, left=left.as_json())
            if any(one.state == "quarantined" for one in taken):
                raise typer.Exit(ExitCode.PARTLY)
            return
        with watch_log(screen, capture.watched(archive, folders or [])) as log:
            capture.watch(
                archive,
                folders or [],
                stop=stop,
                polling=polling,
                on_done=log.done,
                on_notice=log.notice,
                on_pulse=log.pulse,
            )


def ingest(
    files: Annotated[list[Path], typer.Argument(help="cli.arg-files")],
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Take over the named files; they stay where they are."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive, screen.progress("cli.progress-reading") as tick:
        taken = capture.ingest(archive, files, tick=tick)
    _show_taken(screen, taken)
    if any(one.state == "quarantined" for one in taken):
        raise typer.Exit(ExitCode.PARTLY)


def read(
    files: Annotated[list[Path], typer.Argument(help="cli.arg-files")],
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="cli.opt-jsonl")] = False,
    password: Annotated[str | None, typer.Option("--password", help="cli.opt-password")] = None,
    engine: Annotated[EngineChoice, typer.Option("--engine", help="cli.opt-engine")] = EngineChoice.AUTO,
    languages: Annotated[str, typer.Option("--languages", help="cli.opt-languages")] = "",
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Read files; nothing is kept."""
    screen = Screen(lang_now(lang), as_json=as_json)
    answers: list[dict[str, Any]] = []
    unread = False
    how = ReadingSettings(engine=engine, languages=tuple(one for one in languages.split("+") if one))
    with screen.progress("cli.progress-reading") as tick:
        answered = reading.read_files(files, screen.lang, password=password, settings=how)
        for done, answer in enumerate(answered, start=1):
            tick(done, len(files))
            unread = unread or answer["error"] is not None
            if jsonl:
                sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
                sys.stdout.flush()
            else:
                answers.append(answer)
    if not jsonl:
        if as_json:
            screen.json({"files": answers})
        else:
            for answer in answers:
                _show_reading(screen, answer)
    if unread:
        raise typer.Exit(ExitCode.PARTLY)


def _show_taken(screen: Screen, taken: list[Taken], **also: list[dict[str, str]]) -> None:
    if screen.as_json:
        screen.json({"captures": [one.as_json(screen.lang) for one in taken], **also})
        return
    if not taken:
        screen.say("cli.nothing-taken")
        return
    rows = [row for one in taken for row in _rows(screen, one)]
    columns = [screen.text(f"cli.column-{name}") for name in ("scan", "state", "kind", "dossier", "note")]
    screen.table("", columns, rows)
    counts: dict[str, int] = {}
    for one in taken:
        counts[one.state] = counts.get(one.state, 0) + 1
    screen.line("  ".join(f"{escape(state_title(s, screen.lang))} {n}" for s, n in sorted(counts.items())))


def _rows(screen: Screen, taken: Taken) -> list[list[str]]:
    style = STYLES.get(taken.state, "")
    state = f"[{style}]{escape(state_title(taken.state, screen.lang))}[/]" if style else taken.state
    note = escape(taken.note(screen.lang))
    if not taken.documents:
        return [[escape(taken.name), state, "", "", note]]
    rows: list[list[str]] = []
    for document in taken.documents:
        doubt = escape(document.doubt(screen.lang)) if document.review else ""
        name, shown = (escape(taken.name), state) if not rows else ("", "")
        kind = escape(kind_title(document.kind, screen.lang))
        rows.append([name, shown, kind, escape(document.dossier or ""), doubt or note])
    return rows


def _show_reading(screen: Screen, answer: dict[str, Any]) -> None:
    screen.line(f"[bold]{escape(answer['file'])}[/]")
    if answer["error"]:
        screen.line(f"  [red]{escape(answer['error'])}[/]")
    for document in answer["documents"]:
        mark = screen.text("cli.wants-review") if document["review"] else ""
        title = escape(kind_title(document["kind"], screen.lang))
        screen.line(f"  {title} ({document['confidence']:.2f}) {mark}")
        for name, field in document["fields"].items():
            screen.line(f"    [dim]{escape(name)}[/] {escape(str(field['value']))}")
    for page in answer["pages"]:
        state = screen.text("cli.page-blank") if page["blank"] else ""
        if page["failed"]:
            state = f"[red]{escape(say(page['failed'], screen.lang))}[/]"
        if state or len(answer["pages"]) > 1:
            screen.line(f"[dim]{screen.text('cli.page-number', number=page['number'])}[/] {state}")
        if page["text"]:
            screen.line(escape(page["text"]))
