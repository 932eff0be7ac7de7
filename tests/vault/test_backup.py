"""Backup and restore: the same archive elsewhere; a destroyed document does not come back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.vault.conftest import PASSPHRASE, Archive, make_archive
from tests.vault.faults import Breaking
from vault.backup import Backup, backup
from vault.destroy import destroy
from vault.errors import (
    Destroyed,
    KeysExist,
    Locked,
    NoBackup,
    StoreUnreachable,
    WeakPassphrase,
    WrongPassphrase,
    WrongRecoveryCode,
)
from vault.keyfile import FAST
from vault.keys import change_passphrase, unlock
from vault.lend import lend
from vault.levels import Level
from vault.restore import Restored, restore
from vault.seal import envelope_name, object_name
from vault.snapshot import snapshots
from vault.stores.local import LocalStore
from vault.stores.memory import MemoryStore
from vault.stores.store import Store
from vault.vault import Vault
from vault.witness import FileWitness
from vault.wrap import new_private_key

NEW = "another quiet maple lantern"


class Clock:
    """A second later each time it is asked."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def vault(archive: Archive) -> Vault:
    """The vault of one archive, in a local store."""
    store = LocalStore.create(archive.home / "store", archive=archive.keys.public.archive)
    return Vault(store, archive.keys.public, archive.keys, clock=Clock(), witness=FileWitness(archive.home / "w"))


def seal(vault: Vault, content: bytes = b"specimen", level: Level = Level.ORDINARY) -> str:
    """Seal a document."""
    return vault.seal_bytes(content, document="d1", role="original", level=level).object_id


def back_up(vault: Vault, archive: Archive, target: Store, keep: int = 7) -> Backup:
    """Back the archive up, with an index."""
    index = archive.home / "index"
    if not index.exists():
        index.write_bytes(b"sealed index")
    return backup(vault, target, home=archive.home, extras={"index": index}, keep=keep)


def bring_back(target: Store, home: Path, passphrase: str = PASSPHRASE, code: str | None = None) -> Restored:
    """Restore to a new home."""
    return restore(
        target,
        home,
        lambda archive: LocalStore.create(home / "store", archive=archive),
        passphrase=passphrase,
        code=code,
        extra=lambda name: home / name,
        cost=FAST,
    )


def opened(found: Restored, home: Path, object_id: str) -> bytes:
    """The content of a restored document."""
    store = LocalStore(home / "store", archive=found.keys.public.archive)
    return Vault(store, found.keys.public, found.keys).open_bytes(object_id, document="d1", role="original")


def test_the_passphrase_brings_everything_back(archive: Archive, vault: Vault, store: Store, tmp_path: Path) -> None:
    """Objects of every level, envelopes, index and keys: the same archive in a new place, from any kind of store."""
    ids = [seal(vault, bytes(100_000), level) for level in Level]
    done = back_up(vault, archive, store)
    assert (done.carried, done.already, done.destroyed, done.damaged) == (3, 0, 0, ())
    found = bring_back(store, tmp_path / "new")
    assert found.keys == archive.keys
    assert (found.objects, found.carried, found.missing, found.damaged) == (3, 3, (), ())
    assert found.extras == ("index",)
    assert (tmp_path / "new" / "index").read_bytes() == b"sealed index"
    assert [opened(found, tmp_path / "new", object_id) for object_id in ids] == [bytes(100_000)] * 3


def test_the_paper_brings_everything_back(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """With only the recovery code and the backup, and a new passphrase."""
    object_id, target = seal(vault), MemoryStore()
    back_up(vault, archive, target)
    with pytest.raises(WrongRecoveryCode):
        bring_back(target, tmp_path / "new", NEW, "JZR1-0000")
    found = bring_back(target, tmp_path / "new", NEW, archive.code)
    assert opened(found, tmp_path / "new", object_id) == b"specimen"
    assert unlock(tmp_path / "new", NEW) == archive.keys
    with pytest.raises(WrongPassphrase):
        unlock(tmp_path / "new", PASSPHRASE)


def test_only_what_is_new_is_carried(archive: Archive, vault: Vault) -> None:
    """A second run carries nothing, a third the one new document and the one changed envelope."""
    target, one = MemoryStore(), seal(vault)
    assert back_up(vault, archive, target).carried == 1
    assert back_up(vault, archive, target).carried == 0
    seal(vault)
    lend(vault, one, borrower=new_private_key("user").public, who="w", until=vault.clock() + timedelta(days=1))
    third = back_up(vault, archive, target)
    assert (third.carried, third.already) == (2, 0)
    assert Vault(target, archive.keys.public).envelopes.revisions(one) == [2]
    assert third.snapshot.objects == 2


def test_what_is_destroyed_does_not_come_back(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """Neither from a backup made before and refreshed after, nor from an old one when the live store is at hand."""
    one, two, target = seal(vault), seal(vault), MemoryStore()
    back_up(vault, archive, target)
    old = MemoryStore()
    old.objects = dict(target.objects)
    destroy(vault, [one], reason="r", decided_by=["a", "b"])
    refreshed = back_up(vault, archive, target)
    assert refreshed.destroyed == 1
    assert target.size(object_name(one)) is None
    assert target.size(envelope_name(one, 1)) is None
    found = bring_back(target, tmp_path / "new")
    assert found.objects == 1
    with pytest.raises(Destroyed):
        opened(found, tmp_path / "new", one)
    home = tmp_path / "from old"
    restored = restore(
        old,
        home,
        lambda archive: LocalStore.create(home / "store", archive=archive),
        passphrase=PASSPHRASE,
        destroyed_in=[vault.store],
        cost=FAST,
    )
    assert (restored.objects, restored.missing) == (1, ())
    with pytest.raises(Destroyed):
        opened(restored, home, one)
    assert opened(restored, home, two) == b"specimen"


def test_a_damaged_object_does_not_spoil_the_backup(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """What is no longer what was sealed is named; the good copy in the backup stays, and can be restored."""
    one, target = seal(vault), MemoryStore()
    back_up(vault, archive, target)
    two = seal(vault)
    for object_id in (one, two):
        path = archive.home / "store" / object_name(object_id)
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    done = back_up(vault, archive, target)
    assert done.damaged == (two,)
    assert target.size(object_name(two)) is None
    found = bring_back(target, tmp_path / "new")
    assert opened(found, tmp_path / "new", one) == b"specimen"


def test_what_the_backup_lost_is_named(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """A restore says what is missing or damaged rather than leaving it out in silence."""
    one, two, three, target = seal(vault), seal(vault), seal(vault), MemoryStore()
    back_up(vault, archive, target)
    target.delete(envelope_name(one, 1))
    target.objects[object_name(two)] = target.objects[object_name(two)][:-1] + b"x"
    found = bring_back(target, tmp_path / "new")
    assert found.damaged == (two,)
    assert found.missing == tuple(sorted((one, two)))
    assert opened(found, tmp_path / "new", three) == b"specimen"


def test_interrupted_runs_go_on(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """A backup that breaks off leaves no snapshot of its own, and both backup and restore finish when run again."""
    ids = [seal(vault) for _ in range(4)]
    target = Breaking(10**6)
    broken = 0
    for calls in range(2, 60, 9):
        target.calls = calls
        try:
            back_up(vault, archive, target)
        except StoreUnreachable:
            broken += 1
        target.calls = 10**6
        if not any(name.startswith("snapshots/") for name in target.objects):
            with pytest.raises(NoBackup):
                bring_back(target, tmp_path / "too early")
    assert broken > 2
    back_up(vault, archive, target)
    tries = 0
    for calls in range(2, 200, 6):
        target.calls = calls
        tries += 1
        try:
            found = bring_back(target, tmp_path / "new")
        except StoreUnreachable:
            continue
        break
    assert tries > 3
    assert [opened(found, tmp_path / "new", object_id) for object_id in ids] == [b"specimen"] * 4


def test_old_snapshots_go(archive: Archive, vault: Vault) -> None:
    """Only so many snapshots stay, and with the others go their indexes and old key files."""
    target = MemoryStore()
    seal(vault)
    for _ in range(4):
        back_up(vault, archive, target, keep=2)
    left = list(snapshots(target))
    assert len(left) == 2
    assert left[0].made > left[1].made
    assert len([name for name in target.objects if name.startswith("keys/secret/")]) == 4


def test_the_newest_sound_snapshot_counts(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """A cut, changed or forged snapshot is passed over."""
    target = MemoryStore()
    seal(vault)
    back_up(vault, archive, target)
    newest = back_up(vault, archive, target).snapshot
    octets = target.objects[newest.name]
    for changed in (octets[:-1], octets.replace(b'"objects":1', b'"objects":2'), b"", b"{}", octets + b"\n"):
        target.objects[newest.name] = changed
        assert [found.name < newest.name for found in snapshots(target)] == [True]
    assert bring_back(target, tmp_path / "new").objects == 1


def test_a_backup_shows_nothing(archive: Archive, vault: Vault) -> None:
    """Neither documents nor index nor keys are readable in a backup."""
    target = MemoryStore()
    seal(vault, b"MARKER IN A DOCUMENT")
    (archive.home / "index").write_bytes(b"MARKER IN AN INDEX")
    back_up(vault, archive, target)
    everything = b"".join(target.objects.values())
    assert b"MARKER" not in everything
    for ring in archive.keys.level_keys.values():
        assert ring[0].octets not in everything
        assert ring[0].octets.hex().encode() not in everything


def test_wrong_keys_restore_nothing(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """Wrong passphrase, weak new one, or a home of another archive: each its own error, and no document appears."""
    target = MemoryStore()
    seal(vault)
    back_up(vault, archive, target)
    with pytest.raises(WrongPassphrase):
        bring_back(target, tmp_path / "a", NEW)
    assert not (tmp_path / "a").exists()
    bring_back(target, tmp_path / "a")
    with pytest.raises(WrongPassphrase):
        bring_back(target, tmp_path / "a", NEW)
    with pytest.raises(WeakPassphrase):
        bring_back(target, tmp_path / "b", "weak", archive.code)
    other = make_archive(tmp_path / "other")
    with pytest.raises(KeysExist):
        bring_back(target, other.home)
    with pytest.raises(NoBackup):
        bring_back(MemoryStore(), tmp_path / "c")
    assert not (tmp_path / "b").exists()
    with pytest.raises(Locked):
        back_up(Vault(vault.store, vault.public), archive, target)


def test_a_changed_passphrase_counts_from_the_next_backup(archive: Archive, vault: Vault, tmp_path: Path) -> None:
    """The newest snapshot opens with the newest passphrase."""
    target = MemoryStore()
    object_id = seal(vault)
    back_up(vault, archive, target)
    change_passphrase(archive.home, PASSPHRASE, NEW, cost=FAST)
    back_up(vault, archive, target)
    with pytest.raises(WrongPassphrase):
        bring_back(target, tmp_path / "a")
    assert opened(bring_back(target, tmp_path / "b", NEW), tmp_path / "b", object_id) == b"specimen"
