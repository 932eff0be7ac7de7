"""Fines under a pack: which a dossier earns, and what they come to for each person in each month."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dossier.derive import Known, known
from dossier.matching import EXPIRED, Paper, judge
from dossier.model import Dossier, Owes, Reason, Status, Verdict
from dossier.occasions import ALWAYS, Occasion, later, occasions
from dossier.pack import DossierKind, Escalation, Pack, Penalty, Requirement, Turn
from dossier.workdays import WorkCalendar

_OUT: Final = frozenset({Status.WAIVED, Status.NOT_APPLICABLE, Status.DOUBTFUL})
"""Nobody is fined for what does not apply, was waived, or has yet to be looked at by a person."""
UNSIGNED: Final = "policy.flaw_unsigned"


@dataclass(frozen=True, slots=True)
class Fine:
    """One fine as the pack sets it. ``on`` is the day of the violation; ``least`` = ``most`` unless a range is set.

    ``turn`` counts the person's violations of the month, ``factor`` is what it multiplied the fine by. ``since`` is the
    day the fault began: earlier than ``on`` where it is fined again because nobody put it right.
    """

    dossier: str
    penalty: str
    requirement: str
    owes: Owes
    on: date
    least: Decimal
    most: Decimal
    turn: int = 1
    factor: int = 1
    withhold_percent: tuple[int, int] | None = None
    since: date | None = None


def fines(
    dossier: Dossier, pack: Pack, verdicts: Sequence[Verdict], today: date, calendar: WorkCalendar
) -> tuple[Fine, ...]:
    """Return the fines of one dossier up to ``today``, before any escalation.

    Once the event of the pack's ``repetition`` (an order to put it right) is on record, a fault that lasts is fined
    again each time the span has passed.
    """
    kind = pack.dossiers[dossier.kind]
    if not kind.penalties:
        return ()
    facts = known(dossier, kind, [document for document in dossier.documents if document.received <= today])
    case = _Case(dossier, pack, verdicts, facts, today, calendar)
    found = [fine for penalty in kind.penalties for fine in case.of(penalty)]
    return tuple(sorted(found, key=lambda fine: (fine.on, fine.penalty, fine.requirement)))


def escalate(all_fines: Iterable[Fine], pack: Pack, earlier: int = 0) -> tuple[Fine, ...]:
    """Multiply the fines of people who repeat within a calendar month, over all their dossiers.

    A fault fined again because an order to cure it ran out is one more violation of its month, but costs what it cost
    the first time (article 17: 同額同等再次處罰). Each person has ``earlier`` violations in each month already.
    """
    rules = {rule.role: rule for rule in pack.escalations}
    counts: dict[tuple[str, str, str], int] = {}
    begun: dict[tuple[str, str, str, date | None], Fine] = {}
    found: list[Fine] = []
    for fine in sorted(all_fines, key=lambda each: (each.on, each.dossier, each.penalty, each.requirement)):
        who = (fine.owes.role, fine.owes.person, f"{fine.on:%Y-%m}")
        counts[who] = counts.get(who, earlier) + 1
        fault = (fine.dossier, fine.penalty, fine.requirement, fine.since)
        first = begun.get(fault) if fine.since != fine.on else None
        if first is None:
            first = begun[fault] = _escalated(replace(fine, turn=counts[who]), rules.get(fine.owes.role))
        found.append(replace(first, on=fine.on, turn=counts[who]))
    return tuple(found)


def _escalated(fine: Fine, rule: Escalation | None) -> Fine:
    if rule is None or fine.turn < rule.start:
        return fine
    return replace(
        fine,
        factor=rule.factor,
        least=fine.least * rule.factor,
        most=fine.most * rule.factor,
        withhold_percent=rule.withhold_percent,
    )


def _not_unsigned(flaw: Reason) -> bool:
    return flaw.wording != UNSIGNED


@dataclass(frozen=True, slots=True)
class _Span:
    """A fault that lasted from ``on`` until it was cured (or until today)."""

    verdict: Verdict
    on: date
    until: date


@dataclass(frozen=True, slots=True)
class _Case:
    dossier: Dossier
    pack: Pack
    verdicts: Sequence[Verdict]
    known: Known
    today: date
    calendar: WorkCalendar
    papers: dict[str, Sequence[Paper]] = field(default_factory=dict)
    turns: dict[Turn, Sequence[Occasion]] = field(default_factory=dict)

    @property
    def kind(self) -> DossierKind:
        """The dossier's kind."""
        return self.pack.dossiers[self.dossier.kind]

    def of(self, penalty: Penalty) -> Iterator[Fine]:
        """Yield the fines one penalty brings."""
        if penalty.fault == "event":
            events = [event for event in self.known.events.get(penalty.event, ()) if event.on <= self.today]
            for event in events[:1] if penalty.per == "dossier" else events:
                yield self._fine(penalty, event.on, event.on, "")
            return
        spans: dict[str, _Span] = {}
        for verdict in self.verdicts:
            span = self._span(penalty, verdict)
            if span is None:
                continue
            # One fine per dossier (and turn) runs from its first fault to its last cure.
            key = verdict.id if penalty.per == "item" else verdict.occasion
            held = spans.setdefault(key, span)
            spans[key] = _Span(held.verdict, min(held.on, span.on), max(held.until, span.until))
        for span in spans.values():
            for day in self._days(span):
                yield self._fine(penalty, day, span.on, span.verdict.requirement if penalty.per == "item" else "")

    def _span(self, penalty: Penalty, verdict: Verdict) -> _Span | None:
        """Return how long one item was at fault; a fault that was cured since stays one."""
        if (penalty.requirements and verdict.requirement not in penalty.requirements) or verdict.status in _OUT:
            return None
        until = verdict.received or self.today
        on: date | None = None
        match penalty.fault:
            case "unsigned":
                on = self._wrong_since(verdict, lambda flaw: flaw.facts.get("signer") == penalty.signer)
            case "incomplete":
                on = self._wrong_since(verdict, _not_unsigned) or self._lacking_since(verdict)
            case "handed-over-late" if self._unsigned_in_time(verdict):
                pass
            case "late" | "handed-over-late" if verdict.days_late > 0:
                on = self._missed(verdict)
            case _:
                pass
        return None if on is None else _Span(verdict, min(on, until), until)

    def _missed(self, verdict: Verdict) -> date | None:
        # The violation is committed on the first working day after the day due.
        return None if verdict.due is None else self.calendar.after(verdict.due, 1)

    def _wrong_since(self, verdict: Verdict, counts: Callable[[Reason], bool]) -> date | None:
        """Return the day on which a paper with a flaw that counts was handed in, before a right one was there."""
        papers = self._papers(verdict)
        days = [each.document.received for each in papers if any(map(counts, each.flaws))]
        if not days and any(map(counts, verdict.flaws)):
            # What is wrong with all of them together: too few, one side only.
            days = [each.document.received for each in papers][-1:]
        first = min(days, default=None)
        return first if first is not None and (verdict.received is None or first < verdict.received) else None

    def _lacking_since(self, verdict: Verdict) -> date | None:
        """Return the day since which an item lacked in what was handed over; None where nothing else of its turn was.

        A handover that comes late and whole lacks nothing.
        """
        missed = self._missed(verdict) if verdict.days_late > 0 else None
        if missed is None:
            return None
        others = (each for each in self.verdicts if each.occasion == verdict.occasion and each is not verdict)
        begun = min((paper.document.received for other in others for paper in self._papers(other)), default=None)
        first = next((paper.document.received for paper in self._papers(verdict)), date.max)
        return max(missed, begun) if begun is not None and missed <= first and begun < first else None

    def _unsigned_in_time(self, verdict: Verdict) -> bool:
        """Tell whether a paper came by its day and nothing but a signature was wrong with it."""
        due = verdict.due or date.max
        return any(
            each.document.received <= due and each.flaws and all(flaw.wording == UNSIGNED for flaw in each.flaws)
            for each in self._papers(verdict)
        )

    def _papers(self, verdict: Verdict) -> Sequence[Paper]:
        """Return the papers that were handed in for an item, each judged by itself, earliest first."""
        if verdict.id not in self.papers:
            self.papers[verdict.id] = self._found(verdict)
        return self.papers[verdict.id]

    def _found(self, verdict: Verdict) -> Sequence[Paper]:
        requirement = next(each for each in self.kind.requirements if each.id == verdict.requirement)
        turn = next((each for each in self._turns(requirement) if each.label == verdict.occasion), ALWAYS)
        documents = (
            each
            for each in self.dossier.documents
            if each.kind in requirement.kinds
            and each.received <= self.today
            and not each.in_review
            and turn.takes(each)
        )
        judged = (judge(requirement, each, self.today) for each in documents)
        found = [each for each in judged if each is not None]
        # A paper that has lapsed was right when it was handed in.
        kept = [replace(each, flaws=tuple(flaw for flaw in each.flaws if flaw.wording != EXPIRED)) for each in found]
        return sorted(kept, key=lambda each: each.document.received)

    def _turns(self, requirement: Requirement) -> Sequence[Occasion]:
        if requirement.turn not in self.turns:
            self.turns[requirement.turn] = occasions(requirement.turn, self.known, self.today, self.calendar)
        return self.turns[requirement.turn]

    def _days(self, span: _Span) -> list[date]:
        """Return the days on which a fault is a violation: its first, and each time an order to cure it ran out."""
        rule = self.pack.repetition
        if rule is None:
            return [span.on]
        orders = [event.on for event in self.known.events.get(rule.after, ()) if span.on <= event.on <= span.until]
        days = [span.on]
        last = later(orders[0], rule.within, rule.unit, self.calendar) if orders else span.until
        # Not put right by its last day, so the working day after is a violation of its own, where it still lasts then.
        while last < span.until and (again := self.calendar.after(last, 1)) <= span.until:
            days.append(again)
            last = later(last, rule.within, rule.unit, self.calendar)
        return days

    def _fine(self, penalty: Penalty, on: date, since: date, requirement: str) -> Fine:
        role = self.pack.roles[penalty.role]
        person = self.known.facts.get(role.person, "") if role.person else ""
        owes = Owes(role.id, role.department, str(person))
        return Fine(self.dossier.key, penalty.id, requirement, owes, on, penalty.least, penalty.most, since=since)
