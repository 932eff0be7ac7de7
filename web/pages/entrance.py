"""Sign in and out, choose language and theme."""

from collections.abc import Callable
from typing import Annotated, Any, ParamSpec, TypeVar

from fastapi import Form, Request, Response
from starlette.concurrency import run_in_threadpool

from dossier.errors import ExitCode, JuanzongError
from dossier.wording import is_lang
from web import speaking
from web.doors import COOKIE, Doors, own_path
from web.entrance import TooSoon, enter
from web.render import KEYS, THEME, THEMES, go, menu_of, page
from web.shell import address

P = ParamSpec("P")
R = TypeVar("R")

doors = Doors()
YEAR = 365 * 24 * 3600


class IdentityFirst(JuanzongError):
    """People of the register sign in by way of the identity provider here."""

    exit_code = ExitCode.REFUSED
    wording = "web.identity-first"


@doors.get("/", None)
def start(request: Request) -> Response:
    """Lead to the first page this person may see."""
    menu = menu_of(request.state.visit)
    return go(request, menu[0].path if menu else "/signin")


@doors.get("/health", None)
def health() -> dict[str, str]:
    """Say that the page answers, for whoever watches the process."""
    return {"status": "ok"}


@doors.get("/signin", None)
def form(request: Request, back: str = "/") -> Response:
    """Ask who it is."""
    oidc = request.app.state.place.home.settings().oidc
    return page(request, "signin.html", to=own_path(back), name="", oidc=oidc, said="")


@doors.post("/signin", None)
async def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    to: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Open the archive for a person; a visit they had in this browser ends, so no older token lives on."""
    place: Any = request.app.state.place
    oidc = place.home.settings().oidc
    if oidc.on and oidc.required and name.strip():
        raise IdentityFirst(provider=oidc.called)
    visit = await tried(request, address(request.scope), enter, place.home, name, password, code, place.indexes)
    place.visits.end(request.cookies.get(COOKIE))
    answer = go(request, own_path(to))
    answer.set_cookie(COOKIE, place.visits.begin(visit), path="/", secure=True, httponly=True, samesite="strict")
    return answer


@doors.post("/signout", None)
def sign_out(request: Request) -> Response:
    """End the visit."""
    request.app.state.place.visits.end(request.cookies.get(COOKIE))
    request.state.visit = None
    answer = go(request, "/signin")
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


async def tried(request: Request, who: str, work: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
    """Do what asks for a password; each failure takes one try from ``who``."""
    tries = request.app.state.place.signing_in
    waits = tries.waits(who)
    if waits:
        raise TooSoon(seconds=round(waits) + 1)
    try:
        return await run_in_threadpool(work, *given, **named)
    except JuanzongError:
        tries.take(who)
        raise


@doors.get("/language/{lang}", None)
def choose_language(request: Request, lang: str, back: str = "/") -> Response:
    """Speak another language from now on."""
    answer = go(request, own_path(back))
    if is_lang(lang):
        answer.set_cookie(speaking.COOKIE, lang, max_age=YEAR, samesite="lax", httponly=True)
    return answer


@doors.get("/keys/{state}", None)
def choose_keys(request: Request, state: str, back: str = "/") -> Response:
    """Let single keys act on pages from now on, or not (WCAG 2.1.4)."""
    answer = go(request, own_path(back))
    if state == "off":
        answer.set_cookie(KEYS, state, max_age=YEAR, samesite="lax", httponly=True)
    else:
        answer.delete_cookie(KEYS)
    return answer


@doors.get("/theme/{theme}", None)
def choose_theme(request: Request, theme: str, back: str = "/") -> Response:
    """Show the page dark or light from now on."""
    answer = go(request, own_path(back))
    if theme in THEMES:
        answer.set_cookie(THEME, theme, max_age=YEAR, samesite="lax", httponly=True)
    return answer
