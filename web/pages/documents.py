"""The viewer: a page drawn from the sealed original, its text and its fields laid over it."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from desk import record_sheet, redacting, viewing
from desk.sayings import field_title, kind_title
from desk.viewing import PageShown
from dossier.reading import Box
from dossier.rights import Deed, Duty
from web.doors import Doors
from web.render import page
from web.speaking import language
from web.visits import archive_of, visit_of

doors = Doors()
THUMBNAIL: Final = 60
"""Dots per inch up to which a picture shows what a page is, not what it says; such a look is not put on record."""


@doors.get("/documents/{document}", Duty.REQUEST)
def first(request: Request, document: str) -> Response:
    """Show a document from its first page."""
    return _viewer(request, document, None, ())


@doors.get("/documents/{document}/pages/{number}.png", Duty.REQUEST)
def image(request: Request, document: str, number: int, dpi: Annotated[int, Query(ge=24, le=300)] = 110) -> Response:
    """Return a page as a picture, drawn for this request."""
    visit = visit_of(request)
    large = dpi > THUMBNAIL
    drawn = viewing.picture(
        visit.archive,
        request.app.state.place.pages,
        document,
        number,
        dpi,
        lang=language(request),
        note=large and not visit.saw(document, number),
        proven=visit.is_proven,
    )
    if large:
        visit.looked_at.add((document, number))
    return Response(drawn.content, media_type=drawn.media)


@doors.get("/documents/{document}/pages/{number}", Duty.REQUEST)
def leaf(
    request: Request, document: str, number: int, hit: Annotated[list[str] | None, Query(max_length=50)] = None
) -> Response:
    """Show one page, with the boxes of a search's hits marked."""
    return _viewer(request, document, number, tuple(filter(None, map(box_of, hit or ()))))


@doors.get("/documents/{document}/history", Deed.SEARCH)
def history(request: Request, document: str) -> Response:
    """Show what was done to a document since it was scanned."""
    lang = language(request)
    return page(
        request,
        "history.html",
        document=document,
        changes=redacting.changes(archive_of(request), document),
        deed=lambda what: record_sheet.deed(what, lang),
        facts=record_sheet.facts,
    )


def _viewer(request: Request, document: str, number: int | None, hits: tuple[Box, ...]) -> Response:
    visit = visit_of(request)
    note = number is None or not visit.saw(document, number)
    shown = viewing.page(
        visit.archive, request.app.state.place.pages, document, number, note=note, proven=visit.is_proven
    )
    visit.looked_at.add((document, shown.number))
    return page(request, "document.html", hits=hits, **sheet(request, shown))


def sheet(request: Request, shown: PageShown) -> dict[str, Any]:
    """Return what the template of one page with its boxes needs."""
    lang = language(request)
    at = shown.numbers.index(shown.number)
    return {
        "shown": shown,
        "title": kind_title(shown.kind, lang),
        "at": at,
        "before": shown.numbers[at - 1] if at else None,
        "after": shown.numbers[at + 1] if at + 1 < len(shown.numbers) else None,
        "turned": _turned(shown),
        "field_title": lambda name: field_title(name, lang),
        "picture": f"/documents/{shown.document}/pages/{shown.number}.png?" + urlencode({"dpi": 110}),
    }


def box_of(text: str) -> Box | None:
    """Return the box that an address names as four numbers, or None."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        return None
    left, top, right, bottom = map(int, parts)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _turned(shown: PageShown) -> dict[str, Any]:
    """Return how the picture, which lies as in the original, is placed on the upright page (SVG transform)."""
    width, height = shown.width, shown.height
    match 0 if shown.stamped else shown.rotation % 360:
        case 90:
            return {"width": height, "height": width, "transform": f"translate({width} 0) rotate(90)"}
        case 180:
            return {"width": width, "height": height, "transform": f"translate({width} {height}) rotate(180)"}
        case 270:
            return {"width": height, "height": width, "transform": f"translate(0 {height}) rotate(270)"}
        case _:
            return {"width": width, "height": height, "transform": ""}
