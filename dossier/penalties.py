"""Fines under a pack: which a dossier earns, and what they come to for each person in each month."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dossier.derive import Known, known
from dossier.model import Dossier, Owes, Status, Verdict
from dossier.occasions import later
from dossier.pack import Escalation, Pack, Penalty
from dossier.workdays import WorkCalendar

_OUT: Final = frozenset({Status.WAIVED, Status.NOT_APPLICABLE, Status.DOUBTFUL})
"""Nobody is fined for what does not apply, was waived, or has yet to be looked at by a person."""
_UNSIGNED: Final = "policy.flaw_unsigned"


@dataclass(frozen=True, slots=True)
class Fine:
    """One fine as the pack sets it. ``on`` is the day of the violation; ``least`` = ``most`` unless a range is set.

    ``turn`` counts the person's violations of the month, ``factor`` is what it multiplied the fine by.
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


def escalate(all_fines: Iterable[Fine], pack: Pack) -> tuple[Fine, ...]:
    """Multiply the fines of people who repeat within a calendar month, over all their dossiers."""
    rules = {rule.role: rule for rule in pack.escalations}
    counts: dict[tuple[str, str, str], int] = {}
    found: list[Fine] = []
    for fine in sorted(all_fines, key=lambda each: (each.on, each.dossier, each.penalty, each.requirement)):
        who = (fine.owes.role, fine.owes.person, f"{fine.on:%Y-%m}")
        counts[who] = counts.get(who, 0) + 1
        found.append(_escalated(replace(fine, turn=counts[who]), rules.get(fine.owes.role)))
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

    def of(self, penalty: Penalty) -> Iterator[Fine]:
        """Yield the fines one penalty brings."""
        if penalty.fault == "event":
            events = [event for event in self.known.events.get(penalty.event, ()) if event.on <= self.today]
            for event in events[:1] if penalty.per == "dossier" else events:
                yield self._fine(penalty, event.on, "")
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
                yield self._fine(penalty, day, span.verdict.requirement if penalty.per == "item" else "")

    def _span(self, penalty: Penalty, verdict: Verdict) -> _Span | None:
        if (penalty.requirements and verdict.requirement not in penalty.requirements) or verdict.status in _OUT:
            return None
        handed_in = self._handed_in(verdict)
        until = verdict.received or self.today
        signers = {flaw.facts["signer"] for flaw in verdict.flaws if flaw.wording == _UNSIGNED}
        other = any(flaw.wording != _UNSIGNED for flaw in verdict.flaws)
        match penalty.fault:
            case "unsigned" if penalty.signer in signers and handed_in is not None:
                return _Span(verdict, handed_in, until)
            case "incomplete" if other and handed_in is not None:
                return _Span(verdict, handed_in, until)
            case "incomplete" if verdict.status is Status.LATE and not signers and self._begun(verdict):
                return self._since_due(verdict, until)
            case "late" if verdict.days_late > 0:
                return self._since_due(verdict, until)
            case _:
                return None

    def _since_due(self, verdict: Verdict, until: date) -> _Span | None:
        if verdict.due is None:
            return None
        # The violation is committed on the first working day after the day due.
        return _Span(verdict, min(self.calendar.after(verdict.due, 1), until), until)

    def _handed_in(self, verdict: Verdict) -> date | None:
        days = [document.received for document in self.dossier.documents if document.id in verdict.documents]
        return max(days, default=None)

    def _begun(self, verdict: Verdict) -> bool:
        """Tell whether anything of the same turn was handed in: only then is what lacks an incomplete handover."""
        return any(other.documents for other in self.verdicts if other.occasion == verdict.occasion)

    def _days(self, span: _Span) -> list[date]:
        """Return the days on which a fault is a violation: its first, and each time an order to cure it ran out."""
        rule = self.pack.repetition
        if rule is None:
            return [span.on]
        orders = [event.on for event in self.known.events.get(rule.after, ()) if span.on <= event.on <= span.until]
        days = [span.on]
        following = later(orders[0], rule.within, rule.unit, self.calendar) if orders else date.max
        while following < span.until:
            # Not put right by then, so the working day after is a violation of its own.
            days.append(self.calendar.after(following, 1))
            following = later(following, rule.within, rule.unit, self.calendar)
        return days

    def _fine(self, penalty: Penalty, on: date, requirement: str) -> Fine:
        role = self.pack.roles[penalty.role]
        person = self.known.facts.get(role.person, "") if role.person else ""
        owes = Owes(role.id, role.department, str(person))
        return Fine(self.dossier.key, penalty.id, requirement, owes, on, penalty.least, penalty.most)
