"""What the page keeps in memory of dossiers is what judging them now says, after whatever was done."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from time import monotonic, sleep

import pytest

from desk import dossiers, lookup, review
from desk.archive import Archive
from desk.home import Home
from desk.reports import standings as kept_standings
from desk.reports.aside import judged_aside
from desk.reports.naming import Names
from desk.reports.overview import overview
from desk.reports.scope import Scope, local_today
from desk.reports.standing import GAPS, AllJudged
from desk.reports.standings import HARMLESS, OF_DOCUMENTS, OF_DOSSIERS, Standings
from dossier.model import Status
from dossier.rights import Asker, Role
from index import record
from tests.web.conftest import Office


def test_standings_follow_every_change(office: Office) -> None:
    """Events, facts, names, decisions, new and closed dossiers: the kept standings equal fresh ones each time."""
    standings = Standings()
    today = date.today()  # noqa: DTZ011
    with office.opened() as archive:
        assert standings.of(archive) == Standings().of(archive)
        key = "1M8GDM9AXKP042788"  # before all others of its day
        steps = (
            lambda: dossiers.open_by_hand(archive, "auto-dealer/new-vehicle", key),
            lambda: dossiers.enter_event(archive, key, "sale", today - timedelta(days=20)),
            lambda: dossiers.enter_fact(archive, key, "customer_type", "company"),
            lambda: dossiers.rename(archive, key, "Kept in mind"),
            lambda: review.set_right(archive, office.documents["vehicle-licence"], dossier=key),
            lambda: review.set_right(archive, office.documents["vehicle-licence"], dossier=office.key),
            lambda: lookup.search(archive, "kind:vehicle-licence"),
            lambda: dossiers.close(archive, key, today),
        )
        seen = []
        for step in steps:
            step()
            now = standings.of(archive)
            assert now == Standings().of(archive)
            seen.append({one.key: (one.label, len(one.gaps), one.documents) for one in now})
        assert [key in one for one in seen] == [True] * 7 + [False]
        assert len({one.get(key) for one in seen}) >= 4, "the steps changed nothing, so nothing was proven"


def test_an_unknown_entry_has_all_judged_anew(office: Office) -> None:
    """What this part has never heard of may change anything."""
    known = OF_DOSSIERS | OF_DOCUMENTS | HARMLESS
    assert not OF_DOSSIERS & HARMLESS
    assert not OF_DOCUMENTS & HARMLESS
    assert "merge" not in known
    standings = Standings()
    with office.opened() as archive:
        before = standings.of(archive)
        ((_, kept),) = standings._kept.items()
        kept.standings = dict(list(kept.standings.items())[:0])
        assert standings.of(archive) == ()
        with archive.index.write() as session:
            record.append(session, "test", "merge", "x")
        assert standings.of(archive) == before


def test_what_was_counted_is_counted_anew_after_a_change(office: Office) -> None:
    """The overview is kept for those who see the same, never given to others, and made again when a dossier changes."""
    standings, scope = Standings(), Scope()
    with office.opened() as archive:
        names = Names(archive.packs, "en")
        before = overview(archive, scope, names, standings)
        assert overview(archive, scope, names, standings) is before
        assert overview(archive, scope, Names(archive.packs, "zh-Hant"), standings) is not before
        nobody = archive.asked_by(Asker("nobody", roles=frozenset({Role.ADVISOR})))
        assert overview(nobody, scope, names, standings).dossiers == 0
        assert overview(archive, scope, names, standings) is before
        dossiers.open_by_hand(archive, "auto-dealer/new-vehicle", "LSVAA49J332047372")
        after = overview(archive, scope, names, standings)
        assert after == overview(archive, scope, names, Standings())
        assert after.dossiers == before.dossiers + 1
        dossiers.close(archive, "LSVAA49J332047372", date.today())  # noqa: DTZ011
        assert overview(archive, scope, names, standings).dossiers == before.dossiers


def test_a_process_of_its_own_finds_what_this_one_finds(office: Office) -> None:
    """Judged aside, with the keys of the index alone, all dossiers stand as they do when judged here."""
    day = local_today()
    with office.opened() as archive:
        found = judged_aside(archive, day)
        assert found is not None
        assert tuple(found.standings.values()) == Standings().of(archive)
        assert Standings(judged_aside, many=0).of(archive) == Standings().of(archive)
        with archive.index.read() as session:
            assert found.seq == record.size(session)


def test_where_no_process_can_judge_this_one_does(office: Office) -> None:
    """A process that cannot start, or that is given keys that do not fit, costs time and nothing else."""
    with office.opened() as archive:
        assert judged_aside(replace(archive, home=Home(office.home.path / "elsewhere")), local_today()) is None
        assert Standings(lambda _archive, _day: None, many=0).of(archive) == Standings().of(archive)


def test_while_all_are_judged_again_people_see_what_is_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an hour all are judged aside; until then the kept ones are shown, and later changes are not lost."""
    monkeypatch.setattr(kept_standings, "LONGEST_SECONDS", 0.0)
    begun, go_on = threading.Event(), threading.Event()
    key = "LSVAA49J532047373"

    def aside(archive: Archive, day: date) -> AllJudged | None:
        found = judged_aside(archive, day)
        begun.set()
        assert go_on.wait(30)
        return found

    with office.opened() as archive:
        go_on.set()
        standings = Standings(aside, many=0)
        before = standings.of(archive)
        go_on.clear()
        begun.clear()
        assert standings.of(archive) == before
        assert begun.wait(30)
        dossiers.open_by_hand(archive, "auto-dealer/new-vehicle", key)
        assert [one.key for one in standings.of(archive)].count(key) == 1
        go_on.set()
        (kept,) = standings._kept.values()
        until = monotonic() + 30
        while kept.renewing and monotonic() < until:
            sleep(0.01)
        assert {one.key: one for one in standings.of(archive)} == {one.key: one for one in Standings().of(archive)}
        dossiers.close(archive, key, date.today())  # noqa: DTZ011


def test_a_dossier_stands_as_its_verdicts_say(office: Office) -> None:
    """What searches ask of kept standings is what the verdicts on each dossier answer."""
    with office.opened() as archive:
        for one in Standings().of(archive):
            judged = lookup.dossier(archive, one.key).judged
            assert one.stands("complete") == judged.complete
            for status in Status:
                assert one.stands(status) == (judged.count(status) > 0), status
            open_kinds = {kind for line in judged.lines if line.verdict.status in GAPS for kind in line.verdict.kinds}
            for kind in ("purchase-invoice", "vehicle-licence", "sales-contract", "insurance-policy"):
                assert one.stands(f"missing:{kind}") == (kind in open_kinds), kind
