"""``review``: documents that wait for a person, and what a person sets right about them and their pages."""

import sys
from collections.abc import Mapping, Sequence
from getpass import getpass
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import capture, parting, review
from desk.review import Waiting
from desk.sayings import evidence_text, kind_title, state_title
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import say


class BadField(JuanzongError):
    """A field was not given as NAME=VALUE."""

    exit_code = ExitCode.USAGE
    wording = "cli.bad-field"


class NothingToSet(JuanzongError):
    """A document was to be set right, and nothing was said."""

    exit_code = ExitCode.USAGE
    wording = "cli.nothing-to-set"


class DossierAndNone(JuanzongError):
    """A document was to be put into a dossier and into none."""

    exit_code = ExitCode.USAGE
    wording = "cli.dossier-and-none"


SUSPECT: Final = 0.75
"""Confidence below which a field is pointed out to the person who looks."""

Document = Annotated[str, typer.Argument(help="cli.arg-document")]
Apart = Annotated[bool, typer.Option("--no-dossier", help="cli.opt-no-dossier")]
Password = Annotated[str | None, typer.Option("--password", help="cli.opt-password")]


def review_list(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List the documents that wait."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        waiting, aside = review.waiting(archive), review.set_aside(archive)
    if as_json:
        documents = [one.as_json(screen.lang) for one in waiting]
        screen.json({"documents": documents, "set_aside": [one.as_json(screen.lang) for one in aside]})
        return
    if not waiting and not aside:
        screen.say("cli.nothing-waits")
        return
    columns = [screen.text(f"cli.column-{name}") for name in ("document-number", "scan", "kind", "reason")]
    rows = [
        [
            escape(one.document.id),
            escape(one.name),
            escape(kind_title(one.document.kind, screen.lang)),
            escape(one.document.doubt(screen.lang)),
        ]
        for one in waiting
    ]
    rows += [
        [
            escape(one.capture),
            escape(one.name),
            escape(state_title(one.state, screen.lang)),
            escape(one.why(screen.lang)),
        ]
        for one in aside
    ]
    screen.table("", columns, rows)


def review_show(
    document: Document,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Show one waiting document."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        (one,) = review.waiting(archive, document)
    if as_json:
        screen.json(one.as_json(screen.lang))
        return
    title = escape(kind_title(one.document.kind, screen.lang))
    screen.line(
        f"[bold]{title}[/] ({one.document.confidence:.2f})  {escape(one.name)}  [dim]{escape(one.document.id)}[/]"
    )
    screen.line(f"  [yellow]{escape(one.document.doubt(screen.lang))}[/]")
    if one.evidence:
        screen.line("  " + screen.text("cli.seen", evidence=_told(one.evidence, screen)))
    for kind, share in one.alternatives:
        named = f"{kind_title(kind, screen.lang)} ({share:.2f})"
        screen.line(
            "  " + screen.text("cli.could-be", kinds=named, id=kind, evidence=_told(one.grounds.get(kind, ()), screen))
        )
    for name, field in one.document.fields.items():
        suspect = screen.text("cli.suspect") if field.confidence < SUSPECT else ""
        mark = f"  [yellow]{suspect}[/]" if suspect else ""
        screen.line(f"    [dim]{escape(name)}[/] {escape(field.value)} ({field.confidence:.2f}){mark}")
    if one.document.review:
        screen.say("cli.decided-next", document=one.document.id)


def _told(evidence: Sequence[Mapping[str, Any]], screen: Screen) -> str:
    """Return reasons for a kind in words, the strongest first."""
    told = [evidence_text(str(one["what"]), str(one["text"]), screen.lang) for one in evidence[:5]]
    return "; ".join(told) or "–"


def review_accept(
    document: Document,
    *,
    no_dossier: Apart = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Accept what was recognised."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        _show_decided(screen, review.accept(archive, document, apart=no_dossier))


def review_unlock(
    document: Document,
    *,
    password: Password = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Read a locked scan with its password, asked for on a terminal, or try one that was set aside again."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        if password is None and sys.stdin.isatty():
            password = getpass(say("cli.ask-file-password", screen.lang))
        taken = capture.unlock(archive, document, password or "")
    if as_json:
        screen.json({"captures": [taken.as_json(screen.lang)]})
    else:
        state = state_title(taken.state, screen.lang)
        screen.say("cli.took", capture=taken.id, state=state, documents=len(taken.documents))
        if taken.error:
            wrong = taken.state == "locked" and password
            screen.note(say("ocr.wrong_password", screen.lang) if wrong else taken.note(screen.lang), style="yellow")
    if taken.error:
        raise typer.Exit(ExitCode.PARTLY)


def review_set(
    document: Document,
    *,
    kind: Annotated[str | None, typer.Option("--kind", help="cli.opt-kind")] = None,
    dossier: Annotated[str | None, typer.Option("--dossier", help="cli.opt-dossier")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="cli.opt-field")] = None,
    no_dossier: Apart = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Set a document right."""
    screen = Screen(lang_now(lang), as_json=as_json)
    fields = dict(_field(text) for text in field or [])
    if kind is None and dossier is None and not fields and not no_dossier:
        raise NothingToSet
    if dossier is not None and no_dossier:
        raise DossierAndNone
    with opened(screen, home, passphrase_fd) as archive:
        decided = review.set_right(archive, document, kind=kind, dossier=dossier, fields=fields, apart=no_dossier)
    _show_decided(screen, decided)


def review_split(
    document: Document,
    *,
    before: Annotated[list[int], typer.Option("--before", help="cli.opt-before")],
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Split a document into several."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        parts = parting.split(archive, document, before)
    if as_json:
        screen.json({"documents": [part.as_json(screen.lang) for part in parts]})
        return
    for part in parts:
        _show_part(screen, part)


def review_merge(
    document: Document,
    others: Annotated[list[str] | None, typer.Argument(help="cli.arg-others")] = None,
    *,
    page: Annotated[list[int] | None, typer.Option("--page", help="cli.opt-loose-page")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Join documents of one scan."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        _show_changed(screen, parting.merge(archive, [document, *(others or [])], page or []))


def review_rotate(
    document: Document,
    *,
    page: Annotated[int, typer.Option("--page", help="cli.opt-turned-page")],
    degrees: Annotated[int, typer.Option("--degrees", help="cli.opt-degrees")] = 90,
    password: Password = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Turn a page and read it again."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        _show_changed(screen, parting.rotate(archive, document, page, degrees, password=password))


def _show_changed(screen: Screen, one: Waiting) -> None:
    if screen.as_json:
        screen.json(one.as_json(screen.lang))
    else:
        _show_part(screen, one)


def _show_part(screen: Screen, one: Waiting) -> None:
    """Tell what a document is now that its pages are others, and where it is."""
    document = one.document
    pages = ", ".join(map(str, document.pages))
    title = kind_title(document.kind, screen.lang)
    screen.line(screen.text("cli.part", document=document.id, pages=pages, kind=title, dossier=document.dossier or "–"))
    if document.doubts:
        screen.note(f"  {document.doubt(screen.lang)}", style="yellow")


def _show_decided(screen: Screen, one: Waiting) -> None:
    document = one.document
    if screen.as_json:
        screen.json(one.as_json(screen.lang))
    elif document.review:
        screen.say("cli.decided-waits", document=document.id, doubt=document.doubt(screen.lang))
        screen.say("cli.decided-next", document=document.id)
    elif document.dossier is None:
        screen.say("cli.decided-apart", document=document.id)
    else:
        screen.say("cli.decided-filed", document=document.id, dossier=document.dossier)


def _field(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise BadField(text=text)
    return name, value
