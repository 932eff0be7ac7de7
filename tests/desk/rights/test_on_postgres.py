"""The table of rights on PostgreSQL: every function of the desk goes there as on sealed files."""

from collections.abc import Iterator

import pytest

from tests.desk.rights import calls
from tests.desk.rights.stage import Stage, staged
from tests.desk.rights.test_functions import (
    test_what_an_answer_tells_of,
    test_who_may_do_it_at_all,
    test_who_may_do_it_to_which_dossier,
)
from tests.servers.postgres import Postgres, missing

__all__ = ["test_what_an_answer_tells_of", "test_who_may_do_it_at_all", "test_who_may_do_it_to_which_dossier"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One archive for the whole table, on a PostgreSQL of its own."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    server = Postgres.make()
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            folder = tmp_path_factory.mktemp("rights")
            with staged(folder, monkeypatch, database=server.database()) as made:
                yield made
    finally:
        calls.pages().close()
        calls.pages.cache_clear()
        server.remove()
