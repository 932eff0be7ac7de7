"""How well departments and people keep dossiers: on time and complete, by month; how old gaps are; who ranks first.

Rules of counting: an item is a requirement (or one turn of it) that applies, is not waived, and was due by the day
asked about; it belongs to the month it was due in. A handover is all items one role owes of one dossier by one day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from dossier.model import Dossier, Owes, Status, Verdict
from dossier.workdays import WorkCalendar

By = Literal["department", "person", "role", "all"]
Judged = tuple[Dossier, Sequence[Verdict]]

_OUT: Final = frozenset({Status.WAIVED, Status.NOT_APPLICABLE})
_OPEN: Final = frozenset({Status.MISSING, Status.DUE, Status.LATE, Status.DOUBTFUL})
AGES: Final = (0, 1, 4, 11, 31)
"""Lower bounds of the ages of gaps, in working days late; 0 is what is not late."""
UNDATED: Final = -1
"""The class of gaps that no day is set for."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Counts of one department, person or role in one month (``2026-03``).

    ``handovers_doubtful`` are those whose rating hangs on a question that a person has to settle.
    """

    who: str
    month: str
    handovers: int
    handovers_on_time: int
    handovers_complete: int
    items: int
    items_on_time: int
    items_complete: int
    handovers_doubtful: int = 0

    @property
    def on_time(self) -> float:
        """Share of handovers whose every item came in by the day due, 0…1 (及時率)."""
        return self.handovers_on_time / self.handovers

    @property
    def complete(self) -> float:
        """Share of handovers whose every item is there now, 0…1 (完整率)."""
        return self.handovers_complete / self.handovers

    def with_(self, other: "Rate", *, who: str, month: str) -> "Rate":
        """Return the counts of both together."""
        return Rate(who, month, *(mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)))

    @property
    def counts(self) -> tuple[int, int, int, int, int, int, int]:
        """All counts, in the order of the fields."""
        return (
            self.handovers,
            self.handovers_on_time,
            self.handovers_complete,
            self.items,
            self.items_on_time,
            self.items_complete,
            self.handovers_doubtful,
        )


@dataclass(frozen=True, slots=True)
class HandedOver:
    """All items that one role owes of one dossier by one day."""

    dossier: Dossier
    owes: Owes
    due: date
    verdicts: tuple[Verdict, ...]

    @property
    def month(self) -> str:
        """The month it was due in."""
        return f"{self.due:%Y-%m}"

    @property
    def on_time(self) -> bool:
        """Whether every item came in by the day due."""
        return all(map(on_time, self.verdicts))

    @property
    def complete(self) -> bool:
        """Whether every item is there now."""
        return all(map(_there, self.verdicts))

    @property
    def doubtful(self) -> bool:
        """Whether a person has yet to look at an item, and nothing else stands in the way of completeness."""
        open_ones = [verdict for verdict in self.verdicts if not _there(verdict)]
        return bool(open_ones) and all(verdict.status is Status.DOUBTFUL for verdict in open_ones)

    @property
    def days_late(self) -> int:
        """Working days from the day due to the last item, or to the day asked about while one is missing."""
        return max((verdict.days_late for verdict in self.verdicts), default=0)

    @property
    def received(self) -> date | None:
        """The day the last item came in; None while one is missing."""
        days = [verdict.received for verdict in self.verdicts if verdict.received is not None]
        return max(days) if self.complete and days else None

    def who(self, by: By) -> str:
        """Return whose rate it counts in; a role stands in where the pack names no department or person."""
        owes = self.owes
        match by:
            case "department":
                return owes.department or owes.role
            case "person":
                return owes.person or owes.role
            case "role":
                return owes.role
            case "all":
                return ""


def handed_over(dossier: Dossier, verdicts: Iterable[Verdict], today: date) -> tuple[HandedOver, ...]:
    """Return the handovers of a dossier that were due by ``today``, earliest first."""
    found: dict[tuple[date, str], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.due is None or verdict.due > today or verdict.status in _OUT or verdict.owes is None:
            continue
        found.setdefault((verdict.due, verdict.owes.role), []).append(verdict)
    return tuple(
        HandedOver(dossier, held[0].owes, due, tuple(held))
        for (due, _), held in sorted(found.items(), key=lambda each: each[0])
        if held[0].owes is not None
    )


def rates(judged: Iterable[Judged], by: By, today: date) -> tuple[Rate, ...]:
    """Return on-time and completeness rates, ordered by who and month."""
    return rated(handover for one in judged for handover in handed_over(*one, today))[by]


def rated(handovers: Iterable[HandedOver]) -> Mapping[By, tuple[Rate, ...]]:
    """Count handovers once for every way of asking whose they are; each ordered by who and month."""
    ways: tuple[By, ...] = get_args(By)
    found: dict[By, dict[tuple[str, str], list[int]]] = {by: {} for by in ways}
    for handover in handovers:
        counts = (
            1,
            handover.on_time,
            handover.complete,
            len(handover.verdicts),
            sum(map(on_time, handover.verdicts)),
            sum(map(_there, handover.verdicts)),
            handover.doubtful,
        )
        for by in ways:
            held = found[by].setdefault((handover.who(by), handover.month), [0] * len(counts))
            held[:] = [before + count for before, count in zip(held, counts, strict=True)]
    return {by: tuple(Rate(*key, *held) for key, held in sorted(each.items())) for by, each in found.items()}


def _there(verdict: Verdict) -> bool:
    return verdict.status is Status.MET


def on_time(verdict: Verdict) -> bool:
    """Tell whether an item came in by the day due; a deadline of today that nothing has met yet is not missed."""
    return verdict.days_late == 0 and verdict.status in {Status.MET, Status.DUE}


def share_complete(verdicts: Iterable[Verdict]) -> float:
    """Return the share of applicable requirements that are met or waived, 0…1; 1 where none applies."""
    applicable = [verdict for verdict in verdicts if verdict.status is not Status.NOT_APPLICABLE]
    return sum(verdict.settled or verdict.awaited for verdict in applicable) / len(applicable) if applicable else 1.0


def ranking(judged: Iterable[Judged]) -> tuple[tuple[Dossier, float], ...]:
    """Rank dossiers by how complete they are, fullest first, equals by key (article 19 ranks partners so)."""
    shares = [(dossier, share_complete(verdicts)) for dossier, verdicts in judged]
    return tuple(sorted(shares, key=lambda pair: (-pair[1], pair[0].key)))


def age(verdict: Verdict) -> int | None:
    """Return the class an open requirement is in by its age (a bound of `AGES`, or `UNDATED`); None when not open."""
    if verdict.status not in _OPEN or verdict.awaited:
        return None
    if verdict.due is None:
        return UNDATED
    return max(bound for bound in AGES if bound <= verdict.days_late)


def ageing(judged: Iterable[Judged]) -> Mapping[int, int]:
    """Count open requirements by age: lower bound of the class in working days late → how many."""
    counts = dict.fromkeys((UNDATED, *AGES), 0)
    for _, verdicts in judged:
        for verdict in verdicts:
            of = age(verdict)
            if of is not None:
                counts[of] += 1
    return counts


def falls_on(verdict: Verdict) -> date | None:
    """Return the day by which something has to be brought: an open item's, or the day what meets it lapses."""
    if verdict.status is Status.MET:
        return verdict.expires
    return verdict.due if verdict.status in {Status.DUE, Status.DOUBTFUL} else None


def falls_due(
    judged: Iterable[Judged], today: date, working_days: int, calendar: WorkCalendar
) -> tuple[tuple[date, Dossier, Verdict], ...]:
    """Return what has to be brought within the next working days, soonest first: open items and papers that lapse."""
    last = calendar.after(today, working_days)
    found: list[tuple[date, Dossier, Verdict]] = []
    for dossier, verdicts in judged:
        for verdict in verdicts:
            day = falls_on(verdict)
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
