"""What a dossier has, lacks, and since when: one verdict per requirement and turn. Pure; the calendar is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dossier.derive import Known, known
from dossier.errors import ExitCode, JuanzongError
from dossier.matching import Found, match_documents, match_events, match_step
from dossier.model import Document, Dossier, Event, Owes, Reason, Status, Verdict, Waiver, complete
from dossier.occasions import ALWAYS, Occasion, occasions
from dossier.pack import Each, Every, Once, Pack, Requirement, Series, Turn
from dossier.workdays import WorkCalendar

__all__ = ["DossierUnknown", "complete", "evaluate", "event_of"]

_NEVER: Final = (0, False)


class DossierUnknown(JuanzongError):
    """The pack has no dossier kind of this name."""

    exit_code = ExitCode.POLICY
    wording = "policy.dossier_unknown"


def evaluate(dossier: Dossier, pack: Pack, today: date, calendar: WorkCalendar) -> tuple[Verdict, ...]:
    """Judge every requirement of a dossier as it stands on ``today``, in the order of the pack.

    Documents received later than ``today`` are not seen, so any day in the past can be asked about.

    Raises:
        DossierUnknown: the pack has no dossier kind of the dossier's kind.
    """
    kind = pack.dossiers.get(dossier.kind)
    if kind is None:
        raise DossierUnknown(kind=dossier.kind, pack=pack.id, known=", ".join(pack.dossiers))
    by_kind: dict[str, list[Document]] = {}
    seen: list[Document] = []
    for document in dossier.documents:
        if document.received <= today:
            seen.append(document)
            by_kind.setdefault(document.kind, []).append(document)
    facts = known(dossier, kind, seen)
    until = today if dossier.closed is None else min(today, dossier.closed)
    case = _Case(dossier, pack, today, until, calendar, by_kind, facts)
    return tuple(verdict for requirement in kind.requirements for verdict in case.judge(requirement))


@dataclass(frozen=True, slots=True)
class _Case:
    """One dossier on one day; recurrences run ``until`` it was closed."""

    dossier: Dossier
    pack: Pack
    today: date
    until: date
    calendar: WorkCalendar
    by_kind: Mapping[str, Sequence[Document]]
    known: Known
    owers: dict[str, Owes | None] = field(default_factory=lambda: {"": None})
    turns: dict[Turn, list[Occasion]] = field(default_factory=dict)

    def judge(self, requirement: Requirement) -> Iterable[Verdict]:
        """Return the verdicts of one requirement, one per turn."""
        applies = True if requirement.when is None else requirement.when.test(self.known.facts)
        if applies is False:
            return (self._not_applicable(requirement, "policy.not_applicable"),)
        turns = self.turns.get(requirement.turn)
        if turns is None:
            turns = self.turns[requirement.turn] = occasions(requirement.turn, self.known, self.until, self.calendar)
        if not turns:
            waits = isinstance(requirement.turn, Every) and self.known.first(requirement.turn.since) is not None
            return (self._not_applicable(requirement, "policy.no_period" if waits else "policy.no_occasion"),)
        return [self._turn(requirement, turn, applies=applies) for turn in turns]

    def _not_applicable(self, requirement: Requirement, wording: str) -> Verdict:
        condition = "" if requirement.when is None else requirement.when.source
        facts = {"condition": condition, "event": event_of(requirement)}
        return Verdict(
            requirement.id,
            "",
            requirement.kinds,
            Status.NOT_APPLICABLE,
            None,
            0,
            False,
            self._owes(requirement),
            Reason(wording, facts),
        )

    def _turn(self, requirement: Requirement, turn: Occasion, *, applies: bool | None) -> Verdict:
        found = self._found(requirement, turn)
        due = turn.due
        if found.lapsed is not None and found.met_on is None:
            due = found.lapsed if due is None else max(due, found.lapsed)
        end = found.met_on or self.today
        days_late, late = self._late(due, turn, end)
        status, reason = self._settled(requirement, turn, found, late=late) or self._open(
            requirement, found, due=due, late=late, applies=applies
        )
        if status is Status.WAIVED:
            days_late = 0
        return Verdict(
            requirement.id,
            turn.label,
            requirement.kinds,
            status,
            due,
            days_late,
            self._provisional(turn, due, end, days_late),
            self._owes(requirement),
            reason,
            found.documents,
            found.met_on,
            found.expires,
            found.flaws,
            status is Status.DUE and turn.again,
        )

    def _found(self, requirement: Requirement, turn: Occasion) -> Found:
        if requirement.event:
            events = [event for event in self.known.events.get(requirement.event, ()) if self._within(event, turn)]
            return match_events(requirement, events, turn.step)
        documents: Sequence[Document] = ()
        for kind in requirement.kinds:
            there = self.by_kind.get(kind)
            if there:
                documents = [*documents, *there] if documents else there
        if turn is not ALWAYS and (turn.begins is not None or turn.ends is not None):
            documents = [document for document in documents if turn.takes(document)]
        if turn.step:
            return match_step(requirement, documents, turn.step, self.today)
        return match_documents(requirement, documents, self.today)

    def _within(self, event: Event, turn: Occasion) -> bool:
        if event.on > self.today:
            return False
        return (turn.begins is None or turn.begins <= event.on) and (turn.ends is None or event.on <= turn.ends)

    def _late(self, due: date | None, turn: Occasion, end: date) -> tuple[int, bool]:
        """Return the working days from ``due`` to ``end`` and whether that is late.

        A deadline counted in working days is not missed before the next working day has come; one counted otherwise is
        missed the day after, and counts as one working day late at least.
        """
        if due is None or end <= due:
            return _NEVER
        days = self.calendar.between(due, end)
        if turn.from_day is not None and due == turn.due:
            return days, days > 0
        return max(days, 1), True

    def _provisional(self, turn: Occasion, due: date | None, end: date, days_late: int) -> bool:
        if due is None:
            return False
        start = turn.from_day if turn.from_day is not None and due == turn.due else due
        return (start is not due or days_late > 0) and self.calendar.provisional(start, end if days_late else due)

    def _settled(
        self, requirement: Requirement, turn: Occasion, found: Found, *, late: bool
    ) -> tuple[Status, Reason] | None:
        if found.met_on is not None:
            return Status.MET, Reason("policy.met_late" if late else "policy.met", {"day": found.met_on})
        waiver = self._waiver(requirement, turn)
        if waiver is None:
            return None
        said: dict[str, object] = {"by": waiver.by, "role": waiver.role, "day": waiver.on, "why": waiver.reason}
        return Status.WAIVED, Reason("policy.waived", said)

    def _open(
        self, requirement: Requirement, found: Found, *, due: date | None, late: bool, applies: bool | None
    ) -> tuple[Status, Reason]:
        if applies is None and requirement.when is not None:
            names = tuple(sorted(requirement.when.names - self.known.facts.keys()))
            return Status.DOUBTFUL, Reason("policy.doubt_fact", {"facts": names, "condition": requirement.when.source})
        if found.doubtful:
            return Status.DOUBTFUL, found.doubts[0]
        if due is None:
            return Status.MISSING, Reason("policy.missing", {"event": event_of(requirement)})
        if late:
            return Status.LATE, Reason("policy.late", {"due": due, "day": self.today})
        return Status.DUE, Reason("policy.due", {"due": due})

    def _waiver(self, requirement: Requirement, turn: Occasion) -> Waiver | None:
        for waiver in self.dossier.waivers:
            if (
                waiver.requirement == requirement.id
                and waiver.occasion in {"", turn.label}
                and waiver.role in requirement.waivable_by
                and waiver.on <= self.today
                and (waiver.until is None or self.today <= waiver.until)
            ):
                return waiver
        return None

    def _owes(self, requirement: Requirement) -> Owes | None:
        name = requirement.owes
        if name not in self.owers:
            role = self.pack.roles[name]
            person = self.known.facts.get(role.person, "") if role.person else ""
            self.owers[name] = Owes(name, role.department, str(person))
        return self.owers[name]


def event_of(requirement: Requirement) -> str:
    """Return the event a requirement's turns hang on, empty when none."""
    match requirement.turn:
        case Once(due):
            return "" if due is None else due.after
        case Each(event):
            return event
        case Every(since=since):
            return since
        case Series(after=after):
            return after
