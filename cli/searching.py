"""``search`` and ``saved``: find pages, and keep the searches one makes often."""

from typing import Annotated

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import lookup, saving
from desk.archive import Archive
from desk.lookup import Found
from desk.sayings import kind_title

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="cli.opt-limit")]
Page = Annotated[int, typer.Option("--page", "-p", min=1, max=100_000, help="finding.opt-page")]
Newest = Annotated[bool, typer.Option("--newest", help="cli.opt-newest")]
Name = Annotated[str, typer.Argument(help="finding.arg-saved")]


def search(
    query: Annotated[list[str], typer.Argument(help="cli.arg-query")],
    *,
    limit: Limit = 20,
    page: Page = 1,
    newest: Newest = False,
    save: Annotated[str | None, typer.Option("--save", help="finding.opt-save")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Find pages."""
    screen = Screen(lang_now(lang), as_json=as_json)
    asked = " ".join(query)
    with opened(screen, home, passphrase_fd) as archive:
        if save is not None:
            saving.save(archive, save, asked)
        _find(screen, archive, asked, limit=limit, page=page, newest=newest)
    if save is not None:
        screen.say("finding.kept", name=save, style="green")


def saved_list(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List kept searches."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        kept = saving.saved(archive)
    if as_json:
        screen.json({"saved": [{"name": name, "query": query} for name, query in kept.items()]})
        return
    if not kept:
        screen.say("finding.none-kept")
        return
    columns = [screen.text("finding.column-name"), screen.text("finding.column-query")]
    screen.table("", columns, [[escape(name), escape(query)] for name, query in kept.items()])


def saved_run(
    name: Name,
    *,
    limit: Limit = 20,
    page: Page = 1,
    newest: Newest = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Make a kept search again."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        _find(screen, archive, saving.query_of(archive, name), limit=limit, page=page, newest=newest)


def saved_drop(
    name: Name,
    *,
    home: Home = DEFAULT_HOME,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Keep a search no longer."""
    screen = Screen(lang_now(lang))
    with opened(screen, home, passphrase_fd) as archive:
        saving.drop(archive, name)
    screen.say("finding.dropped", name=name)


def _find(screen: Screen, archive: Archive, query: str, *, limit: int, page: int, newest: bool) -> None:
    found = lookup.search(archive, query, limit=limit, offset=(page - 1) * limit, newest=newest)
    pages = -(-found.total // limit)
    if screen.as_json:
        screen.json({**found.as_json(), "page": page, "pages": pages})
    else:
        _show(screen, found, page, pages)


def _show(screen: Screen, found: Found, page: int, pages: int) -> None:
    for hit in found.hits:
        title = escape(kind_title(hit.kind, screen.lang))
        where = screen.text("cli.hit-place", document=hit.document, page=hit.page)
        dossier = " ".join(escape(name) for name in dict.fromkeys((hit.dossier, hit.dossier_label)) if name)
        screen.line(f"[bold]{title}[/]  {dossier}  [dim]{where}[/]")
        screen.line(f"  {screen.marked(hit.snippet, hit.marks)}")
    screen.line(screen.text("cli.hits", shown=len(found.hits), total=found.total))
    if pages > 1:
        more = "finding.page-more" if page < pages else "finding.page-last"
        screen.line(screen.text(more if page <= pages else "finding.page-none", page=page, pages=pages, next=page + 1))
    if found.suggestion:
        screen.line(screen.text("cli.did-you-mean", suggestion=found.suggestion))
