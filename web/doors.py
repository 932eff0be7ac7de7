"""The doors: every route of the page says here what it needs, and every request is let in here or not at all.

A door asks, in this order: is somebody signed in; did the request come from our own page (CSRF); may this person do
such a thing at all; was the password given just now, where the door wants that. What is done to one dossier or
document the desk asks itself.
"""

import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Request

from desk.rights import Refused
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Need, may
from web.visits import Visit

COOKIE: Final = "__Host-juanzong"
API: Final = "/api/"
Method = Literal["GET", "POST"]


class SignInFirst(JuanzongError):
    """Nobody is signed in."""

    exit_code = ExitCode.REFUSED
    wording = "web.sign-in-first"


class NotFromHere(JuanzongError):
    """A form did not come from this page, or from a visit that ended."""

    exit_code = ExitCode.REFUSED
    wording = "web.not-from-here"


class ProveFirst(JuanzongError):
    """The password is asked again before this."""

    exit_code = ExitCode.REFUSED
    wording = "web.prove-first"


@dataclass(frozen=True, slots=True)
class Door:
    """One route and what it needs; ``need`` is None where anybody may come in, signed in or not."""

    method: Method
    path: str
    need: Need | None
    proven: bool = False


class Doors:
    """Collects routes with their needs; ``all`` is what tests compare with the table of rights."""

    def __init__(self) -> None:
        self.router = APIRouter()
        self.all: list[Door] = []

    def get(self, path: str, need: Need | None, *, proven: bool = False, **options: Any) -> Callable[[Any], Any]:
        """Declare a route that shows something and changes nothing."""
        return self._route(Door("GET", path, need, proven), options)

    def post(self, path: str, need: Need | None, *, proven: bool = False, **options: Any) -> Callable[[Any], Any]:
        """Declare a route that does something."""
        return self._route(Door("POST", path, need, proven), options)

    def _route(self, door: Door, options: dict[str, Any]) -> Callable[[Any], Any]:
        self.all.append(door)
        schema = door.path.startswith(API)
        return self.router.api_route(
            door.path,
            methods=[door.method],
            dependencies=[Depends(_admit(door))],
            include_in_schema=schema,
            response_model=None,
            **options,
        )


def _admit(door: Door) -> Callable[[Request], Any]:
    async def admit(request: Request) -> None:
        visit: Visit | None = request.state.visit
        # A door of the API that asks for no visit goes by a key of its own: nothing rides on a cookie there, and the
        # body, which may be large and is no form, is left for whom it is meant.
        if door.method == "POST" and not (door.need is None and door.path.startswith(API)):
            await _from_here(request, visit)
        if door.need is None:
            return
        if visit is None:
            raise SignInFirst
        if not may(visit.asker, door.need):
            raise Refused(door.need, visit.asker.name)
        if door.proven and not visit.is_proven:
            raise ProveFirst

    return admit


async def _from_here(request: Request, visit: Visit | None) -> None:
    """Refuse what another site had the browser send (OWASP: fetch metadata, then a token of the visit)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotFromHere
    if visit is None or request.state.by_token:
        return  # no cookie was used, so nothing rides on one
    given = request.headers.get("x-csrf-token", "")
    if not given:
        form = await request.form()
        field = form.get("csrf", "")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), visit.csrf.encode()):
        raise NotFromHere


def own_path(path: str) -> str:
    """Return a path of this page to go to, or the first page for anything that would lead elsewhere."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if plain and path.isprintable() and len(path) < 2000 else "/"


def with_back(page: str, request: Request, pages: Sequence[re.Pattern[str]] = ()) -> str:
    """Return the address of a page that leads back to this one; for a form, to the one of ``pages`` it stood on."""
    if request.headers.get("hx-request"):
        back = shown_by(request)
    elif request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        back = stood_on(request, pages)
    return f"{page}?back={quote(back, safe='')}"


def shown_by(request: Request) -> str:
    """Return the page whose script sent a request, as htmx says it; the first page for what is none of ours."""
    try:
        address = urlsplit(request.headers.get("hx-current-url", ""))
    except ValueError:
        return "/"
    return own_path(address.path + (f"?{address.query}" if address.query else ""))


def stood_on(request: Request, pages: Sequence[re.Pattern[str]]) -> str:
    """Return the one of ``pages`` that a form stood on, the first page for anything else."""
    path = request.url.path if request.method == "POST" else ""
    while path and not any(one.match(path) for one in pages):
        path = path.rpartition("/")[0]
    return path or "/"
