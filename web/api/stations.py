"""What scanner PCs call: each call is signed by the station's own key, no visit and no token opens these doors."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from desk.receiving import MOST_PIECE_BYTES, Receiving
from dossier.errors import ExitCode, JuanzongError
from web.doors import API, Doors
from web.speaking import language

doors = Doors()
STATION: Final = f"{API}v1/station"
CAPTURE: Final = f"{STATION}/captures/{{capture}}"
_STATUS: Final = {ExitCode.REFUSED: 403, ExitCode.USAGE: 400}
Work = Callable[[Receiving, Any, bytes], dict[str, Any]]


@doors.get(f"{STATION}/hello", None, tags=["stations"])
async def hello(request: Request) -> Response:
    """The archive's public keys, the time, and how large a piece may be."""
    return await _heard(request, lambda receiving, call, _: receiving.hello(call))


@doors.post(CAPTURE, None, tags=["stations"])
async def begin(request: Request, capture: str) -> Response:
    """Begin a capture with the envelopes of its objects, or learn how far it has come."""
    return await _heard(request, lambda receiving, call, body: receiving.begin(call, capture, body).as_json())


@doors.post(f"{CAPTURE}/finish", None, tags=["stations"])
async def finish(request: Request, capture: str) -> Response:
    """Have a capture stored whose objects are here."""
    return await _heard(request, lambda receiving, call, _: receiving.finish(call, capture).as_json())


@doors.post(f"{CAPTURE}/objects/{{role}}", None, tags=["stations"])
async def piece(
    request: Request, capture: str, role: str, offset: Annotated[int, Query(ge=0, le=1 << 62)] = 0
) -> Response:
    """Send a piece of an object, from this offset on."""

    def put(receiving: Receiving, call: Any, body: bytes) -> dict[str, Any]:
        return receiving.piece(call, capture, role, offset, body).as_json()

    return await _heard(request, put)


async def _heard(request: Request, work: Work) -> Response:
    """Answer a call, or say why not in a form that a program reads: ``reason`` is the key of the sentence."""
    body = bytearray()
    async for some in request.stream():
        body += some
        if len(body) > MOST_PIECE_BYTES:
            return JSONResponse({"error": "The body is too large.", "code": int(ExitCode.USAGE)}, 413)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    receiving: Receiving = request.app.state.place.receiving
    header = request.headers.get("authorization", "")

    def answer() -> dict[str, Any]:
        octets = bytes(body)
        return work(receiving, receiving.hear(request.method, target, octets, header), octets)

    try:
        return JSONResponse(await run_in_threadpool(answer))
    except JuanzongError as error:
        facts = {name: str(value) for name, value in error.facts.items() if name == "now"}
        said = {"error": error.say(language(request)), "code": int(error.exit_code), "reason": error.wording, **facts}
        return JSONResponse(said, _STATUS.get(error.exit_code, 503))
