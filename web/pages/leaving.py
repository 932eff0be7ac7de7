"""Somebody leaves: what is in their name, and handing all of it to a successor."""

from typing import Annotated

from fastapi import Form, Query, Request, Response

from desk import leaving
from desk.leaving import Leaver
from dossier.rights import Deed
from web.doors import Doors
from web.pages.dossiers import dossier_path
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
Name = Annotated[str, Form(max_length=200)]


@doors.get("/leavers", Deed.CHANGE)
def shown(request: Request, person: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Show the open dossiers in somebody's name, and what they still owe in each."""
    found = leaving.leaver(archive_of(request), person) if person.strip() else None
    return page(
        request, "leavers.html", person=person.strip(), found=found, lang=language(request), dossier_path=dossier_path
    )


@doors.post("/leavers", Deed.CHANGE, proven=True)
def succeed(request: Request, person: Name, successor: Name) -> Response:
    """Hand every open dossier in somebody's name to a successor."""
    done = leaving.succeed(archive_of(request), person, successor)
    return go(request, "/leavers", _said(request, done))


def _said(request: Request, done: Leaver) -> str:
    which = "handed" if done.may_leave else "as-far"
    return Speech(language(request)).say(
        f"dossiers.leaver-{which}", person=done.person, successor=done.successor, count=len(done.held)
    )
