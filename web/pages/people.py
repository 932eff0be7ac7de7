"""The register of people: enter somebody, change what they are, set a second factor, keep them out, close."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Query, Request, Response

from desk import suspending, users
from desk.archive import Archive
from desk.print.code import svg_path
from desk.users import PersonView
from dossier.errors import JuanzongError
from dossier.rights import DUTIES, Duty, Role
from web.doors import Doors
from web.entrance import OWNER, TooSoon, signing
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of, visit_of

doors = Doors()
Short = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=1000)]
Roles = Annotated[list[Role] | None, Form()]


@doors.get("/settings/people", Duty.PEOPLE)
def listed(request: Request, closed: Annotated[bool, Query()] = False) -> Response:
    """Show the people of the register."""
    archive = archive_of(request)
    return page(
        request,
        "people.html",
        people=users.everybody(archive, closed=closed),
        barred=suspending.suspended(archive),
        closed=closed,
        **_common(request),
    )


@doors.post("/settings/people", Duty.PEOPLE, proven=True)
def add(
    request: Request,
    name: Short,
    password: Password,
    title: Short = "",
    department: Short = "",
    positions: Short = "",
    roles: Roles = None,
    passphrase: Password = "",
) -> Response:
    """Enter somebody into the register."""
    with _signing(request, passphrase) as archive:
        made = users.add(
            archive,
            name,
            password,
            title=title,
            department=department,
            roles=roles or (),
            positions=positions.split(","),
        )
    return go(request, _path(made.name), Speech(language(request)).say("person-added", name=made.name))


@doors.get("/settings/people/{name}", Duty.PEOPLE, proven=True)
def shown(request: Request, name: str) -> Response:
    """Show somebody, to be changed."""
    return _person(request, users.show(archive_of(request), name))


@doors.post("/settings/people/{name}", Duty.PEOPLE, proven=True)
def change(
    request: Request,
    name: str,
    title: Short = "",
    department: Short = "",
    positions: Short = "",
    stands_in: Short = "",
    roles: Roles = None,
    passphrase: Password = "",
) -> Response:
    """Change what somebody is; new roles need the archive's passphrase, because it signs what they open."""
    wanted = set(roles or ())
    before = users.show(archive_of(request), name)
    had = {Role(role) for role in before.roles}
    with _signing(request, passphrase if wanted != had else "") as archive:
        made = users.change(
            archive,
            name,
            title=title,
            department=department,
            give=wanted - had,
            take=had - wanted,
            positions=positions.split(","),
            stands_in=stands_in.strip(),
        )
    if had - wanted:
        request.app.state.place.visits.end_of(made.name)
    return go(request, _path(made.name), Speech(language(request)).say("person-changed", name=made.name))


@doors.post("/settings/people/{name}/second-factor", Duty.PEOPLE, proven=True)
def second_factor(request: Request, name: str, on: Annotated[bool, Form()] = False) -> Response:
    """Ask somebody for a second factor from now on, and show its secret this once; or ask for none."""
    made = users.change(archive_of(request), name, second_factor=on)
    if not made.provisioning:
        return go(request, _path(made.name), Speech(language(request)).say("factor-off", name=made.name))
    return _person(request, made)


@doors.post("/settings/people/{name}/password", Duty.PEOPLE, proven=True)
def new_password(request: Request, name: str, password: Password, passphrase: Password = "") -> Response:
    """Give somebody who forgot theirs a new password and key pair."""
    with _signing(request, passphrase) as archive:
        made = users.new_password(archive, name, password)
    request.app.state.place.visits.end_of(made.name)
    return go(request, _path(made.name), Speech(language(request)).say("password-given", name=made.name))


@doors.post("/settings/people/{name}/suspend", Duty.PEOPLE, proven=True)
def suspend(request: Request, name: str) -> Response:
    """Keep somebody out for now; their visits end at once."""
    found = suspending.suspend(archive_of(request), name)
    request.app.state.place.visits.end_of(found)
    return go(request, _path(found), Speech(language(request)).say("person-suspended", name=found))


@doors.post("/settings/people/{name}/resume", Duty.PEOPLE, proven=True)
def resume(request: Request, name: str) -> Response:
    """Let somebody in again."""
    found = suspending.resume(archive_of(request), name)
    return go(request, _path(found), Speech(language(request)).say("person-resumed", name=found))


@doors.post("/settings/people/{name}/close", Duty.PEOPLE, proven=True)
def close(request: Request, name: str) -> Response:
    """Close somebody's account; their visits end at once."""
    made = users.close(archive_of(request), name)
    request.app.state.place.visits.end_of(made.name)
    return go(request, "/settings/people", Speech(language(request)).say("person-closed", name=made.name))


def _person(request: Request, one: PersonView) -> Response:
    archive = archive_of(request)
    return page(
        request,
        "person.html",
        one=one,
        barred=one.name in suspending.suspended(archive),
        others=[other.name for other in users.everybody(archive) if other.name != one.name],
        own=one.name == archive.who,
        code=svg_path(one.provisioning) if one.provisioning else None,
        **_common(request),
    )


def _common(request: Request) -> dict[str, Any]:
    lang = language(request)
    archive = archive_of(request)
    departments = {name for pack in archive.packs.values() for name in pack.departments}
    return {
        "roles": [
            (role.value, Speech(lang).say(f"people.role-{role.value}"), sorted(duty.value for duty in DUTIES[role]))
            for role in Role
        ],
        "departments": sorted(departments | {one.department for one in users.everybody(archive) if one.department}),
        "person_path": _path,
        "asks_passphrase": visit_of(request).name != OWNER,
    }


@contextmanager
def _signing(request: Request, passphrase: str) -> Iterator[Archive]:
    """Give the archive as it may sign grants; wrong passphrases slow down further tries, as at the door."""
    visit, place = visit_of(request), request.app.state.place
    who = f"passphrase {visit.name}"
    waits = place.signing_in.waits(who)
    if waits:
        raise TooSoon(seconds=round(waits) + 1)
    with ExitStack() as closing:
        try:
            archive = closing.enter_context(signing(place.home, visit, passphrase))
        except JuanzongError:
            place.signing_in.take(who)
            raise
        yield archive


def _path(name: str) -> str:
    return "/settings/people/" + quote(name, safe="")
