"""People with the same keys share one open index; nobody is given one that other keys opened."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from desk import sessions
from desk.archive import Archive
from desk.sharing import SharedIndexes
from tests.desk.office import PASSPHRASE, PASSWORD, Office, make_office
from vault.keyfile import FAST


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An archive with staff of every role."""
    return make_office(tmp_path_factory.mktemp("sharing"))


def _enter(closing: ExitStack, office: Office, shared: SharedIndexes, name: str) -> Archive:
    token = sessions.login(office.home, name, PASSWORD, cost=FAST).token if name else None
    passphrase = None if name else PASSPHRASE
    opened = Archive.open(office.home, office.home.settings(), passphrase, token=token, indexes=shared.opened)
    return closing.enter_context(opened)


def test_the_same_keys_share_and_others_do_not(office: Office) -> None:
    """Two clerks share an index; the custodian of secret papers, whose keys open more, and the owner do not."""
    shared = SharedIndexes()
    with ExitStack() as closing:
        clerk, manager, again, custodian, owner = (
            _enter(closing, office, shared, name) for name in ("zhou", "chen", "zhou", "shen", "")
        )
        assert clerk.index is again.index
        assert clerk.index is manager.index
        assert custodian.index is not clerk.index
        assert set(clerk.index.levels) < set(custodian.index.levels)
        assert owner.index is custodian.index
        assert clerk.who == "zhou"
        assert manager.who == "chen"


def test_an_index_is_open_until_the_last_leaves(office: Office) -> None:
    """Whoever stays can go on reading; whoever comes after all have left is given a new one."""
    shared = SharedIndexes()
    with ExitStack() as staying:
        with ExitStack() as leaving:
            first = _enter(staying, office, shared, "zhou")
            assert _enter(leaving, office, shared, "chen").index is first.index
        with first.index.read() as session:
            assert session.connection() is not None
    with ExitStack() as closing:
        assert _enter(closing, office, shared, "zhou").index is not first.index


def test_a_file_put_in_the_old_ones_place_is_opened_anew(tmp_path: Path) -> None:
    """After a restore nobody who signs in is given the file that was there before."""
    office, shared = make_office(tmp_path), SharedIndexes()
    with ExitStack() as closing:
        before = _enter(closing, office, shared, "")
        copy = tmp_path / "copy.db"
        shutil.copy(office.home.index, copy)
        copy.replace(office.home.index)
        assert _enter(closing, office, shared, "").index is not before.index
