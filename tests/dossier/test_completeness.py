"""Verdicts: what each status means, what never happens whatever comes in, and that every verdict says itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.catalogue import catalogue
from dossier.completeness import DossierUnknown, complete, evaluate
from dossier.derive import known
from dossier.explain import explain
from dossier.model import SIDES, Document, Dossier, Event, Status, Verdict, Waiver
from dossier.pack import DossierKind, FactRule, Pack
from dossier.policy import load_pack, shipped_packs
from dossier.wording import LANGS
from dossier.workdays import work_calendar

CN = work_calendar("CN")
DEALER = load_pack("auto-dealer")
SALE = date(2026, 3, 5)
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 20)
DAYS = st.dates(FIRST, LAST)


def judged(
    *documents: Document,
    today: date = date(2026, 3, 9),
    facts: dict[str, str] | None = None,
    waivers: tuple[Waiver, ...] = (),
) -> dict[str, Verdict]:
    dossier = Dossier(
        "LSVAA4182E2184847",
        "new-vehicle",
        "",
        "auto-dealer",
        SALE,
        facts or {},
        (Event("sale", SALE),),
        documents,
        waivers,
    )
    return {verdict.id: verdict for verdict in evaluate(dossier, DEALER, today, CN)}


def paper(kind: str, received: date = date(2026, 3, 6), **rest: object) -> Document:
    return replace(Document(f"{kind}-{received}", kind, received), **rest)  # type: ignore[arg-type]  # named fields


def test_an_id_card_needs_both_sides_however_they_come() -> None:
    """One scan of both, two scans of one each, or fields that prove both; a front alone is not enough."""
    front, back = paper("id-card", sides=frozenset({"front"})), paper("id-card", sides=frozenset({"back"}))
    by_fields = paper("id-card", fields={"id_number": "11010519491231002X", "expiry_date": "2036-01-01"})
    assert judged(front)["id-card"].status is Status.DUE
    assert [flaw.wording for flaw in judged(front)["id-card"].flaws] == ["policy.flaw_side_back"]
    assert judged(front, replace(back, id="b"))["id-card"].status is Status.MET
    assert judged(by_fields)["id-card"].status is Status.MET
    assert judged(paper("id-card", fields={"name": "樣本"}))["id-card"].status is Status.DUE


def test_a_copy_is_no_original_but_an_original_is_a_copy() -> None:
    """The contract has to be the original; an original invoice serves where a copy is asked for."""
    assert judged(paper("sales-contract", form="copy"))["sales-contract"].status is Status.DUE
    assert judged(paper("sales-contract", form="original"))["sales-contract"].status is Status.MET
    assert judged(paper("purchase-invoice", form="original"))["purchase-invoice"].status is Status.MET


@pytest.mark.parametrize(
    ("ink", "status"), [("signed", Status.MET), ("unsigned", Status.DUE), ("unclear", Status.DOUBTFUL)]
)
def test_a_signature_is_there_or_not_or_asks_a_person(ink: str, status: Status) -> None:
    """What was seen in the signature's place decides; nothing seen yet is accepted unless the pack asks."""
    assert judged(paper("pdi-checklist", signatures={"staff": ink}))["pdi-checklist"].status is status
    assert judged(paper("pdi-checklist"))["pdi-checklist"].status is Status.MET


def test_what_waits_in_review_is_doubtful_and_keeps_its_lateness() -> None:
    """A document in review neither meets nor lacks; the days since the deadline are still told."""
    verdict = judged(paper("green-card", in_review=True), today=date(2026, 3, 12))["green-card"]
    assert (verdict.status, verdict.days_late, verdict.documents) == (Status.DOUBTFUL, 2, ("green-card-2026-03-06",))


def test_late_papers_are_met_and_tell_how_late_they_came() -> None:
    """Days late stop growing on the day the document came in."""
    late = paper("green-card", received=date(2026, 3, 12))
    assert judged(late, today=date(2026, 3, 11))["green-card"].status is Status.LATE
    verdict = judged(late, today=date(2026, 6, 1))["green-card"]
    assert (verdict.status, verdict.due, verdict.days_late) == (Status.MET, date(2026, 3, 10), 2)
    assert verdict.received == date(2026, 3, 12)


def test_a_deadline_in_working_days_is_not_missed_on_a_weekend() -> None:
    """Due on Friday, nothing is late on Sunday; on Monday it is one working day late."""
    sale = Event("sale", date(2026, 3, 3))
    dossier = Dossier("k", "new-vehicle", "", "auto-dealer", SALE, {}, (sale,))
    seen = {
        day: evaluate(dossier, DEALER, day, CN)[0] for day in (date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 9))
    }
    assert [(verdict.status, verdict.days_late) for verdict in seen.values()] == [
        (Status.DUE, 0),
        (Status.DUE, 0),
        (Status.LATE, 1),
    ]


def test_a_waiver_holds_only_by_one_who_may_and_for_its_time() -> None:
    """The customer director may let a document go; a sales consultant may not, and a lapsed waiver is none."""
    waiver = Waiver("delivery-photo", "王芳", "customer-director", date(2026, 3, 6), "客戶不願拍照")
    assert judged(waivers=(waiver,))["delivery-photo"].status is Status.WAIVED
    for refused in (
        replace(waiver, role="sales-consultant"),
        replace(waiver, until=date(2026, 3, 8)),
        replace(waiver, on=date(2026, 3, 10)),
        replace(waiver, occasion="2026"),
    ):
        assert judged(waivers=(refused,))["delivery-photo"].status is Status.DUE


def test_who_owes_is_named_by_the_fact() -> None:
    """The consultant entered for the vehicle owes its papers, in the sales department."""
    owes = judged(facts={"consultant": "李明"})["green-card"].owes
    assert owes is not None
    assert (owes.role, owes.department, owes.person) == ("sales-consultant", "sales", "李明")


def test_a_year_without_makeup_days_makes_the_due_date_provisional() -> None:
    """A sale at the end of 2026 falls due in a year whose make-up days are not published."""
    dossier = Dossier("k", "new-vehicle", "", "auto-dealer", SALE, {}, (Event("sale", date(2026, 12, 31)),))
    verdict = evaluate(dossier, DEALER, date(2026, 12, 31), CN)[0]
    assert verdict.provisional
    assert "provisional" in explain(verdict, DEALER, DEALER.dossiers["new-vehicle"], "en")
    assert not judged()["green-card"].provisional


def test_a_dossier_closed_stops_recurring() -> None:
    """A tenant who left is asked for no condition check after the dossier was closed."""
    pack = load_pack("property")
    dossier = Dossier("0501", "unit", "", "property", date(2023, 1, 1), closed=date(2024, 6, 30))
    turns = [
        verdict.occasion
        for verdict in evaluate(dossier, pack, date(2026, 9, 1), CN)
        if verdict.requirement == "condition-check"
    ]
    assert turns == ["2023", "2024"]


def test_a_kind_the_pack_has_not_is_refused() -> None:
    """The message lists the kinds the pack has."""
    with pytest.raises(DossierUnknown) as caught:
        evaluate(Dossier("k", "boat", "", "auto-dealer", SALE), DEALER, SALE, CN)
    assert "new-vehicle" in caught.value.say("en")


def test_a_thing_that_came_and_ran_out_is_late_from_then() -> None:
    """A licence is late from the day it ran out, not from the day the dossier was opened."""
    pack = load_pack("property")
    licence = paper("business-licence", received=date(2025, 1, 6), expires=date(2026, 3, 2))
    dossier = Dossier("0501", "unit", "", "property", date(2025, 1, 6), documents=(licence,))
    by_day = {
        day: next(one for one in evaluate(dossier, pack, day, CN) if one.requirement == "business-licence")
        for day in (date(2026, 3, 2), date(2026, 3, 9))
    }
    assert by_day[date(2026, 3, 2)].status is Status.MET
    assert by_day[date(2026, 3, 2)].expires == date(2026, 3, 2)
    assert (by_day[date(2026, 3, 9)].status, by_day[date(2026, 3, 9)].days_late) == (Status.LATE, 5)


# ------------------------------------------------------------------------------------------- whatever comes in


def _value(rule: FactRule) -> st.SearchStrategy[str]:
    match rule.type:
        case "choice":
            return st.sampled_from(rule.values)
        case "yes-no":
            return st.sampled_from(["yes", "no"])
        case "number":
            return st.integers(0, 5000).map(str)
        case "date":
            return DAYS.map(date.isoformat)
    return st.just("樣本")


@st.composite
def documents_of(draw: st.DrawFn, kind: DossierKind, number: int) -> Document:
    """Any document of a kind that the dossier kind asks for, in any state."""
    kinds = sorted({name for requirement in kind.requirements for name in requirement.kinds})
    signers = sorted({name for requirement in kind.requirements for name in requirement.signed_by})
    return Document(
        id=str(number),
        kind=draw(st.sampled_from(kinds)),
        received=draw(DAYS),
        issued=draw(st.none() | DAYS),
        expires=draw(st.none() | DAYS),
        sides=draw(st.frozensets(st.sampled_from(SIDES))),
        copies=draw(st.integers(1, 3)),
        form=draw(st.sampled_from([None, "original", "copy"])),
        signatures=draw(st.dictionaries(st.sampled_from(signers), st.sampled_from(["signed", "unsigned", "unclear"])))
        if signers
        else {},
        in_review=draw(st.booleans()),
        fields=draw(st.sampled_from([{}, {"items_filled": "66"}, {"items_filled": "3"}, {"id_number": "1"}])),
    )


@st.composite
def dossiers(draw: st.DrawFn, *, settled: bool) -> tuple[Dossier, Pack, DossierKind]:
    """Any dossier of any shipped pack; ``settled`` enters every fact and event, so that documents derive none."""
    pack = load_pack(draw(st.sampled_from(shipped_packs())))
    kind = draw(st.sampled_from(sorted(pack.dossiers.values(), key=lambda each: each.id)))
    facts = {rule.id: draw(_value(rule)) for rule in kind.facts.values() if settled or draw(st.booleans())}
    least = 1 if settled else 0
    events = tuple(
        Event(name, day, role=draw(st.sampled_from(["", *pack.roles])))
        for name in kind.events
        for day in draw(st.lists(DAYS, min_size=least, max_size=2))
    )
    count = draw(st.integers(0, 6))
    documents = tuple(draw(documents_of(kind, number)) for number in range(count))
    opened = draw(DAYS)
    return Dossier("k", kind.id, "", pack.id, opened, facts, events, documents), pack, kind


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_adding_a_document_never_makes_a_met_requirement_unmet(data: st.DataObject) -> None:
    """Whatever comes in, in whatever state, what was met stays met and was met no later than before."""
    dossier, pack, kind = data.draw(dossiers(settled=True))
    more = replace(dossier, documents=(*dossier.documents, data.draw(documents_of(kind, 99))))
    today = data.draw(DAYS)
    before = {verdict.id: verdict for verdict in evaluate(dossier, pack, today, CN)}
    after = {verdict.id: verdict for verdict in evaluate(more, pack, today, CN)}
    assert before.keys() == after.keys()
    for name, verdict in before.items():
        if verdict.status is Status.MET:
            assert after[name].status is Status.MET
            assert after[name].days_late <= verdict.days_late


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_time_passing_never_makes_late_less_late(data: st.DataObject) -> None:
    """With nothing new coming in, what is late stays late and its days grow or stand; what comes in late stays late."""
    dossier, pack, _ = data.draw(dossiers(settled=False))
    today = data.draw(DAYS)
    later = today + timedelta(days=data.draw(st.integers(0, 200)))
    there = replace(
        dossier,
        documents=tuple(document for document in dossier.documents if document.received <= today),
        events=tuple(event for event in dossier.events if event.on <= today),
    )
    after = {verdict.id: verdict for verdict in evaluate(there, pack, later, CN)}
    for verdict in evaluate(there, pack, today, CN):
        if verdict.status is Status.LATE:
            assert after[verdict.id].status is Status.LATE
            assert after[verdict.id].days_late >= verdict.days_late


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_verdict_says_itself_in_three_languages(data: st.DataObject) -> None:
    """Whatever the dossier, each verdict has a sentence with all its facts, and complete means nothing is left."""
    dossier, pack, kind = data.draw(dossiers(settled=False))
    verdicts = evaluate(dossier, pack, data.draw(DAYS), CN)
    titles = catalogue()
    for verdict in verdicts:
        for lang in LANGS:
            said = explain(verdict, pack, kind, lang, lambda name, to: titles.kind(name).title(to))
            assert said
            assert "{" not in said
    assert complete(verdicts) == all(verdict.settled or verdict.awaited for verdict in verdicts)
    assert {verdict.requirement for verdict in verdicts} == {requirement.id for requirement in kind.requirements}


def test_two_scanned_pages_are_both_sides_unless_somebody_says_otherwise() -> None:
    """Fields of the front alone prove the back missing on a single page, not where two were scanned."""
    two = paper("id-card", fields={"id_number": "11010519491231002X"}, pages=2)
    assert judged(two)["id-card"].status is Status.MET
    assert judged(replace(two, sides=frozenset({"front"})))["id-card"].status is Status.DUE


def test_the_present_name_is_that_of_the_newest_document() -> None:
    """A tenant renamed hands in a new licence: the dossier knows the new name, whatever came first."""
    kind = load_pack("property").dossiers["unit"]
    licences = [
        Document("b", "business-licence", date(2026, 5, 2), issued=date(2026, 5, 1), fields={"name": "新樣本公司"}),
        Document("a", "business-licence", date(2026, 6, 2), issued=date(2020, 1, 1), fields={"name": "舊樣本公司"}),
    ]
    dossier = Dossier("1801", "unit", "", "property", date(2026, 1, 1))
    assert known(dossier, kind, licences).facts["company"] == "新樣本公司"
