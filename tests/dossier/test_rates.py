"""Rates, ageing, ranking and what falls due, over a few dossiers whose answers are counted by hand."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

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


KEPT = st.lists(
    st.tuples(
        st.sampled_from(("new-vehicle", "after-sales", "complaint")),
        st.dates(date(2026, 1, 1), date(2026, 6, 30)),
        st.lists(st.integers(0, 40), max_size=11),
        st.sampled_from(("", "李明樣本", "周強樣本")),
        st.booleans(),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=60)
@given(KEPT, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_departments_persons_and_roles_add_up_to_the_whole(
    kept: list[tuple[str, date, list[int], str, bool]], today: date
) -> None:
    """However dossiers were kept: counts by department, person and role sum to the whole in every month."""
    some: list[Judged] = []
    for number, (kind, start, days, person, review) in enumerate(kept):
        kinds = [each.any_of[0] for each in DEALER.dossiers[kind].requirements if each.any_of]
        documents = tuple(
            Document(
                f"{number}-{place}", of, start + timedelta(days=day), issued=start, in_review=review and place == 0
            )
            for place, (of, day) in enumerate(zip(kinds, days, strict=False))
        )
        events = tuple(Event(name, start) for name in ("sale", "handback", "maintenance", "complaint"))
        facts = dict.fromkeys(("consultant", "advisor", "handler"), person) if person else {}
        dossier = Dossier(f"{number}", kind, "", "auto-dealer", start, facts, events, documents)
        some.append((dossier, evaluate(dossier, DEALER, today, CN)))
    found = {by: rates(some, by, today) for by in ("all", "department", "person", "role")}  # type: ignore[arg-type]
    whole = {rate.month: rate.counts for rate in found["all"]}
    for by in ("department", "person", "role"):
        sums: dict[str, list[int]] = {}
        for rate in found[by]:
            held = sums.setdefault(rate.month, [0] * len(rate.counts))
            held[:] = [one + other for one, other in zip(held, rate.counts, strict=True)]
            assert 0 <= rate.handovers_on_time <= rate.handovers
            assert 0 <= rate.handovers_complete <= rate.handovers <= rate.items
            assert 0 <= rate.on_time <= 1
            assert 0 <= rate.complete <= 1
        assert {month: tuple(counts) for month, counts in sums.items()} == whole


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 60))
def test_a_handover_in_time_stays_in_time(handed: int, later: int, asked: int) -> None:
    """What was on time as of a day is on time as of every later day; a rate never turns for the worse by waiting."""
    sale = date(2026, 3, 5)
    one = judged("a", sale, sale + timedelta(days=handed), "李明樣本", today=sale + timedelta(days=asked))
    two = judged("a", sale, sale + timedelta(days=handed), "李明樣本", today=sale + timedelta(days=asked + later))
    before = rates([one], "all", sale + timedelta(days=asked))
    after = rates([two], "all", sale + timedelta(days=asked + later))
    if before:
        assert after[0].handovers_on_time == before[0].handovers_on_time or not before[0].handovers_complete


def test_a_handover_that_waits_for_a_look_is_told_apart() -> None:
    """It is neither on time nor complete yet, and counted as an open question."""
    dossier, _ = judged("a", date(2026, 3, 5), date(2026, 3, 6), "李明樣本")
    waits = replace(
        dossier, documents=tuple(replace(each, in_review=each.kind == "green-card") for each in dossier.documents)
    )
    (rate,) = rates([(waits, evaluate(waits, DEALER, TODAY, CN))], "all", TODAY)
    assert (rate.handovers, rate.handovers_on_time, rate.handovers_complete, rate.handovers_doubtful) == (1, 0, 0, 1)
