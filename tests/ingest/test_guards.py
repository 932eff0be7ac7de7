"""Guards at the start: drop folders that would lose scans are refused, in words that help."""

import json
import os
from pathlib import Path

import pytest

from dossier.errors import ExitCode
from ingest import guards
from ingest.guards import (
    DropInsideHome,
    DropLinkLoop,
    DropMissing,
    DropNotAFolder,
    DropNotWritable,
    DropRefused,
    DropsOverlap,
    HomeInsideDrop,
    MountGone,
    NoRoom,
    check,
    is_present,
    mark,
    require_room,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


def refused(folders: list[Path], home: Path) -> type[DropRefused]:
    with pytest.raises(DropRefused) as caught:
        check(folders, home)
    assert caught.value.exit_code is ExitCode.INTAKE
    for lang in ("en", "zh-Hant", "zh-Hans"):
        assert str(folders[-1].name) in caught.value.say(lang)
    return type(caught.value)


def test_good_folders_are_marked_and_resolved(tmp_path: Path, drop: Path, home: Path) -> None:
    """A link to a drop folder is fine; the folder it leads to is what is watched."""
    other = tmp_path / "other"
    other.mkdir()
    link = tmp_path / "link"
    link.symlink_to(drop)
    assert check([link, other], home, memory=home / "drops.json") == (drop, other)
    assert is_present(drop)
    assert "投件資料夾" in (drop / ".juanzong/drop-folder.txt").read_text(encoding="utf-8")
    assert set(json.loads((home / "drops.json").read_text())) == {str(drop), str(other)}
    assert check([link, other], home, memory=home / "drops.json") == (drop, other)
    assert sorted(path.name for path in drop.rglob("*")) == [".juanzong", "drop-folder.txt"]


def test_the_archive_and_the_drop_folder_keep_apart(tmp_path: Path, home: Path) -> None:
    """Neither may lie inside the other, also not through links."""
    inside = home / "drop"
    inside.mkdir()
    assert refused([inside], home) is DropInsideHome
    assert refused([home], home) is DropInsideHome
    assert refused([tmp_path], home) is HomeInsideDrop
    link = tmp_path / "link"
    link.symlink_to(inside)
    with pytest.raises(DropInsideHome):
        check([link], home)


def test_drop_folders_do_not_overlap(tmp_path: Path, drop: Path, home: Path) -> None:
    """One inside another, or one named twice, would be taken twice over."""
    inner = drop / "inner"
    inner.mkdir()
    link = tmp_path / "again"
    link.symlink_to(drop)
    for folders in ([drop, inner], [inner, drop], [drop, drop], [drop, link]):
        with pytest.raises(DropsOverlap):
            check(folders, home)


def test_what_is_not_a_folder(tmp_path: Path, home: Path) -> None:
    """Missing folders, files and loops of links are each named."""
    file = tmp_path / "file"
    file.touch()
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    assert refused([tmp_path / "missing"], home) is DropMissing
    assert refused([file], home) is DropNotAFolder
    assert refused([file / "below"], home) is DropNotAFolder
    assert refused([loop], home) is DropLinkLoop


@pytest.mark.skipif(os.geteuid() == 0 and not hasattr(os, "seteuid"), reason="needs another user than root")
def test_a_folder_that_cannot_be_written(drop: Path, home: Path) -> None:
    """Scans could not be moved out of it."""
    was = os.geteuid()
    drop.chmod(0o555)
    for folder in (home, *drop.parents):
        folder.chmod(folder.stat().st_mode | 0o055)
        if folder == Path(folder.anchor) / "tmp":
            break
    try:
        if was == 0:
            os.seteuid(65534)
        assert refused([drop], home) is DropNotWritable
    finally:
        os.seteuid(was)
        drop.chmod(0o755)


def test_a_mount_that_is_gone(drop: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty mount point is not the folder; one that was made anew on the same disk is."""
    memory = home / "drops.json"
    monkeypatch.setattr(guards, "mount_point", lambda _: "/mnt/nas")
    check([drop], home, memory=memory)
    (drop / ".juanzong/drop-folder.txt").unlink()
    check([drop], home, memory=memory)  # tidied away, same mount
    (drop / ".juanzong/drop-folder.txt").unlink()
    monkeypatch.setattr(guards, "mount_point", lambda _: "/")
    with pytest.raises(MountGone, match="/mnt/nas"):
        check([drop], home, memory=memory)
    assert not is_present(drop)
    mark(drop)  # the folder itself was moved to another disk, with its mark
    assert check([drop], home, memory=memory) == (drop,)


def test_damaged_memory_is_forgotten(drop: Path, home: Path) -> None:
    """The file that remembers mounts may be lost; the check goes on without."""
    for content in ("", "[]", "{"):
        (home / "drops.json").write_text(content)
        assert check([drop], home, memory=home / "drops.json") == (drop,)


def test_a_disk_without_room(home: Path) -> None:
    """Taking stops before the disk is full."""
    require_room(home, 1, reserve_bytes=1)
    with pytest.raises(NoRoom) as caught:
        require_room(home, 1 << 60)
    assert caught.value.exit_code is ExitCode.VAULT
    assert "MiB" in caught.value.say("zh-Hant")
