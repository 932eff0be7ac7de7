"""The site's own days: which are closed or worked besides the public calendar, and whose calendar counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

import tomlkit

from desk.archive import Archive
from desk.home import HomeClosed
from desk.reports.scope import local_today
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from dossier.sitecalendar import read_calendar
from dossier.workdays import REGIONS, Region, SiteDays, work_calendar

FILE: Final = "calendar.toml"
LONGEST_DAYS: Final = 366
AHEAD_DAYS: Final = 120
State = Literal["closed", "worked"]
STATES: Final[tuple[State, ...]] = ("closed", "worked")


class SpanUnfit(JuanzongError):
    """Days that end before they begin, or run for more than a year."""

    exit_code = ExitCode.USAGE
    wording = "policy.span-unfit"


@dataclass(frozen=True, slots=True)
class Entry:
    """Days that the site says something of: closed or worked, everywhere or in one region."""

    state: State
    first: date
    last: date
    region: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """What holds at the site. ``off`` are the coming days without work that are no weekend, by region in use."""

    region: str
    file: str
    entries: tuple[Entry, ...]
    off: Mapping[str, tuple[date, ...]]


@needs(Duty.KEEP)
def days(archive: Archive) -> Days:
    """Return the site's own days and what comes of them.

    Raises:
        PackUnreadable, dossier.CalendarWrong: the calendar file cannot be used.
    """
    now = archive.renewed()
    regions: list[Region] = (
        [now.calendar.region] if now.calendar.region else sorted({pack.region for pack in now.packs.values()})
    )
    today = local_today()
    coming = [today + timedelta(days=ahead) for ahead in range(AHEAD_DAYS)]
    off: dict[str, tuple[date, ...]] = {
        region: tuple(day for day in coming if _turned_off(region, now.calendar.days.get(region, SiteDays()), day))
        for region in regions
    }
    return Days(now.settings.calendar.region, now.settings.calendar.file, tuple(_entries(_document(archive))), off)


@needs(Duty.KEEP)
def set_region(archive: Archive, region: str) -> None:
    """Let the public calendar of one region count for all packs; without one, each pack's own.

    Raises:
        SettingsWrong: there is no such region.
        HomeClosed: the settings cannot be changed.
    """
    archive.home.amend({"calendar.region": region})
    with archive.index.write() as session:
        archive.note(session, "calendar", archive.keys.public.archive, {"region": region})


@needs(Duty.KEEP)
def add(archive: Archive, entry: Entry) -> None:
    """Say that the site is closed on some days, or works on them.

    Raises:
        SpanUnfit: they end before they begin, or run for more than a year.
        dossier.CalendarWrong: a day would be closed and worked at once.
        PackUnreadable, HomeClosed: the calendar file cannot be read or written.
    """
    if not timedelta() <= entry.last - entry.first < timedelta(days=LONGEST_DAYS):
        raise SpanUnfit(begins=entry.first, ends=entry.last, most=LONGEST_DAYS)
    document = _document(archive)
    kept = [one for one in _entries(document) if one != entry]
    _write(archive, document, [*kept, entry], entry, "added")


@needs(Duty.KEEP)
def remove(archive: Archive, entry: Entry) -> None:
    """Let days be as the public calendar has them again.

    Raises:
        PackUnreadable, dossier.CalendarWrong, HomeClosed: the calendar file cannot be read or written.
    """
    document = _document(archive)
    kept = [one for one in _entries(document) if one != entry]
    _write(archive, document, kept, entry, "removed")


def _document(archive: Archive) -> tomlkit.TOMLDocument:
    file = archive.home.settings().calendar.file
    if not file:
        return tomlkit.document()
    try:
        return tomlkit.parse(archive.home.beside(file).read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise HomeClosed(home=archive.home.beside(file), fault=fault.strerror) from fault


def _entries(document: tomlkit.TOMLDocument) -> list[Entry]:
    plain: dict[str, Any] = document.unwrap()
    found: list[Entry] = []
    for region, table in (("", plain), *((region, plain.get(region, {})) for region in REGIONS)):
        for state in STATES:
            for value in table.get(state, []):
                first, last = (value["from"], value["to"]) if isinstance(value, dict) else (value, value)
                found.append(Entry(state, first, last, region))
    return sorted(found, key=lambda one: (one.first, one.last, one.region, one.state))


def _write(archive: Archive, document: tomlkit.TOMLDocument, entries: list[Entry], changed: Entry, how: str) -> None:
    """Put the entries into the file, whose other lines stay; nothing is written that could not be read again."""
    for region in ("", *REGIONS):
        own = [one for one in entries if one.region == region]
        if region and not own and region not in document:
            continue
        table: Any = document.setdefault(region, tomlkit.table()) if region else document
        for state in STATES:
            values = [_value(one) for one in own if one.state == state]
            if values or state in table:
                table[state] = values
    text = tomlkit.dumps(document)
    read_calendar(text, FILE)
    name = archive.home.settings().calendar.file or FILE
    try:
        archive.home.keep(archive.home.beside(name), text)
    except OSError as fault:
        raise HomeClosed(home=archive.home.beside(name), fault=fault.strerror) from fault
    archive.home.amend({"calendar.file": name})
    facts = {how: changed.state, "from": changed.first.isoformat(), "to": changed.last.isoformat()}
    with archive.index.write() as session:
        archive.note(session, "calendar", archive.keys.public.archive, facts | {"region": changed.region})


def _value(entry: Entry) -> Any:
    if entry.first == entry.last:
        return entry.first
    span = tomlkit.inline_table()
    span.update({"from": entry.first, "to": entry.last})
    return span


def _turned_off(region: Region, site: SiteDays, day: date) -> bool:
    """Tell whether a day that would be worked in a week without holidays is not."""
    weekend = site.weekend if site.weekend is not None else frozenset({5, 6})
    return day.weekday() not in weekend and not work_calendar(region, site).is_working(day)
