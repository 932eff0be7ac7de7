"""Inbox: what came in and where it stands, live; files sent from here go through the same gate as a scanner's."""

from typing import Annotated, Any

from fastapi import File, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from desk import inbox as incoming
from desk.sayings import kind_title, state_title
from dossier.rights import Duty
from web.doors import Doors
from web.limits import MOST_BODY_BYTES
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
MOST_FILES = 100


@doors.get("/inbox", Duty.INTAKE)
def shown(request: Request) -> Response:
    """Show the inbox."""
    return page(request, "inbox.html", most=MOST_BODY_BYTES, **_state(request))


@doors.get("/inbox/state", Duty.INTAKE)
def state(request: Request) -> Response:
    """Show the part of the inbox that changes by itself."""
    return page(request, "inbox-state.html", **_state(request))


@doors.post("/inbox", Duty.INTAKE)
def send(request: Request, files: Annotated[list[UploadFile], File(max_length=MOST_FILES)]) -> Response:
    """Take files into the drop folder."""
    names = [
        incoming.receive(archive_of(request), file.filename or "scan", file.file) for file in files if file.filename
    ]
    said = Speech(language(request)).say("sent", names=", ".join(names))
    if request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse({"sent": names, "said": said})
    return go(request, "/inbox", said)


def _state(request: Request) -> dict[str, Any]:
    lang = language(request)
    return {
        "inbox": incoming.inbox(archive_of(request)),
        "lang": lang,
        "kind_title": lambda kind: kind_title(kind, lang),
        "state_title": lambda name: state_title(name, lang),
    }
