"""Every route has a door, and every door a row here: what it needs, and whether the password is asked again."""

import httpx
import pytest
from fastapi.routing import APIRoute

from desk.home import Home
from dossier.rights import Asker, Deed, Duty, Role, may
from tests.web.conftest import PEOPLE, Office
from web.app import build, doors

TABLE = {
    ("GET", "/"): None,
    ("GET", "/health"): None,
    ("GET", "/signin"): None,
    ("POST", "/signin"): None,
    ("GET", "/signin/oidc"): None,
    ("GET", "/signin/oidc/back"): None,
    ("GET", "/signin/oidc/keys"): None,
    ("POST", "/signin/oidc/keys"): None,
    ("POST", "/signout"): None,
    ("GET", "/prove"): None,
    ("POST", "/prove"): None,
    ("GET", "/language/{lang}"): None,
    ("GET", "/theme/{theme}"): None,
    ("GET", "/keys/{state}"): None,
    ("GET", "/inbox"): Duty.INTAKE,
    ("GET", "/inbox/state"): Duty.INTAKE,
    ("POST", "/inbox"): Duty.INTAKE,
    ("GET", "/review"): Duty.REVIEW,
    ("GET", "/review/{document}"): Duty.REVIEW,
    ("POST", "/review/{document}"): Duty.REVIEW,
    ("POST", "/review/{document}/split"): Duty.REVIEW,
    ("POST", "/review/{document}/merge"): Duty.REVIEW,
    ("POST", "/review/{document}/rotate"): Duty.REVIEW,
    ("GET", "/search"): Deed.SEARCH,
    ("GET", "/dossiers"): Deed.LIST,
    ("POST", "/dossiers"): Deed.CHANGE,
    ("GET", "/dossiers/names"): Deed.LIST,
    ("POST", "/dossiers/of/reopen"): Deed.CHANGE,
    ("POST", "/dossiers/of/waive"): Deed.CHANGE,
    ("POST", "/dossiers/of/ask-again"): Deed.CHANGE,
    ("POST", "/review/aside/{number}"): Duty.INTAKE,
    ("GET", "/leavers"): Deed.CHANGE,
    ("POST", "/leavers"): Deed.CHANGE,
    ("GET", "/documents/{document}/history"): Deed.SEARCH,
    ("GET", "/dossiers/of"): Deed.SEARCH,
    ("POST", "/dossiers/of/event"): Deed.CHANGE,
    ("POST", "/dossiers/of/fact"): Deed.CHANGE,
    ("POST", "/dossiers/of/rename"): Deed.CHANGE,
    ("POST", "/dossiers/of/close"): Deed.CHANGE,
    ("POST", "/dossiers/of/handover"): Deed.CHANGE,
    ("POST", "/dossiers/of/level"): Duty.CLASSIFY,
    ("GET", "/dossiers/of/cover.pdf"): Deed.LIST,
    ("GET", "/dossiers/of/handover.pdf"): Deed.SEARCH,
    ("GET", "/documents/{document}"): Duty.REQUEST,
    ("GET", "/documents/{document}/pages/{number}.png"): Duty.REQUEST,
    ("GET", "/documents/{document}/pages/{number}"): Duty.REQUEST,
    ("GET", "/documents/{document}/copy.pdf"): Duty.REQUEST,
    ("GET", "/documents/{document}/original"): Duty.REQUEST,
    ("GET", "/dossiers/of/copy.pdf"): Duty.REQUEST,
    ("GET", "/dossiers/of/originals.zip"): Duty.REQUEST,
    ("GET", "/dossiers/of/contents.pdf"): Deed.SEARCH,
    ("GET", "/audit"): Duty.AUDIT,
    ("GET", "/audit/file"): Duty.AUDIT,
    ("POST", "/audit/verify"): Duty.AUDIT,
    ("GET", "/completeness"): Duty.REPORT,
    ("GET", "/completeness/{report}"): Duty.REPORT,
    ("GET", "/requests"): Duty.REQUEST,
    ("POST", "/requests"): Duty.REQUEST,
    ("POST", "/requests/{number}/approve"): Duty.APPROVE,
    ("POST", "/requests/{number}/deny"): Duty.APPROVE,
    ("POST", "/requests/{number}/withdraw"): Duty.REQUEST,
    ("POST", "/requests/{number}/hand-out"): Duty.LEND,
    ("GET", "/loans/{number}"): Duty.REQUEST,
    ("POST", "/loans/{number}/return"): Duty.REQUEST,
    ("POST", "/loans/{number}/extend"): Duty.REQUEST,
    ("GET", "/settings"): Duty.KEEP,
    ("POST", "/settings/check"): Duty.KEEP,
    ("GET", "/settings/packs"): Duty.KEEP,
    ("POST", "/settings/packs"): Duty.KEEP,
    ("POST", "/settings/packs/own"): Duty.KEEP,
    ("GET", "/settings/calendar"): Duty.KEEP,
    ("POST", "/settings/calendar"): Duty.KEEP,
    ("POST", "/settings/calendar/days"): Duty.KEEP,
    ("GET", "/settings/levels"): Duty.KEEP,
    ("GET", "/settings/stores"): Duty.KEEP,
    ("GET", "/settings/people"): Duty.PEOPLE,
    ("POST", "/settings/people"): Duty.PEOPLE,
    ("GET", "/settings/people/{name}"): Duty.PEOPLE,
    ("POST", "/settings/people/{name}"): Duty.PEOPLE,
    ("POST", "/settings/people/{name}/second-factor"): Duty.PEOPLE,
    ("POST", "/settings/people/{name}/password"): Duty.PEOPLE,
    ("POST", "/settings/people/{name}/suspend"): Duty.PEOPLE,
    ("POST", "/settings/people/{name}/resume"): Duty.PEOPLE,
    ("POST", "/settings/people/{name}/close"): Duty.PEOPLE,
    ("GET", "/account"): Duty.ANY,
    ("POST", "/account/password"): Duty.ANY,
    ("POST", "/account/second-factor"): Duty.ANY,
    ("POST", "/account/second-factor/none"): Duty.ANY,
    ("GET", "/api/v1/whoami"): Duty.ANY,
    ("GET", "/api/v1/inbox"): Duty.INTAKE,
    ("POST", "/api/v1/scans"): Duty.INTAKE,
    ("GET", "/api/v1/search"): Deed.SEARCH,
    ("GET", "/api/v1/dossiers"): Deed.LIST,
    ("GET", "/api/v1/dossier"): Deed.SEARCH,
    ("GET", "/api/v1/documents/{document}/page"): Duty.REQUEST,
    ("GET", "/api/v1/report/completeness"): Duty.REPORT,
    ("GET", "/api/v1/review"): Duty.REVIEW,
    ("GET", "/api/v1/requests"): Duty.REQUEST,
    ("GET", "/api/v1/loans"): Duty.REQUEST,
    # A scanner PC signs each call with its own key: no visit and no token opens these (tests/web/test_stations.py).
    ("GET", "/api/v1/station/hello"): None,
    ("POST", "/api/v1/station/captures/{capture}"): None,
    ("POST", "/api/v1/station/captures/{capture}/objects/{role}"): None,
    ("POST", "/api/v1/station/captures/{capture}/finish"): None,
}
PROVEN = {
    "/account/password",
    "/account/second-factor",
    "/account/second-factor/none",
    "/audit/file",
    "/documents/{document}/copy.pdf",
    "/documents/{document}/original",
    "/dossiers/of/copy.pdf",
    "/dossiers/of/originals.zip",
    "/requests/{number}/approve",
    "/requests/{number}/deny",
    "/requests/{number}/hand-out",
    "/dossiers/of/level",
    "/settings/people/{name}",
    "/settings/people/{name}/second-factor",
    "/settings/people/{name}/password",
    "/settings/people/{name}/suspend",
    "/settings/people/{name}/resume",
    "/settings/people/{name}/close",
}
"""Where the password is asked again: approvals, handing out, people."""
PROVEN_FORMS = {
    "/leavers",
    "/settings/people",
    "/settings/packs",
    "/settings/packs/own",
    "/settings/calendar",
    "/settings/calendar/days",
}
"""Where it is asked again to change something, and not to look."""
SCHEMA = "/api/v1/openapi.json"


NAMED = (
    "/api/v1/dossier",
    "/dossiers/of",
    "/dossiers/of/copy.pdf",
    "/dossiers/of/originals.zip",
    "/dossiers/of/contents.pdf",
    "/dossiers/of/cover.pdf",
    "/dossiers/of/handover.pdf",
)
"""Pages about one dossier."""


def test_every_route_stands_in_the_table() -> None:
    """A new route without a row here, or a row without its route, fails."""
    assert {(door.method, door.path): door.need for door in doors()} == TABLE
    assert {door.path for door in doors() if door.proven} == PROVEN | PROVEN_FORMS
    assert not [door for door in doors() if door.proven and door.method == "GET" and door.path in PROVEN_FORMS]


def test_the_application_has_no_other_way_in(office: Office) -> None:
    """What FastAPI serves is what the doors declare, the files of ours and the schema of the API."""
    app = build(Home(office.home.path))
    served = {(method, route.path) for route in _routes(app.routes) for method in route.methods}
    assert served == set(TABLE)
    others = {getattr(route, "path", "") for route in app.routes if not hasattr(route, "original_router")} - {
        path for _, path in TABLE
    }
    assert others <= {"/static", SCHEMA, ""}


def _routes(found: object) -> list[APIRoute]:
    flat: list[APIRoute] = []
    for route in found:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            flat.append(route)
        elif hasattr(route, "original_router"):
            flat += _routes(route.original_router.routes)
    return flat


READABLE = sorted(path for method, path in TABLE if method == "GET" and "{" not in path and TABLE[method, path])


@pytest.mark.parametrize("path", READABLE)
def test_nobody_gets_in_without_signing_in(office: Office, path: str) -> None:
    """A page leads to the door, the API says 401; neither shows anything."""
    answer = httpx.get(office.url + path, follow_redirects=False)
    if path.startswith("/api/"):
        assert answer.status_code == 401
        assert set(answer.json()) == {"error", "code"}
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/signin")
        assert not answer.content


@pytest.mark.parametrize("name", [*PEOPLE, ""])
def test_each_door_lets_in_whom_the_table_says(office: Office, name: str) -> None:
    """Every page × every role: allowed or refused, never something between."""
    roles = PEOPLE[name][0] if name else tuple(Role)
    asker = Asker(name, roles=frozenset(roles))
    visitor = office.visitor(name)
    needed = {"/api/v1/search": {"q": "x"}} | {key: {"name": office.key, "line": "x"} for key in NAMED}
    for path in READABLE:
        need = TABLE["GET", path]
        assert need is not None
        status = visitor.get(path, params=needed.get(path)).status_code
        if may(asker, need):
            assert status in ({200, 403, 404} if path in needed else {200}), (name, path, status)
        else:
            assert status == 403, (name, path, status)
