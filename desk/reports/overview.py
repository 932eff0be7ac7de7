"""How the archive stands at a glance: complete or not, and how much each department owes by which week."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from desk.archive import Archive
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.standing import Standing
from desk.reports.standings import Standings
from desk.rights import needs
from dossier.model import Status
from dossier.rights import Duty

BEHIND: Final = 4
"""Weeks shown before this one; what was due earlier counts in the first."""
AHEAD: Final = 4


@dataclass(frozen=True, slots=True)
class Heat:
    """One department: how many open requirements fall due in each week; ``undated`` have no day at all."""

    id: str
    title: str
    weeks: tuple[int, ...]
    undated: int

    @property
    def total(self) -> int:
        """All that is open."""
        return sum(self.weeks) + self.undated


@dataclass(frozen=True, slots=True)
class Overview:
    """``weeks`` are the Mondays of the weeks shown; ``people`` owe most first: name, open, late."""

    as_of: date
    dossiers: int
    complete: int
    open: int
    late: int
    weeks: tuple[date, ...]
    heat: tuple[Heat, ...]
    people: tuple[tuple[str, str, int, int], ...]

    @property
    def share(self) -> float | None:
        """The share of dossiers that are complete."""
        return self.complete / self.dossiers if self.dossiers else None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "dossiers": self.dossiers,
            "complete": self.complete,
            "open": self.open,
            "late": self.late,
            "weeks": [week.isoformat() for week in self.weeks],
            "departments": [
                {"department": row.id, "title": row.title, "weeks": list(row.weeks), "undated": row.undated}
                for row in self.heat
            ],
            "people": [
                {"person": person, "title": title, "open": owed, "late": late}
                for person, title, owed, late in self.people
            ],
        }


@needs(Duty.REPORT)
def overview(archive: Archive, scope: Scope, names: Names, standings: Standings) -> Overview:
    """Count what is open, by the department that owes it and the week it falls due in.

    Raises:
        BadSpan, PackNotInForce, SortUnknown, DepartmentUnknown: the scope names what is not there.
    """
    asked = scope.checked(archive.packs)
    return standings.counted(archive, asked, ("overview", names.lang), lambda found: _counted(found, asked, names))


def _counted(found: Iterable[Standing], asked: Scope, names: Names) -> Overview:
    monday = asked.as_of - timedelta(days=asked.as_of.weekday())
    weeks = tuple(monday + timedelta(weeks=place) for place in range(-BEHIND, AHEAD + 1))
    dossiers = complete = 0
    heat = Counter[tuple[str, int]]()
    people, late = Counter[str](), Counter[str]()
    for standing in found:
        dossiers += 1
        complete += standing.complete
        for gap in standing.gaps:
            if not asked.owed(gap.owes) or not asked.within(gap.due):
                continue
            owes = gap.owes
            heat[(owes.department or owes.role) if owes else "", _place(gap.due, weeks)] += 1
            who = (owes.person or owes.role) if owes else ""
            people[who] += 1
            late[who] += gap.status is Status.LATE
    rows = tuple(
        Heat(
            department,
            names.department(department) if department else names.text("nobody"),
            tuple(heat[department, place] for place in range(len(weeks))),
            heat[department, -1],
        )
        for department in sorted({department for department, _ in heat})
    )
    return Overview(
        as_of=asked.as_of,
        dossiers=dossiers,
        complete=complete,
        open=people.total(),
        late=late.total(),
        weeks=weeks,
        heat=tuple(sorted(rows, key=lambda row: -row.total)),
        people=tuple((who, names.person(who) if who else "", owed, late[who]) for who, owed in people.most_common(20)),
    )


def _place(due: date | None, weeks: tuple[date, ...]) -> int:
    """Return the place of the week a day lies in, the nearest for days outside; -1 for no day."""
    if due is None:
        return -1
    return min(max((due - weeks[0]).days // 7, 0), len(weeks) - 1)
