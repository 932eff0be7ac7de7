"""Dossiers: which there are, what each must hold and holds, what happened, and what people enter."""

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Query, Request, Response

from desk import correcting, handing_over, lookup
from desk import dossiers as shelf
from desk.levels import Level, classify
from desk.lookup import DossierView
from desk.reports.judging import Line
from desk.sayings import identifier_title, kind_title, status_title
from dossier.contents import contents
from dossier.rights import LEVELS, Deed, Duty
from dossier.wording import Lang
from web.doors import Doors
from web.limits import in_turn
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
A_PAGE = 50
MOST_OFFERED = 12
Text = Annotated[str, Form(max_length=500)]
Name = Annotated[str, Query(max_length=200)]


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
        kinds=[
            (f"{pack.id}/{kind.id}", kind.title[lang], pack.title[lang])
            for pack in archive_of(request).packs.values()
            for kind in pack.dossiers.values()
        ],
        today=date.today().isoformat(),  # noqa: DTZ011
    )


@doors.get("/dossiers/of", Deed.SEARCH)
@in_turn
def shown(request: Request, name: Annotated[str, Query(max_length=300)]) -> Response:
    """Show one dossier."""
    lang = language(request)
    archive = archive_of(request)
    view = lookup.dossier(archive, name)
    kind = view.row.kind
    return page(
        request,
        "dossier.html",
        view=view,
        lang=lang,
        name=name,
        papers=contents(view.judged.dossier, kind),
        waits={one.id for one in view.documents if one.review},
        timeline=_timeline(view, lang),
        register=view.register,
        event_choices=[(one, titles[lang]) for one, titles in kind.events.items()],
        fact_choices=[(one, rule.title[lang]) for one, rule in kind.facts.items()],
        kind_title=lambda one: kind_title(one, lang),
        status_title=lambda one: status_title(one, lang),
        identifier_title=lambda one: identifier_title(one, lang),
        waivable=_waivable(view),
        waivers=[(one, view.judged.lines[0].pack.roles[one].title[lang]) for one in _deciders(view)],
        levels=list(LEVELS),
        today=date.today().isoformat(),  # noqa: DTZ011
    )


@doors.get("/dossiers/names", Deed.LIST)
def names(
    request: Request,
    dossier: Annotated[str, Query(max_length=200)] = "",
    given: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Offer dossiers for what is typed into a field, by key or by what they are called."""
    wanted = (dossier or given).strip().casefold()
    rows = lookup.dossiers(archive_of(request), request.app.state.place.standings) if wanted else []
    found = (row for row in rows if wanted in row.key.casefold() or wanted in row.label.casefold())
    return page(request, "names.html", rows=list(islice(found, MOST_OFFERED)), lang=language(request))


@doors.post("/dossiers", Deed.CHANGE)
def open_one(request: Request, kind: Text, key: Text, on: Annotated[date, Form()], label: Text = "") -> Response:
    """Open a dossier; papers that waited for it file themselves."""
    view = shelf.open_by_hand(archive_of(request), kind, key, label=label.strip(), on=on)
    return _back(request, view.row.key, "was-opened")


def _waivable(view: DossierView) -> list[Line]:
    """Return what is still open and may be let go by somebody."""
    return [one for one in view.judged.lines if not one.settled and one.requirement and one.requirement.waivable_by]


def _deciders(view: DossierView) -> list[str]:
    """Return the roles of the pack that may let one of those go."""
    return sorted({role for one in _waivable(view) if one.requirement for role in one.requirement.waivable_by})


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the timeline: the day, what sort of thing, and what."""

    on: date
    sort: str
    text: str
    document: str = ""


def _timeline(view: DossierView, lang: Lang) -> list[Happened]:
    """Return what happened to a dossier, earliest first: opened, events, papers coming in, hand-overs, new names."""
    speech = Speech(lang)
    closed = view.judged.dossier.closed
    found = [
        Happened(view.row.opened, "opened", speech.say("column-opened")),
        *(Happened(on, "event", title) for title, on in view.events(lang)),
        *(
            Happened(one.received, "paper", speech.say("came-in", kind=kind_title(one.kind, lang)), one.id)
            for one in view.judged.dossier.documents
        ),
        *(
            Happened(
                one.on,
                "handover",
                speech.say("was-handed-over", gave=one.gave, took=one.took, count=len(one.documents)),
            )
            for one in view.register
        ),
        *(
            Happened(one.since.astimezone().date(), "name", speech.say("was-called", label=one.label, by=one.by))
            for one in view.names[1:]
        ),
        *([Happened(closed, "closed", speech.say("was-closed"))] if closed else []),
    ]
    return sorted(found, key=lambda one: one.on)


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


@doors.post("/dossiers/of/reopen", Deed.CHANGE)
def reopen(request: Request, name: Text) -> Response:
    """Open a closed dossier again."""
    view = shelf.reopen(archive_of(request), name)
    return _back(request, view.row.key, "was-opened")


@doors.post("/dossiers/of/waive", Deed.CHANGE)
def waive(request: Request, name: Text, requirement: Text, role: Text, reason: Text) -> Response:
    """Let a requirement go, by whoever the pack lets do so."""
    view = correcting.waive(archive_of(request), name, requirement, role=role, reason=reason)
    return _back(request, view.row.key, "was-waived")


@doors.post("/dossiers/of/ask-again", Deed.CHANGE)
def ask_again(request: Request, name: Text, requirement: Text) -> Response:
    """Ask again for what was let go."""
    view = correcting.take_back_waiver(archive_of(request), name, requirement)
    return _back(request, view.row.key, "entered")


@doors.post("/dossiers/of/handover", Deed.CHANGE)
def handover(
    request: Request, name: Text, gave: Text, took: Text, on: Annotated[date, Form()], note: Text = ""
) -> Response:
    """Enter into the register that what was not handed over yet went from one person to another."""
    line = handing_over.hand_over(archive_of(request), name, gave=gave, took=took, on=on, note=note)
    return _back(request, line.dossier, "entered")


@doors.post("/dossiers/of/level", Duty.CLASSIFY, proven=True)
def level(request: Request, name: Text, level: Annotated[Level, Form()], reason: Text) -> Response:
    """Give a dossier with all its documents a secrecy level."""
    done = classify(archive_of(request), name, level, reason=reason)
    speech = Speech(language(request))
    return go(request, dossier_path(done.what), speech.say("was-classified", level=speech.say(f"level-{done.level}")))


def dossier_path(key: str) -> str:
    """Return the address of a dossier."""
    return "/dossiers/of?name=" + quote(key, safe="")


def _back(request: Request, key: str, said: str, **facts: Any) -> Response:
    return go(request, dossier_path(key), Speech(language(request)).say(said, **facts))
