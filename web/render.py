"""Templates: what every page is given, and files of ours by an address that changes with their content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from dossier.rights import Deed, Duty, Need, may
from web.speaking import Speech, language
from web.visits import Visit

THEME: Final = "juanzong-theme"
KEYS: Final = "juanzong-keys"
THEMES: Final = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu, shown to whoever may."""

    name: str
    path: str
    need: Need


MENU: Final = (
    Entry("inbox", "/inbox", Duty.INTAKE),
    Entry("review", "/review", Duty.REVIEW),
    Entry("search", "/search", Deed.SEARCH),
    Entry("dossiers", "/dossiers", Deed.LIST),
    Entry("completeness", "/completeness", Duty.REPORT),
    Entry("requests", "/requests", Duty.REQUEST),
    Entry("audit", "/audit", Duty.AUDIT),
    Entry("settings", "/settings", Duty.KEEP),
)


@cache
def environment() -> Environment:
    """Return the templates; everything put into them is escaped, and a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # they come with the program, and would be looked at on the disk for each page
    )
    made.globals["file"] = file_address
    return made


@cache
def file_address(name: str) -> str:
    """Return where a file of ours is, with a mark of its content."""
    content = (files("web") / "static" / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"


def menu_of(visit: Visit | None) -> Sequence[Entry]:
    """Return what this person finds in the menu."""
    return [entry for entry in MENU if visit is not None and may(visit.asker, entry.need)]


def page(request: Request, template: str, /, *, status: int = 200, wrong: str = "", **values: Any) -> HTMLResponse:
    """Return a page, or the part of one that a template holds."""
    visit: Visit | None = request.state.visit
    theme = request.cookies.get(THEME, "")
    here = request.url.path
    text = (
        environment()
        .get_template(template)
        .render(
            s=Speech(language(request)),
            visit=visit,
            menu=menu_of(visit),
            here=here,
            back=_back(request, values),
            keys=request.cookies.get(KEYS) != "off",
            theme=theme if theme in THEMES else "",
            done=visit.take_said() if visit is not None and not wrong else "",
            wrong=wrong,
            may=lambda need: visit is not None and may(visit.asker, need),
            Deed=Deed,
            Duty=Duty,
            **values,
        )
    )
    return HTMLResponse(text, status)


def _back(request: Request, values: Mapping[str, Any]) -> str:
    """Return where a change of language or theme leads back to: what a form answered cannot be asked for again."""
    if request.method != "GET":
        return str(values.get("again", "/"))
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def go(request: Request, path: str, said: str = "") -> RedirectResponse:
    """Send the browser to a page of ours after something was done; ``said`` stands there once."""
    visit: Visit | None = request.state.visit
    if said and visit is not None:
        visit.said = said
    return RedirectResponse(path, 303)
