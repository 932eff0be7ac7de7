"""When a closed dossier has been kept long enough, and when a dossier was last looked after. Pure rules."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.pack import Pack

YEARS: Final = 10
"""Years a closed dossier is kept where its pack does not say."""
HALF_YEAR: Final = 6
"""Months between two inspections of a dossier's condition (article 20)."""


@dataclass(frozen=True, slots=True)
class Period:
    """A half-year by the calendar."""

    begins: date
    ends: date

    @property
    def name(self) -> str:
        """Return it as requirements name it: ``2026-H1``."""
        return f"{self.begins.year}-H{1 if self.begins.month <= HALF_YEAR else 2}"


def kept_until(pack: Pack | None, kind: str, closed: date) -> date:
    """Return the day on which a closed dossier has been kept for as many whole years as its pack asks for."""
    rules = pack.retention if pack is not None else ()
    years = next((rule.years for rule in rules if not rule.dossiers or kind in rule.dossiers), YEARS)
    year = closed.year + years
    return closed.replace(year=year, day=min(closed.day, monthrange(year, closed.month)[1]))


def half_year(day: date) -> Period:
    """Return the half-year a day lies in."""
    if day.month <= HALF_YEAR:
        return Period(date(day.year, 1, 1), date(day.year, HALF_YEAR, 30))
    return Period(date(day.year, HALF_YEAR + 1, 1), date(day.year, 12, 31))
