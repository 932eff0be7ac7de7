"""Review: what waits for a person, the page beside the kinds with their evidence and the fields on it; keys first."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Form, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from desk import capture, parting, viewing
from desk import review as desk
from desk.neighbours import neighbours
from desk.sayings import doubt_text, evidence_text, kind_title, state_title
from dossier.catalogue import FIELD_NAMES, catalogue
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from web.doors import Doors
from web.pages.documents import sheet
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of, visit_of

doors = Doors()
Text = Annotated[str, Form(max_length=500)]
DOUBTFUL = 0.85
"""Fields read with less confidence are marked."""
MISTAKES = frozenset({ExitCode.USAGE, ExitCode.POLICY, ExitCode.NOT_FOUND})
"""What was typed does not fit: it is shown again beside what is wrong with it."""


@doors.get("/review", Duty.REVIEW)
def queue(request: Request) -> Response:
    """Show what waits, oldest first."""
    lang = language(request)
    archive = archive_of(request)
    return page(
        request,
        "queue.html",
        waiting=desk.waiting(archive),
        aside=desk.set_aside(archive),
        lang=lang,
        kind_title=lambda kind: kind_title(kind, lang),
    )


@doors.post("/review/aside/{number}", Duty.INTAKE)
def again(request: Request, number: str, password: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """Read a scan that was locked with its password, or one that was set aside once more."""
    speech = Speech(language(request))
    done = capture.unlock(archive_of(request), number, password)
    said = speech.say("read-again", name=done.name, state=state_title(done.state, speech.lang))
    return go(request, "/review", said)


@doors.get("/review/{document}", Duty.REVIEW)
def shown(request: Request, document: str, number: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """Show one document that waits, with the page on which its first doubtful field stands."""
    return _sheet(request, document, number)


def _sheet(
    request: Request,
    document: str,
    number: int | None,
    typed: Mapping[str, str] | None = None,
    wrong: JuanzongError | None = None,
) -> Response:
    """Show one document; with what was ``typed`` where that could not be taken, and what was ``wrong`` with it."""
    lang = language(request)
    archive = archive_of(request)
    (one,) = desk.waiting(archive, document)
    leaf = viewing.page(
        archive, request.app.state.place.pages, one.document.id, number, proven=visit_of(request).is_proven
    )
    present = {field.name for field in leaf.fields}
    expected = catalogue().kind(one.document.kind).fields if one.document.kind != "other" else ()
    return page(
        request,
        "review.html",
        status=400 if wrong else 200,
        wrong=wrong.say(lang) if wrong else "",
        again=request.url.path,
        typed=typed or {},
        one=one,
        lang=lang,
        hits=(),
        beside=neighbours(archive, one.document.id),
        doubts=[doubt_text(doubt, lang) for doubt in one.document.doubts],
        kinds=sorted(((kind.id, kind.title(lang)) for kind in catalogue()), key=lambda pair: pair[1]),
        kind_title=lambda kind: kind_title(kind, lang),
        reasons=lambda found: [evidence_text(str(why["what"]), str(why["text"]), lang) for why in found],
        doubtful=DOUBTFUL,
        absent=[name for name in expected if name not in present],
        other_fields=sorted(FIELD_NAMES - present - set(expected)),
        **sheet(request, leaf),
    )


@doors.post("/review/{document}", Duty.REVIEW)
async def decide(request: Request, document: str) -> Response:
    """Take a person's word: accepted as it is, or set right."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await run_in_threadpool(_decided, request, document, form)


def _decided(request: Request, document: str, form: dict[str, str]) -> Response:
    archive = archive_of(request)
    fields = {
        name.removeprefix("field-"): value.strip()
        for name, value in form.items()
        if name.startswith("field-") and value.strip() != form.get(f"was-{name.removeprefix('field-')}", "")
    }
    if form.get("more") and form.get("more-value"):
        fields[form["more"]] = form["more-value"].strip()
    kind = form.get("kind", "") if form.get("kind") != form.get("was-kind") else ""
    beside = neighbours(archive, document)
    try:
        done = desk.set_right(
            archive,
            document,
            kind=kind or None,
            dossier=form.get("dossier", "").strip() or None,
            fields=fields or None,
            apart=form.get("how") == "apart",
        )
    except JuanzongError as wrong:
        if wrong.exit_code not in MISTAKES:
            raise
        number = form.get("number", "")
        return _sheet(request, document, int(number) if number.isdecimal() and len(number) < 7 else None, form, wrong)
    speech = Speech(language(request))
    if done.document.review:
        return go(request, f"/review/{done.document.id}", speech.say("still-waits"))
    said = speech.say("decided", kind=kind_title(done.document.kind, speech.lang), dossier=done.document.dossier or "–")
    if not beside.place:  # it did not wait: somebody came from the document itself to set it right
        return go(request, f"/documents/{done.document.id}", said)
    return go(request, f"/review/{beside.after}" if beside.after else "/review", said)


@doors.post("/review/{document}/split", Duty.REVIEW)
def split(request: Request, document: str, before: Annotated[int, Form(ge=1)]) -> Response:
    """Make a new document begin with a page."""
    parts = parting.split(archive_of(request), document, [before])
    return go(request, f"/review/{parts[0].document.id}", Speech(language(request)).say("was-split"))


@doors.post("/review/{document}/merge", Duty.REVIEW)
def merge(request: Request, document: str, other: Text) -> Response:
    """Make one document of two of the same scan."""
    made = parting.merge(archive_of(request), [document, other.strip()])
    return go(request, f"/review/{made.document.id}", Speech(language(request)).say("was-merged"))


@doors.post("/review/{document}/rotate", Duty.REVIEW)
def rotate(
    request: Request, document: str, number: Annotated[int, Form(ge=1)], degrees: Annotated[int, Form(ge=90, le=270)]
) -> Response:
    """Turn a page and read it again; the original stays as it came."""
    made = parting.rotate(archive_of(request), document, number, degrees)
    return go(request, f"/review/{made.document.id}?number={number}", Speech(language(request)).say("was-turned"))
