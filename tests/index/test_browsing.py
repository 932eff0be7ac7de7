"""Dossiers read by the thousand are the very ones that are read one by one."""

from collections.abc import Iterator
from datetime import date

import pytest

from bench.completeness.seeding import PASSPHRASE, make_home, seed
from desk.archive import Archive
from index import dossiers
from index.browsing import browse


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Forty dossiers of several kinds."""
    home = make_home(tmp_path_factory.mktemp("browsed") / "home")
    with Archive.open(home, home.settings(), PASSPHRASE) as opened:
        with opened.index.write() as session:
            seed(session, 40, date(2026, 11, 23))
        yield opened


def test_the_same_dossiers_either_way(archive: Archive) -> None:
    """Key, facts, events, documents with fields, waivers, identifiers: nothing differs."""
    with archive.index.read() as session:
        slow = {row.id: model for row, model in dossiers.dossiers(session)}
        fast = dict(browse(session))
    assert fast == slow
    assert list(fast) == list(slow)


def test_only_what_is_asked_for(archive: Archive) -> None:
    """By id, by kind, by day opened; and only the fields named."""
    with archive.index.read() as session:
        every = dict(browse(session))
        one = next(iter(every))
        assert dict(browse(session, ids=[one])) == {one: every[one]}
        cars = dict(browse(session, kinds={("auto-dealer", "new-vehicle")}))
        assert {each.kind for each in cars.values()} == {"new-vehicle"}
        early = dict(browse(session, opened_by=date(2026, 5, 1)))
        assert 0 < len(early) < len(every)
        bare = dict(browse(session, fields=("vin",)))
    assert {name for each in bare.values() for document in each.documents for name in document.fields} == {"vin"}
