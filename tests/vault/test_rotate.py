"""Rotation: every envelope to the new key, no object touched, and again from where it stopped."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.vault.conftest import PASSPHRASE, Archive
from tests.vault.faults import Breaking
from vault import rotate as rotation
from vault.errors import KeysChanged, NoAccess, StillNeeded, StoreUnreachable
from vault.keyfile import FAST
from vault.keys import public_keys, recover, unlock
from vault.lend import lend
from vault.levels import Level
from vault.rotate import Rotation, new_level_key, retire_level_keys, rotate
from vault.seal import envelope_name
from vault.stores.local import LocalStore
from vault.stores.memory import MemoryStore
from vault.stores.store import Stored
from vault.vault import Vault
from vault.witness import FileWitness
from vault.wrap import keyring, new_private_key


def fill(vault: Vault, count: int) -> list[str]:
    """Seal so many documents, of the ordinary level."""
    return sorted(vault.seal_bytes(b"%d" % n, document="d", role="original").object_id for n in range(count))


def test_envelopes_go_to_the_new_key(archive: Archive, memory: MemoryStore, tmp_path: Path) -> None:
    """After a rotation the old key opens nothing, the new one everything, and no object was written again."""
    witness = FileWitness(tmp_path / "witness")
    before = Vault(memory, archive.keys.public, archive.keys, witness=witness)
    ids = fill(before, 5)
    secret = before.seal_bytes(b"s", document="d", role="original", level=Level.SECRET)
    objects = {name: octets for name, octets in memory.objects.items() if name.startswith("objects/")}
    keys = new_level_key(archive.home, archive.keys, Level.ORDINARY)
    after = Vault(memory, keys.public, keys, witness=witness)
    told: list[tuple[int, int | None]] = []
    assert rotate(after, Level.ORDINARY, progress=lambda *heard: told.append(heard)) == Rotation(5, 0, ())
    assert told == [(5, 5)]
    assert rotate(after, Level.ORDINARY) == Rotation(0, 5, ())
    assert objects == {name: octets for name, octets in memory.objects.items() if name.startswith("objects/")}
    assert [after.envelopes.revisions(object_id) for object_id in ids] == [[2]] * 5
    new_only = Vault(memory, keys.public, reader=keyring(keys.level_keys[Level.ORDINARY][-1]))
    old_only = Vault(memory, keys.public, reader=archive.keys.reading)
    for number, object_id in enumerate(ids):
        new_only.open_bytes(object_id, document="d", role="original")
        assert after.open_bytes(object_id, document="d", role="original") in [b"%d" % n for n in range(5)], number
        with pytest.raises(NoAccess):
            old_only.open_bytes(object_id, document="d", role="original")
    assert after.envelope(secret.object_id) == secret.envelope
    assert witness.least(ids[0]) == 2
    # A new object goes to the new key at once, also from a watcher that reads the public file again.
    watcher = Vault(memory, public_keys(archive.home), station=keys.station)
    fresh = watcher.seal_bytes(b"x", document="d", role="original").object_id
    assert new_only.open_bytes(fresh, document="d", role="original") == b"x"


def test_loans_survive_a_rotation(archive: Archive, memory: MemoryStore) -> None:
    """What is lent stays lent."""
    vault, borrower = Vault(memory, archive.keys.public, archive.keys), new_private_key("user")
    (object_id,) = fill(vault, 1)
    lend(vault, object_id, borrower=borrower.public, who="wang", until=datetime.now(UTC) + timedelta(days=1))
    keys = new_level_key(archive.home, archive.keys, Level.ORDINARY)
    rotate(Vault(memory, keys.public, keys), Level.ORDINARY)
    person = Vault(memory, keys.public, reader=keyring(borrower))
    assert person.open_bytes(object_id, document="d", role="original") == b"0"


def test_an_interrupted_rotation_goes_on(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the store breaks, everything still opens, and running again finishes."""
    monkeypatch.setattr(rotation, "BATCH", 3)
    store = Breaking(10**6)
    ids = fill(Vault(store, archive.keys.public, archive.keys), 7)
    keys = new_level_key(archive.home, archive.keys, Level.ORDINARY)
    vault = Vault(store, keys.public, keys)
    broken = 0
    for calls in range(0, 60, 5):
        store.calls = calls
        try:
            rotate(vault, Level.ORDINARY)
        except StoreUnreachable:
            broken += 1
        store.calls = 10**6
        for object_id in ids:
            vault.open_bytes(object_id, document="d", role="original")
    assert broken >= 5
    assert rotate(vault, Level.ORDINARY).damaged == ()
    assert all(vault.envelopes.revisions(object_id) == [2] for object_id in ids)
    assert retire_level_keys(archive.home, keys, vault, Level.ORDINARY).level_keys[Level.ORDINARY] == (
        keys.level_keys[Level.ORDINARY][-1],
    )


def test_damaged_envelopes_are_left_and_named(archive: Archive, memory: MemoryStore) -> None:
    """Rotation does not sign what it cannot believe."""
    ids = fill(Vault(memory, archive.keys.public, archive.keys), 3)
    name = envelope_name(ids[1], 1)
    memory.objects[name] = memory.objects[name][:-1] + b"x"
    keys = new_level_key(archive.home, archive.keys, Level.ORDINARY)
    assert rotate(Vault(memory, keys.public, keys), Level.ORDINARY) == Rotation(2, 0, (ids[1],))


def test_old_keys_are_kept_while_needed(archive: Archive, memory: MemoryStore) -> None:
    """Old keys are not forgotten before every envelope has the new one; then they are, also from the recovery file."""
    fill(Vault(memory, archive.keys.public, archive.keys), 2)
    keys = new_level_key(archive.home, archive.keys, Level.ORDINARY)
    vault = Vault(memory, keys.public, keys)
    with pytest.raises(StillNeeded):
        retire_level_keys(archive.home, keys, vault, Level.ORDINARY)
    with pytest.raises(KeysChanged):
        new_level_key(archive.home, archive.keys, Level.SECRET)
    rotate(vault, Level.ORDINARY)
    left = retire_level_keys(archive.home, keys, vault, Level.ORDINARY)
    assert unlock(archive.home, PASSPHRASE) == left
    recovered = recover(archive.home, archive.code, "another quiet maple lantern", cost=FAST)
    assert recovered.level_keys == left.level_keys
    assert archive.keys.level_keys[Level.ORDINARY][0].public.id not in recovered.reading


class _Vanishing(MemoryStore):
    """Names an envelope in one listing and does not have it in the next."""

    gone = ""

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Yield names; those of one object only where everything is listed."""
        for one in super().names(prefix):
            if not self.gone or self.gone not in one.name or not prefix.endswith("."):
                yield one


def test_an_envelope_that_was_not_found_is_named(archive: Archive) -> None:
    """An envelope that the store listed and then lacked is counted as missed, and is turned by the next run."""
    store = _Vanishing()
    ids = fill(Vault(store, archive.keys.public, archive.keys), 3)
    keys = new_level_key(archive.home, archive.keys, Level.ORDINARY)
    store.gone = ids[1]
    assert rotate(Vault(store, keys.public, keys), Level.ORDINARY) == Rotation(2, 0, (), (ids[1],))
    store.gone = ""
    assert rotate(Vault(store, keys.public, keys), Level.ORDINARY) == Rotation(1, 2, ())


_KILLED = """
import sys
from pathlib import Path
from vault import rotate as rotation
from vault.keys import unlock
from vault.levels import Level
from vault.stores.local import LocalStore
from vault.vault import Vault
from vault.witness import FileWitness

rotation.BATCH = 8
home = Path(sys.argv[1])
keys = unlock(home, sys.argv[2])
store = LocalStore(home / "store", archive=keys.public.archive)
told = lambda done, total: print(done, flush=True)
print("begun", flush=True)
rotation.rotate(Vault(store, keys.public, keys, witness=FileWitness(home / "witness")), Level.ORDINARY, progress=told)
"""


def test_a_killed_rotation_goes_on(archive: Archive) -> None:
    """Killed without warning in the middle, by another process's word, it loses nothing and is finished by the next."""
    store = LocalStore.create(archive.home / "store", archive=archive.keys.public.archive)
    ids = fill(Vault(store, archive.keys.public, archive.keys), 40)
    keys = new_level_key(archive.home, archive.keys, Level.ORDINARY)
    command = [sys.executable, "-c", _KILLED, str(archive.home), PASSPHRASE]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        first = int(process.stdout.readline())
        process.kill()
    assert 0 < first < 40
    vault = Vault(store, keys.public, keys, witness=FileWitness(archive.home / "witness"))
    contents = {vault.open_bytes(object_id, document="d", role="original") for object_id in ids}
    assert contents == {b"%d" % number for number in range(40)}
    done = rotate(vault, Level.ORDINARY)
    assert (done.rewrapped + done.current, done.damaged, done.missed) == (40, (), ())
    assert done.current >= first
    assert all(vault.envelopes.revisions(object_id) == [2] for object_id in ids)
