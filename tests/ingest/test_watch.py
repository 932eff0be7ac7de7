"""The watcher against real writers: threads and processes that write slowly, rename, replace and break off."""

import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from dossier.errors import DocumentFailed, VaultFailed
from ingest import watch as watching
from ingest.heartbeat import last_beat
from ingest.scan import Scan
from ingest.settle import SettleSettings, Stuck
from ingest.source import ReleasePolicy, release
from ingest.walking import walk
from ingest.watch import Notice, Said, WatchReport, WatchSettings, watch
from ocr.formats import Format
from tests.ingest.conftest import PDF, sha256

QUICK = WatchSettings(
    settle=SettleSettings(
        quiet_seconds=0.3,
        grown_quiet_seconds=0.5,
        shapeless_quiet_seconds=0.5,
        closed_patience_seconds=1.0,
        patience_seconds=2.0,
        held_patience_seconds=6.0,
    ),
    rescan_seconds=0.7,
    poll_seconds=0.4,
    first_pause_seconds=0.2,
    longest_pause_seconds=0.5,
    heartbeat_seconds=0.2,
)
TODAY = date(2026, 3, 9)


class Taker:
    """Takes scans over as the pipeline does, as far as a watcher sees: reads them, keeps the bytes, lets go."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.scans: list[Scan] = []
        self.failures: list[Exception] = []

    def __call__(self, scan: Scan) -> None:
        if self.failures:
            raise self.failures.pop(0)
        content = scan.path.read_bytes()
        self.scans.append(scan)
        self.kept[str(scan.path.relative_to(scan.drop or "/"))] = content
        release(scan, sha256(content), ReleasePolicy(keep_days=0), today=TODAY)


@contextmanager
def watched(
    drop: Path, taker: Callable[[Scan], object], settings: WatchSettings = QUICK, notices: list[Notice] | None = None
) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Watch in a thread; give a function that waits until something holds."""
    stop, reports = threading.Event(), list[WatchReport]()
    heard = [] if notices is None else notices
    thread = threading.Thread(
        target=lambda: reports.append(watch([drop], settings, taker, stop, notice=heard.append)), daemon=True
    )
    thread.start()

    def until(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 12
        while not holds():
            assert time.monotonic() < end, "waited for nothing"
            assert thread.is_alive()
            time.sleep(0.02)

    try:
        yield until
    finally:
        stop.set()
        thread.join(10)
    assert reports, "the watcher did not stop"


def once(drop: Path, taker: Taker, settings: WatchSettings = QUICK) -> WatchReport:
    return watch([drop], settings, taker, threading.Event(), once=True)


@pytest.fixture(params=["events", "polling"])
def settings(request: pytest.FixtureRequest) -> WatchSettings:
    return replace(QUICK, polling=request.param == "polling")


def test_a_scan_written_page_by_page_is_taken_whole(drop: Path, settings: WatchSettings) -> None:
    """A TIFF that grows page by page, closed in between, is taken once, with all its pages."""
    taker, path = Taker(), drop / "slow.tif"
    slow = replace(settings, settle=replace(settings.settle, quiet_seconds=0.8))
    with watched(drop, taker, slow) as until:
        pages = [Image.new("L", (40, 60), 40 * page) for page in range(5)]
        target = io.BytesIO()
        for count in range(1, 6):
            target = io.BytesIO()
            pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:count])
            path.write_bytes(target.getvalue())
            time.sleep(0.4)
        until(lambda: "slow.tif" in taker.kept)
    assert taker.kept == {"slow.tif": target.getvalue()}
    assert len(taker.scans) == 1


@pytest.mark.usefixtures("kernel_tells")
def test_a_file_kept_open_is_not_taken_before_it_is_closed(drop: Path, settings: WatchSettings) -> None:
    """Long pauses of a writer that keeps the file open do not matter, whatever is in it already."""
    taker = Taker()
    with watched(drop, taker, settings) as until:
        with (drop / "held.pdf").open("wb") as writing:
            writing.write(PDF)
            writing.flush()
            time.sleep(1.5)
            assert taker.kept == {}
            writing.write(b"second revision" + PDF)
        until(lambda: bool(taker.kept))
    assert taker.kept == {"held.pdf": PDF + b"second revision" + PDF}


def test_empty_first_then_real(drop: Path, settings: WatchSettings) -> None:
    """A file that is empty for a while waits, and is taken when its bytes came."""
    taker = Taker()
    with watched(drop, taker, settings) as until:
        (drop / "later.pdf").touch()
        time.sleep(1.2)
        assert taker.kept == {}
        (drop / "later.pdf").write_bytes(PDF)
        until(lambda: bool(taker.kept))
    assert taker.kept == {"later.pdf": PDF}


def test_half_written_when_the_watcher_starts(drop: Path, settings: WatchSettings) -> None:
    """What lies there at the start goes through the same gate: the end of its writing is waited for, not guessed."""
    taker, path = Taker(), drop / "half.pdf"
    whole = PDF.replace(b"trailer", b"% SPECIMEN " + b"x" * 400_000 + b"\ntrailer")
    (drop / "old.pdf").write_bytes(PDF)
    with path.open("wb") as writing:
        writing.write(whole[:200_000])
        writing.flush()
        with watched(drop, taker, settings) as until:
            until(lambda: "old.pdf" in taker.kept)
            for begin in range(200_000, len(whole), 100_000):
                writing.write(whole[begin : begin + 100_000])
                writing.flush()
                time.sleep(0.2)
            assert "half.pdf" not in taker.kept
            writing.close()
            until(lambda: "half.pdf" in taker.kept)
    assert taker.kept == {"old.pdf": PDF, "half.pdf": whole}


def test_renamed_into_place_and_uploaded_under_other_names(drop: Path, settings: WatchSettings) -> None:
    """Names of unfinished files are left alone until they get their own."""
    taker = Taker()
    with watched(drop, taker, settings) as until:
        for name in ("a.pdf.part", ".b.pdf.Xy12", "c.pdf.filepart", "~d.tmp"):
            (drop / name).write_bytes(PDF + name.encode())
        time.sleep(1.0)
        assert taker.kept == {}
        (drop / "a.pdf.part").rename(drop / "a.pdf")
        (drop / ".b.pdf.Xy12").rename(drop / "b.pdf")
        until(lambda: len(taker.kept) == 2)
    assert taker.kept == {"a.pdf": PDF + b"a.pdf.part", "b.pdf": PDF + b".b.pdf.Xy12"}
    assert sorted(path.name for path in drop.iterdir()) == [".juanzong", "c.pdf.filepart", "~d.tmp"]


def test_replaced_while_it_waits(drop: Path) -> None:
    """The file that is there in the end is the one taken."""
    taker = Taker()
    with watched(drop, taker) as until:
        for number in range(4):
            new = drop / ".new"
            new.write_bytes(PDF + b"%d" % number)
            new.replace(drop / "scan.pdf")
            time.sleep(0.15)
        until(lambda: bool(taker.kept))
    assert taker.kept == {"scan.pdf": PDF + b"3"}


def test_folders_within_folders_that_appear_with_their_files(
    drop: Path, tmp_path: Path, settings: WatchSettings
) -> None:
    """A whole tree moved in at once, and one that grows, are both taken, with their sub-folders as hints."""
    taker = Taker()
    tree = tmp_path / "tree"
    (tree / "A 單位" / "2026").mkdir(parents=True)
    (tree / "A 單位" / "2026" / "租約.pdf").write_bytes(PDF)
    with watched(drop, taker, settings) as until:
        time.sleep(0.5)
        tree.rename(drop / "tree")
        for depth in range(1, 6):
            folder = drop.joinpath(*["n"] * depth)
            folder.mkdir()
            (folder / f"{depth}.pdf").write_bytes(PDF + b"%d" % depth)
        until(lambda: len(taker.kept) == 6)
    assert {scan.sub_folder for scan in taker.scans} == {
        "tree/A 單位/2026",
        *("/".join(["n"] * n) for n in range(1, 6)),
    }


def test_what_will_never_end_is_taken_when_patience_ends(drop: Path) -> None:
    """A cut file is taken, and known to be cut."""
    (drop / "cut.pdf").write_bytes(PDF[:-30])
    taker = Taker()
    started = time.monotonic()
    assert once(drop, taker) == WatchReport(1, {})
    assert time.monotonic() - started >= 0.9
    assert [(scan.format, scan.ended) for scan in taker.scans] == [(Format.PDF, False)]


def test_one_pass_takes_what_settles_and_tells_the_rest(drop: Path, tmp_path: Path) -> None:
    """Every file that does not settle is named with its reason."""
    (drop / "good.pdf").write_bytes(PDF)
    (drop / "empty.pdf").touch()
    (drop / "x.crdownload").write_bytes(PDF)
    (drop / "link.pdf").symlink_to(tmp_path)
    os.mkfifo(drop / "pipe.pdf")
    (drop / ".hidden.pdf").write_bytes(PDF)
    (drop / "done").mkdir()
    (drop / "done" / "old.pdf").write_bytes(PDF)
    taker, notices = Taker(), list[Notice]()
    report = watch([drop], QUICK, taker, threading.Event(), once=True, notice=notices.append)
    assert taker.kept == {"good.pdf": PDF}
    stuck = {drop / "empty.pdf": Stuck.EMPTY, drop / "x.crdownload": Stuck.PARTIAL_NAME}
    assert report == WatchReport(1, stuck)
    assert {notice.path.name for notice in notices if notice.said is Said.REFUSED} == {"link.pdf", "pipe.pdf"}
    assert {notice.path for notice in notices if notice.said is Said.STUCK} == set(stuck)


def test_the_oldest_scan_goes_first(drop: Path) -> None:
    """Pages scanned one after the other are taken in that order."""
    for number, name in enumerate(["c", "a", "b"]):
        (drop / name).write_bytes(PDF + name.encode())
        os.utime(drop / name, (1_000_000 + number, 1_000_000 + number))
    taker = Taker()
    time.sleep(0.4)
    once(drop, taker)
    assert [scan.path.name for scan in taker.scans] == ["c", "a", "b"]


def test_when_the_vault_fails_everything_rests_and_goes_on_by_itself(drop: Path) -> None:
    """Scans stay where they are while the vault is down, and are taken when it is back."""
    taker, notices = Taker(), list[Notice]()
    taker.failures = [VaultFailed(), VaultFailed(), OSError(28, "disk full")]
    for name in ("a.pdf", "b.pdf"):
        (drop / name).write_bytes(PDF + name.encode())
    with watched(drop, taker, notices=notices) as until:
        until(lambda: len(taker.kept) == 2)
    said = [notice.said for notice in notices if notice.said in {Said.PAUSED, Said.RESUMED}]
    assert said == [Said.PAUSED, Said.PAUSED, Said.PAUSED, Said.RESUMED]


def test_one_pass_ends_when_the_vault_fails(drop: Path) -> None:
    """A command that was to take everything says that it could not; the scans are where they were."""
    taker = Taker()
    taker.failures = [VaultFailed()]
    (drop / "a.pdf").write_bytes(PDF)
    with pytest.raises(VaultFailed):
        once(drop, taker)
    assert (drop / "a.pdf").read_bytes() == PDF


def test_a_scan_that_fails_does_not_hold_up_the_others(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is offered again later; the others are taken meanwhile."""
    monkeypatch.setattr("ingest.waiting.FIRST_RETRY_SECONDS", 0.3)
    taker = Taker()
    taker.failures = [DocumentFailed(), DocumentFailed()]
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (drop / name).write_bytes(PDF + name.encode())
    with watched(drop, taker) as until:
        until(lambda: len(taker.kept) == 3)
    assert taker.scans[0].path.name == "c.pdf"


def test_a_scan_left_in_the_folder_is_given_once(drop: Path) -> None:
    """Whoever takes it may leave it; only a change makes it a new scan."""
    given: list[bytes] = []
    path = drop / "scan.pdf"
    path.write_bytes(PDF)
    stop = threading.Event()
    settings = replace(QUICK, rescan_seconds=0.2)
    thread = threading.Thread(
        target=watch, args=([drop], settings, lambda scan: given.append(scan.path.read_bytes()), stop)
    )
    thread.start()
    time.sleep(1.5)
    path.write_bytes(PDF + b"2")
    time.sleep(1.5)
    stop.set()
    thread.join(10)
    assert given == [PDF, PDF + b"2"]


def test_a_scan_that_was_moved_away_and_is_put_back_is_given_again(drop: Path, tmp_path: Path) -> None:
    """As it was, and long before the next rescan: what was set aside and is moved back is tried again at once."""
    given, aside = list[Scan](), tmp_path / "aside.pdf"

    def take(scan: Scan) -> None:
        given.append(scan)
        scan.path.rename(aside)

    with watched(drop, take, replace(QUICK, rescan_seconds=600)) as until:
        (drop / "a.pdf").write_bytes(PDF)
        until(lambda: len(given) == 1 and aside.exists())
        time.sleep(0.5)  # until the watcher has heard that it went
        aside.rename(drop / "a.pdf")
        until(lambda: len(given) == 2)


def test_a_folder_that_goes_away_and_comes_back(drop: Path, tmp_path: Path) -> None:
    """Nothing is taken from an empty mount point; when the folder is back, all goes on."""
    taker, notices = Taker(), list[Notice]()
    with watched(drop, taker, notices=notices) as until:
        until((drop / ".juanzong/drop-folder.txt").exists)
        drop.rename(tmp_path / "away")
        drop.mkdir()  # the bare mount point
        (drop / "stray.pdf").write_bytes(PDF)
        until(lambda: any(notice.said is Said.AWAY for notice in notices))
        time.sleep(1.0)
        assert taker.kept == {}
        (drop / "stray.pdf").unlink()
        drop.rmdir()
        (tmp_path / "away" / "scan.pdf").write_bytes(PDF)
        (tmp_path / "away").rename(drop)
        until(lambda: bool(taker.kept))
        (drop / "next.pdf").write_bytes(PDF + b"2")
        until(lambda: len(taker.kept) == 2)
    assert any(notice.said is Said.BACK for notice in notices)


def test_a_mark_that_was_tidied_away_is_put_back(drop: Path) -> None:
    """Deleting our file in the drop folder does not stop the watcher."""
    taker = Taker()
    with watched(drop, taker) as until:
        until((drop / ".juanzong/drop-folder.txt").exists)
        (drop / ".juanzong/drop-folder.txt").unlink()
        (drop / "scan.pdf").write_bytes(PDF)
        until(lambda: bool(taker.kept))
        until((drop / ".juanzong/drop-folder.txt").exists)


def test_the_heartbeat_lives_and_ends_with_the_watcher(drop: Path, tmp_path: Path) -> None:
    """While a scan takes long the watcher still shows that it lives; names of scans are not in it."""
    beats = tmp_path / "state" / "watch.json"
    release_it = threading.Event()
    started = threading.Event()

    class Slow(Taker):
        def __call__(self, scan: Scan) -> None:
            started.set()
            release_it.wait(5)
            super().__call__(scan)

    (drop / "合同.pdf").write_bytes(PDF)
    with watched(drop, Slow(), replace(QUICK, heartbeat=beats)) as until:
        until(started.is_set)
        first = last_beat(beats)
        assert first is not None
        until(lambda: (beat := last_beat(beats)) is not None and beat.beat > first.beat)
        second = last_beat(beats)
        assert second is not None
        assert second.looped == first.looped
        assert second.is_alive(time.time())
        assert not second.is_alive(time.time() + 120)
        assert second.pid == os.getpid()
        assert "合同" not in beats.read_text()
        release_it.set()
        until(lambda: (beat := last_beat(beats)) is not None and beat.taken == 1)
        last = last_beat(beats)
        assert last is not None
        assert last.folders.keys() == {str(drop.resolve())}
        assert set(last.folders.values()) <= {"events", "polling"}
    assert last_beat(beats) is None


def test_without_room_for_events_rescans_do_the_work(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the system refuses to report changes, polling is chosen by itself."""
    monkeypatch.setattr("ingest.events.Events.listen", lambda *_: False)
    taker, notices = Taker(), list[Notice]()
    with watched(drop, taker, notices=notices) as until:
        (drop / "scan.pdf").write_bytes(PDF)
        until(lambda: bool(taker.kept))
    assert [notice.said for notice in notices][:1] == [Said.POLLING]


def test_network_folders_are_polled(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that reports no changes, polling is chosen by itself, and no clock but ours is trusted."""
    monkeypatch.setattr("ingest.mounts.filesystem", lambda *_: "cifs")
    taker, notices = Taker(), list[Notice]()
    with watched(drop, taker, notices=notices) as until:
        (drop / "scan.pdf").write_bytes(PDF)
        until(lambda: bool(taker.kept))
    assert [notice.said for notice in notices][:1] == [Said.POLLING]


def test_many_writers_at_once(drop: Path) -> None:
    """Four writers drop 400 scans; each is given exactly once, whole."""
    taker = Taker()

    def write(writer: int) -> None:
        for number in range(100):
            (drop / f"{writer}-{number}.pdf").write_bytes(PDF + b"%d-%d" % (writer, number))

    with watched(drop, taker) as until:
        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        until(lambda: len(taker.kept) == 400)
    assert len(taker.scans) == 400
    assert all(content.endswith(name.removesuffix(".pdf").encode()) for name, content in taker.kept.items())


def test_two_watchers_on_one_folder(drop: Path) -> None:
    """Both may be given a scan; its file leaves once and neither stumbles."""
    for number in range(60):
        (drop / f"{number}.pdf").write_bytes(PDF + b"%d" % number)
    fates: list[str] = []

    def take(scan: Scan) -> None:
        try:
            content = scan.path.read_bytes()
        except FileNotFoundError:
            return
        fates.append(release(scan, sha256(content), ReleasePolicy(), today=TODAY).fate)

    time.sleep(0.4)
    threads = [
        threading.Thread(target=watch, args=([drop], QUICK, take, threading.Event()), kwargs={"once": True})
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert fates.count("moved") == 60
    assert set(fates) <= {"moved", "gone"}
    assert [found.path for found in walk(drop)] == []


def test_stopping_is_prompt(drop: Path) -> None:
    """Asked to stop while files wait, the watcher ends within a moment."""
    (drop / "waiting.pdf").write_bytes(PDF[:-30])
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=([drop], WatchSettings(), Taker(), stop))
    thread.start()
    time.sleep(0.5)
    started = time.monotonic()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - started < 2


def test_the_longest_sleep_is_short() -> None:
    """A request to stop is seen within about a second."""
    assert watching.BEAT_SECONDS <= 1
