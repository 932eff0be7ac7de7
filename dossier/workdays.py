"""Working days of China, Hong Kong, Macau and Taiwan: holidays, make-up working days, a site's own days.

The days come from the ``holidays`` package. China moves working days to weekends (調休) and announces them each autumn
for the next year; a year whose make-up days are unknown is *provisional*: its dates may still move.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal, get_args

import holidays

Region = Literal["CN", "HK", "MO", "TW"]
REGIONS: Final[tuple[Region, ...]] = get_args(Region)

_MOVES_DAYS: Final = frozenset({"CN"})
"""Regions that announce make-up working days yearly. Taiwan gave them up from 2026; Hong Kong and Macau have none."""

_WEEK: Final = 7
_TURN: Final = (12, 25)
"""From this day on a year's last days can still be moved by the next year's announcement (New Year's bridge days)."""


@dataclass(frozen=True, slots=True)
class SiteDays:
    """A site's own days, stronger than the public calendar; ``weekend`` (Monday 0 … Sunday 6) replaces the region's."""

    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    weekend: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class _Year:
    """One year's working days as sorted ordinals."""

    working: tuple[int, ...]
    published: bool


@cache
def _public_year(region: Region, year: int, site: SiteDays) -> _Year:
    """Work out one year. The next year is loaded as well: its New Year can take days of this December."""
    calendar = holidays.country_holidays(region, years=(year, year + 1), expand=False)
    # The package's set holds make-up days of every year it has loaded, so only this year's count.
    makeup = {day for day in calendar.weekend_workdays if day.year == year}
    weekend = frozenset(calendar.weekend) if site.weekend is None else site.weekend
    day, working = date(year, 1, 1), []
    while day.year == year:
        off = (day.weekday() in weekend and day not in makeup) or day in calendar
        if day in site.worked or (not off and day not in site.closed):
            working.append(day.toordinal())
        if day == date.max:
            break
        day += timedelta(days=1)
    return _Year(tuple(working), region not in _MOVES_DAYS or bool(makeup))


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of one region at one site."""

    region: Region
    site: SiteDays = SiteDays()
    _years: dict[int, _Year] = field(default_factory=dict, repr=False, compare=False)

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = _public_year(self.region, year, self.site)
        return found

    def is_working(self, day: date) -> bool:
        """Tell whether people work on ``day``."""
        working = self._year(day.year).working
        at = bisect_left(working, day.toordinal())
        return at < len(working) and working[at] == day.toordinal()

    def after(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start``; ``start`` itself never counts, 0 gives it back.

        Raises:
            ValueError: ``count`` is negative.
            OverflowError: there is no such day before the end of the calendar.
        """
        if count < 0:
            raise ValueError(count)
        if count == 0:
            return start
        year, left = start.year, count
        working = self._year(year).working
        at = bisect_right(working, start.toordinal())
        while len(working) - at < left:
            left -= len(working) - at
            year, at = year + 1, 0
            if year > date.max.year:
                raise OverflowError(count)
            working = self._year(year).working
        return date.fromordinal(working[at + left - 1])

    def between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and including ``end``; 0 when ``end`` is not after ``start``."""
        if end <= start:
            return 0
        first = bisect_right(self._year(start.year).working, start.toordinal())
        last = bisect_right(self._year(end.year).working, end.toordinal())
        whole = sum(len(self._year(year).working) for year in range(start.year, end.year))
        return whole + last - first

    def provisional(self, start: date, end: date | None = None) -> bool:
        """Tell whether a count over ``start`` … ``end`` touches days whose make-up arrangement is unpublished."""
        if self.region not in _MOVES_DAYS:
            return False
        last = start if end is None or end < start else end
        reach = last.year + 1 if (last.month, last.day) >= _TURN and last.year < date.max.year else last.year
        if reach == start.year:
            return not self._year(reach).published
        return any(not self._year(year).published for year in range(start.year, reach + 1))


@cache
def work_calendar(region: Region, site: SiteDays = SiteDays()) -> WorkCalendar:
    """Return the calendar of a region with a site's own days; one per pair, so that years are worked out once."""
    return WorkCalendar(region, site)
