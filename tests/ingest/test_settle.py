"""The settle gate: what passes, what waits, what never passes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.settle import (
    Decision,
    Glance,
    SettleSettings,
    Stuck,
    Verdict,
    Waiting,
    is_clutter,
    is_clutter_folder,
    is_partial,
    step,
)
from ingest.structure import Ending

SETTINGS = SettleSettings(
    quiet_seconds=4,
    grown_quiet_seconds=8,
    shapeless_quiet_seconds=15,
    rhythm=2.5,
    closed_patience_seconds=60,
    patience_seconds=300,
    held_patience_seconds=3600,
)
GLANCE = Glance(size_bytes=100, mtime_ns=1, inode=7, now=0.0)


def look(before: Waiting | None, glance: Glance, *, ending: Ending = Ending.ENDED, held: bool | None = None) -> Verdict:
    """Ask the gate, and examine the file when it wants that."""
    verdict = step(before, glance, SETTINGS)
    if verdict.decision is Decision.EXAMINE:
        verdict = step(verdict.waiting, replace(glance, ending=ending, held=held), SETTINGS)
    return verdict


def taken_at(*, ending: Ending, held: bool | None) -> tuple[float, Decision]:
    """Return after how many seconds a file that never changes is taken, looking when the gate says."""
    waiting, now = None, 0.0
    for _ in range(10_000):
        verdict = look(waiting, replace(GLANCE, now=now), ending=ending, held=held)
        if verdict.decision is not Decision.WAIT:
            return now, verdict.decision
        waiting, now = verdict.waiting, now + verdict.again_seconds
    raise AssertionError("never taken")


@pytest.mark.parametrize(
    ("ending", "held", "seconds", "decision"),
    [
        (Ending.ENDED, None, 4, Decision.TAKE),
        (Ending.ENDED, False, 4, Decision.TAKE),
        (Ending.SHAPELESS, False, 15, Decision.TAKE),
        (Ending.OPEN, False, 60, Decision.TAKE_UNENDED),
        (Ending.OPEN, None, 300, Decision.TAKE_UNENDED),
        (Ending.ENDED, True, 3600, Decision.TAKE),
        (Ending.OPEN, True, 3600, Decision.TAKE_UNENDED),
    ],
)
def test_how_long_a_quiet_file_waits(ending: Ending, held: bool | None, seconds: int, decision: Decision) -> None:
    """How long depends on its end and on whether somebody writes it; every file with bytes is taken in the end."""
    when, what = taken_at(ending=ending, held=held)
    assert (round(when, 1), what) == (seconds, decision)


def test_growth_starts_the_wait_again() -> None:
    """Each change of size or time starts the quiet period anew."""
    first = look(None, GLANCE)
    grown = look(first.waiting, replace(GLANCE, size_bytes=200, now=3.9))
    assert grown.decision is Decision.WAIT
    assert look(grown.waiting, replace(GLANCE, size_bytes=200, now=6)).decision is Decision.WAIT


def test_a_file_seen_growing_is_given_more_time() -> None:
    """The next page may follow although each page so far ended the file well."""
    first = look(None, GLANCE)
    grown = look(first.waiting, replace(GLANCE, size_bytes=200, now=1))
    still = replace(GLANCE, size_bytes=200, now=8.9)
    assert look(grown.waiting, still).decision is Decision.WAIT
    assert look(grown.waiting, replace(still, now=9)).decision is Decision.TAKE
    begun = look(None, replace(GLANCE, size_bytes=0))  # empty first, then whole at once
    came = look(begun.waiting, replace(GLANCE, now=1))
    assert look(came.waiting, replace(GLANCE, now=5.1)).decision is Decision.TAKE


def test_a_slow_writer_is_given_more_than_its_longest_pause() -> None:
    """A scanner that needs 20 seconds a page is not cut off after 4, though each page ends well."""
    waiting, now = None, 0.0
    for page in range(1, 6):
        verdict = look(waiting, replace(GLANCE, size_bytes=100 * page, mtime_ns=page, now=now))
        assert verdict.decision is Decision.WAIT
        waiting, now = verdict.waiting, now + (20 if page > 1 else 3)
    still = replace(GLANCE, size_bytes=500, mtime_ns=5, now=now + 20)
    assert look(waiting, still).decision is Decision.WAIT
    assert look(waiting, replace(still, now=now + 35)).decision is Decision.TAKE


def test_an_empty_file_never_passes() -> None:
    """Zero bytes are the beginning of a file; in the end it is reported, never taken."""
    waiting = None
    for hour in range(100):
        verdict = look(waiting, Glance(0, 1, 7, now=3600.0 * hour, untouched_seconds=1e6))
        assert verdict.decision is Decision.WAIT
        waiting = verdict.waiting
    assert verdict.stuck is Stuck.EMPTY


def test_a_file_that_was_empty_for_long_is_taken_like_any_other() -> None:
    """Once the bytes come, the time before they came is no pause of a slow writer."""
    empty = look(None, Glance(0, 1, 7, now=0.0)).waiting
    came = look(look(empty, Glance(0, 1, 7, now=300.0)).waiting, replace(GLANCE, now=300.0, mtime_ns=9))
    assert came.decision is Decision.WAIT
    assert look(came.waiting, replace(GLANCE, now=310.0, mtime_ns=9)).decision is Decision.TAKE


def test_a_file_that_lay_there_before_is_taken_at_the_first_look() -> None:
    """Where the file system's clock is ours, what was left alone for long need not wait again."""
    assert look(None, replace(GLANCE, untouched_seconds=3600)).decision is Decision.TAKE
    assert look(None, replace(GLANCE, untouched_seconds=None)).decision is Decision.WAIT
    assert look(None, replace(GLANCE, untouched_seconds=-5)).decision is Decision.WAIT


def test_another_file_renamed_into_place_starts_anew() -> None:
    """A new inode is a new file, whose predecessor's rhythm says nothing."""
    slow = Waiting(100, 1, 7, first_seen=0, since=0, longest_pause_seconds=100)
    verdict = look(slow, replace(GLANCE, inode=8, now=50))
    assert verdict.waiting.longest_pause_seconds == 0
    assert look(verdict.waiting, replace(GLANCE, inode=8, now=54)).decision is Decision.TAKE


def test_a_writer_who_keeps_the_file_open_is_told_of() -> None:
    """A file held open for long is reported while it waits."""
    first = look(None, GLANCE)
    verdict = look(first.waiting, replace(GLANCE, now=400), held=True)
    assert (verdict.decision, verdict.stuck) == (Decision.WAIT, Stuck.HELD)


Seen = tuple[int, int, int, float, Ending]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 2), st.integers(0, 1), st.floats(0, 50), st.sampled_from(list(Ending))
        ),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_is_seen_nothing_passes_before_its_quiet_period(
    seen: list[tuple[int, int, int, float, Ending]],
) -> None:
    """No order of sizes, times and inodes lets an empty or a just changed file pass."""
    waiting, now, changed, last = None, 0.0, 0.0, None
    for size, mtime, inode, pause, ending in seen:
        now += pause
        if last != (size, mtime, inode):
            changed, last = now, (size, mtime, inode)
        verdict = look(waiting, Glance(size, mtime, inode, now), ending=ending)
        waiting = verdict.waiting
        if verdict.decision is not Decision.WAIT:
            assert size > 0
            assert now - changed >= SETTINGS.quiet_seconds
            waiting = None


@pytest.mark.parametrize(
    "name",
    [
        *("scan.pdf.part", "scan.pdf.part3", "a.crdownload", "a.filepart", "A.TMP", "a.temp", "scan.pdf~", "~scan.pdf"),
        *(
            "~$vertrag.docx",
            "a.swp",
            "a.opdownload",
            "a.aria2",
            "a.partial",
            "合同.pdf.PART",
            "~WRL0001.tmp",
            "#a.txt#",
        ),
        *("x.upload", "x.uploading", "x.writing", "x.lck", "scan.tmp1", "~syncthing~scan.pdf.tmp"),
    ],
)
def test_names_of_unfinished_files(name: str) -> None:
    """Names that programs give while they are at work."""
    assert is_partial(name)


@pytest.mark.parametrize(
    "name",
    ["scan.pdf", "part.pdf", "tmp.pdf", "a.part.pdf", "上傳.pdf", "department", "scan~1.pdf", "x.downloads", "no dot"],
)
def test_names_of_scans(name: str) -> None:
    """Names that only look similar are those of scans."""
    assert not is_partial(name)
    assert not is_clutter(name)


def test_files_and_folders_that_no_scanner_made() -> None:
    """Hidden files, and those of file managers and servers, are passed over."""
    assert all(map(is_clutter, [".DS_Store", "._scan.pdf", "Thumbs.db", "desktop.ini", ".~lock.a.odt#", "Icon\r"]))
    assert all(map(is_clutter_folder, [".git", "@eaDir", "#recycle", "$RECYCLE.BIN", "lost+found", "__MACOSX"]))
    assert not any(map(is_clutter_folder, ["2026", "A 單位", "done2", "@home"]))
