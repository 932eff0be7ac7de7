"""What is kept of the index is what it would be worked out to be, whoever changes something."""

from datetime import UTC, date, datetime
from pathlib import Path
from time import sleep

import pytest
from sqlmodel import Session, col, select

from index import custody, dossiers, filing
from index.engine import Index, create, open_index
from index.kept import FILING, REACH, Kept, count_of, kept
from index.search import search
from index.tables import Document, Dossier
from index.within import pages_in
from tests.index.conftest import KEY, put

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Index, Index]:
    """One index file, open twice, as two processes have it."""
    one = create(tmp_path / "index.db", KEY)
    return one, open_index(tmp_path / "index.db", KEY)


def _dossier(session: Session, key: str, department: str = "") -> str:
    return dossiers.open_dossier(
        session, key=key, kind="unit", pack="demo", opened=date(2026, 11, 1), at=NOW, department=department
    ).id


def _count(index: Index, what: str) -> int | None:
    with index.read() as session:
        return count_of(session, what)


def test_a_search_within_dossiers_finds_the_same_with_what_is_kept_and_without(two: tuple[Index, Index]) -> None:
    """Bits over pages and the database's own conditions give the same hits, counts and suggestions."""
    index, _ = two
    with index.write() as session:
        homes = [_dossier(session, f"A-{number}") for number in range(4)]
        for number in range(24):
            document = put(session, [f"會議紀錄 第 {number} 號", "附件 發票"], kind="other")
            if number % 5:
                filing.assign(session, document, homes[number % 4], at=NOW)
    for wanted in ([], homes[:1], homes[1:3], [*homes, "nobody's"]):
        for query in ("会议纪录", "會", "发票", "会议 发票", "会议 -附件", "会蚁纪录", "kind:other", "会议 kind:other"):
            with index.read() as session:
                assert pages_in(session, wanted) is not None
                bits = search(session, query, dossiers=wanted)
            with index.write() as session:  # nothing is kept for a transaction that writes
                assert pages_in(session, wanted) is None
                assert search(session, query, dossiers=wanted) == bits, (query, wanted)


def test_what_another_process_changes_is_seen_at_once(two: tuple[Index, Index]) -> None:
    """A document that is filed elsewhere is found there by the next search, though another process filed it."""
    one, other = two
    with other.write() as session:
        here, there = _dossier(session, "A-1"), _dossier(session, "A-2")
        document = put(session, ["會議紀錄"])
        filing.assign(session, document, here, at=NOW)
    _costs_nothing(one)
    with one.read() as session:
        assert search(session, "会议", dossiers=[here]).total == 1
        assert search(session, "会议", dossiers=[there]).total == 0
    with other.write() as session:
        filing.assign(session, document, there, at=NOW)
    with one.read() as session:
        assert search(session, "会议", dossiers=[here]).total == 0
        assert search(session, "会议", dossiers=[there]).total == 1


def test_whatever_decides_a_reach_is_counted(two: tuple[Index, Index]) -> None:
    """Departments, marks, facts and dossiers that come or go move the count of reach; looks on record do not."""
    one, other = two
    with other.write() as session:
        home = _dossier(session, "A-1")
    counts = [_count(one, REACH)]
    with other.write() as session:
        session.exec(select(Dossier).where(Dossier.id == home)).one().department = "sales"
    counts.append(_count(one, REACH))
    with other.write() as session:
        custody.mark(session, home, "secret", by="owner", at=NOW, reason="specimen")
    counts.append(_count(one, REACH))
    with other.write() as session:
        dossiers.set_fact(session, home, "adviser", "Li Lei", by="owner", at=NOW)
    counts.append(_count(one, REACH))
    with other.write() as session:
        dossiers.set_fact(session, home, "adviser", None, by="owner", at=NOW)
    counts.append(_count(one, REACH))
    assert None not in counts
    assert len(set(counts)) == len(counts)
    other.notes.put("owner", "view", home)
    assert _count(one, REACH) == counts[-1]


def test_an_earlier_state_is_not_given_what_a_later_one_keeps(two: tuple[Index, Index]) -> None:
    """A transaction that began before a change is given what it sees itself, and keeps nothing for others."""
    one, other = two
    with other.write() as session:
        home = _dossier(session, "A-1", "sales")

    def asked(session: Session) -> str:
        return kept(session).get(
            session, REACH, "departments", lambda: str(session.exec(select(Dossier.department)).one())
        )

    with one.read() as early:
        assert early.exec(select(col(Dossier.id))).all() == [home]
        with other.write() as session:
            session.exec(select(Dossier)).one().department = "service"
        with one.read() as late:
            assert asked(late) == "service"
        assert asked(early) == "sales"
        with one.read() as late:
            assert asked(late) == "service"


def test_a_change_that_is_taken_back_leaves_nothing_behind(two: tuple[Index, Index]) -> None:
    """What a writer worked out in a transaction that failed is not given to those who come after another's change."""
    one, _ = two
    with one.write() as session:
        home = _dossier(session, "A-1")
        document = put(session, ["會議紀錄"])
    with pytest.raises(ZeroDivisionError):
        _file_and_fail(one, document, home)
    with one.write() as session:
        session.exec(select(Document)).one().dossier = None
    with one.read() as session:
        assert search(session, "会议", dossiers=[home]).total == 0


def test_what_is_costly_is_not_made_again_and_again(two: tuple[Index, Index]) -> None:
    """While papers are filed one after the other, searches ask the database instead of making bits each time."""
    index, _ = two
    keeps = Kept()
    with index.write() as session:
        home = _dossier(session, "A-1")
    with index.read() as session:
        assert keeps.get_costly(session, FILING, "slow", lambda: _busily(200)) is not None
        assert keeps.get_costly(session, FILING, "slow", lambda: _busily(200)) is not None
    with index.write() as session:
        filing.assign(session, put(session, ["會議紀錄"]), home, at=NOW)
    with index.read() as session:
        assert keeps.get_costly(session, FILING, "slow", lambda: _busily(200)) is None


def _file_and_fail(index: Index, document: str, home: str) -> None:
    with index.write() as session:
        filing.assign(session, document, home, at=NOW)
        assert search(session, "会议", dossiers=[home]).total == 1
        raise ZeroDivisionError


def _busily(milliseconds: int) -> bool:
    sleep(milliseconds / 1000)
    return True


def _costs_nothing(index: Index) -> None:
    """Let what is costly be made again at once: this is about what is seen, not about how often."""
    index.kept = _Eager()


class _Eager(Kept):
    def get_costly(self, session, what, name, make):  # type: ignore[no-untyped-def]
        return self.get(session, what, name, make) if count_of(session, what) is not None else None
