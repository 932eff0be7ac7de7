"""Requests are routed, decided by others, lent as keys for a while, and end; whatever is refused goes on record."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from desk import copies, deciding, levels, loans, lookup, requests, retrieval, users
from desk.access import CopyWantsApproval
from desk.archive import Archive
from desk.clock import CLOCK
from desk.copies import CopyMade
from desk.deciding import NothingMeant
from desk.loans import NotLent
from desk.opening import settle
from desk.requests import PurposeMissing
from desk.rights import Refused
from desk.routing import DecidedAlready, DecidedByYou, NotApproved, NotTheApprover, OwnRequest
from desk.viewing import Pages, page
from dossier.errors import JuanzongError
from dossier.lending import Form
from index import lending, record
from index.errors import NoSuchThing
from index.tables import Heartbeat
from tests.desk.office import OURS, THEIRS, Office, document_in
from tests.desk.test_copies import pdf_subject
from vault.envelope import Holder
from vault.errors import NoAccess
from vault.keyfile import FAST
from vault.levels import Level


def ask(archive: Archive, given: str = THEIRS, form: Form = Form.VIEW) -> str:
    """Ask for a dossier and return the request's number."""
    return requests.ask(archive, given, purpose="call the client", reason="complaint", form=form).id


def copy(archive: Archive, folder: Path, dossier: str = THEIRS) -> CopyMade:
    """Take a copy of a dossier."""
    return copies.dossier_copy(archive, dossier, folder / "copy.pdf", replace=True)


def said(office: Office, what: str) -> list[str]:
    """Return who is on record with this sort of entry."""
    with office.owner() as archive, archive.index.read() as session:
        return [entry.who for entry in record.find(session, what=what)]


def lent_to(archive: Archive, object_id: str) -> list[str | None]:
    """Return to whom the key of an object is wrapped for a while, in the store."""
    return [one.who for one in archive.vault.envelope(object_id).recipients if one.holder is Holder.LOAN]


def test_another_departments_dossier_takes_the_general_manager(office: Office, tmp_path: Path) -> None:
    """Nothing before the approval, a copy while the loan runs, nothing after the return; all of it on record."""
    with office.served("li", "chen", "gao") as (li, chen, gao):
        with pytest.raises(NoSuchThing):
            copy(li, tmp_path)
        number = ask(li)
        assert requests.show(li, number).state == "open"
        with pytest.raises(NotTheApprover):
            deciding.approve(chen, number)
        approved = deciding.approve(gao, number, note="once")
        assert approved.state == "lent"
        made = copy(li, tmp_path)
        assert (made.grounds.by, made.grounds.request, len(made.documents)) == ("loan", number, 1)
        loans.give_back(li, number)
        with pytest.raises(NoSuchThing):
            copy(li, tmp_path)
        with pytest.raises(NotLent):
            loans.give_back(li, number)
    assert said(office, "approve") == ["gao"]
    assert said(office, "denied") == ["li", "chen", "li", "li"]
    assert said(office, "get") == ["li"]


def test_the_own_departments_head_approves(office: Office) -> None:
    """For a dossier of the own department its head decides."""
    with office.owner() as owner:
        users.add(owner, "qian", "lantern copper meadow ninety", department="service", cost=FAST)
    with office.served("qian", "ma") as (qian, ma):
        assert deciding.approve(ma, ask(qian)).state == "lent"


def test_a_right_is_a_key(office: Office, tmp_path: Path) -> None:
    """With their own keys alone a borrower opens what was lent, and the code does not help before or after."""
    with office.owner() as owner, owner.index.read() as session:
        document = document_in(session, THEIRS)
        capture = retrieval.capture_by(session, document)
    original = str(capture.original)
    with office.alone("li") as li:
        with pytest.raises(NoAccess):
            li.vault.open_bytes(original, document=capture.id, role="original")
        number = ask(li)
    with office.alone("gao") as gao:
        deciding.approve(gao, number)
    with office.alone("li") as li:
        assert li.vault.open_bytes(original, document=capture.id, role="original")
        assert copy(li, tmp_path).pages == 1
        loans.give_back(li, number)
        with pytest.raises(NoSuchThing):
            copy(li, tmp_path)
    with office.alone("zhou") as zhou:
        settle(zhou)
    with office.alone("li") as li, pytest.raises(NoAccess):
        li.vault.open_bytes(original, document=capture.id, role="original")


def test_a_standing_right_needs_no_approval_but_a_key(office: Office, tmp_path: Path) -> None:
    """Who is in charge asks for their own dossier, and a custodian hands out the keys without anybody's approval."""
    with office.alone("li") as li:
        assert lookup.dossier(li, OURS).row.key == OURS
        with pytest.raises(NoAccess):
            copy(li, tmp_path, OURS)
        made = requests.ask(li, OURS, purpose="visit", reason="plan")
        assert (made.state, made.by_right) == ("approved", True)
    with office.alone("zhou") as zhou:
        assert deciding.hand_out(zhou, made.id).state == "lent"
    with office.alone("li") as li:
        assert copy(li, tmp_path, OURS).grounds.by == "right"


def test_nobody_decides_on_their_own(office: Office) -> None:
    """Not the asker, not the asker by whoever they stand in for, not the same person twice."""
    with office.owner() as owner:
        users.change(owner, "chen", stands_in="gao")
        users.change(owner, "ma", stands_in="gao")
    with office.served("gao", "chen", "ma") as (gao, chen, ma):
        mine = requests.ask(gao, OURS, purpose="a", reason="b", form=Form.VIEW)
        assert mine.by_right
        asked = ask(chen, THEIRS)
        with pytest.raises(OwnRequest):
            deciding.approve(chen, asked)
        assert deciding.approve(ma, asked).state == "lent"
        with pytest.raises(DecidedAlready):
            deciding.approve(gao, asked)
    with office.owner() as owner:
        users.change(owner, "zhou", stands_in="ma")
    with office.served("ma", "zhou") as (ma, zhou):
        asked = requests.ask(ma, OURS, purpose="a", reason="b")
        with pytest.raises(NotTheApprover):
            deciding.approve(zhou, asked.id)


def test_what_is_secret_takes_custodian_and_manager(office: Office, tmp_path: Path) -> None:
    """Two different people: the custodian of that level, and a manager; one of them alone is not enough."""
    with office.served("shen") as (shen,):
        levels.classify(shen, OURS, Level.SECRET, reason="trial")
    with office.served("li", "shen", "gao", "zhou") as (li, shen, gao, zhou):
        with pytest.raises(NoSuchThing):
            lookup.dossier(zhou, OURS)
        assert lookup.search(zhou, "合同").total == 1
        number = ask(li, OURS)
        shown = requests.show(li, number)
        assert (shown.state, shown.dossier, shown.level, shown.steps) == ("open", "", "", ())
        assert deciding.approve(shen, number).state == "open"
        with pytest.raises(DecidedByYou):
            deciding.approve(shen, number)
        assert deciding.approve(gao, number).state in {"lent", "open"}


@pytest.mark.parametrize("level", [Level.CONFIDENTIAL, Level.SECRET])
def test_to_copy_what_is_secret_takes_an_approval_of_its_own(office: Office, tmp_path: Path, level: Level) -> None:
    """Custodian, manager and borrower may look at it on the page, and keep no copy until one was approved as such."""
    with office.owner() as owner:
        users.change(owner, "ma", positions=["service-manager"])
        with owner.index.read() as session:
            document = document_in(session, THEIRS)
        levels.classify(owner, document, level, reason="trial")
        assert copies.view_copy(owner, document, tmp_path / "owner.pdf").pages == 1
    pages = Pages()
    try:
        with office.served("li", "shen", "gao", "ma") as (li, shen, gao, ma):
            for one in (shen, gao) if level is Level.CONFIDENTIAL else (shen,):
                assert page(one, pages, document, proven=True).stamped
                with pytest.raises(CopyWantsApproval, match=document):
                    copies.view_copy(one, document, tmp_path / "no.pdf")
                with pytest.raises(Refused):
                    retrieval.save(one, document, tmp_path / "no.jpg")
                with pytest.raises(CopyWantsApproval):
                    copy(one, tmp_path)
            looked = requests.ask(li, document, purpose="a", reason="b").id
            _approved_by(looked, gao, shen, ma)
            assert page(li, pages, document, proven=True).stamped
            with pytest.raises(CopyWantsApproval):
                copies.view_copy(li, document, tmp_path / "no.pdf")
            kept = ask(li, document, Form.COPY)
            assert len(requests.show(gao, kept).steps) >= 2
            _approved_by(kept, gao, shen, ma)
            made = copies.view_copy(li, document, tmp_path / "copy.pdf")
            assert (made.grounds.by, made.grounds.request) == ("loan", kept)
            assert pdf_subject(tmp_path / "copy.pdf").startswith(level.value)
            with pytest.raises(Refused):
                retrieval.save(li, document, tmp_path / "no.jpg")
            custodians = ask(shen, document, Form.COPY)
            assert requests.show(shen, custodians).state == "open"
    finally:
        pages.close()
    assert set(said(office, "denied")) >= {"shen", "li"}


def _approved_by(number: str, *approvers: Archive) -> None:
    """Have a request approved by as many of these people as it takes."""
    for one in approvers:
        try:
            if deciding.approve(one, number).state == "lent":
                return
        except (NotTheApprover, DecidedByYou):
            continue
    pytest.fail(f"{number} is not lent")


def test_denied_withdrawn_and_unclear(office: Office) -> None:
    """A refusal wants a reason; what is over cannot be decided; what means nothing cannot be approved."""
    with office.served("li", "gao", "zhou") as (li, gao, zhou):
        number = ask(li)
        with pytest.raises(PurposeMissing):
            deciding.deny(gao, number, note=" ")
        assert deciding.deny(gao, number, note="no need").state == "denied"
        with pytest.raises(DecidedAlready) as over:
            deciding.approve(gao, number)
        assert "已拒絕" in over.value.say("zh-Hant")
        with pytest.raises(NotApproved) as never:
            deciding.hand_out(zhou, number)
        assert "denied" not in never.value.say("zh-Hans")
        gone = ask(li)
        assert requests.withdraw(li, gone).state == "withdrawn"
        with pytest.raises(NoSuchThing):
            requests.withdraw(gao, gone)
        with pytest.raises(NothingMeant):
            deciding.approve(gao, ask(li, "no such car"))
        with pytest.raises(PurposeMissing):
            requests.ask(li, THEIRS, purpose="", reason="x")
        with pytest.raises(NoSuchThing):
            deciding.approve(gao, "nosuchrequest")


def test_a_loan_runs_out_and_is_overdue(office: Office, tmp_path: Path) -> None:
    """After its last day the keys are taken back, the copy refused, and the loan stands as overdue until returned."""
    with office.served("li", "gao", "zhou") as (li, gao, zhou):
        number = ask(li)
        deciding.approve(gao, number)
        later = datetime.now(UTC) + timedelta(days=10)
        with li.index.write() as session:
            session.merge(Heartbeat(who=CLOCK, at=later))
        with pytest.raises(NoSuchThing):
            copy(li, tmp_path)
        assert loans.sweep(zhou) == 1
        (overdue,) = loans.loans(zhou, overdue=True)
        assert (overdue.borrower, overdue.state, overdue.keys) == ("li", "overdue", "taken back")
        assert overdue.overdue >= 3
        assert [one.borrower for one in loans.remind(zhou)] == ["li"]
        assert loans.remind(zhou) == []
        loans.give_back(zhou, number, condition="good")
        assert loans.loans(zhou, overdue=True) == []
    assert said(office, "loan-expired") == ["zhou"]


def test_keys_come_back_while_nobody_opens_anything(office: Office) -> None:
    """A program that runs for days takes them back within the hour; the store no longer has them."""
    ticks = iter([0.0, 10.0, 4_000.0, 4_000.0, 4_010.0])
    with office.served("li", "gao") as (li, gao):
        number = ask(li)
        deciding.approve(gao, number)
        with li.index.read() as session:
            lent = lending.loan(session, number)
        assert [lent_to(gao, one) for one in lent.objects] == [["li"], ["li"]]
        sweeping = loans.Sweeping(gao, clock=lambda: next(ticks))
        with li.index.write() as session:
            session.merge(Heartbeat(who=CLOCK, at=datetime.now(UTC) + timedelta(days=10)))
        sweeping()
        assert loans.loans(gao)[0].keys == "held"
        sweeping()
        assert loans.loans(gao)[0].keys == "taken back"
        sweeping()
        assert [lent_to(gao, one) for one in lent.objects] == [[], []]
    assert said(office, "loan-expired") == ["gao"]


def test_a_return_takes_the_keys_at_once_where_the_returner_can_sign(office: Office) -> None:
    """By a custodian or a server at once; by a borrower with their own keys alone when next a signer opens it."""
    with office.alone("li") as li:
        first, second = ask(li), ask(li, OURS)
    with office.alone("gao") as gao:
        deciding.approve(gao, first)
        settle(gao)
    with office.alone("zhou") as zhou:
        deciding.hand_out(zhou, second)
        assert loans.give_back(zhou, second).keys == "taken back"
    with office.alone("li") as li:
        assert loans.give_back(li, first).keys == "held"
        with li.index.read() as session:
            objects = lending.loan(session, first).objects
        assert [lent_to(li, one) for one in objects] == [["li"], ["li"]]
    with office.alone("xu") as xu:
        settle(xu)
    with office.alone("zhou") as zhou:
        settle(zhou)
        assert [lent_to(zhou, one) for one in objects] == [[], []]


def test_a_clock_set_back_prolongs_nothing(office: Office) -> None:
    """The latest moment seen counts; that the clock went back is on record once."""
    with office.served("li", "gao") as (li, gao):
        number = ask(li)
        deciding.approve(gao, number)
        with li.index.write() as session:
            session.merge(Heartbeat(who=CLOCK, at=datetime.now(UTC) + timedelta(days=30)))
        settle(gao)
        settle(gao)
        with li.index.read() as session:
            assert lending.loan(session, number).keys_ended is not None
    assert len(said(office, "clock-back")) == 1


def test_more_time_takes_a_new_approval(office: Office) -> None:
    """An extension is a request of its own; approved, the loan runs on from its last day."""
    with office.served("li", "gao") as (li, gao):
        number = ask(li)
        first = deciding.approve(gao, number)
        more = requests.extend(li, first.loan, reason="not done")
        assert more.state == "open"
        deciding.approve(gao, more.id)
        (lent,) = loans.loans(li)
        assert lent.extensions == 1
        assert lent.due.isoformat() > first.due
        with pytest.raises(NoSuchThing):
            requests.extend(gao, first.loan, reason="x")
        loans.give_back(li, number)
        with pytest.raises(DecidedAlready):
            requests.extend(li, first.loan, reason="again")


def test_who_holds_no_keys_approves_and_a_custodian_hands_out(office: Office) -> None:
    """An approver opened by their own keys alone, at a level they do not hold: it waits for its custodian."""
    with office.served("shen") as (shen,):
        levels.classify(shen, THEIRS, Level.SECRET, reason="trial")
    with office.alone("li") as li:
        number = ask(li)
    with office.alone("shen") as shen:
        assert deciding.approve(shen, number).state == "open"
    with office.alone("gao") as gao:
        assert deciding.approve(gao, number).state == "approved"
    with office.alone("zhou") as zhou, pytest.raises(NoSuchThing):
        deciding.hand_out(zhou, number)  # another custodian's: they may not even know of it
    with office.alone("shen") as shen:
        assert deciding.hand_out(shen, number).state == "lent"


def test_what_cannot_be_is_on_record_too(office: Office) -> None:
    """Approving twice or one's own, returning what was not lent, by whoever: a sentence, and an entry that says why."""
    with office.served("li", "gao", "chen") as (li, gao, chen):
        number = ask(li)
        with pytest.raises(NotTheApprover):
            deciding.approve(chen, number)
        deciding.approve(gao, number)
        with pytest.raises(DecidedAlready):
            deciding.approve(gao, number)
        loans.give_back(li, number)
        with pytest.raises(NotLent):
            loans.give_back(li, number)
        with pytest.raises(OwnRequest):
            deciding.approve(gao, requests.ask(gao, OURS, purpose="a", reason="b", outsider=True).id)
        with gao.index.read() as session:
            told = [(entry.who, entry.facts["why"]) for entry in record.find(session, what="denied")]
    assert told == [
        ("chen", "lending.not-the-approver"),
        ("gao", "lending.decided-already"),
        ("li", "lending.not-lent"),
        ("gao", "lending.own-request"),
    ]


def test_only_one_of_many_decides(office: Office) -> None:
    """Eight threads approve and return the same thing at once: one is taken, the others find it done."""
    with office.served("li", "gao") as (li, gao):
        number = ask(li)

        def at_once(work: Callable[[], object]) -> list[str]:
            gate, told = Barrier(8), list[str]()

            def run() -> None:
                gate.wait()
                try:
                    work()
                    told.append("done")
                except JuanzongError as error:
                    told.append(type(error).__name__)

            threads = [Thread(target=run) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return sorted(told)

        assert at_once(lambda: deciding.approve(gao, number)) == ["DecidedAlready"] * 7 + ["done"]
        assert len(loans.loans(gao, every=True)) == 1
        assert at_once(lambda: loans.give_back(li, number)) == ["NotLent"] * 7 + ["done"]
        deciding.approve(gao, ask(li))
        with li.index.write() as session:
            session.merge(Heartbeat(who=CLOCK, at=datetime.now(UTC) + timedelta(days=10)))
        assert at_once(lambda: loans.sweep(gao)) == ["done"] * 8
    assert said(office, "lend") == ["gao", "gao"]
    assert said(office, "return") == ["li"]
    assert said(office, "loan-expired") == ["gao"]


def test_an_original_takes_more_than_a_look(office: Office, tmp_path: Path) -> None:
    """A loan to look gives no original; one of the original does, byte for byte."""
    with office.served("li", "gao") as (li, gao):
        with li.index.read() as session:
            document = document_in(session, THEIRS)
        deciding.approve(gao, ask(li, document))
        copies.view_copy(li, document, tmp_path / "view.pdf")
        with pytest.raises(Refused):
            retrieval.save(li, document, tmp_path / "original.jpg")
        deciding.approve(gao, ask(li, document, Form.ORIGINAL))
        assert retrieval.save(li, document, tmp_path / "original.jpg").size > 0
        with li.index.read() as session:
            ours = document_in(session, OURS)
        with pytest.raises(Refused):
            retrieval.save(li, ours, tmp_path / "other.jpg")
