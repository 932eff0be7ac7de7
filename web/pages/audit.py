"""The record: who did what to what and when, and whether it still holds."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from desk import auditing, record_sheet
from desk.reports.sheet import Form
from dossier.errors import JuanzongError
from dossier.rights import Duty
from dossier.wording import Lang, section
from web.asked import Day
from web.doors import Doors
from web.pages.completeness import MEDIA
from web.render import go, page
from web.speaking import Speech, language
from web.visits import archive_of

doors = Doors()
Text = Annotated[str, Query(max_length=200)]
MOST = 100
FILES = (Form.XLSX, Form.CSV, Form.PDF, Form.JSON)


class Asked:
    """What of the record is asked for, as the address has it."""

    def __init__(
        self,
        who: Text = "",
        what: Text = "",
        about: Text = "",
        dossier: Text = "",
        begins: Day = None,
        ends: Day = None,
    ) -> None:
        self.who, self.what, self.about, self.dossier = who.strip(), what.strip(), about.strip(), dossier.strip()
        self.begins, self.ends = begins, ends

    def narrowing(self) -> dict[str, Any]:
        """Return it as the desk takes it."""
        return {
            "who": self.who or None,
            "what": self.what or None,
            "about": self.about or None,
            "dossier": self.dossier or None,
            "since": _moment(self.begins),
            "until": _moment(self.ends + timedelta(days=1)) if self.ends and self.ends < date.max else None,
        }

    def path(self, to: str = "/audit", **more: object) -> str:
        """Return the address of a page of the record with the same narrowing."""
        days = {"begins": self.begins, "ends": self.ends}
        said = {"who": self.who, "what": self.what, "about": self.about, "dossier": self.dossier, **days, **more}
        kept = {name: value for name, value in said.items() if value}
        return f"{to}?{urlencode(kept)}" if kept else to


@doors.get("/audit", Duty.AUDIT)
def shown(
    request: Request, asked: Annotated[Asked, Depends()], before: Annotated[int | None, Query(ge=1, lt=2**53)] = None
) -> Response:
    """Show the newest entries that are as asked for, newest first, or those before a number."""
    lang = language(request)
    found = auditing.log(archive_of(request), **asked.narrowing(), before=before, limit=MOST + 1)
    entries = found[::-1][:MOST]
    return page(
        request,
        "audit.html",
        entries=entries,
        asked=asked,
        before=before,
        older=asked.path(before=entries[-1].seq) if len(found) > MOST else "",
        deeds=deeds(lang),
        deed=lambda what: record_sheet.deed(what, lang),
        facts=record_sheet.facts,
        forms=FILES,
    )


@doors.get("/audit/file", Duty.AUDIT, proven=True)
def file(request: Request, asked: Annotated[Asked, Depends()], form: Form = Form.XLSX) -> Response:
    """Give out the entries that are as asked for as a file."""
    content = record_sheet.record_file(archive_of(request), form, language(request), **asked.narrowing())
    media, ending = MEDIA[form]
    said = f'attachment; filename="record-{date.today().isoformat()}.{ending}"'  # noqa: DTZ011
    return Response(content, media_type=media, headers={"Content-Disposition": said})


def deeds(lang: Lang) -> list[tuple[str, str]]:
    """Return what entries may say was done, with its words, in the order of those."""
    names = [name.removeprefix("did-") for name in section("audit") if name.startswith("did-")]
    return sorted(((name, record_sheet.deed(name, lang)) for name in names), key=lambda pair: pair[1])


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
