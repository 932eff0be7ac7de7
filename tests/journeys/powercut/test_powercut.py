"""When the power goes at any moment, with whatever was not synced lost, the scan is there; one more run files it."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desk.home import Home
from tests.journeys.conftest import new_home
from tests.journeys.crashing import fresh, one_pass, prepared, stand
from tests.journeys.powercut.disk import ORDERED, Call, Disk, after_cut, calls, cuts, kept_for_sure, lay
from tests.journeys.powercut.recorded import Recorder, recorder
from tests.journeys.test_crash import BROKEN, GOOD, check_whole, safe


@pytest.fixture(scope="module")
def recording(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    """What runs passes and records their calls."""
    with recorder(tmp_path_factory.mktemp("recorder"), template) as program:
        yield program


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home, and a drop folder with one scan."""
    folder = tmp_path_factory.mktemp("template")
    new_home(folder)
    (folder / "drop/A 單位").mkdir(parents=True)
    (folder / "drop/A 單位/發票.pdf").write_bytes(GOOD)
    with prepared(folder):
        yield folder


def laid_out(template: Path, folder: Path, content: bytes) -> Path:
    fresh(template, folder)
    (folder / "drop/A 單位/發票.pdf").write_bytes(content)
    return folder


def cut_and_go_on(root: Path, content: bytes, disk: Disk, how: str) -> None:
    shutil.rmtree(root)
    lay(disk, root, root)  # where it was: in another folder the scan would be a copy of what lay in the first
    home, drop = Home(root / "home"), root / "drop"
    assert safe(stand(home, drop), content), how
    one_pass(home, drop)
    found = stand(home, drop)
    if not how.startswith(ORDERED):
        # Where names are lost out of order, the moved scan may be at both its places, where it is seen again as the
        # copy that it is, or gone from both.
        found = replace(found, done=["發票.pdf"], quarantined=[], sightings=[])
    check_whole(found, content)


@pytest.mark.parametrize("content", [GOOD, BROKEN], ids=["good", "broken"])
@pytest.mark.parametrize("stride", [149, pytest.param(1, marks=pytest.mark.slow)])
def test_the_power_goes(template: Path, tmp_path: Path, recording: Recorder, content: bytes, stride: int) -> None:
    """Every different disk that any moment can leave; a few of them in the quick run."""
    root = laid_out(template, tmp_path / "x", content)
    start = Disk.of(root)
    died, journal = recording.run(root)
    assert not died
    check_whole(stand(Home(root / "home"), root / "drop"), content)
    recorded = calls(journal, start)
    assert sum(call.what in "FD" for call in recorded) > 20
    count = 0
    for how, disk in itertools.islice(cuts(start, recorded), 0, None, stride):
        cut_and_go_on(root, content, disk, how)
        count += 1
    assert count > 300 // stride


@pytest.mark.parametrize("content", [GOOD, BROKEN], ids=["good", "broken"])
@pytest.mark.parametrize("stride", [97, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_in_every_call(template: Path, tmp_path: Path, recording: Recorder, content: bytes, stride: int) -> None:
    """The process is killed before each call that changes a file system, and in the middle of each write."""
    for number in itertools.count(1, stride):
        root = laid_out(template, tmp_path / "x", content)
        died, _ = recording.run(root, kill_at=number)
        home, drop = Home(root / "home"), root / "drop"
        assert safe(stand(home, drop), content), number
        one_pass(home, drop)
        check_whole(stand(home, drop), content)
        if not died:
            break
    assert number > 150


@pytest.mark.parametrize("content", [GOOD, BROKEN], ids=["good", "broken"])
@pytest.mark.parametrize("stride", [97, pytest.param(1, marks=pytest.mark.slow)])
def test_the_disk_is_full_at_every_write(
    template: Path, tmp_path: Path, recording: Recorder, content: bytes, stride: int
) -> None:
    """From each call on nothing more fits; the scan stays or is safe, and is filed once there is room again."""
    for number in itertools.count(1, stride):
        root = laid_out(template, tmp_path / "x", content)
        failed, _ = recording.run(root, full_from=number)
        home, drop = Home(root / "home"), root / "drop"
        assert safe(stand(home, drop), content), number
        one_pass(home, drop)
        check_whole(stand(home, drop), content)
        if not failed and number > 150:
            break
    assert number > 150


def test_a_replay_without_loss_is_what_happened(template: Path, tmp_path: Path, recording: Recorder) -> None:
    """The recording is complete: replayed in full it gives the very files that are there."""
    root = laid_out(template, tmp_path / "x", GOOD)
    start = Disk.of(root)
    _, journal = recording.run(root)
    replayed = dict(after_cut(start, calls(journal, start), lambda _: True).state())
    real = dict(Disk.of(root).state())
    for name in [name for name in real.keys() | replayed.keys() if name.endswith("-shm")]:
        real.pop(name, None)  # memory that SQLite's connections share, made anew after a cut
        replayed.pop(name, None)
    assert replayed == real


def test_what_was_not_synced_is_lost() -> None:
    """The model itself: bytes last with their file's sync, names with their folder's."""
    start = Disk({"/r": None, "/r/a": 1}, {1: bytearray(b"old")})
    done = [
        Call("W", 1, 0, b"new", b""),
        Call("C", 2, 0, b"/r/b", b""),
        Call("W", 2, 0, b"two", b""),
        Call("F", 2, 0, b"/r/b", b""),
        Call("R", 2, 0, b"/r/b", b"/r/c"),
    ]
    assert kept_for_sure(done) == {2}
    lost = dict(after_cut(start, done, lambda _: False).state())
    assert lost == {"/r": None, "/r/a": b"old"}
    synced = [*done, Call("D", 0, 0, b"/r", b"")]
    assert dict(after_cut(start, synced, lambda _: False).state()) == {"/r": None, "/r/a": b"old", "/r/c": b"two"}
