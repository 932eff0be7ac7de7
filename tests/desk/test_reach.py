"""What lists and searches reach, looked up for all dossiers at once, is what each dossier would say by itself."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from desk.rights import allowed, listed, sight
from dossier.rights import Deed
from index import custody
from index.dossiers import dossier_by
from index.tables import Dossier
from tests.desk.office import STAFF, THEIRS, Office, make_office


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An archive with staff of every role."""
    return make_office(tmp_path_factory.mktemp("reach"))


def _same(offices: Office, name: str) -> None:
    with offices.served(name) as (archive,), archive.index.read() as session:
        rows = session.exec(select(Dossier)).all()
        for deed in (Deed.LIST, Deed.SEARCH):
            one_by_one = {row.id for row in rows if allowed(archive, session, deed, row)}
            reached = listed(archive, session, deed)
            assert ({row.id for row in rows} if reached is None else reached) == one_by_one, name


def test_every_role_reaches_what_each_dossier_allows(offices: Office) -> None:
    """Without marks a search reaches the same dossiers as a list."""
    for name in STAFF:
        _same(offices, name)
        with offices.served(name) as (archive,), archive.index.read() as session:
            found = sight(archive, session, Deed.SEARCH)
            for row in session.exec(select(Dossier)):
                assert found.holds(row.id) == allowed(archive, session, Deed.SEARCH, row), name


def test_a_marked_dossier_is_reached_by_whom_it_allows(tmp_path: Path) -> None:
    """A mark takes a dossier from the lists of those whose role ends below it, and from nobody else's."""
    office = make_office(tmp_path)
    with office.owner() as archive, archive.index.write() as session:
        row = dossier_by(session, THEIRS).id
        custody.mark(session, row, "confidential", by="owner", at=datetime(2026, 11, 23, tzinfo=UTC), reason="specimen")
    for name in STAFF:
        _same(office, name)
    with office.served("zhou", "gao") as (clerk, manager), manager.index.read() as session:
        assert row not in (listed(clerk, session) or {row})
        assert row in (listed(manager, session) or ())
