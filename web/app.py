"""The page as one application: shell, visits, doors, and what is said when something is wrong."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import compile_path
from starlette.types import Scope

from desk.home import Home
from desk.in_force import Changes
from desk.receiving import Receiving
from desk.reports.aside import judged_aside
from desk.reports.standings import Standings
from desk.sharing import SharedIndexes
from desk.viewing import Pages, ProofWanted
from dossier.errors import ExitCode, JuanzongError
from web.api import stations, v1
from web.doors import API, COOKIE, Door, NotFromHere, ProveFirst, SignInFirst, stood_on, with_back
from web.entrance import TooSoon, by_token, lasts
from web.identities import Identities
from web.limits import GENERAL, MOST_BODY_BYTES, SIGNING_IN, Buckets
from web.oidc import Provider
from web.pages import (
    account,
    audit,
    completeness,
    documents,
    dossiers,
    entrance,
    identity,
    inbox,
    leaving,
    people,
    proving,
    requests,
    review,
    search,
    settings,
    taking,
)
from web.render import page
from web.shell import STATIC, Shell, address
from web.speaking import language
from web.visits import Visits

STATUS: Final = {
    ExitCode.USAGE: 400,
    ExitCode.QUERY: 400,
    ExitCode.POLICY: 400,
    ExitCode.INTAKE: 409,
    ExitCode.PASSPHRASE: 401,
    ExitCode.REFUSED: 403,
    ExitCode.NOT_FOUND: 404,
    ExitCode.UNREADABLE: 422,
    ExitCode.TAMPERED: 409,
    ExitCode.OUTPUT: 503,
    ExitCode.VAULT: 503,
    ExitCode.INDEX: 503,
}
"""How the exit codes of the commands are told over HTTP; anything else is a fault of ours."""
NEED_MORE: Final = frozenset({"/dossiers/of"})
"""Pages that show nothing without a query."""
BY_ITSELF: Final = frozenset({"/inbox/state"})
"""What a page asks for by itself: nobody need sit before it, so a visit does not last by it."""
PARTS: Final = (
    entrance.doors,
    proving.doors,
    identity.doors,
    inbox.doors,
    review.doors,
    search.doors,
    taking.doors,
    dossiers.doors,
    leaving.doors,
    documents.doors,
    completeness.doors,
    requests.doors,
    audit.doors,
    settings.doors,
    people.doors,
    account.doors,
    v1.doors,
    stations.doors,
)


@dataclass(slots=True)
class Place:
    """What all requests share; kept as ``app.state.place``."""

    home: Home
    visits: Visits
    signing_in: Buckets
    pages: Pages
    standings: Standings
    indexes: SharedIndexes
    changes: Changes
    receiving: Receiving
    identities: Identities = field(default_factory=Identities)
    provider: Provider | None = None
    """The identity provider as the settings had it last; None before the first sign-in by way of it."""


def build(home: Home) -> FastAPI:
    """Return the application for the archive at ``home``; it opens nothing until somebody signs in."""
    standings, indexes = Standings(judged_aside), SharedIndexes()
    place = Place(home, Visits(), Buckets(SIGNING_IN), Pages(), standings, indexes, Changes(home), Receiving(home))

    @asynccontextmanager
    async def lasting(_: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            place.visits.close()
            place.pages.close()

    app = FastAPI(
        title="Juanzong",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}v1/openapi.json",
        lifespan=lasting,
    )
    app.state.place = place
    for part in PARTS:
        app.include_router(part.router)
    with as_file(files("web") / "static") as folder:
        app.mount("/static", StaticFiles(directory=folder), name="static")

    @app.middleware("http")
    async def visiting(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        if not request.url.path.startswith(STATIC):
            await _follow(place)
        token, request.state.by_token = request.cookies.get(COOKIE), False
        bearer = request.headers.get("authorization", "")
        request.state.visit = None
        if bearer.startswith("Bearer "):
            token, request.state.by_token = bearer[7:], True
            try:
                request.state.visit = await by_token(place.home, place.visits, token, place.indexes)
            except JuanzongError as refused:
                return _json(request, refused, 401)
        else:
            request.state.visit = place.visits.of(token, stays=request.url.path not in BY_ITSELF)
        if request.state.visit is not None and not lasts(place.home, request.state.visit):
            place.visits.end(token)
            request.state.visit = None
        return await answer(request)

    _say_errors(app)

    def visitor(scope: Scope) -> str:
        """Name who sends a request: people of one office often share an address, so a visit counts by itself."""
        asking = HTTPConnection(scope)
        bearer = asking.headers.get("authorization", "")
        token = bearer[7:] if bearer.startswith("Bearer ") else asking.cookies.get(COOKIE)
        return place.visits.name_of(token) or address(scope)

    app.add_middleware(Shell, most_bytes=MOST_BODY_BYTES, buckets=Buckets(GENERAL), visitor=visitor)
    return app


async def _follow(place: Place) -> None:
    """Let everybody work by settings, packs and calendar as their files have them now; unfit ones change nothing."""
    try:
        changed = place.changes.told()
    except JuanzongError:
        return  # what was in force stays so; the page of health says what is wrong
    if changed:
        with suppress(JuanzongError):
            await run_in_threadpool(place.visits.renew)
            place.standings.forget()


def doors() -> list[Door]:
    """Return every door of the page."""
    return [door for part in PARTS for door in part.all]


@cache
def pages() -> tuple[re.Pattern[str], ...]:
    """Return what the addresses of pages look like that stand by themselves, to lead back to after a form."""
    found = [door.path for door in doors() if door.method == "GET" and door.path not in NEED_MORE]
    return tuple(compile_path(path)[0] for path in found)


def _say_errors(app: FastAPI) -> None:
    @app.exception_handler(SignInFirst)
    async def sign_in(request: Request, error: SignInFirst) -> Response:
        if _wants_json(request):
            return _json(request, error, 401)
        return _elsewhere(request, with_back("/signin", request))

    @app.exception_handler(ProofWanted)
    @app.exception_handler(ProveFirst)
    async def prove(request: Request, error: JuanzongError) -> Response:
        if _wants_json(request):
            return _json(request, error, 403)
        kept = await proving.keep_form(request)
        if kept is not None:
            return kept
        # What only asks for a password to be given out is a file; the page stays where it is while that is saved.
        file = "&keeps=file" if isinstance(error, ProveFirst) and request.method == "GET" else ""
        return _elsewhere(request, with_back("/prove", request, pages()) + file)

    @app.exception_handler(TooSoon)
    async def too_soon(request: Request, error: TooSoon) -> Response:
        return _told(request, error, 429)

    @app.exception_handler(NotFromHere)
    async def foreign(request: Request, error: NotFromHere) -> Response:
        return _told(request, error, 403)

    @app.exception_handler(JuanzongError)
    async def told(request: Request, error: JuanzongError) -> Response:
        return _told(request, error, STATUS.get(error.exit_code, 500))

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> Response:
        names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))
        return _told(request, Unfit(names=names), 422)

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        found = NoSuchPage() if error.status_code == 404 else Unfit(names=str(error.detail))
        return _told(request, found, error.status_code)


class NoSuchPage(JuanzongError):
    """Nothing is at this address."""

    exit_code = ExitCode.NOT_FOUND
    wording = "web.no-such-page"


class Unfit(JuanzongError):
    """A form or address holds a value that does not fit."""

    exit_code = ExitCode.USAGE
    wording = "web.unfit"


def _told(request: Request, error: JuanzongError, status: int) -> Response:
    if _wants_json(request):
        return _json(request, error, status)
    return page(
        request, "wrong.html", status=status, wrong=error.say(language(request)), again=stood_on(request, pages())
    )


def _json(request: Request, error: JuanzongError, status: int) -> Response:
    said = {"error": error.say(language(request)), "code": int(error.exit_code)}
    return JSONResponse(said, status)


def _wants_json(request: Request) -> bool:
    asked = request.headers.get("accept", "")
    return request.url.path.startswith(API) or asked.startswith("application/json")


def _elsewhere(request: Request, path: str) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)
