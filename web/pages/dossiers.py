"""Dossiers: which there are, what each must hold and holds, what happened, and what people enter."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Query, Request, Response

from desk import dossiers as shelf
from desk import lookup
from desk.sayings import identifier_title, kind_title, status_title
from dossier.rights import Deed
from web.doors import Doors
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
A_PAGE = 50
Text = Annotated[str, Form(max_length=500)]


@doors.get("/dossiers", Deed.LIST)
def listed(
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    at: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Show the dossiers, those with gaps first; ``q`` keeps those whose key or label has it."""
    lang = language(request)
    wanted = q.strip().casefold()
    rows = [
        row
        for row in lookup.dossiers(archive_of(request), request.app.state.place.standings)
        if not wanted or wanted in row.key.casefold() or wanted in row.label.casefold()
    ]
    return page(
        request,
        "dossiers.html",
        rows=rows[(at - 1) * A_PAGE : at * A_PAGE],
        total=len(rows),
        pages=-(-len(rows) // A_PAGE),
        at=at,
        q=q,
        lang=lang,
        dossier_path=dossier_path,
    )


@doors.get("/dossiers/of", Deed.SEARCH)
def shown(request: Request, name: Annotated[str, Query(max_length=300)]) -> Response:
    """Show one dossier."""
    lang = language(request)
    view = lookup.dossier(archive_of(request), name)
    kind = view.row.kind
    return page(
        request,
        "dossier.html",
        view=view,
        lang=lang,
        name=name,
        events=view.events(lang),
        event_choices=[(one, titles[lang]) for one, titles in kind.events.items()],
        fact_choices=[(one, rule.title[lang]) for one, rule in kind.facts.items()],
        kind_title=lambda one: kind_title(one, lang),
        status_title=lambda one: status_title(one, lang),
        identifier_title=lambda one: identifier_title(one, lang),
        today=date.today().isoformat(),  # noqa: DTZ011
    )


@doors.post("/dossiers/of/event", Deed.CHANGE)
def event(request: Request, name: Text, event: Text, on: Annotated[date, Form()]) -> Response:
    """Enter that something happened."""
    view = shelf.enter_event(archive_of(request), name, event, on)
    return _back(request, view.row.key, "entered")


@doors.post("/dossiers/of/fact", Deed.CHANGE)
def fact(request: Request, name: Text, fact: Text, value: Text = "") -> Response:
    """Enter a fact; an empty value takes it away."""
    view = shelf.enter_fact(archive_of(request), name, fact, value.strip() or None)
    return _back(request, view.row.key, "entered")


@doors.post("/dossiers/of/rename", Deed.CHANGE)
def rename(request: Request, name: Text, label: Text) -> Response:
    """Call a dossier something else."""
    view = shelf.rename(archive_of(request), name, label.strip())
    return _back(request, view.row.key, "entered")


@doors.post("/dossiers/of/close", Deed.CHANGE)
def close(request: Request, name: Text) -> Response:
    """Close a dossier today."""
    shelf.close(archive_of(request), name, date.today())  # noqa: DTZ011
    return go(request, "/dossiers", Speech(language(request)).say("closed", name=name))


def dossier_path(key: str) -> str:
    """Return the address of a dossier."""
    return "/dossiers/of?name=" + quote(key, safe="")


def _back(request: Request, key: str, said: str, **facts: Any) -> Response:
    return go(request, dossier_path(key), Speech(language(request)).say(said, **facts))
