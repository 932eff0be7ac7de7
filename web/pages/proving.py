"""Give the password once more; what was filled in is kept meanwhile, and goes on by itself afterwards."""

from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from dossier.errors import JuanzongError
from web.doors import Doors, own_path
from web.entrance import TooSoon, prove
from web.pages.entrance import tried
from web.render import go, page
from web.speaking import language

doors = Doors()
Keeps = Literal["", "form", "file"]
"""What goes on once the password was given: nothing but a page, a form that was filled in, a file to take away."""
OWN: Final = frozenset({"csrf", "proof", "proof_code", "goes_to", "keeps"})
"""Fields of this page itself; no form that asks for the password again has one by these names, but the token."""


@doors.get("/prove", None)
def form(request: Request, back: str = "/", keeps: Keeps = "") -> Response:
    """Ask for the password once more."""
    if request.state.visit is None:
        return go(request, "/signin")
    return _asked(request, own_path(back), "file" if keeps == "file" else "", {})


@doors.post("/prove", None)
async def prove_again(
    request: Request,
    proof: Annotated[str, Form(max_length=1000)] = "",
    proof_code: Annotated[str, Form(max_length=20)] = "",
    goes_to: Annotated[str, Form(max_length=2000)] = "/",
    keeps: Annotated[Keeps, Form()] = "",
) -> Response:
    """Take the password once more; for some minutes it counts."""
    visit, to = request.state.visit, own_path(goes_to)
    if visit is None:
        return go(request, "/signin")
    try:
        await tried(request, f"visit {visit.name}", prove, request.app.state.place.home, visit, proof, proof_code)
    except JuanzongError as wrong:
        kept = await _filled_in(request) or {}
        status = 429 if isinstance(wrong, TooSoon) else 401
        return _asked(request, to, keeps, kept, wrong=wrong.say(language(request)), status=status)
    if keeps == "form":
        # 307: the browser sends the same form, to where it was sent first (RFC 9110, 15.4.8).
        return RedirectResponse(to, 307)
    if keeps == "file":
        return page(request, "proved.html", to=to, again=_stands_on(to))
    return go(request, to)


async def keep_form(request: Request) -> Response | None:
    """Ask for the password with the form of a request kept in the page; None where it holds what cannot be kept."""
    kept = await _filled_in(request) if request.method == "POST" else None
    return None if kept is None else _asked(request, request.url.path, "form", kept, status=403)


def _asked(
    request: Request, to: str, keeps: Keeps, kept: dict[str, list[str]], *, wrong: str = "", status: int = 200
) -> Response:
    return page(request, "prove.html", status=status, wrong=wrong, to=to, keeps=keeps, kept=kept, again="/")


async def _filled_in(request: Request) -> dict[str, list[str]] | None:
    """Return what a form was filled in with, by field; None where files are part of it."""
    filled: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            return None
        if name not in OWN:
            filled.setdefault(name, []).append(value)
    return filled


def _stands_on(path: str) -> str:
    """Return the page on which a file is offered: a report by its own address, others one step above."""
    address = urlsplit(path)
    own = address.path.startswith("/completeness/")
    above = address.path if own else address.path.rpartition("/")[0] or "/"
    query = urlencode([(name, value) for name, value in parse_qsl(address.query) if name != "form"])
    return f"{above}?{query}" if query else above
