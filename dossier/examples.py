"""Run the cases a pack carries: each is a dossier on a day with the verdicts, fines and answers expected of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from dossier.completeness import complete, evaluate
from dossier.model import Dossier, Verdict
from dossier.pack import Example, Expected, ExpectedAnswer, Pack
from dossier.penalties import escalate, fines
from dossier.permissions import approvals, limit
from dossier.wording import Lang, say
from dossier.workdays import work_calendar

_NOTHING: Final = (Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Difference:
    """An example that came out otherwise: where it stands, what was expected and what was found."""

    source: str
    line: int
    example: str
    what: str
    expected: str
    found: str
    wording: str = "policy.example_differs"

    def say(self, lang: Lang) -> str:
        """Return ``file:line: sentence`` in ``lang``."""
        facts = {"example": self.example, "what": self.what, "expected": self.expected, "found": self.found}
        return f"{self.source}:{self.line}: {say(self.wording, lang, **facts)}"


def check_pack(pack: Pack) -> tuple[Difference, ...]:
    """Run every example of a pack; return how they came out otherwise than expected, nothing when all hold."""
    return tuple(difference for example in pack.examples for difference in _run(pack, example))


def _run(pack: Pack, example: Example) -> Iterator[Difference]:
    def differs(line: int, what: str, expected: object, found: object) -> Difference:
        return Difference(pack.source, line, example.title, what, str(expected), str(found))

    for answer in example.answers:
        what = answer.action or answer.limit
        asked, given = _answer(pack, example, answer)
        if asked != given:
            yield differs(answer.line, what, asked, given)
    if not example.dossier:
        return
    dossier = example_dossier(pack, example)
    calendar = work_calendar(pack.region)
    verdicts = evaluate(dossier, pack, example.today, calendar)
    by_id = {verdict.id: verdict for verdict in verdicts}
    for name, wanted in example.expect.items():
        verdict = by_id.get(name)
        if verdict is None:
            there = differs(wanted.line, name, wanted.status, ", ".join(sorted(by_id)))
            yield replace(there, wording="policy.example_no_turn")
        elif (expected := _wanted(wanted)) != (found := _had(wanted, verdict)):
            yield differs(wanted.line, name, ", ".join(expected), ", ".join(found))
    if example.complete is not None and complete(verdicts) != example.complete:
        open_ones = ", ".join(f"{verdict.id} {verdict.status}" for verdict in verdicts if not verdict.settled)
        yield differs(example.line, "complete", str(example.complete).lower(), open_ones or "true")
    if example.penalties is not None:
        had: dict[str, tuple[Decimal, Decimal]] = {}
        withheld: tuple[int, ...] = ()
        earned = fines(dossier, pack, verdicts, example.today, calendar)
        for fine in escalate(earned, pack, example.earlier_violations):
            least, most = had.get(fine.penalty, _NOTHING)
            had[fine.penalty] = (least + fine.least, most + fine.most)
            withheld = fine.withhold_percent or withheld
        if had != dict(example.penalties):
            yield differs(example.line, "penalties", _listed(example.penalties), _listed(had))
        if withheld != example.withheld:
            yield differs(example.line, "withheld", list(example.withheld), list(withheld))


def example_dossier(pack: Pack, example: Example) -> Dossier:
    """Return the dossier an example describes."""
    return Dossier(
        key="example",
        kind=example.dossier,
        label=example.title,
        pack=pack.id,
        opened=example.opened,
        facts=example.facts,
        events=example.events,
        documents=example.documents,
        waivers=example.waivers,
    )


def _wanted(wanted: Expected) -> tuple[str, ...]:
    rest = (wanted.due, wanted.days_late)
    return (wanted.status, *(str(each) for each in rest if each is not None))


def _had(wanted: Expected, verdict: Verdict) -> tuple[str, ...]:
    rest = ((wanted.due, verdict.due), (wanted.days_late, verdict.days_late))
    return (verdict.status.value, *(str(had) for want, had in rest if want is not None))


def _answer(pack: Pack, example: Example, answer: ExpectedAnswer) -> tuple[str, str]:
    facts = {**example.facts, **answer.facts}
    if answer.limit:
        return str(answer.amount), str(limit(pack, answer.limit, facts))
    by = {role for approval in approvals(pack, answer.action, facts) for role in approval.by}
    return ", ".join(sorted(answer.by)), ", ".join(sorted(by))


def _listed(sums: Mapping[str, tuple[Decimal, Decimal]]) -> str:
    said = {name: str(most) if least == most else f"{least}–{most}" for name, (least, most) in sums.items()}
    return ", ".join(f"{name} {amount}" for name, amount in sorted(said.items())) or "0"
