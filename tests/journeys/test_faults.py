"""When the store fails, the disk fills or others take the same scans, nothing is lost and nothing is there twice."""

import itertools
import os
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from desk import archive as opening
from desk import capture
from desk.archive import Archive
from desk.home import Home, IntakeSettings
from dossier.errors import VaultFailed
from index.journal import State
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick
from tests.journeys.crashing import PlainReader, Stand, dies_at, fresh, one_pass, prepared, stand
from vault.errors import StoreFailed
from vault.stores.store import Store, Stored

GOOD = b"%PDF-1.4\n% SPECIMEN good\ntrailer\nstartxref\n9\n%%EOF\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home and an empty drop folder."""
    folder = tmp_path_factory.mktemp("template")
    new_home(folder)
    (folder / "drop").mkdir()
    with prepared(folder):
        yield folder


class Failing:
    """A store that fails at its nth call: before doing it, or after."""

    def __init__(self, store: Store, at: int, *, after: bool) -> None:
        self._store = store
        self._at = at
        self._after = after
        self.calls = 0

    @property
    def label(self) -> str:
        return self._store.label

    def put(self, name: str, source: BinaryIO) -> int:
        return int(self._call(lambda: self._store.put(name, source)))

    def get(self, name: str, offset: int = 0) -> Iterator[bytes]:
        return iter(self._call(lambda: list(self._store.get(name, offset))))

    def size(self, name: str) -> int | None:
        found = self._call(lambda: self._store.size(name))
        return None if found is None else int(found)

    def delete(self, name: str) -> None:
        self._call(lambda: self._store.delete(name))

    def names(self, prefix: str = "") -> Iterator[Stored]:
        return iter(self._call(lambda: list(self._store.names(prefix))))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _call(self, act: Any) -> Any:
        self.calls += 1
        if self.calls == self._at and not self._after:
            raise StoreFailed(store=self.label, reason="made to fail")
        done = act()
        if self.calls == self._at:
            raise StoreFailed(store=self.label, reason="made to fail")
        return done


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_a_store_that_fails_at_every_call_in_turn(
    template: Path, tmp_path: Path, stride: int, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever call fails, the scan stays until its bytes are safe, and the next run files it once."""
    real, made = opening.open_store, list[Failing]()
    for at in itertools.count(1, stride):
        home, drop = fresh(template, tmp_path / "x")
        (drop / "發票.pdf").write_bytes(GOOD)

        def failing(*args: Any, at: int = at) -> Failing:
            made.append(Failing(real(*args), at, after=after))
            return made[-1]

        monkeypatch.setattr(opening, "open_store", failing)
        try:
            one_pass(home, drop)
            failed = False
        except VaultFailed:
            failed = True
        monkeypatch.setattr(opening, "open_store", real)
        found = stand(home, drop)
        assert found.originals[GOOD] > 0 or found.waiting == ["發票.pdf"]
        one_pass(home, drop)
        filed_once(stand(home, drop))
        if made[-1].calls < at:
            break
    assert at > 8
    assert not failed


def filed_once(found: Stand, content: bytes = GOOD) -> None:
    assert found.originals == Counter({content: 1})
    assert [capture.state for capture in found.captures] == [State.FILED]
    assert found.documents == 1
    assert found.waiting == []


@pytest.mark.parametrize("free_kib", [0, 32, 128, 512])
def test_a_full_disk(template: Path, tmp_path: Path, free_kib: int) -> None:
    """However little room is left for the archive, the scan is safe; with room again it is filed."""
    mount, drop = tmp_path / "disk", tmp_path / "drop"
    mount.mkdir()
    drop.mkdir()
    content = GOOD + os.urandom(200_000)
    (drop / "發票.pdf").write_bytes(content)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount], check=False, stderr=-3).returncode:
        pytest.skip("a disk of known size can be made by root only")
    try:
        fresh(template, mount / "x")
        home = Home(mount / "x/home")
        home.write(home.settings().model_copy(update={"intake": IntakeSettings(reserve_mib=0)}))
        room = os.statvfs(mount).f_bavail * os.statvfs(mount).f_frsize
        (mount / "ballast").write_bytes(bytes(max(room - free_kib * 1024, 0)))
        with suppress(VaultFailed):  # what matters is where the scan is
            one_pass(home, drop)
        (mount / "ballast").unlink()
        assert content in stand(home, drop).originals or (drop / "發票.pdf").read_bytes() == content
        one_pass(home, drop)
        filed_once(stand(home, drop), content)
    finally:
        subprocess.run(["umount", "-l", mount], check=True)


def test_two_processes_on_one_folder(template: Path, tmp_path: Path) -> None:
    """Each scan is taken once between them."""
    home, drop = fresh(template, tmp_path / "x")
    contents = [GOOD + b"%% %d" % number + b"\nstartxref\n9\n%%EOF\n" for number in range(12)]
    for number, content in enumerate(contents):
        (drop / f"{number}.pdf").write_bytes(content)
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            code = 3
            try:
                one_pass(home, drop)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    found = stand(home, drop)
    assert found.originals == Counter(contents)
    assert Counter(capture.state for capture in found.captures) == {State.FILED: 12}
    assert len(found.done) == 12
    assert found.waiting == []


def test_the_same_bytes_under_two_names_and_again_next_week(template: Path, tmp_path: Path) -> None:
    """One capture; the others are on record with where and when, and leave the folder as well."""
    home, drop = fresh(template, tmp_path / "x")
    (drop / "B").mkdir()
    (drop / "a.pdf").write_bytes(GOOD)
    (drop / "B" / "b.pdf").write_bytes(GOOD)
    states = sorted(one.state for one in one_pass(home, drop))
    assert states == ["duplicate", "filed"]
    (drop / "a.pdf").write_bytes(GOOD)
    assert [one.state for one in one_pass(home, drop)] == ["duplicate"]
    found = stand(home, drop)
    filed_once(found)
    assert len(found.sightings) == 2
    assert all(sighting.released for sighting in found.sightings)
    assert len(found.done) == 3


def test_a_scan_that_was_claimed_and_then_renamed(template: Path, tmp_path: Path) -> None:
    """Bytes that were claimed by a run that died are not taken for safe when they come under another name."""
    for step in range(20, 90, 13):
        home, drop = fresh(template, tmp_path / "x")
        (drop / "發票.pdf").write_bytes(GOOD)
        assert dies_at(step, lambda home=home, drop=drop: one_pass(home, drop))  # type: ignore[misc]
        if (drop / "發票.pdf").exists():
            (drop / "發票.pdf").rename(drop / "other.pdf")
        one_pass(home, drop)
        found = stand(home, drop)
        assert found.originals == Counter({GOOD: 1}), step
        assert found.captures[0].state == State.FILED


def test_a_scan_that_is_replaced_while_it_is_read(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file under the old name is a new scan, and both are kept."""
    home, drop = fresh(template, tmp_path / "x")
    path, newer = drop / "發票.pdf", GOOD.replace(b"good", b"newer")
    path.write_bytes(GOOD)
    real = PlainReader.read

    def read(self: PlainReader, content: bytes, *rest: Any, **options: Any) -> Any:
        if content == GOOD:
            path.write_bytes(newer)
        return real(self, content, *rest, **options)

    monkeypatch.setattr(PlainReader, "read", read)
    one_pass(home, drop)
    one_pass(home, drop)
    found = stand(home, drop)
    assert found.originals == Counter({GOOD: 1, newer: 1})
    assert found.waiting == []


def test_asked_to_stop_before_anything_was_taken(template: Path, tmp_path: Path) -> None:
    """A pass that is told to stop at once leaves everything as it was."""
    home, drop = fresh(template, tmp_path / "x")
    (drop / "發票.pdf").write_bytes(GOOD)
    stop = threading.Event()
    stop.set()
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        assert capture.watch_once(archive, [drop], stop=stop, tick=no_tick) == []
    assert (drop / "發票.pdf").read_bytes() == GOOD
