"""Verification finds every damage, goes on where it stopped, and keeps to its pace."""

from pathlib import Path

import pytest

from tests.vault.faults import Breaking
from vault.errors import StoreUnreachable
from vault.keys import Keys
from vault.seal import envelope_name, object_name
from vault.stores.memory import MemoryStore
from vault.stores.store import Store
from vault.vault import Vault
from vault.verify import Damage, Verification, keyless, verify


def fill(vault: Vault, count: int, size: int = 1000) -> list[str]:
    """Seal so many documents."""
    return sorted(vault.seal_bytes(bytes(size), document="d", role="original").object_id for _ in range(count))


def test_a_sound_store(store: Store, keys: Keys) -> None:
    """Everything is read, with public keys alone."""
    ids = fill(Vault(store, keys.public, keys), 3)
    assert verify(Vault(store, keys.public)) == Verification(3, 3 * 1056, (), (), ids[-1])


def test_each_damage_is_named(memory: MemoryStore, keys: Keys) -> None:
    """A changed, lost, exchanged or unsigned object is found, and the others still count."""
    vault = Vault(memory, keys.public, keys)
    ids = fill(vault, 6)
    memory.objects[object_name(ids[0])] = memory.objects[object_name(ids[0])][:-1]
    del memory.objects[object_name(ids[1])]
    memory.objects[object_name(ids[2])] = memory.objects[object_name(ids[3])]
    memory.objects[envelope_name(ids[4], 1)] += b"x"
    del memory.objects[envelope_name(ids[5], 1)]
    found = verify(Vault(memory, keys.public))
    assert found.damaged == (
        Damage(ids[0], "vault.content_tampered"),
        Damage(ids[1], "vault.content_lost"),
        Damage(ids[2], "vault.content_tampered"),
        Damage(ids[4], "vault.envelope_tampered"),
    )
    assert found.keyless == (ids[5],)
    assert found.objects == 5
    vault.withdraw(ids[5])
    assert list(keyless(vault)) == []


def test_it_goes_on_where_it_stopped(keys: Keys, tmp_path: Path) -> None:
    """When the store breaks off, the next run does not read again what was read."""
    store = Breaking(10**6)
    ids = fill(Vault(store, keys.public, keys), 8)
    store.objects[object_name(ids[0])] = b""
    vault, state, runs = Vault(store, keys.public), tmp_path / "verify.json", 0
    told: list[tuple[int, int | None]] = []
    while True:
        store.calls = 22
        runs += 1
        try:
            found = verify(vault, state=state, progress=lambda *heard: told.append(heard))
        except StoreUnreachable:
            assert state.exists()
            continue
        break
    assert runs > 2
    assert found == Verification(8, 7 * 1056, (Damage(ids[0], "vault.content_tampered"),), (), ids[-1])
    assert told == [(done, 8) for done in range(1, 9)]
    assert not state.exists()


@pytest.mark.parametrize("rest", [b"", b"{", b"[]", b'{"version": 9}', b'{"version": 1, "damaged": 3}'])
def test_a_broken_state_starts_again(memory: MemoryStore, keys: Keys, tmp_path: Path, rest: bytes) -> None:
    """A state file that is none of ours does no harm."""
    fill(Vault(memory, keys.public, keys), 2)
    (tmp_path / "state").write_bytes(rest)
    assert verify(Vault(memory, keys.public), state=tmp_path / "state").objects == 2


def test_it_keeps_to_its_pace(memory: MemoryStore, keys: Keys) -> None:
    """With a cap, the time that passes is at least bytes over cap."""
    fill(Vault(memory, keys.public, keys), 4, 200_000)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    found = verify(Vault(memory, keys.public), octets_per_second=100_000, sleep=sleep, clock=lambda: now[0])
    assert found.octets / 100_000 == pytest.approx(now[0], rel=0.01)
