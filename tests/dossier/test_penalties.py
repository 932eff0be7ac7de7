"""Fines: which faults earn them, and how they grow with a person's month."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.completeness import evaluate
from dossier.model import Document, Dossier, Event, Ink
from dossier.penalties import Fine, escalate, fines
from dossier.policy import load_pack
from dossier.workdays import work_calendar

CN = work_calendar("CN")
DEALER = load_pack("auto-dealer")
KINDS = [
    requirement.any_of[0]
    for requirement in DEALER.dossiers["new-vehicle"].requirements
    if requirement.id not in {"company-licence", "other-certificate"}
]


def vehicle(key: str, sale: date, received: date, *, ink: Ink = "signed", consultant: str = "李明") -> Dossier:
    documents = tuple(
        Document(
            kind,
            kind,
            received,
            sides=frozenset({"front", "back"}),
            signatures={"customer": ink, "staff": "signed"},
        )
        for kind in KINDS
    )
    return Dossier(
        key, "new-vehicle", "", "auto-dealer", sale, {"consultant": consultant}, (Event("sale", sale),), documents
    )


def fined(dossier: Dossier, today: date = date(2026, 4, 30)) -> tuple[Fine, ...]:
    return fines(dossier, DEALER, evaluate(dossier, DEALER, today, CN), today, CN)


def test_a_dossier_in_time_and_signed_earns_no_fine() -> None:
    """Everything by the third working day, both signatures there."""
    assert fined(vehicle("a", date(2026, 3, 5), date(2026, 3, 10))) == ()


def test_a_late_dossier_is_fined_once_however_many_papers_it_lacks() -> None:
    """¥50 per vehicle, owed by the consultant of the vehicle, on the first working day after the day due."""
    (fine,) = fined(vehicle("a", date(2026, 3, 5), date(2026, 3, 13)))
    assert (fine.penalty, fine.most, fine.on, fine.owes.person) == ("late-handover", 50, date(2026, 3, 11), "李明")
    nothing = replace(vehicle("a", date(2026, 3, 5), date(2026, 3, 6)), documents=())
    assert [fine.most for fine in fined(nothing)] == [Decimal(50)]


def test_each_check_document_without_the_customers_signature_is_fined() -> None:
    """¥20 per item, counted from the day it was handed in, and the document is not there until it is signed."""
    found = fined(vehicle("a", date(2026, 3, 5), date(2026, 3, 6), ink="unsigned"), today=date(2026, 3, 9))
    assert [(fine.penalty, fine.requirement, fine.most, fine.on) for fine in found] == [
        ("customer-signature", "delivery-checklist", Decimal(20), date(2026, 3, 6))
    ]


def test_a_consultants_fines_double_from_the_second_of_a_month() -> None:
    """The third and the second cost double; another month and another person begin anew."""
    late = [
        vehicle("a", date(2026, 3, 5), date(2026, 3, 13)),
        vehicle("b", date(2026, 3, 9), date(2026, 3, 18)),
        vehicle("c", date(2026, 3, 16), date(2026, 3, 25)),
        vehicle("d", date(2026, 4, 13), date(2026, 4, 21)),
        vehicle("e", date(2026, 3, 9), date(2026, 3, 18), consultant="周強"),
    ]
    all_fines = escalate((fine for dossier in late for fine in fined(dossier)), DEALER)
    assert {fine.dossier: (int(fine.most), fine.turn, fine.factor) for fine in all_fines} == {
        "a": (50, 1, 1),
        "b": (100, 2, 2),
        "c": (100, 3, 2),
        "d": (50, 1, 1),
        "e": (50, 1, 1),
    }


def test_an_advisors_fines_double_from_the_third_and_pay_may_be_withheld() -> None:
    """From the third violation of a month 10–30 % of performance pay may be withheld as well."""
    events = tuple(Event("contact-unconfirmed", date(2026, 5, day)) for day in (6, 7, 8))
    dossier = Dossier("a", "after-sales", "", "auto-dealer", date(2026, 5, 6), {"advisor": "吳梅"}, events)
    found = escalate(fined(dossier, today=date(2026, 5, 20)), DEALER)
    assert [(int(fine.most), fine.withhold_percent) for fine in found] == [(50, None), (50, None), (100, (10, 30))]


def test_a_fault_not_put_right_after_an_order_is_fined_again() -> None:
    """Each working day after the day the order gave, until the papers are there."""
    dossier = vehicle("a", date(2026, 3, 5), date(2026, 3, 16))
    ordered = replace(dossier, events=(*dossier.events, Event("correction-ordered", date(2026, 3, 11))))
    assert [fine.on for fine in fined(dossier)] == [date(2026, 3, 11)]
    assert [fine.on for fine in fined(ordered)] == [date(2026, 3, 11), date(2026, 3, 13), date(2026, 3, 16)]


def test_a_fine_that_repeats_costs_what_it_cost_and_counts_as_a_violation() -> None:
    """The order of the 11th runs out twice: ¥50 again and again, and the next fault of the month is the fourth."""
    dossier = vehicle("a", date(2026, 3, 5), date(2026, 3, 16))
    ordered = replace(dossier, events=(*dossier.events, Event("correction-ordered", date(2026, 3, 11))))
    last = vehicle("b", date(2026, 3, 16), date(2026, 3, 24))
    found = escalate((*fined(ordered), *fined(last)), DEALER)
    assert [(fine.on.day, int(fine.most), fine.turn) for fine in found] == [
        (11, 50, 1),
        (13, 50, 2),
        (16, 50, 3),
        (20, 100, 4),
    ]
    doubled = escalate(fined(ordered), DEALER, earlier=1)
    assert [int(fine.most) for fine in doubled] == [100, 100, 100]


def test_no_fine_is_dated_after_the_cure_or_after_today() -> None:
    """Put right on the Saturday, before the working day on which it would have been fined again; so on a Saturday."""
    saturday = date(2026, 3, 14)
    dossier = vehicle("a", date(2026, 3, 5), saturday)
    ordered = replace(dossier, events=(*dossier.events, Event("correction-ordered", date(2026, 3, 11))))
    assert [fine.on.day for fine in fined(ordered)] == [11, 13]
    lasting = replace(ordered, documents=())
    assert [fine.on.day for fine in fined(lasting, today=saturday)] == [11, 13]


def test_fines_never_shrink_as_days_pass() -> None:
    """What was fined yesterday is fined today."""
    dossier = vehicle("a", date(2026, 3, 5), date(2026, 3, 16), ink="unsigned")
    sums = [
        sum(fine.most for fine in fined(dossier, today=date(2026, 3, 5) + timedelta(days=day))) for day in range(30)
    ]
    assert sums == sorted(sums)
    assert sums[-1] > 0


def test_a_range_keeps_both_its_ends() -> None:
    """A lost record costs 50 to 500; which, the pack leaves to people."""
    pack = load_pack("direct-sales")
    lost = Event("record-lost", date(2026, 3, 19))
    dossier = Dossier("a", "customer", "", "direct-sales", date(2026, 3, 2), {}, (lost,))
    (fine,) = fines(dossier, pack, evaluate(dossier, pack, date(2026, 3, 20), CN), date(2026, 3, 20), CN)
    assert (fine.least, fine.most) == (50, 500)


# ---------------------------------------------------------------- article 17, worked out by hand


def visit(key: str, handback: date, papers: dict[str, date], *, unsigned: dict[str, str] | None = None) -> Dossier:
    """A workshop visit; ``papers`` are kinds and the days they came in, ``unsigned`` kinds and who did not sign."""
    documents = tuple(
        Document(
            f"{key}-{kind}",
            kind,
            received,
            issued=handback,
            signatures={
                "customer": "unsigned" if (unsigned or {}).get(kind) == "customer" else "signed",
                "staff": "unsigned" if (unsigned or {}).get(kind) == "staff" else "signed",
            },
        )
        for kind, received in papers.items()
    )
    events = (Event("handback", handback), Event("maintenance", handback))
    return Dossier(key, "after-sales", "", "auto-dealer", handback, {"advisor": "吳梅"}, events, documents)


SHEETS = ("reception-sheet", "work-order", "settlement-sheet", "free-check-sheet")


def bill(*dossiers: Dossier, today: date = date(2026, 3, 31)) -> list[tuple[str, str, int]]:
    """The month's fines as day, penalty and amount."""
    found = escalate((fine for dossier in dossiers for fine in fined(dossier, today)), DEALER)
    return [(f"{fine.on:%m-%d}", fine.penalty, int(fine.most)) for fine in found]


def test_a_consultants_march_by_hand() -> None:
    """Late ¥50; unsigned by customer and staff ¥20 each, doubled as second and third; late again, doubled: ¥230."""
    first = vehicle("a", date(2026, 3, 5), date(2026, 3, 12))
    kept = vehicle("b", date(2026, 3, 11), date(2026, 3, 13))
    unsigned = replace(
        kept,
        documents=tuple(
            replace(each, signatures={"customer": "unsigned", "staff": "unsigned"})
            if each.kind == "delivery-checklist"
            else each
            for each in kept.documents
        ),
    )
    last = vehicle("c", date(2026, 3, 16), date(2026, 3, 24))
    assert bill(first, unsigned, last) == [
        ("03-11", "late-handover", 50),
        ("03-13", "customer-signature", 40),
        ("03-13", "staff-signature", 40),
        ("03-20", "late-handover", 100),
    ]


def test_an_advisors_march_by_hand() -> None:
    """Contact ¥50, customer's signature ¥50, the third doubles: internal signature ¥40; a lost paper ¥20 besides."""
    whole = {kind: date(2026, 3, 10) for kind in SHEETS}
    one = visit("a", date(2026, 3, 9), whole, unsigned={"work-order": "customer", "settlement-sheet": "staff"})
    told = replace(
        one,
        events=(*one.events, Event("contact-unconfirmed", date(2026, 3, 9)), Event("document-lost", date(2026, 3, 20))),
    )
    cured = replace(
        told,
        documents=(
            *told.documents,
            *(
                Document(f"again-{kind}", kind, date(2026, 3, 10), issued=date(2026, 3, 9), signatures=BOTH)
                for kind in ("work-order", "settlement-sheet")
            ),
        ),
    )
    # Papers signed the same day are in time and right: only the contact and the lost paper are left.
    assert bill(cured) == [("03-09", "contact", 50), ("03-20", "lost", 20)]
    late_cure = replace(cured, documents=tuple(_moved(each, date(2026, 3, 16)) for each in cured.documents))
    assert bill(late_cure) == [
        ("03-09", "contact", 50),
        ("03-10", "customer-signature", 50),
        ("03-10", "staff-signature", 40),
        ("03-11", "late-handover", 100),
        ("03-20", "lost", 20),
    ]


BOTH: dict[str, Ink] = {"customer": "signed", "staff": "signed"}


def _moved(document: Document, day: date) -> Document:
    return replace(document, received=day) if document.id.startswith("again-") else document


def test_a_visits_papers_that_come_later_lacked() -> None:
    """Three sheets in time, the fourth four days later: ¥20 for what lacked and ¥50 for completing it late."""
    papers = {kind: date(2026, 3, 10) for kind in SHEETS[:3]} | {SHEETS[3]: date(2026, 3, 16)}
    assert bill(visit("a", date(2026, 3, 9), papers)) == [("03-11", "incomplete", 20), ("03-11", "late-handover", 50)]
    # All of it late but whole is late and nothing else.
    whole = {kind: date(2026, 3, 13) for kind in SHEETS}
    assert bill(visit("a", date(2026, 3, 9), whole)) == [("03-11", "late-handover", 50)]


def test_what_was_cured_was_a_violation_all_the_same() -> None:
    """A checklist signed days after it was handed in unsigned is met today; the fine of that day stays."""
    dossier = vehicle("a", date(2026, 3, 5), date(2026, 3, 6), ink="unsigned")
    signed = tuple(
        Document(f"again-{kind}", kind, date(2026, 3, 9), signatures=BOTH) for kind in ("delivery-checklist",)
    )
    cured = replace(dossier, documents=(*dossier.documents, *signed))
    assert bill(cured) == [("03-06", "customer-signature", 20)]


def test_nobody_is_fined_for_what_a_person_has_yet_to_look_at() -> None:
    """While the only late paper waits in review its lateness is open; settled, it was in time."""
    dossier = vehicle("a", date(2026, 3, 5), date(2026, 3, 6))
    waits = replace(
        dossier,
        documents=tuple(replace(each, in_review=each.kind == "green-card") for each in dossier.documents),
    )
    assert fined(waits) == ()


@settings(deadline=None, max_examples=60)
@given(
    received=st.lists(st.integers(0, 20), min_size=4, max_size=4),
    signer=st.sampled_from(("", "customer", "staff")),
    cured=st.one_of(st.none(), st.integers(0, 20)),
)
def test_fines_of_a_visit_never_shrink(received: list[int], signer: str, cured: int | None) -> None:
    """Whatever comes in on whatever day, signed or signed later: no day takes back a fine of the day before."""
    start = date(2026, 3, 9)
    papers = {kind: start + timedelta(days=days) for kind, days in zip(SHEETS, received, strict=True)}
    dossier = visit("a", start, papers, unsigned={"work-order": signer} if signer else None)
    if cured is not None:
        again = Document("again", "work-order", papers["work-order"] + timedelta(days=cured), start, signatures=BOTH)
        dossier = replace(dossier, documents=(*dossier.documents, again))
    before: set[tuple[str, str, date]] = set()
    for day in range(45):
        today = start + timedelta(days=day)
        known = {(fine.penalty, fine.requirement, fine.on) for fine in fined(dossier, today)}
        assert before <= known
        assert all(on <= today for _, _, on in known)
        before = known
