"""Settings: health, packs in force, the site's own days, secrecy levels, and where the archive lies."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Form, Request, Response, UploadFile

from desk import enacting, health, holdings, own_days
from desk.own_days import Entry, State
from dossier.errors import JuanzongError
from dossier.rights import Duty
from dossier.workdays import REGIONS
from web.doors import Doors
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
Short = Annotated[str, Form(max_length=200)]
MOST_PACK_BYTES = 2_000_000
Own = Literal["", "CN", "HK", "MO", "TW"]


@doors.get("/settings", Duty.KEEP)
def shown(request: Request) -> Response:
    """Show what can be told of the archive's health at once."""
    archive = archive_of(request)
    return page(
        request, "health.html", findings=health.examine(archive.home, None), whole=False, lang=language(request)
    )


@doors.post("/settings/check", Duty.KEEP)
def check(request: Request) -> Response:
    """Look at everything: seal a probe and open it, verify the record, prove the buckets."""
    findings = health.examine_open(archive_of(request))
    return page(request, "health.html", findings=findings, whole=True, lang=language(request))


@doors.get("/settings/packs", Duty.KEEP)
def packs(request: Request) -> Response:
    """Show the packs there are, those in force first, each with how its examples came out."""
    return page(request, "packs.html", packs=enacting.known(archive_of(request)), lang=language(request))


@doors.post("/settings/packs", Duty.KEEP, proven=True)
def put_in_force(request: Request, packs: Annotated[list[str] | None, Form(max_length=50)] = None) -> Response:
    """Let exactly the packs ticked be in force; those in force before keep their order."""
    archive = archive_of(request)
    ticked = packs or []
    before = [name for name in archive.home.settings().packs if name in ticked]
    enacting.put_in_force(archive, [*before, *(name for name in ticked if name not in before)])
    return _renewed(request, "/settings/packs", Speech(language(request)).say("packs-set"))


@doors.post("/settings/packs/own", Duty.KEEP, proven=True)
def bring_in(request: Request, pack: UploadFile) -> Response:
    """Keep a pack of the site's own, once its examples hold."""
    text = pack.file.read(MOST_PACK_BYTES + 1).decode("utf-8-sig", "replace")
    found = enacting.bring_in(archive_of(request), text)
    lang = language(request)
    said = Speech(lang).say("pack-kept", title=found.pack.title[lang], examples=found.examples)
    return _renewed(request, "/settings/packs", said)


@doors.get("/settings/calendar", Duty.KEEP)
def calendar(request: Request) -> Response:
    """Show the site's own days and the coming days off."""
    return page(request, "calendar.html", days=own_days.days(archive_of(request)), regions=REGIONS)


@doors.post("/settings/calendar", Duty.KEEP, proven=True)
def set_region(request: Request, region: Annotated[Own, Form()] = "") -> Response:
    """Let the public calendar of one region count, or each pack's own."""
    own_days.set_region(archive_of(request), region)
    return _renewed(request, "/settings/calendar", Speech(language(request)).say("calendar-set"))


@doors.post("/settings/calendar/days", Duty.KEEP, proven=True)
def change_days(
    request: Request,
    state: Annotated[State, Form()],
    begins: Annotated[date, Form()],
    ends: Annotated[date | Literal[""], Form()] = "",
    region: Annotated[Own, Form()] = "",
    how: Annotated[Literal["add", "remove"], Form()] = "add",
) -> Response:
    """Say that days are closed or worked, or let them be as the public calendar has them."""
    entry = Entry(state, begins, ends or begins, region)
    (own_days.add if how == "add" else own_days.remove)(archive_of(request), entry)
    return _renewed(request, "/settings/calendar", Speech(language(request)).say("calendar-set"))


@doors.get("/settings/levels", Duty.KEEP)
def levels(request: Request) -> Response:
    """Show the secrecy levels: how much lies at each, and who holds its keys."""
    return page(request, "levels.html", levels=holdings.levels(archive_of(request)))


@doors.get("/settings/stores", Duty.KEEP)
def stores(request: Request) -> Response:
    """Show where the archive lies, how much there is, and the backups."""
    return page(request, "stores.html", where=holdings.where(archive_of(request)))


def _renewed(request: Request, path: str, said: str) -> Response:
    """Let everybody who is signed in work by what is in force now, and go to a page."""
    place: Any = request.app.state.place
    try:
        place.visits.renew()
    except JuanzongError as wrong:
        return page(request, "wrong.html", status=409, again="/settings", wrong=wrong.say(language(request)))
    return go(request, path, said)
