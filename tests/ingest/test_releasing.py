"""Letting go: what others hold is tried again, what went is noted, what comes back is tried again."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desk import capture
from desk.archive import Archive
from index import journal
from index.journal import State
from index.tables import Capture
from ingest import releasing, source
from ingest.source import Fate, Released
from tests.journeys.conftest import PASSPHRASE, new_home
from tests.journeys.crashing import NoWait, PlainReader, one_pass, stand
from vault.errors import StoreFailed

GOOD = b"%PDF-1.4\n% SPECIMEN good\ntrailer\nstartxref\n9\n%%EOF\n"
BROKEN = GOOD.replace(b"good", b"BROKEN")


def rows(archive: Archive) -> list[Capture]:
    with archive.index.read() as session:
        return list(journal.in_state(session, *State))


@pytest.mark.parametrize("answer", [Released(Fate.HELD), OSError(13, "denied")], ids=["held", "denied"])
def test_a_scan_that_someone_holds_goes_when_it_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Released | OSError
) -> None:
    """It is safe meanwhile, is told of once, and leaves as soon as it can, without a restart."""
    home, drop = new_home(tmp_path), tmp_path / "drop"
    drop.mkdir()
    (drop / "a.pdf").write_bytes(GOOD)
    real, tries, told, stop = source.release, list[int](), list[str](), threading.Event()

    def release(*arguments: Any, **options: Any) -> Released:
        tries.append(1)
        if len(tries) < 3:
            if isinstance(answer, OSError):
                raise answer
            return answer
        stop.set()
        return real(*arguments, **options)

    monkeypatch.setattr(source, "release", release)
    monkeypatch.setattr(releasing, "FIRST_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(capture, "Reader", PlainReader)
    monkeypatch.setattr(capture, "SettleSettings", lambda **_: NoWait.for_one_pass())
    threading.Timer(20, stop.set).start()
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        capture.watch(
            archive, [drop], stop=stop, on_done=lambda _: None, on_notice=lambda notice: told.append(notice.said)
        )
        (row,) = rows(archive)
    assert (row.state, row.released is not None) == (State.FILED, True)
    assert told.count("held") == 1
    assert len(tries) == 3
    assert list(drop.glob("done/*/a.pdf"))


def test_a_scan_that_cannot_be_put_away_goes_back_to_its_place(tmp_path: Path) -> None:
    """Where ``done/`` cannot be made, the scan is not left in between, and goes with the next pass."""
    home, drop = new_home(tmp_path), tmp_path / "drop"
    drop.mkdir()
    (drop / "a.pdf").write_bytes(GOOD)
    in_the_way = drop / "done" / datetime.now(UTC).date().isoformat()
    in_the_way.parent.mkdir()
    in_the_way.write_text("no folder")
    assert [one.state for one in one_pass(home, drop)] == ["filed"]
    assert (drop / "a.pdf").read_bytes() == GOOD
    in_the_way.unlink()
    one_pass(home, drop)
    found = stand(home, drop)
    assert (len(found.done), found.waiting) == (1, [])


def test_what_was_set_aside_is_tried_again_when_it_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moved from quarantine to where it lay it is read once more; anywhere else the same bytes are a duplicate."""
    home, drop = new_home(tmp_path), tmp_path / "drop"
    drop.mkdir()
    (drop / "a.pdf").write_bytes(BROKEN)
    assert [one.state for one in one_pass(home, drop)] == ["quarantined"]
    aside = drop / "quarantine/a.pdf"
    assert aside.with_name("a.pdf.reason.txt").read_text().count("a.pdf") == 3
    (drop / "elsewhere.pdf").write_bytes(BROKEN)
    assert [one.state for one in one_pass(home, drop)] == ["duplicate"]
    source.retry(drop, aside)
    monkeypatch.setattr(PlainReader, "read", lambda self, _content, name="", **_: PlainReader.filed(self, name))
    assert [one.state for one in one_pass(home, drop)] == ["filed"]
    found = stand(home, drop)
    assert (len(found.captures), found.quarantined, found.waiting) == (1, [], [])


def test_a_store_that_is_down_for_long_costs_no_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often reading has to wait for the vault, the capture is not called broken."""
    home, drop = new_home(tmp_path), tmp_path / "drop"
    drop.mkdir()
    (drop / "a.pdf").write_bytes(GOOD)
    tries = list[int]()
    real = PlainReader.read

    def read(self: PlainReader, content: bytes, name: str = "", **options: object) -> Any:
        tries.append(1)
        if len(tries) <= 6:
            raise StoreFailed(store="made to fail", reason="down")
        return real(self, content, name, **options)

    monkeypatch.setattr(PlainReader, "read", read)
    monkeypatch.setattr(capture, "Reader", PlainReader)
    monkeypatch.setattr(capture, "SettleSettings", lambda **_: NoWait.for_one_pass())
    monkeypatch.setattr("ingest.pipeline.FIRST_RETRY_SECONDS", 0.02)
    stop, states = threading.Event(), list[str]()
    threading.Timer(20, stop.set).start()

    def done(one: Any) -> None:
        states.append(one.state)
        stop.set()

    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        capture.watch(archive, [drop], stop=stop, on_done=done, on_notice=lambda _: None)
    assert states == ["filed"]
    assert len(tries) == 7


def test_old_days_go_while_the_watcher_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``done/`` is looked through again each new day, not only at the start."""
    home, drop = new_home(tmp_path), tmp_path / "drop"
    (drop / "done/2020-01-01").mkdir(parents=True)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        pruning = capture._Pruning(archive, [drop])
        pruning()
        assert (drop / "done/2020-01-01").exists()
        monkeypatch.setattr(pruning, "_day", None)
        pruning()
    assert not (drop / "done/2020-01-01").exists()
