"""Search: as one types, with highlighted snippets, thumbnails, and the way to the page with the hit marked."""

from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from markupsafe import Markup, escape

from desk import lookup
from desk.lookup import Hit
from desk.sayings import kind_title
from dossier.catalogue import catalogue
from dossier.errors import JuanzongError
from dossier.rights import Deed
from web.doors import Doors
from web.limits import in_turn
from web.render import page
from web.speaking import language
from web.visits import archive_of

doors = Doors()
A_PAGE = 20
FILTERS: Final = {"kind": "kind", "status": "status", "begins": "from", "ends": "to"}
Status = Literal["", "review", "missing", "late", "due", "complete"]
Day = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


@doors.get("/search", Deed.SEARCH)
@in_turn
def search(
    request: Request,
    q: Annotated[str, Query(max_length=1000)] = "",
    at: Annotated[int, Query(ge=1, le=10_000)] = 1,
    order: Annotated[str, Query(pattern="^(best|newest)$")] = "best",
    kind: Annotated[str, Query(max_length=60, pattern="^[a-z0-9-]*$")] = "",
    status: Annotated[Status, Query()] = "",
    begins: Day = "",
    ends: Day = "",
) -> Response:
    """Show what a query finds; htmx asks for the results alone."""
    lang = language(request)
    chosen = {"kind": kind, "status": status, "begins": begins, "ends": ends}
    narrowed = " ".join(f"{FILTERS[name]}:{value}" for name, value in chosen.items() if value)
    asked = f"({q}) {narrowed}" if q.strip() and narrowed else q.strip() or narrowed
    values: dict[str, Any] = {
        "q": q,
        "at": at,
        "order": order,
        "found": None,
        "pages": 0,
        "kind_title": lambda kind: kind_title(kind, lang),
        "marked": marked,
        "hit_path": hit_path,
        "chosen": chosen,
        "statuses": [one for one in get_args(Status) if one],
        "kinds": sorted(((one.id, one.title(lang)) for one in catalogue()), key=lambda pair: pair[1]),
        "to_page": lambda number: (
            "/search?" + urlencode({"q": q, "order": order} | {k: v for k, v in chosen.items() if v} | {"at": number})
        ),
    }
    wrong = ""
    if asked:
        try:
            archive = archive_of(request)
            found = lookup.search(
                archive,
                asked,
                limit=A_PAGE,
                offset=(at - 1) * A_PAGE,
                newest=order == "newest",
                standings=request.app.state.place.standings,
            )
            values |= {"found": found, "pages": -(-found.total // A_PAGE)}
        except JuanzongError as error:
            wrong = error.say(lang)
    part = bool(request.headers.get("hx-request"))
    return page(request, "hits.html" if part else "search.html", mistake=wrong, **values)


def marked(hit: Hit) -> Markup:
    """Return a snippet with what was found marked; everything else in it is escaped."""
    parts: list[Markup] = []
    end = 0
    for start, stop in hit.marks:
        parts += [escape(hit.snippet[end:start]), Markup("<mark>{}</mark>").format(hit.snippet[start:stop])]
        end = stop
    return Markup("").join([*parts, escape(hit.snippet[end:])])


def hit_path(hit: Hit) -> str:
    """Return the way to a hit's page, with the boxes that were hit."""
    boxes = [("hit", ",".join(map(str, box))) for box in hit.boxes[:20]]
    return f"/documents/{hit.document}/pages/{hit.page}" + ("?" + urlencode(boxes) if boxes else "")
