"""The local folder: durable, private, and never mistaken for an empty mount point."""

import os
import shutil
import stat
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from vault.errors import StoreFailed, StoreForeign, StoreGone, StoreRefused
from vault.stores import local
from vault.stores.local import LocalStore

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """An empty local store."""
    return LocalStore.create(tmp_path / "disk" / "store", archive="mine")


def test_only_its_owner_can_use_it(store: LocalStore) -> None:
    """Every folder is 0700 and every file 0600, whatever the umask says."""
    old = os.umask(0)
    try:
        store.put("objects/ordinary/ab/one", BytesIO(b"x"))
    finally:
        os.umask(old)
    for path in (store.root, *store.root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_an_empty_mount_point_is_not_a_store(store: LocalStore, tmp_path: Path) -> None:
    """When the disk is not mounted, the folder under it is refused and stays empty."""
    store.root.rename(tmp_path / "unplugged")
    store.root.mkdir()
    for use in (
        lambda: LocalStore(store.root, archive="mine"),
        lambda: store.put("objects/a", BytesIO(b"x")),
        lambda: list(store.get("objects/a")),
        lambda: store.size("objects/a"),
        lambda: store.delete("objects/a"),
        lambda: list(store.names()),
    ):
        with pytest.raises(StoreGone):
            use()
    assert list(store.root.iterdir()) == []


def test_another_archives_store_is_refused(store: LocalStore) -> None:
    """A store says whose it is, and is not used for another archive, nor made over."""
    with pytest.raises(StoreForeign):
        LocalStore(store.root, archive="yours")
    with pytest.raises(StoreForeign):
        LocalStore.create(store.root, archive="yours")
    assert LocalStore.create(store.root, archive="mine").root == store.root


def test_a_full_disk_is_told_and_leaves_nothing(store: LocalStore) -> None:
    """When the system takes no more bytes, nothing is under the name and no temporary file stays."""
    script = """
import io, resource, signal, sys
from pathlib import Path
from vault.errors import StoreFull
from vault.stores.local import LocalStore
store = LocalStore(Path(sys.argv[1]), archive="mine")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
try:
    store.put("objects/a", io.BytesIO(bytes(2_000_000)))
except StoreFull as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", script, str(store.root)], capture_output=True, text=True, check=True)
    assert said.stdout.startswith(f"The store {store.root} is full.")
    assert list(store.names()) == []
    assert list((store.root / local.INCOMING).iterdir()) == []


def test_interrupted_writes_are_swept(store: LocalStore) -> None:
    """What a killed process left behind is no object, and can be removed."""
    (store.root / local.INCOMING).mkdir(mode=0o700)
    half = store.root / local.INCOMING / "half"
    half.write_bytes(b"half")
    assert list(store.names()) == []
    assert store.sweep() == 0, "it may still be growing"
    os.utime(half, (1, 1))
    assert store.sweep() == 1
    assert store.sweep() == 0


def test_a_link_in_an_objects_place_harms_no_other_file(store: LocalStore, tmp_path: Path) -> None:
    """What is overwritten before it goes is never a file that somebody linked there."""
    other = tmp_path / "other"
    other.write_bytes(b"not the store's")
    store.put("keys/a", BytesIO(b"a"))
    (store.root / "keys" / "a").unlink()
    (store.root / "keys" / "a").symlink_to(other)
    store.delete("keys/a")
    assert store.size("keys/a") is None
    assert other.read_bytes() == b"not the store's"


def test_without_hard_links_it_still_overwrites_nothing(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """On file systems that know no links, a taken name is still refused."""

    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    store.put("objects/a", BytesIO(b"first"))
    with pytest.raises(StoreFailed):
        store.put("objects/a", BytesIO(b"second"))
    assert b"".join(store.get("objects/a")) == b"first"


def test_free_space_is_known(store: LocalStore) -> None:
    """The store says how much room its disk has."""
    assert 0 < store.free_bytes() <= shutil.disk_usage(store.root).total


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_folder_without_rights_is_told(store: LocalStore) -> None:
    """A store we may not write to is "refused", not "full" or "gone"."""
    store.root.chmod(0o500)
    try:
        with pytest.raises(StoreRefused):
            store.put("objects/a", BytesIO(b"x"))
    finally:
        store.root.chmod(0o700)


def test_small_objects_are_overwritten_before_they_go(store: LocalStore) -> None:
    """A deleted envelope's bytes are gone from its blocks: seen through a second name of the same file."""
    store.put("keys/a", BytesIO(b"wrapped key " * 20))
    os.link(store.root / "keys" / "a", store.root.parent / "same-file")
    store.delete("keys/a")
    left = (store.root.parent / "same-file").read_bytes()
    assert len(left) == 240
    assert b"wrapped key" not in left
