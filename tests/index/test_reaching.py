"""Connections to PostgreSQL notice when the other end is gone, and what the address says of it stands."""

import time

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from index import reaching
from index.engine import Index
from index.reaching import reaching as reached
from tests.servers.postgres import Postgres


def test_what_the_address_says_stands() -> None:
    """Keepalives, timeouts and options of the address are not overruled; what it does not say is added."""
    url = "postgresql://keeper@db.example/papers?keepalives_idle=77&options=-c%20statement_timeout%3D5"
    found = conninfo_to_dict(reached(url, application="juanzong", lock_timeout="1"))
    assert (found["host"], found["user"], found["dbname"]) == ("db.example", "keeper", "papers")
    assert found["keepalives_idle"] == "77"
    assert found["keepalives_interval"] == str(reaching.ASK_SECONDS)
    assert found["tcp_user_timeout"] == str(reaching.UNANSWERED_SECONDS * 1000)
    assert str(found["options"]).index("lock_timeout=1") < str(found["options"]).index("statement_timeout=5")


def test_the_server_ends_what_takes_too_long(postgres: Postgres) -> None:
    """A statement has its limit, which the address may set."""
    url = f"{postgres.url('postgres')}&options=-c%20statement_timeout%3D100"
    with psycopg.connect(reached(url, application="juanzong")) as connection:
        began = time.monotonic()
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(30)")
        assert time.monotonic() - began < 10


def test_a_writer_that_does_nothing_has_its_limit(served_index: Index) -> None:
    """Only a transaction that keeps others from writing is ended for doing nothing; a reader may take its time."""
    asked = text("SELECT current_setting('idle_in_transaction_session_timeout')")
    with served_index.write() as session:
        assert session.execute(asked).scalar_one() == "5min"
    with served_index.read() as session:
        assert session.execute(asked).scalar_one() == "0"
