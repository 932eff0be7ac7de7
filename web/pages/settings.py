"""Settings: people, packs in force, calendar, store and health of the archive."""

from typing import Annotated

from fastapi import Form, Request, Response

from desk import health, users
from dossier.rights import Duty, Role, may
from web.doors import Doors
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
Short = Annotated[str, Form(max_length=200)]


@doors.get("/settings", Duty.KEEP)
def shown(request: Request) -> Response:
    """Show people, packs, levels, store and health."""
    archive, lang = archive_of(request), language(request)
    return page(
        request,
        "settings.html",
        people=users.everybody(archive) if may(archive.asker, Duty.PEOPLE) else None,
        packs=[
            (pack.id, pack.title[lang], [kind.title[lang] for kind in pack.dossiers.values()])
            for pack in archive.packs.values()
        ],
        settings=archive.settings,
        findings=health.examine(archive.home, None),
        roles=[(role.value, Speech(lang).say(f"people.role-{role.value}")) for role in Role],
        lang=lang,
    )


@doors.post("/settings/people", Duty.PEOPLE, proven=True)
def add(
    request: Request,
    name: Short,
    password: Annotated[str, Form(max_length=1000)],
    title: Short = "",
    department: Short = "",
    roles: Annotated[list[Role] | None, Form()] = None,
) -> Response:
    """Enter somebody into the register."""
    made = users.add(archive_of(request), name, password, title=title, department=department, roles=roles or ())
    return go(request, "/settings", Speech(language(request)).say("person-added", name=made.name))


@doors.post("/settings/people/{name}/close", Duty.PEOPLE, proven=True)
def close(request: Request, name: str) -> Response:
    """Close somebody's account; their visits end at once."""
    made = users.close(archive_of(request), name)
    request.app.state.place.visits.end_of(made.name)
    return go(request, "/settings", Speech(language(request)).say("person-closed", name=made.name))
