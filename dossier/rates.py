"""How well departments and people keep dossiers: on time and complete, by month; how old gaps are; who ranks first.

Rules of counting: an item is a requirement (or one turn of it) that applies, is not waived, and was due by the day
asked about; it belongs to the month it was due in. A handover is all items one role owes of one dossier by one day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dossier.model import Dossier, Owes, Status, Verdict
from dossier.workdays import WorkCalendar

By = Literal["department", "person", "role"]
Judged = tuple[Dossier, Sequence[Verdict]]

_OUT: Final = frozenset({Status.WAIVED, Status.NOT_APPLICABLE})
_OPEN: Final = frozenset({Status.MISSING, Status.DUE, Status.LATE, Status.DOUBTFUL})
AGES: Final = (0, 1, 4, 11, 31)
"""Lower bounds of the ages of gaps, in working days late; 0 is what is not late."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Counts of one department, person or role in one month (``2026-03``)."""

    who: str
    month: str
    handovers: int
    handovers_on_time: int
    handovers_complete: int
    items: int
    items_on_time: int
    items_complete: int

    @property
    def on_time(self) -> float:
        """Share of handovers whose every item came in by the day due, 0…1 (及時率)."""
        return self.handovers_on_time / self.handovers

    @property
    def complete(self) -> float:
        """Share of handovers whose every item is there now, 0…1 (完整率)."""
        return self.handovers_complete / self.handovers


def rates(judged: Iterable[Judged], by: By, today: date) -> tuple[Rate, ...]:
    """Return on-time and completeness rates, ordered by who and month."""
    handovers: dict[tuple[str, str], dict[tuple[str, str, date], list[Verdict]]] = {}
    for dossier, verdicts in judged:
        for verdict in verdicts:
            if verdict.due is None or verdict.due > today or verdict.status in _OUT or verdict.owes is None:
                continue
            who = _who(verdict.owes, by)
            month = handovers.setdefault((who, f"{verdict.due:%Y-%m}"), {})
            place = (dossier.pack + dossier.kind + dossier.key, verdict.owes.role, verdict.due)
            month.setdefault(place, []).append(verdict)
    return tuple(_rate(who, month, list(found.values())) for (who, month), found in sorted(handovers.items()))


def _who(owes: Owes, by: By) -> str:
    return {"department": owes.department or owes.role, "person": owes.person or owes.role, "role": owes.role}[by]


def _rate(who: str, month: str, handovers: Sequence[Sequence[Verdict]]) -> Rate:
    items = [verdict for handover in handovers for verdict in handover]
    return Rate(
        who,
        month,
        handovers=len(handovers),
        handovers_on_time=sum(all(map(_on_time, handover)) for handover in handovers),
        handovers_complete=sum(all(map(_there, handover)) for handover in handovers),
        items=len(items),
        items_on_time=sum(map(_on_time, items)),
        items_complete=sum(map(_there, items)),
    )


def _there(verdict: Verdict) -> bool:
    return verdict.status is Status.MET


def _on_time(verdict: Verdict) -> bool:
    # A deadline of today that nothing has met yet is not missed.
    return verdict.days_late == 0 and verdict.status in {Status.MET, Status.DUE}


def share_complete(verdicts: Iterable[Verdict]) -> float:
    """Return the share of applicable requirements that are met or waived, 0…1; 1 where none applies."""
    applicable = [verdict for verdict in verdicts if verdict.status is not Status.NOT_APPLICABLE]
    return sum(verdict.settled or verdict.awaited for verdict in applicable) / len(applicable) if applicable else 1.0


def ranking(judged: Iterable[Judged]) -> tuple[tuple[Dossier, float], ...]:
    """Rank dossiers by how complete they are, fullest first, equals by key (article 19 ranks partners so)."""
    shares = [(dossier, share_complete(verdicts)) for dossier, verdicts in judged]
    return tuple(sorted(shares, key=lambda pair: (-pair[1], pair[0].key)))


def ageing(judged: Iterable[Judged]) -> Mapping[int, int]:
    """Count open requirements by age: lower bound of the class in working days late → how many."""
    counts = dict.fromkeys(AGES, 0)
    for _, verdicts in judged:
        for verdict in verdicts:
            if verdict.status in _OPEN and not verdict.awaited:
                counts[max(age for age in AGES if age <= verdict.days_late)] += 1
    return counts


def falls_due(
    judged: Iterable[Judged], today: date, working_days: int, calendar: WorkCalendar
) -> tuple[tuple[date, Dossier, Verdict], ...]:
    """Return what has to be brought within the next working days, soonest first: open items and papers that lapse."""
    last = calendar.after(today, working_days)
    found: list[tuple[date, Dossier, Verdict]] = []
    for dossier, verdicts in judged:
        for verdict in verdicts:
            day = verdict.due if verdict.status in {Status.DUE, Status.DOUBTFUL} else None
            if verdict.status is Status.MET:
                day = verdict.expires
            if day is not None and today <= day <= last:
                found.append((day, dossier, verdict))
    return tuple(sorted(found, key=lambda each: (each[0], each[1].key, each[2].id)))


def owed_by(judged: Iterable[Judged], person: str) -> tuple[tuple[Dossier, tuple[Verdict, ...]], ...]:
    """Return the dossiers in which a person still owes something, and what: empty when a leaver may go."""
    found = []
    for dossier, verdicts in judged:
        owed = tuple(
            verdict
            for verdict in verdicts
            if verdict.status in _OPEN
            and not verdict.awaited
            and verdict.owes is not None
            and verdict.owes.person == person
        )
        if owed:
            found.append((dossier, owed))
    return tuple(found)
