"""The records desk on PostgreSQL: races, keys, loans, paper, destruction and redaction go as on sealed files."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import text

from desk import auditing
from desk.archive import Archive
from desk.home import Home
from desk.loans import sweep
from index import record
from index.errors import AuditBroken
from tests.desk.office import OURS, PASSPHRASE, Office, make_office, put_reading
from tests.desk.test_custody import (
    test_a_marked_dossier_is_sealed_anew_and_gone_for_others,
    test_an_incident_is_closed_after_measures_and_telling,
    test_paper_is_lent_with_a_slip_and_taken_back,
    test_two_people_destroy_what_was_kept_long_enough,
)
from tests.desk.test_following import (
    test_a_version_follows_when_its_original_is_split,
    test_a_version_goes_where_its_original_goes,
)
from tests.desk.test_lending import (
    test_a_clock_set_back_prolongs_nothing,
    test_a_loan_runs_out_and_is_overdue,
    test_a_right_is_a_key,
    test_more_time_takes_a_new_approval,
    test_only_one_of_many_decides,
    test_what_cannot_be_is_on_record_too,
    test_what_is_secret_takes_custodian_and_manager,
)
from tests.desk.test_redacting import (
    contract,
    scanned,
    test_a_redacted_version_has_nothing_of_what_went,
    test_borrowers_get_the_version_and_its_key_alone,
    test_redacted_again_more_goes_and_lifted_all_comes_back,
)
from tests.servers.postgres import Postgres, missing

__all__ = [
    "test_a_clock_set_back_prolongs_nothing",
    "test_a_loan_runs_out_and_is_overdue",
    "test_a_marked_dossier_is_sealed_anew_and_gone_for_others",
    "test_a_redacted_version_has_nothing_of_what_went",
    "test_a_right_is_a_key",
    "test_a_version_follows_when_its_original_is_split",
    "test_a_version_goes_where_its_original_goes",
    "test_an_incident_is_closed_after_measures_and_telling",
    "test_borrowers_get_the_version_and_its_key_alone",
    "test_more_time_takes_a_new_approval",
    "test_only_one_of_many_decides",
    "test_paper_is_lent_with_a_slip_and_taken_back",
    "test_redacted_again_more_goes_and_lifted_all_comes_back",
    "test_two_people_destroy_what_was_kept_long_enough",
    "test_what_cannot_be_is_on_record_too",
    "test_what_is_secret_takes_custodian_and_manager",
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own, started once."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    server = Postgres.make()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def pattern(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office on PostgreSQL, to make others like it."""
    return make_office(tmp_path_factory.mktemp("pattern"), database=postgres.database())


@pytest.fixture
def office(postgres: Postgres, pattern: Office, tmp_path: Path) -> Office:
    """An office on PostgreSQL, for one test: it stands in for the one on sealed files."""
    home = Home(tmp_path / "home")
    shutil.copytree(pattern.home.path, home.path)
    home.amend({"database": postgres.database(like=pattern.home.settings().database)})
    return Office(home)


@pytest.fixture
def desk(office: Office) -> tuple[Office, str]:
    """That office with a contract to be redacted, and its document's number."""
    with office.owner() as archive:
        return office, put_reading(archive, OURS, contract(), scanned())


def append(home: Path, who: str, count: int) -> None:
    """Put looks on record as somebody, one transaction each; run in a process of its own."""
    place = Home(home)
    with Archive.open(place, place.settings(), PASSPHRASE) as archive:
        for turn in range(count):
            with archive.index.write() as session:
                record.append(session, who, "turn", str(turn))


def test_processes_that_append_at_once_make_one_chain(office: Office) -> None:
    """Two processes with the archive's own keys, while this one sweeps: none is lost, and the chain is proven."""
    spawn = get_context("spawn")
    workers = [spawn.Process(target=append, args=(office.home.path, f"p{number}", 40)) for number in range(2)]
    for worker in workers:
        worker.start()
    with office.served("xu") as (xu,):
        while any(worker.is_alive() for worker in workers):
            sweep(xu)
            workers[0].join(0.2)
        assert [worker.exitcode for worker in workers] == [0] * 2
        assert auditing.verify(xu).entries >= 80
        with xu.index.read() as session:
            for number in range(2):
                told = [entry.about for entry in record.find(session, who=f"p{number}", what="turn", limit=99)]
                assert told == [str(turn) for turn in range(40)]


@pytest.mark.parametrize(
    ("change", "how"),
    [
        ("UPDATE audit_record SET content = overlay(content placing '\\x20' from 3) WHERE seq = {at}", "altered"),
        ("DELETE FROM audit_record WHERE seq = {at}", "removed"),
        ("UPDATE audit_record SET seq = 1000000 WHERE seq = {at}", "removed"),
        ("UPDATE audit_head SET size = size - 1", "inserted"),
        ("DELETE FROM audit_record WHERE seq >= {at}", "cut-off"),
    ],
)
def test_who_changes_the_rows_of_the_server_is_found(office: Office, change: str, how: str) -> None:
    """By the desk's own proof: which entry, and what was done to it; and once found, it stays found."""
    with office.served("xu") as (xu,):
        size, at = auditing.verify(xu).entries, datetime.now(UTC)
        with xu.index.write() as session:
            session.execute(text(change.format(at=size - 2)))
        with pytest.raises(AuditBroken) as caught:
            auditing.verify(xu)
        assert caught.value.facts["how"] == how, at
        assert int(str(caught.value.facts["seq"])) in range(size - 2, size + 1)
