"""Secrecy marks, paper ledgers, inspections, incidents, holds, and destruction by two people."""

from datetime import date
from pathlib import Path

import pytest

from desk import (
    custody,
    deciding,
    destroying,
    dossiers,
    levels,
    loans,
    lookup,
    papers,
    requests,
    retention,
    retrieval,
    setup,
    slips,
)
from desk.custody import IncidentClosed, IncidentOpen, NothingSaid, OnHold
from desk.destroying import TwoPeople
from desk.home import Home
from desk.levels import LevelKeysMissing, ReasonNotGiven
from desk.loans import PaperWantsCustodian
from desk.opening import settle
from desk.papers import PaperInSafe, PaperOut
from desk.retention import DecidedOnce, NotDue, NothingToDecide
from desk.routing import NoPaper
from dossier.lending import Form
from dossier.retention import half_year, kept_until
from index import record
from index.errors import NoSuchThing
from tests.desk.office import OURS, PASSPHRASE, THEIRS, Office, document_in, put
from vault.errors import NoAccess
from vault.keyfile import FAST
from vault.levels import Level, level_of


def test_a_marked_dossier_is_sealed_anew_and_gone_for_others(office: Office) -> None:
    """Its objects lie under the level's key, its text on the level's shelf; taking the mark back brings all back."""
    with office.served("shen", "zhou") as (shen, zhou):
        with pytest.raises(ReasonNotGiven):
            levels.classify(shen, OURS, Level.SECRET, reason=" ")
        with zhou.index.read() as session:
            document = document_in(session, OURS)
            before = retrieval.capture_by(session, document)
        done = levels.classify(shen, OURS, Level.SECRET, reason="trial")
        assert (done.before, done.level, done.resealed) == ("ordinary", "secret", 1)
        with zhou.index.read() as session:
            after = retrieval.capture_by(session, document)
        assert [level_of(one) for one in (after.original, after.record, after.reading) if one] == [Level.SECRET] * 3
        with pytest.raises(NoSuchThing):
            lookup.dossier(zhou, OURS)
        assert {hit.dossier for hit in lookup.search(zhou, "合同").hits} == {THEIRS}
        assert {hit.dossier for hit in lookup.search(shen, "合同").hits} == {OURS, THEIRS}
        later = put(shen, OURS, "合同 后到")
        settle(shen)
        with shen.index.read() as session:
            assert retrieval.document_by(session, later).level == "secret"
        assert levels.classify(shen, OURS, Level.ORDINARY, reason="over").resealed == 2
        assert lookup.dossier(zhou, OURS).row.documents == 2
    assert before.original != after.original


def test_a_custodian_of_ordinary_papers_opens_nothing_secret(office: Office) -> None:
    """With their own keys alone, the code does not help: there is nothing to open it with."""
    with office.owner() as owner:
        document = put(owner, OURS, "絕密", level=Level.SECRET)
        with owner.index.read() as session:
            capture = retrieval.capture_by(session, document)
    with office.alone("zhou") as zhou, pytest.raises(NoAccess):
        zhou.vault.open_bytes(str(capture.original), document=capture.id, role="original")
    with office.alone("shen") as shen:
        assert shen.vault.open_bytes(str(capture.original), document=capture.id, role="original")


def test_who_holds_not_both_levels_marks_nothing(office: Office) -> None:
    """A general manager opened by their own keys alone cannot mark secret, and nothing is changed."""
    with office.alone("gao") as gao:
        with pytest.raises(LevelKeysMissing):
            levels.classify(gao, OURS, Level.SECRET, reason="x")
        assert levels.classify(gao, OURS, Level.CONFIDENTIAL, reason="x").resealed == 1


def test_paper_is_lent_with_a_slip_and_taken_back(office: Office) -> None:
    """The ledger says where it is, who has it, and how it came back; the borrower cannot strike it off."""
    with office.served("zhou", "li", "gao") as (zhou, li, gao):
        with pytest.raises(NoPaper):
            requests.ask(li, OURS, purpose="a", reason="b", form=Form.PAPER)
        entered = papers.enter(zhou, OURS, sort="cabinet", place="A-3", condition="good")
        assert (entered.ledger, entered.number, entered.state) == ("dossiers", 1, "in")
        asked = requests.ask(li, OURS, purpose="a", reason="b", form=Form.PAPER)
        assert deciding.approve(zhou, asked.id).state == "approved"
        lent = deciding.hand_out(zhou, asked.id)
        assert slips.loan_slip(zhou, lent.loan, lang="zh-Hant").startswith(b"%PDF-")
        (out,) = papers.papers(zhou, dossier=OURS)
        assert (out.state, out.loan) == ("out", lent.loan)
        with pytest.raises(PaperOut):
            papers.move(zhou, "dossiers/1", sort="box", place="7")
        with pytest.raises(PaperWantsCustodian):
            loans.give_back(li, lent.loan)
        loans.give_back(zhou, "dossiers/1", condition="a corner torn")
        (back,) = papers.papers(gao, dossier=OURS)
        assert (back.state, back.condition) == ("in", "a corner torn")
        assert [one["what"] for one in back.history] == ["entered", "lent", "returned"]


def test_title_documents_lie_in_the_safe(tmp_path: Path) -> None:
    """They have a ledger of their own; the stocktake tells what is missing and what is there besides."""
    office = make_guarantee(tmp_path)
    with office.owner() as archive:
        document = put(archive, "G-1", "權證", kind="title-document")
        with pytest.raises(PaperInSafe):
            papers.enter(archive, document, sort="cabinet", place="A")
        safe = papers.enter(archive, document, sort="safe", place="1")
        other = papers.enter(archive, "G-1", sort="safe", place="1", title="project folder")
        assert (safe.ledger, safe.number, other.ledger) == ("titles", 1, "dossiers")
        checked = papers.check(archive, "1", ["titles/1", "an umbrella"])
        assert ([one.id for one in checked.missing], checked.surplus) == ([other.id], ("an umbrella",))
        assert papers.check(archive, "1", ["titles/1", "dossiers/1"]).missing == ()


def make_guarantee(folder: Path) -> Office:
    """Make an archive of a loan guarantee company with one project."""
    office = Office(Home(folder / "home"))
    setup.make(office.home, PASSPHRASE, packs=("guarantee",), cost=FAST)
    with office.owner() as archive:
        dossiers.open_by_hand(archive, "project", "G-1")
    return office


def test_inspections_come_every_half_year(office: Office) -> None:
    """Due until looked at in this half-year, and again in the next; a repair is noted."""
    with office.served("zhou") as (zhou,):
        assert [one.due for one in custody.inspections(zhou)] == [True, True]
        with pytest.raises(NothingSaid):
            custody.inspect(zhou, OURS, condition="")
        custody.inspect(zhou, OURS, condition="faded", on=date(2026, 11, 20))
        assert custody.mend(zhou, OURS, note="copied", on=date(2026, 11, 22)).mended == date(2026, 11, 22)
        with pytest.raises(NoSuchThing):
            custody.mend(zhou, THEIRS)
        due = {one.dossier: one.due for one in custody.inspections(zhou, as_of=date(2026, 12, 31))}
        assert due == {OURS: False, THEIRS: True}
        assert all(one.due for one in custody.inspections(zhou, as_of=date(2027, 1, 1)))
    assert half_year(date(2026, 6, 30)).name == "2026-H1"


def test_an_incident_is_closed_after_measures_and_telling(office: Office) -> None:
    """Anybody reports; custodians say what was done and who was told; then it is closed."""
    with office.served("li", "zhou") as (li, zhou):
        made = custody.report_incident(li, "a copy lay on the printer")
        custody.incident_step(zhou, made.id, "shredded it")
        with pytest.raises(IncidentOpen):
            custody.incident_step(zhou, made.id, "", close=True)
        custody.incident_step(zhou, made.id, "information head and service manager", told=True)
        assert custody.incident_step(zhou, made.id, "", close=True).closed is not None
        with pytest.raises(IncidentClosed):
            custody.incident_step(zhou, made.id, "more")
        assert [one.id for one in custody.incidents(zhou)] == [made.id]


def test_two_people_destroy_what_was_kept_long_enough(office: Office) -> None:
    """Not open ones, not held ones, not one person twice; then keys and texts are gone, and a certificate says so."""
    with office.served("zhou", "shen", "chen", "gao") as (zhou, shen, chen, gao):
        with pytest.raises(NotDue):
            retention.propose(zhou, [OURS], reason="x")
        dossiers.close(zhou, OURS, date(2010, 2, 28))
        custody.hold(zhou, OURS, reason="a suit")
        with pytest.raises(OnHold):
            retention.propose(zhou, [OURS], reason="x")
        assert [(one.due, one.held) for one in retention.due(zhou, every=True)] == [(False, True)]
        custody.lift(zhou, OURS, reason="settled")
        (due,) = retention.due(zhou)
        assert (due.dossier, due.until) == (OURS, date(2020, 2, 28))
        with zhou.index.read() as session:
            document = document_in(session, OURS)
            original = str(retrieval.capture_by(session, document).original)
        with pytest.raises(TwoPeople):
            destroying.destroy(chen, [document], reason="x", decided_by=["chen", "gao"])
        number = retention.propose(zhou, [OURS], reason="kept ten years").id
        assert retention.decide(shen, number).state == "proposed"
        with pytest.raises(DecidedOnce):
            retention.decide(shen, number)
        custody.hold(zhou, OURS, reason="a late suit")
        with pytest.raises(OnHold):
            retention.decide(gao, number)
        custody.lift(zhou, OURS, reason="withdrawn")
        done = retention.decide(gao, number)
        assert (done.state, done.decided_by) == ("done", ("shen", "gao"))
        assert original in done.certificate
        with pytest.raises(NothingToDecide):
            retention.decide(chen, number)
        assert lookup.search(zhou, "合同").total == 1
        assert retention.due(zhou, every=True) == []
        with zhou.index.read() as session:
            assert [one.who for one in record.find(session, what="destroy-decide")] == ["shen", "gao"]


def test_retention_is_the_packs_or_ten_years() -> None:
    """Whole years after closing; the 29th of February ends on the 28th."""
    assert kept_until(None, "client", date(2020, 2, 29)) == date(2030, 2, 28)


def test_the_yearly_list_is_printed(office: Office, tmp_path: Path) -> None:
    """Dossiers closed in a year, for sorting and boxing."""
    with office.served("zhou") as (zhou,):
        dossiers.close(zhou, OURS, date(2025, 3, 1))
        assert retention.yearly_list(zhou, 2025, tmp_path / "list.pdf", lang="zh-Hans") == 1
        assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF-")
