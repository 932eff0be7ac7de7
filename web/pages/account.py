"""One's own account: what one is here, one's password, one's second factor."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from starlette.concurrency import run_in_threadpool

from desk import own_factor, users
from desk.print.code import svg_path
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from web.doors import COOKIE, Doors
from web.entrance import OWNER
from web.pages.entrance import tried
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of, visit_of

doors = Doors()
Password = Annotated[str, Form(max_length=1000)]


class NotTwice(JuanzongError):
    """The new password was given twice, and not the same."""

    exit_code = ExitCode.USAGE
    wording = "web.not-twice"


class NoAccount(JuanzongError):
    """Who opened the archive with its own passphrase has no account here."""

    exit_code = ExitCode.USAGE
    wording = "web.no-account"


@doors.get("/account", Duty.ANY)
def shown(request: Request) -> Response:
    """Show who one is here."""
    return _account(request)


@doors.post("/account/password", Duty.ANY, proven=True)
async def change_password(request: Request, old: Password = "", new: Password = "", again: Password = "") -> Response:
    """Put one's own key under a new password; every visit and session of one's own ends, this one too."""
    visit, place = visit_of(request), request.app.state.place
    if visit.name == OWNER:
        raise NoAccount
    if new != again:
        raise NotTwice
    who = f"visit {visit.name}"
    sealed = await tried(request, who, users.set_password, place.home, visit.archive.who, old, new)
    await run_in_threadpool(users.keep_password, visit.archive, sealed)
    place.visits.end_of(visit.name)
    request.state.visit = None
    said = Speech(language(request)).say("password-changed")
    answer = page(request, "signin.html", to="/", name=visit.name, oidc=place.home.settings().oidc, said=said)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


@doors.post("/account/second-factor", Duty.ANY, proven=True)
def second_factor(request: Request, code: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Show a new secret to scan; with its first code, ask for it from now on."""
    visit = visit_of(request)
    if visit.name == OWNER:
        raise NoAccount
    if not code or not visit.proposed:
        visit.proposed = own_factor.proposed(visit.archive)
        return _account(request, visit.proposed)
    try:
        own_factor.keep(visit.archive, visit.proposed, code)
    except own_factor.CodeWrong as wrong:
        return _account(request, visit.proposed, wrong.say(language(request)))
    visit.proposed = ""
    return go(request, "/account", Speech(language(request)).say("own-factor-on"))


@doors.post("/account/second-factor/none", Duty.ANY, proven=True)
def no_second_factor(request: Request) -> Response:
    """Ask for one's password alone from now on."""
    if visit_of(request).name == OWNER:
        raise NoAccount
    own_factor.give_up(archive_of(request))
    return go(request, "/account", Speech(language(request)).say("own-factor-off"))


def _account(request: Request, provisioning: str = "", wrong: str = "") -> Response:
    visit, archive = visit_of(request), archive_of(request)
    values: dict[str, Any] = {"one": None, "code": None, "secret": ""}
    if visit.name != OWNER:
        values["one"] = users.show(archive, archive.who)
    if provisioning:
        values |= {"code": svg_path(provisioning), "secret": provisioning.partition("secret=")[2].partition("&")[0]}
    return page(request, "account.html", wrong=wrong, status=400 if wrong else 200, **values)
