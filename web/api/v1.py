"""The JSON API, version 1: the shapes of docs/json.md over HTTP, with the token of ``juanzong login``."""

from datetime import date
from typing import Annotated, Any

from fastapi import File, Query, Request, UploadFile

from desk import inbox as incoming
from desk import lookup, requests, review, sessions, viewing
from desk.loans import loans
from desk.reports import completeness
from desk.reports.scope import Scope, local_today
from dossier.rights import Deed, Duty
from web.doors import API, Doors
from web.speaking import language
from web.visits import archive_of

doors = Doors()
V1 = f"{API}v1"
Text = Annotated[str, Query(max_length=1000)]


@doors.get(f"{V1}/whoami", Duty.ANY, tags=["people"])
def whoami(request: Request) -> dict[str, Any]:
    """Who asks, and what they may be."""
    return sessions.whoami(archive_of(request))


@doors.get(f"{V1}/inbox", Duty.INTAKE, tags=["intake"])
def inbox(request: Request) -> dict[str, Any]:
    """How intake stands, with the latest scans."""
    return incoming.inbox(archive_of(request)).as_json(language(request))


@doors.post(f"{V1}/scans", Duty.INTAKE, tags=["intake"])
def send(request: Request, files: Annotated[list[UploadFile], File(max_length=100)]) -> dict[str, Any]:
    """Put files into the drop folder."""
    archive = archive_of(request)
    return {"sent": [incoming.receive(archive, file.filename or "scan", file.file) for file in files]}


@doors.get(f"{V1}/search", Deed.SEARCH, tags=["finding"])
def search(
    request: Request,
    q: Text,
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    newest: bool = False,  # a query parameter
) -> dict[str, Any]:
    """Pages found by a query."""
    archive = archive_of(request)
    kept = request.app.state.place.standings
    return lookup.search(archive, q, limit=limit, offset=offset, newest=newest, standings=kept).as_json()


@doors.get(f"{V1}/dossiers", Deed.LIST, tags=["finding"])
def dossiers(request: Request) -> dict[str, Any]:
    """All open dossiers."""
    return {
        "dossiers": [row.as_json() for row in lookup.dossiers(archive_of(request), request.app.state.place.standings)]
    }


@doors.get(f"{V1}/dossier", Deed.SEARCH, tags=["finding"])
def dossier(request: Request, name: Text) -> dict[str, Any]:
    """One dossier, by key, identifier or label."""
    return lookup.dossier(archive_of(request), name).as_json(language(request))


@doors.get(f"{V1}/documents/{{document}}/page", Duty.REQUEST, tags=["finding"])
def page(request: Request, document: str, number: Annotated[int | None, Query(ge=1)] = None) -> dict[str, Any]:
    """What was read on a page of a document, with boxes."""
    archive = archive_of(request)
    return viewing.page(archive, request.app.state.place.pages, document, number).as_json()


@doors.get(f"{V1}/report/completeness", Duty.REPORT, tags=["reports"])
def report(
    request: Request, as_of: Annotated[date | None, Query()] = None, dossier: Text = "", department: Text = ""
) -> dict[str, Any]:
    """What is missing, since when, and who owes it."""
    archive = archive_of(request)
    scope = Scope(as_of=as_of or local_today(), dossier=dossier, department=department)
    return completeness(archive, scope=scope.checked(archive.packs)).as_json(language(request))


@doors.get(f"{V1}/review", Duty.REVIEW, tags=["review"])
def waiting(request: Request) -> dict[str, Any]:
    """Documents that wait for a person."""
    lang = language(request)
    return {"documents": [one.as_json(lang) for one in review.waiting(archive_of(request))]}


@doors.get(f"{V1}/requests", Duty.REQUEST, tags=["requests"])
def asked(request: Request) -> dict[str, Any]:
    """Requests that concern whoever asks."""
    return {"requests": [one.as_json() for one in requests.listed(archive_of(request))]}


@doors.get(f"{V1}/loans", Duty.REQUEST, tags=["requests"])
def lent(request: Request, overdue: bool = False) -> dict[str, Any]:  # a query parameter
    """What is lent."""
    return {"loans": [one.as_json() for one in loans(archive_of(request), overdue=overdue)]}
