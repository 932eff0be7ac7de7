"""What the page keeps in memory of dossiers is what judging them now says, after whatever was done."""

from datetime import date, timedelta

from desk import dossiers, lookup, review
from desk.reports.naming import Names
from desk.reports.overview import overview
from desk.reports.scope import Scope
from desk.reports.standings import HARMLESS, OF_DOCUMENTS, OF_DOSSIERS, Standings
from dossier.rights import Asker, Role
from index import record
from tests.web.conftest import Office


def test_standings_follow_every_change(office: Office) -> None:
    """Events, facts, names, decisions, new and closed dossiers: the kept standings equal fresh ones each time."""
    standings = Standings()
    today = date.today()  # noqa: DTZ011
    with office.opened() as archive:
        assert standings.of(archive) == Standings().of(archive)
        key = "LSVAA49J132047371"
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
