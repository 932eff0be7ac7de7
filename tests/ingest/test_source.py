"""How scans leave the drop folder: verified, once, under any name, and never with other bytes than those sealed."""

import itertools
import os
import shutil
import signal
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossier.errors import ExitCode
from ingest import source
from ingest.guards import mark
from ingest.moving import put as moved
from ingest.scan import Scan, ScanGone, ScanIdentity, ScanRefused, open_scan, shown
from ingest.source import (
    LEAVING_PREFIX,
    Fate,
    Released,
    ReleasePolicy,
    prune,
    quarantine,
    quarantined,
    reason_name,
    reason_of,
    recover,
    release,
    retry,
)
from ocr.formats import Format
from tests.ingest.conftest import PDF, scan_at, sha256

TODAY = date(2026, 3, 9)
KEEP = ReleasePolicy(keep_days=30)
REMOVE = ReleasePolicy(keep_days=0)
REASON = {"en": "It is broken.", "zh-Hant": "檔案損壞。", "zh-Hans": "文件损坏。"}
ODD_NAMES = [
    *(
        "車輛買賣合約.pdf",
        "-rf.pdf",
        "--",
        "a\nb.pdf",
        "no extension",
        ".5.pdf.",
        "a" * 251 + ".pdf",
        "樣" * 85,
        "é.pdf",
    ),
    *(
        "é.pdf",
        "e\u0301.pdf",
        os.fsdecode(b"\xff\xfe.pdf"),
        "a b\tc.pdf",
        "$(x).pdf",
        "'\".pdf",
        "{0}.pdf",
        "." * 3 + "x",
    ),
]


def put(drop: Path, name: str = "scan.pdf", content: bytes = PDF) -> Scan:
    path = drop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return scan_at(path, drop)


def left(drop: Path) -> list[str]:
    """Return every file below, as paths inside."""
    return sorted(str(path.relative_to(drop)) for path in drop.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_is_kept_and_comes_back(drop: Path, name: str) -> None:
    """Kept scans and quarantined ones carry their own name, whatever bytes it is made of."""
    released = release(put(drop, name), sha256(PDF), KEEP, today=TODAY)
    assert released.path == drop / "done/2026-03-09" / name
    assert released.path.read_bytes() == PDF
    kept = quarantine(put(drop, name), REASON).path
    assert kept == drop / "quarantine" / name
    assert (kept.parent / reason_name(name)).read_text(encoding="utf-8").startswith("It is broken.\n")
    assert list(quarantined(drop)) == [kept]
    assert retry(drop, kept) == drop / name
    assert list((drop / "quarantine").iterdir()) == []


def test_removal_leaves_nothing(drop: Path) -> None:
    """Where the owner says so, a sealed scan is gone at once."""
    assert release(put(drop, "a/b/scan.pdf"), sha256(PDF), REMOVE, today=TODAY).fate is Fate.REMOVED
    assert left(drop) == []


def test_sub_folders_and_same_names_stay_apart(drop: Path) -> None:
    """Two scans of one name on one day are both kept, each under the sub-folder it came from."""
    for content in (PDF, PDF + b"2", PDF + b"3"):
        release(put(drop, "A 單位/scan.pdf", content), sha256(content), KEEP, today=TODAY)
    folder = "done/2026-03-09/A 單位"
    assert left(drop) == [f"{folder}/scan (2).pdf", f"{folder}/scan (3).pdf", f"{folder}/scan.pdf"]


def test_a_full_length_name_finds_a_free_one(drop: Path) -> None:
    """A name that fills all 255 bytes is cut at a character to make room for a number."""
    name = "樣" * 83 + ".pdf"
    for content in (PDF, PDF + b"2"):
        assert len(os.fsencode(quarantine(put(drop, name, content), REASON).path.name)) <= 255
    assert len(left(drop)) == 4


@pytest.mark.parametrize(
    "let_go",
    [
        lambda scan: release(scan, sha256(PDF), REMOVE, today=TODAY),
        lambda scan: quarantine(scan, REASON, sha256=sha256(PDF)),
    ],
)
def test_other_bytes_under_the_name_are_a_new_scan(drop: Path, let_go: Callable[[Scan], Released]) -> None:
    """What was replaced or grew after it was sealed stays where it is."""
    scan = put(drop)
    grown = PDF + b"another page"
    scan.path.write_bytes(grown)
    assert let_go(scan).fate is Fate.CHANGED
    forged = bytes(reversed(PDF))
    scan.path.write_bytes(forged)  # the same size, inode and time
    os.utime(scan.path, ns=(scan.identity.mtime_ns, scan.identity.mtime_ns))
    assert let_go(scan).fate is Fate.CHANGED
    assert left(drop) == ["scan.pdf"]
    assert scan.path.read_bytes() == forged


@pytest.mark.usefixtures("kernel_tells")
def test_a_file_that_is_still_written_stays(drop: Path) -> None:
    """While someone has it open for writing, more bytes may come that would be lost."""
    scan = put(drop)
    with scan.path.open("ab"):
        assert release(scan, sha256(PDF), REMOVE, today=TODAY).fate is Fate.HELD
    assert left(drop) == ["scan.pdf"]
    assert release(scan, sha256(PDF), REMOVE, today=TODAY).fate is Fate.REMOVED


def test_a_scan_is_let_go_once(drop: Path) -> None:
    """Whoever comes second finds it gone."""
    scan = put(drop)
    fates = []
    start = threading.Barrier(6)

    def let_go() -> None:
        start.wait()
        fates.append(release(scan, sha256(PDF), KEEP, today=TODAY).fate)

    threads = [threading.Thread(target=let_go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fates) == [Fate.GONE] * 5 + [Fate.MOVED]
    assert left(drop) == ["done/2026-03-09/scan.pdf"]


def test_replaced_by_a_link(drop: Path, tmp_path: Path) -> None:
    """A link put in its place is not followed and not moved."""
    scan = put(drop)
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(PDF)
    scan.path.unlink()
    scan.path.symlink_to(outside)
    assert release(scan, sha256(PDF), REMOVE, today=TODAY).fate is Fate.CHANGED
    assert outside.read_bytes() == PDF
    assert scan.path.is_symlink()


def dies_at(step: int, act: Callable[[], object]) -> bool:
    """Run ``act`` in a child that is killed before its nth change to a file system; return whether it was."""
    child = os.fork()
    if child == 0:
        calls = itertools.count(1)

        def dying(real: Callable[..., object]) -> Callable[..., object]:
            def call(*args: object, **options: object) -> object:
                if next(calls) == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*args, **options)

            return call

        for name in ("mkdir", "rename", "replace", "unlink", "rmdir", "open", "fsync", "write"):
            setattr(os, name, dying(getattr(os, name)))
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def leave(drop: Path) -> None:
    release(scan_at(drop / "a/scan.pdf", drop), sha256(PDF), KEEP, today=TODAY)


def set_aside(drop: Path) -> None:
    quarantine(scan_at(drop / "a/scan.pdf", drop), REASON, sha256=sha256(PDF))


@pytest.mark.parametrize("act", [leave, set_aside])
def test_a_crash_at_any_change_keeps_the_bytes(drop: Path, act: Callable[[Path], None]) -> None:
    """A process that dies before its nth change leaves the scan once, in the folder or aside; recovery finds it."""
    for step in itertools.count(1):
        put(drop, "a/scan.pdf")
        died = dies_at(step, lambda: act(drop))
        recover(drop)
        whole = [path for path in left(drop) if (drop / path).read_bytes() == PDF]
        assert len(whole) == 1
        assert all((drop / path).stat().st_size for path in left(drop))
        assert not any(LEAVING_PREFIX in path for path in left(drop))
        if not died:
            break
        shutil.rmtree(drop)
        drop.mkdir()
    assert step > 10
    assert whole[0].startswith(("done/2026-03-09/a/", "quarantine/a/"))


def test_recovery_waits_for_another_watcher(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watcher that starts while another moves a scan does not take it back out of the other's hands."""
    mark(drop)
    scan, moving, go_on = put(drop), threading.Event(), threading.Event()

    def slow(*arguments: object, **options: object) -> Path:
        moving.set()
        assert go_on.wait(10)
        return moved(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(source, "put", slow)
    fates: list[Fate] = []
    leaving = threading.Thread(
        target=lambda: fates.append(release(scan, sha256(PDF), ReleasePolicy(), today=TODAY).fate)
    )
    recovered: list[int] = []
    starting = threading.Thread(target=lambda: recovered.append(recover(drop)))
    leaving.start()
    assert moving.wait(10)
    starting.start()
    starting.join(0.3)
    assert starting.is_alive()
    go_on.set()
    leaving.join(10)
    starting.join(10)
    assert (fates, recovered) == ([Fate.MOVED], [0])
    assert (drop / "done" / TODAY.isoformat() / "scan.pdf").read_bytes() == PDF


def test_recovery_finds_a_free_name(drop: Path) -> None:
    """What a crash left beside a newer file of the same name comes back beside it."""
    aside = drop / "a" / f"{LEAVING_PREFIX}0001"
    aside.mkdir(parents=True)
    (aside / "scan.pdf").write_bytes(PDF)
    (drop / "a/scan.pdf").write_bytes(b"newer")
    assert recover(drop) == 1
    assert (drop / "a/scan (2).pdf").read_bytes() == PDF
    assert left(drop) == ["a/scan (2).pdf", "a/scan.pdf"]


def test_days_past_their_time_are_pruned(drop: Path) -> None:
    """Only days of ours that are old enough go."""
    for day in ("2026-02-06", "2026-02-07", "2026-03-09", "notes"):
        (drop / "done" / day / "x").mkdir(parents=True)
        (drop / "done" / day / "x/scan.pdf").write_bytes(PDF)
    assert prune(drop, 30, today=TODAY) == 1
    assert sorted(path.name for path in (drop / "done").iterdir()) == ["2026-02-07", "2026-03-09", "notes"]


def test_a_quarantined_scan_says_why_in_three_languages(drop: Path) -> None:
    """The reason beside it is for people: what happened and what to do, with the name."""
    scan = put(drop, "b/合同.pdf")
    quarantine(scan, reason_of(ScanRefused(name=scan.name)), sha256=sha256(PDF))
    text = (drop / "quarantine/b/合同.pdf.reason.txt").read_text(encoding="utf-8")
    assert all(words in text for words in ("left alone", "沒有處理", "没有处理", "合同.pdf", "Nothing was deleted"))
    assert left(drop) == ["quarantine/b/合同.pdf", "quarantine/b/合同.pdf.reason.txt"]


def test_named_files_stay(tmp_path: Path) -> None:
    """A file outside a drop folder is never moved or removed."""
    path = tmp_path / "mine.pdf"
    path.write_bytes(PDF)
    scan = Scan(path, None, ScanIdentity(0, 0, len(PDF), 0), Format.PDF)
    release(scan, sha256(PDF), REMOVE, today=TODAY)
    quarantine(scan, REASON)
    assert path.read_bytes() == PDF


@pytest.mark.parametrize("kind", ["link", "dangling", "loop", "folder", "fifo", "socket", "inner link"])
def test_nothing_but_files_is_opened(drop: Path, tmp_path: Path, kind: str) -> None:
    """Links, folders, pipes and sockets are refused, at once."""
    path = drop / "scan.pdf"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.pdf").write_bytes(PDF)
    if kind == "link":
        path.symlink_to(outside / "secret.pdf")
    elif kind == "dangling":
        path.symlink_to("nothing")
    elif kind == "loop":
        path.symlink_to("scan.pdf")
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        import socket  # noqa: PLC0415 (only here)

        with socket.socket(socket.AF_UNIX) as made:
            here = Path.cwd()
            os.chdir(drop)  # socket names are short
            made.bind("scan.pdf")
            os.chdir(here)
    else:
        (drop / "inner").symlink_to(outside)
        path = drop / "inner" / "secret.pdf"
    with pytest.raises((ScanRefused, ScanGone)) as caught:
        open_scan(path, drop=drop)
    assert caught.value.exit_code is ExitCode.INTAKE
    assert all(caught.value.say(lang) for lang in ("en", "zh-Hant", "zh-Hans"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=80).filter(lambda name: not {"/", "\0"} & set(name) and name not in {".", ".."}))
def test_any_name_can_be_shown_and_given_a_reason(name: str) -> None:
    """A name as text is valid Unicode without control characters; its reason file's name fits."""
    assert shown(name).encode("utf-8")
    assert not any(char < " " for char in shown(name))
    assert len(os.fsencode(reason_name(name[:60]))) <= 255


def test_a_name_cannot_be_read_the_other_way_round() -> None:
    """Marks of direction, by which a program passes for a paper, are shown as what they are."""
    assert shown("invoice\u202efdp.exe") == "invoice␣fdp.exe"
    assert shown("發票 é 文件.pdf") == "發票 é 文件.pdf"
