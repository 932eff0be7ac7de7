"""``review``: documents that wait for a person."""

from typing import Annotated

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import capture, review
from desk.review import Waiting
from desk.sayings import kind_title, state_title
from dossier.errors import ExitCode, JuanzongError


class BadField(JuanzongError):
    """A field was not given as NAME=VALUE."""

    exit_code = ExitCode.USAGE
    wording = "cli.bad-field"


class NothingToSet(JuanzongError):
    """A document was to be set right, and nothing was said."""

    exit_code = ExitCode.USAGE
    wording = "cli.nothing-to-set"


Document = Annotated[str, typer.Argument(help="cli.arg-document")]


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
        seen = ", ".join(str(item["text"]) for item in one.evidence if item.get("text"))
        screen.line("  " + screen.text("cli.seen", evidence=seen))
    if one.alternatives:
        kinds = ", ".join(f"{kind_title(kind, screen.lang)} ({share:.2f})" for kind, share in one.alternatives)
        screen.line("  " + screen.text("cli.could-be", kinds=kinds))
    for name, field in one.document.fields.items():
        screen.line(f"    [dim]{escape(name)}[/] {escape(field.value)} ({field.confidence:.2f})")


def review_accept(
    document: Document,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Accept what was recognised."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        _show_decided(screen, review.accept(archive, document))


def review_unlock(
    document: Document,
    *,
    password: Annotated[str | None, typer.Option("--password", help="cli.opt-password")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Read a locked scan with its password, or try one that was set aside again."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        taken = capture.unlock(archive, document, password or "")
    if as_json:
        screen.json({"captures": [taken.as_json(screen.lang)]})
        return
    screen.say(
        "cli.took", capture=taken.id, state=state_title(taken.state, screen.lang), documents=len(taken.documents)
    )
    if taken.error:
        screen.note(taken.note(screen.lang), style="yellow")


def review_set(
    document: Document,
    *,
    kind: Annotated[str | None, typer.Option("--kind", help="cli.opt-kind")] = None,
    dossier: Annotated[str | None, typer.Option("--dossier", help="cli.opt-dossier")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="cli.opt-field")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Set a document right."""
    screen = Screen(lang_now(lang), as_json=as_json)
    fields = dict(_field(text) for text in field or [])
    if kind is None and dossier is None and not fields:
        raise NothingToSet
    with opened(screen, home, passphrase_fd) as archive:
        decided = review.set_right(archive, document, kind=kind, dossier=dossier, fields=fields)
    _show_decided(screen, decided)


def _show_decided(screen: Screen, one: Waiting) -> None:
    if screen.as_json:
        screen.json(one.as_json(screen.lang))
    elif one.document.review:
        screen.say("cli.decided-waits", document=one.document.id, doubt=one.document.doubt(screen.lang))
    else:
        screen.say("cli.decided-filed", document=one.document.id, dossier=one.document.dossier or "")


def _field(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise BadField(text=text)
    return name, value
