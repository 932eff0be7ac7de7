"""Reports as of another day: things as they stood that day, by what is known now."""

from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from bench.completeness.seeding import seed
from desk.archive import Archive
from desk.dossiers import close, enter_fact, open_by_hand
from desk.handing_over import hand_over
from desk.reports import Scope, completeness
from desk.reports.issuing import draw_up, issue
from desk.reports.sheet import Form
from dossier.model import Event, Waiver
from index import dossiers, record
from index.tables import Capture, Document

SALE = date(2026, 3, 2)
DUE = date(2026, 3, 5)
KEY = "1M8GDM9AXKP042788"


@pytest.fixture
def car(empty: Archive) -> Archive:
    """A car sold on 2 March, its green card handed in on 10 March, three working days late."""
    open_by_hand(empty, "new-vehicle", KEY, on=SALE)
    with empty.index.write() as session:
        row = dossiers.dossier_by(session, KEY)
        dossiers.add_event(session, row.id, Event("sale", SALE))
        dossiers.set_fact(session, row.id, "consultant", "李明樣本", by="test", at=datetime.now(UTC))
        put(session, row.id, "card", "green-card", date(2026, 3, 10))
    return empty


def put(session, dossier: str, name: str, kind: str, received: date) -> None:  # type: ignore[no-untyped-def]
    at = datetime(received.year, received.month, received.day, tzinfo=UTC)
    session.add(
        Capture(id=name, digest=name, name=name, size=1, format="pdf", sha256="0" * 64, state="filed", claimed=at)
    )
    session.flush()
    session.add(
        Document(
            id=f"{name}-1",
            capture=name,
            ordinal=1,
            kind=kind,
            family="form",
            confidence=1.0,
            pages=[1],
            dossier=dossier,
            received=received,
            dated=received,
        )
    )


def status(archive: Archive, day: date, requirement: str = "green-card") -> str:
    """What the report says of one requirement as of a day."""
    (one,) = completeness(archive, as_of=day).dossiers
    return next(line.status for line in one.lines if line.verdict.requirement == requirement)


def test_a_paper_counts_from_the_day_it_came(car: Archive) -> None:
    """Due, then late, then met: the same question for three days."""
    assert [status(car, day) for day in (DUE, date(2026, 3, 9), date(2026, 3, 10))] == ["due", "late", "met"]


def test_a_dossier_counts_from_the_day_it_was_opened_to_the_day_it_was_closed(car: Archive) -> None:
    """Before it was opened there was none; on the day it is closed nothing more is asked of it."""
    close(car, KEY, date(2026, 5, 4))
    days = (date(2026, 3, 1), SALE, date(2026, 5, 3), date(2026, 5, 4))
    assert [len(completeness(car, as_of=day).dossiers) for day in days] == [0, 1, 1, 0]


def test_a_closed_dossier_still_counts_in_the_rates_of_its_month(car: Archive) -> None:
    """It was handed over late, and closing it does not mend that."""
    before = draw_up(car, "rates", Scope(as_of=date(2026, 5, 3)), "en").as_json()
    close(car, KEY, date(2026, 5, 4))
    after = draw_up(car, "rates", Scope(as_of=date(2026, 12, 1)), "en").as_json()
    assert after["months"] == before["months"] != []


def test_a_waiver_counts_from_the_day_it_was_given(car: Archive) -> None:
    """Waived in April: late in March, waived after."""
    with car.index.write() as session:
        row = dossiers.dossier_by(session, KEY)
        given = Waiver("pdi-checklist", "王總樣本", "general-manager", date(2026, 4, 1), "樣本")
        dossiers.waive(session, row.id, given)
    found = [status(car, day, "pdi-checklist") for day in (date(2026, 3, 31), date(2026, 4, 1))]
    assert found == ["late", "waived"]


def test_what_is_learned_later_of_that_time_counts(car: Archive) -> None:
    """A fact entered today was true all along: the report of March now asks for the company's licence."""
    day = date(2026, 3, 10)
    assert status(car, day, "company-licence") == "not-applicable"
    enter_fact(car, KEY, "customer_type", "company")
    assert (status(car, day, "company-licence"), status(car, day, "id-card")) == ("late", "not-applicable")


def test_what_a_report_said_then_is_the_file_of_that_digest(car: Archive) -> None:
    """The same question gives another answer after a correction; the record tells the two files apart."""
    scope = Scope(as_of=date(2026, 3, 10))
    first = issue(car, "completeness", scope, Form.CSV, "en").content
    assert issue(car, "completeness", scope, Form.CSV, "en").content == first
    enter_fact(car, KEY, "customer_type", "company")
    second = issue(car, "completeness", scope, Form.CSV, "en").content
    with car.index.read() as session:
        said = [each.facts["sha256"] for each in record.entries(session) if each.what == "report"]
    digests = [sha256(content).hexdigest() for content in (first, first, second)]
    assert said == digests
    assert first != second


def test_fines_are_those_committed_by_the_day(car: Archive) -> None:
    """The fine of 6 March is not there on the 5th, and is from the 6th on."""
    days = (DUE, date(2026, 3, 6), date(2026, 6, 1))
    sheets = [draw_up(car, "penalties", Scope(as_of=day), "en").as_json()["fines"] for day in days]
    assert [len(fines) for fines in sheets] == [0, 1, 1]  # type: ignore[arg-type]
    assert sheets[1] == sheets[2]


def test_a_day_in_the_past_never_knows_of_later_documents(seeded: Archive) -> None:
    """As of any day no evidence is newer than that day."""
    for day in (date(2026, 1, 15), date(2026, 6, 30)):
        for one in completeness(seeded, as_of=day).dossiers:
            assert one.dossier.opened <= day
            for proof in one.evidence("en"):
                assert all(document.received <= day for document in proof.documents)


def test_seeding_is_the_same_twice(empty: Archive, seeded: Archive) -> None:
    """The synthetic archive is made of its numbers alone, so figures over it can be compared."""
    with empty.index.write() as session:
        seed(session, 80, date(2026, 11, 23))
    day = date(2026, 11, 23)
    assert completeness(empty, as_of=day).as_json("en") == completeness(seeded, as_of=day).as_json("en")


def test_a_sale_to_come_is_planned(car: Archive) -> None:
    """Before the day of an event what hangs on it is due, not missing, and nothing of it is late."""
    open_by_hand(car, "new-vehicle", "11111111111111111", on=date(2026, 2, 20))
    with car.index.write() as session:
        dossiers.add_event(session, dossiers.dossier_by(session, "11111111111111111").id, Event("sale", SALE))
    assert status(car, date(2026, 2, 25)) == "due"
    (line, *_) = (each for each in completeness(car, as_of=date(2026, 2, 25)).dossiers[0].lines)
    assert line.verdict.due == DUE


def test_the_register_says_what_was_missing_that_day(car: Archive) -> None:
    """Who gave what to whom; a person is found on either side; a day before it there is no such line."""
    hand_over(car, KEY, gave="李明樣本", took="檔案管理員樣本", on=date(2026, 3, 10), note="補交")
    for person in ("", "李明樣本", "檔案管理員樣本"):
        scope = Scope(as_of=date(2026, 4, 1), person=person)
        (row,) = draw_up(car, "register", scope, "zh-Hant").as_json()["handovers"]  # type: ignore[attr-defined]
        assert (row["on"], row["gave"], row["took"], row["note"]) == (
            "2026-03-10",
            "李明樣本",
            "檔案管理員樣本",
            "補交",
        )
        assert (row["documents"][:2], row["count"]) == ("綠卡", 1)
        assert row["missing"].count("、") == 9
    early = draw_up(car, "register", Scope(as_of=date(2026, 3, 9)), "zh-Hant").as_json()
    other = draw_up(car, "register", Scope(as_of=date(2026, 4, 1), person="周強樣本"), "zh-Hant").as_json()
    assert early["handovers"] == other["handovers"] == []
