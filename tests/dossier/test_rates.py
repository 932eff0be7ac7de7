"""Rates, ageing, ranking and what falls due, over a few dossiers whose answers are counted by hand."""

from datetime import date

from dossier.completeness import evaluate
from dossier.model import Document, Dossier, Event
from dossier.policy import load_pack
from dossier.rates import Judged, ageing, falls_due, owed_by, ranking, rates, share_complete
from dossier.workdays import work_calendar

CN = work_calendar("CN")
DEALER = load_pack("auto-dealer")
KINDS = [
    requirement.any_of[0]
    for requirement in DEALER.dossiers["new-vehicle"].requirements
    if requirement.id not in {"company-licence", "other-certificate"}
]
TODAY = date(2026, 4, 30)


def judged(key: str, sale: date, received: date, consultant: str, lacks: int = 0, today: date = TODAY) -> Judged:
    documents = tuple(
        Document(kind, kind, received, sides=frozenset({"front", "back"})) for kind in KINDS[: len(KINDS) - lacks]
    )
    facts = {"consultant": consultant}
    dossier = Dossier(key, "new-vehicle", "", "auto-dealer", sale, facts, (Event("sale", sale),), documents)
    return dossier, evaluate(dossier, DEALER, today, CN)


SOME = [
    judged("a", date(2026, 3, 5), date(2026, 3, 10), "李明"),
    judged("b", date(2026, 3, 5), date(2026, 3, 12), "李明"),
    judged("c", date(2026, 3, 9), date(2026, 3, 11), "周強", lacks=2),
    judged("d", date(2026, 4, 8), date(2026, 4, 13), "周強"),
]


def test_rates_by_person_and_month() -> None:
    """One of 李明's two handovers was late, both are complete; one of 周強's in March lacks two papers."""
    found = {(rate.who, rate.month): rate for rate in rates(SOME, "person", TODAY)}
    assert {key: (rate.handovers, rate.on_time, rate.complete) for key, rate in found.items()} == {
        ("李明", "2026-03"): (2, 0.5, 1.0),
        ("周強", "2026-03"): (1, 0.0, 0.0),
        ("周強", "2026-04"): (1, 1.0, 1.0),
    }
    assert (found["周強", "2026-03"].items, found["周強", "2026-03"].items_complete) == (11, 9)


def test_rates_by_department_join_its_people() -> None:
    """The department's month is the sum of its people's."""
    (march, april) = rates(SOME, "department", TODAY)
    assert (march.who, march.month, march.handovers, march.handovers_on_time) == ("sales", "2026-03", 3, 1)
    assert (april.handovers, april.on_time) == (1, 1.0)


def test_what_is_not_due_yet_counts_for_nobody() -> None:
    """A handover whose day has not come is no part of any rate."""
    assert rates([judged("e", date(2026, 4, 29), TODAY, "李明", lacks=5)], "person", TODAY) == ()


def test_ageing_sorts_gaps_by_days_late() -> None:
    """Two papers 33 working days late on 30 April, nothing else open."""
    assert ageing(SOME) == {-1: 0, 0: 0, 1: 0, 4: 0, 11: 0, 31: 2}


def test_ranking_puts_the_fullest_first() -> None:
    """Complete dossiers before the one that lacks two of eleven."""
    order = ranking(SOME)
    assert [dossier.key for dossier, _ in order] == ["a", "b", "d", "c"]
    assert order[-1][1] == 9 / 11
    assert share_complete([]) == 1.0


def test_what_falls_due_within_working_days() -> None:
    """Sold on 29 April 2026: due on 7 May after the Labour Day holidays, the second working day from 30 April."""
    soon = judged("e", date(2026, 4, 29), TODAY, "李明", lacks=1)
    assert falls_due([soon], TODAY, 1, CN) == ()
    assert [(day, verdict.id) for day, _, verdict in falls_due([soon, *SOME], TODAY, 2, CN)] == [
        (date(2026, 5, 7), "pdi-checklist")
    ]


def test_a_leaver_still_owes_what_lacks() -> None:
    """周強 may go only when the two papers are there; 李明 owes nothing."""
    assert owed_by(SOME, "李明") == ()
    ((dossier, owed),) = owed_by(SOME, "周強")
    assert (dossier.key, len(owed)) == ("c", 2)
