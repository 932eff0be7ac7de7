"""Requests and loans: ask for what one has no right to, decide on what others ask, hand out, give back."""

from typing import Annotated

from fastapi import Form, Request, Response

from desk import deciding, loans
from desk import requests as desk
from desk.borrowed import borrowed
from desk.sayings import kind_title
from dossier.lending import Form as Copy
from dossier.rights import Duty
from web.doors import Doors
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
Text = Annotated[str, Form(max_length=1000)]
Short = Annotated[str, Form(max_length=200)]


@doors.get("/requests", Duty.REQUEST)
def shown(request: Request, given: str = "") -> Response:
    """Show what one asked for, what waits for one's decision, and what is lent."""
    archive = archive_of(request)
    found = desk.listed(archive)
    mine = [one for one in found if one.by == archive.who]
    others = [one for one in found if one.by != archive.who]
    lent = sorted(loans.loans(archive), key=lambda one: -one.overdue)
    return page(
        request,
        "requests.html",
        mine=list(reversed(mine))[:50],
        waiting=[one for one in others if one.state == "open"],
        approved=[one for one in others if one.state == "approved"],
        loans=lent,
        overdue=[one for one in lent if one.overdue],
        given=given[:200],
        forms=[form.value for form in Copy],
        me=archive.who,
    )


@doors.post("/requests", Duty.REQUEST)
def ask(request: Request, given: Short, purpose: Text, reason: Text, form: Annotated[Copy, Form()]) -> Response:
    """Ask for a dossier or document."""
    made = desk.ask(archive_of(request), given, purpose=purpose, reason=reason, form=form)
    return go(request, "/requests", Speech(language(request)).say("asked", state=_state(request, made.state)))


@doors.post("/requests/{number}/approve", Duty.APPROVE, proven=True)
def approve(request: Request, number: str, note: Text = "") -> Response:
    """Approve a request."""
    made = deciding.approve(archive_of(request), number, note=note)
    return go(request, "/requests", _state(request, made.state))


@doors.post("/requests/{number}/deny", Duty.APPROVE, proven=True)
def deny(request: Request, number: str, note: Text = "") -> Response:
    """Refuse a request."""
    made = deciding.deny(archive_of(request), number, note=note)
    return go(request, "/requests", _state(request, made.state))


@doors.post("/requests/{number}/withdraw", Duty.REQUEST)
def withdraw(request: Request, number: str) -> Response:
    """Take one's own request back."""
    made = desk.withdraw(archive_of(request), number)
    return go(request, "/requests", _state(request, made.state))


@doors.post("/requests/{number}/hand-out", Duty.LEND, proven=True)
def hand_out(request: Request, number: str) -> Response:
    """Hand out what was approved."""
    made = deciding.hand_out(archive_of(request), number)
    return go(request, "/requests", _state(request, made.state))


@doors.get("/loans/{number}", Duty.REQUEST)
def lent(request: Request, number: str) -> Response:
    """Show what a loan of one's own lets one look at."""
    lang = language(request)
    found = borrowed(archive_of(request), number)
    return page(request, "borrowed.html", found=found, kind_title=lambda kind: kind_title(kind, lang))


@doors.post("/loans/{number}/return", Duty.REQUEST)
def give_back(request: Request, number: str, condition: Text = "") -> Response:
    """Give back what was lent."""
    loans.give_back(archive_of(request), number, condition=condition)
    return go(request, "/requests", Speech(language(request)).say("given-back"))


@doors.post("/loans/{number}/extend", Duty.REQUEST)
def extend(request: Request, number: str, reason: Text) -> Response:
    """Ask for more time."""
    made = desk.extend(archive_of(request), number, reason=reason)
    return go(request, "/requests", Speech(language(request)).say("asked", state=_state(request, made.state)))


def _state(request: Request, state: str) -> str:
    return Speech(language(request)).say(f"request-{state}")
