"""What a report shows, counts and sums is what the person who asks may know of."""

import pytest
from sqlmodel import select

from bench.completeness.seeding import seed
from desk.archive import Archive
from desk.reports import Scope, completeness
from desk.reports.issuing import REPORTS, draw_up, issue
from desk.reports.sheet import Form
from desk.rights import Refused
from dossier.rights import Asker, Role
from index.errors import NoSuchThing
from index.filing import raise_level
from index.tables import Document
from tests.desk.reports.conftest import TODAY

NOW = Scope(as_of=TODAY)
SERVICE = Asker("head", "服務部主管樣本", frozenset({Role.DEPARTMENT_HEAD}), "service", frozenset())
ADVISOR = Asker("服務顧問樣本甲", "", frozenset({Role.ADVISOR}), "service", frozenset())
CLERK = Asker("clerk", "", frozenset({Role.CLERK}), "", frozenset())
KEEPER = Asker("keeper", "", frozenset({Role.ADMINISTRATOR}), "", frozenset())


def text(archive: Archive, name: str, scope: Scope = NOW) -> str:
    return issue(archive, name, scope, Form.JSON, "en").content.decode()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("asker", [SERVICE, ADVISOR], ids=["head", "advisor"])
def test_no_report_tells_of_others_dossiers(seeded: Archive, asker: Asker, name: str) -> None:
    """Neither a key nor a name of a dossier that the person may not know of is anywhere in any report."""
    mine = seeded.asked_by(asker)
    seen = {one.key for one in completeness(mine, scope=NOW).dossiers}
    hidden = {one.key: one.label for one in completeness(seeded, scope=NOW).dossiers if one.key not in seen}
    assert seen
    assert hidden
    said = text(mine, name)
    assert not [key for key, label in hidden.items() if key in said or label in said]


def test_counts_are_of_ones_own(seeded: Archive) -> None:
    """A head's rates are the department's alone; statistics count no capture and no dossier of others."""
    mine = seeded.asked_by(SERVICE)
    assert {row["department"] for row in draw_up(mine, "rates", NOW, "en").as_json()["departments"]} == {"service"}  # type: ignore[attr-defined]
    totals = {row["id"]: row["count"] for row in draw_up(mine, "stats", NOW, "en").as_json()["totals"]}  # type: ignore[attr-defined]
    own = completeness(mine, scope=NOW).dossiers
    assert totals["dossiers"] == len(own)
    assert totals["documents"] == sum(len(one.dossier.documents) for one in own)
    assert (totals["captures"], totals["pages"], totals["bytes"]) == (0, 0, 0)


def test_a_dossier_one_may_not_know_of_is_not_there(seeded: Archive) -> None:
    """Asked for by name, it is unknown, not forbidden."""
    car = next(one.key for one in completeness(seeded, scope=NOW).dossiers if one.dossier.kind == "new-vehicle")
    for name in ("completeness", "rates", "register"):
        with pytest.raises(NoSuchThing):
            draw_up(seeded.asked_by(ADVISOR), name, Scope(as_of=TODAY, dossier=car), "en")


def test_who_keeps_the_machine_gets_no_report(seeded: Archive) -> None:
    """An administrator keeps the vault and the people, and sees nothing of the dossiers."""
    for name in REPORTS:
        with pytest.raises(Refused):
            issue(seeded.asked_by(KEEPER), name, NOW, Form.JSON, "en")


def test_no_evidence_names_a_document_above_ones_levels(empty: Archive) -> None:
    """A confidential paper counts as there, and nobody without the level is told its number."""
    with empty.index.write() as session:
        seed(session, 30, TODAY)
        found = session.exec(select(Document).where(Document.kind == "work-order")).all()
        raised = {each.id for each in found}
        for each in found:
            raise_level(session, each.capture, "confidential")
    before = completeness(empty, scope=NOW)
    for asker in (SERVICE, CLERK):
        mine = empty.asked_by(asker)
        assert not [name for report in REPORTS for name in raised if name in text(mine, report)]
        theirs = {one.key: one.verdicts for one in completeness(mine, scope=NOW).dossiers}
        assert theirs == {one.key: one.verdicts for one in before.dossiers if one.key in theirs} != {}
    assert any(name in text(empty, "completeness") for name in raised)
