"""Fines: which faults earn them, and how they grow with a person's month."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

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
