"""The record: who did what to what and when, and whether it still holds."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query, Request, Response

from desk import auditing
from dossier.errors import JuanzongError
from dossier.rights import Duty
from web.doors import Doors
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
Text = Annotated[str, Query(max_length=200)]
Day = Annotated[date | None, Query()]
MOST = 200


@doors.get("/audit", Duty.AUDIT)
def shown(
    request: Request, who: Text = "", what: Text = "", about: Text = "", begins: Day = None, ends: Day = None
) -> Response:
    """Show the newest entries that are as asked for, newest first."""
    found = auditing.log(
        archive_of(request),
        who=who or None,
        what=what or None,
        about=about or None,
        since=_moment(begins),
        until=_moment(ends + timedelta(days=1)) if ends and ends < date.max else None,
        limit=MOST,
    )
    asked = {"who": who, "what": what, "about": about}
    return page(request, "audit.html", entries=list(reversed(found)), asked=asked, begins=begins, ends=ends, most=MOST)


@doors.post("/audit/verify", Duty.AUDIT)
def verify(request: Request) -> Response:
    """Prove the whole record and say what came of it."""
    speech = Speech(language(request))
    try:
        sound = auditing.verify(archive_of(request))
    except JuanzongError as broken:
        return page(request, "wrong.html", status=409, again="/audit", wrong=broken.say(speech.lang))
    said = speech.say("record-sound", entries=speech.number(sound.entries), checkpoints=sound.checkpoints)
    return go(request, "/audit", said)


def _moment(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time()).astimezone()
