"""The texts of a large archive may be parted by page number: the program notices nothing."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from index import postgres as on_postgres
from index.search import search
from tests.index.conftest import put, sealers
from tests.servers.postgres import Postgres, program

SCRIPT = Path(__file__).parents[2] / "deploy/partition-pages.sql"


def test_a_parted_archive_is_as_before(postgres: Postgres, pattern: str) -> None:
    """What was there is found; what comes later goes into its part, is found, checked and taken away."""
    psql = program("psql")
    if psql is None:
        pytest.skip("psql is not installed")
    url = postgres.database(like=pattern)
    index = on_postgres.open_index(url, sealers())
    with index.write() as session:
        before = put(session, ["开票日期和车架号", "第二页车架号"])
    index.close()
    command = [str(psql), url, "-q", "-v", "pages=3", "-v", "parts=4", "-f", str(SCRIPT)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    index = on_postgres.open_index(url, sealers())
    with index.write() as session:
        after = [put(session, ["车架号又一页"]) for _ in range(4)]
    with index.read() as session:
        found = search(session, "车架号")
        assert found.total == 6
        assert {hit.document for hit in found.hits} == {before, *after}
        parts = text("SELECT tableoid::regclass::text, count(*) FROM juanzong.page_text GROUP BY 1 ORDER BY 1")
        assert {str(part): int(count) for part, count in session.execute(parts)} == {
            "page_text_1": 2,
            "page_text_2": 3,
            "page_text_3": 1,
        }
    assert index.damaged_parts() == []
    index.close()
