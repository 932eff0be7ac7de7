"""A site's own working days: a TOML file that closes or opens days, for all its regions or for one.

weekend = ["saturday", "sunday"]
closed = [2026-12-24, { from = 2027-02-01, to = 2027-02-05 }]
worked = [2026-12-26]

[HK]
closed = [2026-12-28]
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from dossier.errors import ExitCode, JuanzongError
from dossier.tomlsource import Problem, Section, Source, read_toml
from dossier.wording import Lang
from dossier.workdays import REGIONS, Region, SiteDays, WorkCalendar, work_calendar

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class CalendarWrong(JuanzongError):
    """A site's calendar file that cannot be used; ``problems`` are all of them, in the order of the file."""

    exit_code = ExitCode.POLICY
    wording = "policy.calendar_wrong"

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(source=source, count=len(problems))
        self.problems = problems

    def say(self, lang: Lang) -> str:
        """Return the sentence with every problem on a line of its own."""
        return "\n".join((super().say(lang), *(problem.say(lang) for problem in self.problems)))


@dataclass(frozen=True, slots=True)
class SiteCalendar:
    """The days of a site's own, by region; ``region`` (when set) counts instead of the one each pack names."""

    days: Mapping[Region, SiteDays] = field(default_factory=lambda: MappingProxyType({}))
    region: Region | None = None

    def calendar(self, region: Region) -> WorkCalendar:
        """Return the working days that count for a pack of ``region``."""
        region = self.region or region
        return work_calendar(region, self.days.get(region, SiteDays()))


def read_calendar(text: str, source: str) -> Mapping[Region, SiteDays]:
    """Read a site's calendar file; a region's own table stands above what holds for all.

    Raises:
        CalendarWrong: it is no TOML, a key is unknown, a value no date, a day both closed and worked.
    """
    section, found = read_toml(text, source)
    days: dict[Region, SiteDays] = {}
    if section is not None:
        common = _days(section, SiteDays())
        for region in REGIONS:
            own = section.section(region, needed=False)
            days[region] = common if own is None else _days(own, common)
            if own is not None:
                own.done()
        section.done()
    if found.problems:
        raise CalendarWrong(source, _in_order(found))
    return MappingProxyType(days)


def _days(section: Section, common: SiteDays) -> SiteDays:
    closed, worked = section.days("closed"), section.days("worked")
    for day in sorted(closed & worked):
        section.complain("worked", "closed_and_worked", value=day)
    weekend = common.weekend
    if "weekend" in section:
        names = section.texts("weekend") if section.table["weekend"] != [] else ()
        section.taken.add("weekend")
        for name in names:
            if name not in WEEKDAYS:
                section.complain("weekend", "not_among", value=name, among=", ".join(WEEKDAYS))
        weekend = frozenset(place for place, name in enumerate(WEEKDAYS) if name in names)
    # What a region says of a day stands above what is said for all.
    return SiteDays((common.closed - worked) | closed, (common.worked - closed) | worked, weekend)


def _in_order(found: Source) -> tuple[Problem, ...]:
    return tuple(sorted(found.problems, key=lambda problem: problem.line))
