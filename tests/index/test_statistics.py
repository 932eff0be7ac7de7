"""Counts, long walks and the newest entries of the record are the same on either engine."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bench.completeness.seeding import seed
from index import dossiers, record, statistics
from index.browsing import browse
from index.engine import Index
from index.recent import recent
from index.statistics import Within

TODAY = date(2026, 11, 23)
ALL = Within(frozenset({"ordinary", "confidential", "secret"}), None)


@pytest.fixture
def seeded(index: Index) -> Index:
    """Thirty dossiers."""
    with index.write() as session:
        seed(session, 30, TODAY)
    return index


def test_months_and_kinds_count_the_same_documents(seeded: Index) -> None:
    """By month and state, by month and kind, by kind in review: each document once; months lie in the span."""
    begins, ends = date(2026, 1, 1), date(2026, 6, 30)
    with seeded.read() as session:
        captures = statistics.captures_by_month(session, ALL, begins, ends)
        documents = statistics.documents_by_month(session, ALL, begins, ends)
        every = statistics.documents_by_month(session, ALL, None, TODAY)
        waiting = statistics.in_review(session, ALL, TODAY)
        opened = statistics.dossiers_by_kind(session, ALL, TODAY)
    assert sum(row[2] for row in captures) == sum(row[3] for row in documents) > 0
    assert {row[0] for row in documents} <= {f"2026-0{month}" for month in range(1, 7)}
    assert sum(int(row[4]) for row in every) == sum(row[1] for row in waiting)
    assert all(isinstance(row[2], date) for row in waiting)
    assert sum(row[2] for row in opened) == 30


def test_only_what_is_within_is_counted(seeded: Index) -> None:
    """Some dossiers' documents, and no captures; nothing of a level one has no part in."""
    with seeded.read() as session:
        found = dict(browse(session))
        some = frozenset(list(found)[:3])
        within = Within(frozenset({"ordinary"}), some)
        documents = statistics.documents_by_month(session, within, None, TODAY)
        assert sum(row[3] for row in documents) == sum(len(found[one].documents) for one in some)
        assert statistics.captures_by_month(session, within, None, TODAY) == []
        assert sum(row[2] for row in statistics.dossiers_by_kind(session, within, TODAY)) == 3
        secret = Within(frozenset({"secret"}), None)
        assert statistics.documents_by_month(session, secret, None, TODAY) == []


def test_the_same_dossiers_either_way(seeded: Index) -> None:
    """Read by the thousand or one by one, on either engine."""
    with seeded.read() as session:
        assert dict(browse(session)) == {row.id: model for row, model in dossiers.dossiers(session)}


def test_the_newest_entries_come_first_and_no_older(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries of one verb back to a moment, over more than one page of the record."""
    monkeypatch.setattr("index.recent._PAGE", 7)
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    with index.write() as session:
        for minute in range(110):
            verb = "remind" if minute % 10 == 0 else "view"
            record.append(session, "test", verb, str(minute), at=start + timedelta(minutes=minute))
    with index.read() as session:
        found = [entry.about for entry in recent(session, start + timedelta(minutes=30), "remind")]
    assert found == ["100", "90", "80", "70", "60", "50", "40", "30"]
