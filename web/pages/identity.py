"""Sign in by way of the office's identity provider: there, back, and one's own password for one's own keys."""

from typing import Annotated, Any, Final

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from desk import sessions
from dossier.errors import ExitCode, JuanzongError
from web.doors import COOKIE, Doors, own_path
from web.entrance import TooSoon, enter
from web.identities import LONGEST_SECONDS
from web.oidc import IdentityRefused, Provider
from web.pages.entrance import tried
from web.render import go, page
from web.shell import address

STEP: Final = "__Host-juanzong-step"
"""The browser's name for a sign-in on its way. ``Lax``, because the provider leads back from another site."""
doors = Doors()


class IdentityUnknown(JuanzongError):
    """The provider said who it is, and nobody in the register goes by that name."""

    exit_code = ExitCode.REFUSED
    wording = "web.identity-unknown"


@doors.get("/signin/oidc", None)
def begin(request: Request, back: str = "/") -> Response:
    """Send the browser to the provider."""
    place = request.app.state.place
    provider = _provider(request)
    name, begun = place.identities.begin(own_path(back))
    return _step(RedirectResponse(provider.address_for(begun), 303), name)


@doors.get("/signin/oidc/back", None)
def came_back(request: Request) -> Response:
    """Take the provider's answer, once, from the browser that was sent there."""
    place = request.app.state.place
    provider, who = _provider(request), address(request.scope)
    waits = place.signing_in.waits(who)
    if waits:
        raise TooSoon(seconds=round(waits) + 1)
    try:
        name, to = _identified(request, provider)
    except (IdentityRefused, IdentityUnknown) as refused:
        place.signing_in.take(who)
        sessions.note_refused_identity(place.home, str(refused.facts.get("name") or refused.facts.get("why")))
        raise
    return _step(go(request, "/signin/oidc/keys"), place.identities.identify(name, to))


@doors.get("/signin/oidc/keys", None)
def keys_form(request: Request) -> Response:
    """Ask whoever the provider named for the password that opens their keys."""
    identified = request.app.state.place.identities.of(request.cookies.get(STEP))
    if identified is None:
        return go(request, "/signin")
    return page(request, "keys.html", name=identified.name, provider=_provider(request).settings.called)


@doors.post("/signin/oidc/keys", None)
async def open_keys(
    request: Request,
    password: Annotated[str, Form(max_length=1000)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Open the archive with the keys of whom the provider named, and of nobody else."""
    place: Any = request.app.state.place
    step = request.cookies.get(STEP)
    identified = place.identities.of(step)
    if identified is None:
        return go(request, "/signin")
    issuer = _provider(request).settings.issuer
    visit = await tried(
        request, address(request.scope), enter, place.home, identified.name, password, code, place.indexes, issuer
    )
    place.identities.end(step)
    place.visits.end(request.cookies.get(COOKIE))
    answer = go(request, identified.to)
    answer.set_cookie(COOKIE, place.visits.begin(visit), path="/", secure=True, httponly=True, samesite="strict")
    answer.delete_cookie(STEP, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _identified(request: Request, provider: Provider) -> tuple[str, str]:
    """Return the name of the account that the provider's answer is about, and where its sign-in leads."""
    place = request.app.state.place
    begun = place.identities.take(request.cookies.get(STEP), request.query_params.get("state", ""))
    if begun is None:
        raise IdentityRefused(provider=provider.settings.called, why="state")
    said = provider.who(request.query_params, begun)
    name = sessions.account_of(place.home, said)
    if name is None:
        raise IdentityUnknown(name=said[:100])
    return name, begun.to


def _provider(request: Request) -> Provider:
    """Return the provider in the settings as they are now; without one these pages are not there."""
    place = request.app.state.place
    settings = place.home.settings().oidc
    if not settings.on:
        raise HTTPException(404)
    provider: Provider | None = place.provider
    if provider is None or provider.settings != settings:
        provider = place.provider = Provider(place.home, settings)
    return provider


def _step(answer: RedirectResponse, name: str) -> Response:
    answer.set_cookie(STEP, name, max_age=LONGEST_SECONDS, path="/", secure=True, httponly=True, samesite="lax")
    return answer
