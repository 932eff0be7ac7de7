"""Destruction: no copy of a key is left, and nothing that is put back opens."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.vault.faults import Breaking
from vault.destroy import OutOfReach, destroy
from vault.errors import Destroyed, EnvelopeTampered, Foreign, Locked, StoreLied, StoreUnreachable
from vault.keys import Keys
from vault.seal import envelope_name, object_name, tombstone_name
from vault.stores.memory import MemoryStore
from vault.stores.store import Store
from vault.tombstone import parse_tombstone
from vault.vault import Vault
from vault.witness import GONE, FileWitness

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def seal(vault: Vault) -> str:
    """Seal a document."""
    return vault.seal_bytes(b"specimen", document="d1", role="original").object_id


def gone(vault: Vault, object_id: str) -> bool:
    """Tell whether the vault says that the object was destroyed."""
    try:
        vault.open(object_id, document="d1", role="original")
    except Destroyed:
        return True
    return False


def test_all_copies_of_the_key_go(store: Store, keys: Keys, tmp_path: Path) -> None:
    """Envelope and ciphertext go from the store and its copies; a tombstone and a certificate stay."""
    vault = Vault(store, keys.public, keys, clock=lambda: NOON, witness=FileWitness(tmp_path / "witness"))
    copy, one, two = MemoryStore(), seal(vault), seal(vault)
    sealed = vault.envelope(one)
    for stored in store.names():
        copy.objects[stored.name] = b"".join(store.get(stored.name))
    told: list[tuple[int, int | None]] = []
    certificate = destroy(
        vault,
        [one],
        reason="保存期滿",
        decided_by=["wang", "li"],
        copies=[copy],
        out_of_reach=[OutOfReach("usb", date(2027, 1, 31))],
        progress=lambda *heard: told.append(heard),
    )
    assert gone(vault, one)
    assert vault.open_bytes(two, document="d1", role="original") == b"specimen"
    for left in (store, copy):
        assert sorted(stored.name for stored in left.names()) == sorted(
            [tombstone_name(one), object_name(two), envelope_name(two, 1)]
        )
    assert [found.object_id for found in vault.objects()] == [two]
    assert told == [(1, 1)]
    assert certificate.signed(keys.public)
    assert certificate.statement().decode() == (
        f'{{"archive":"{keys.public.archive}","decided_by":["wang","li"],"last_copy_lapses":"2027-01-31",'
        f'"made_at":"2026-11-23T12:00:00+00:00","objects":[{{"content_sha256":"{sealed.capture.content_sha256.hex()}",'
        f'"destroyed_at":"2026-11-23T12:00:00+00:00","document":"d1","held_by":[],"object":"{one}",'
        f'"role":"original","sealed_at":"2026-11-23T12:00:00+00:00"}}],'
        f'"out_of_reach":[{{"lapses":"2027-01-31","place":"usb"}}],"reason":"保存期滿","stores":["{store.label}","memory"],"version":1}}'
    )


def test_an_envelope_put_back_opens_nothing(keys: Keys, tmp_path: Path) -> None:
    """A kept copy of envelope and ciphertext, put back with or without the tombstone, is refused."""
    store, path = MemoryStore(), tmp_path / "witness"
    vault = Vault(store, keys.public, keys, witness=FileWitness(path))
    object_id = seal(vault)
    aside = dict(store.objects)
    destroy(vault, [object_id], reason="r", decided_by=["a", "b"])
    stone = dict(store.objects)
    store.objects = aside | stone
    assert gone(vault, object_id)
    assert list(vault.objects()) == []
    store.objects = dict(aside)  # the tombstone taken away as well: the home remembers
    assert gone(vault, object_id)
    assert gone(Vault(store, keys.public, keys, witness=FileWitness(path)), object_id)
    assert FileWitness(path).least(object_id) == GONE


def test_an_interrupted_destruction_shows_nothing_and_goes_on(keys: Keys) -> None:
    """From the tombstone on nothing opens, wherever the store breaks off; running again finishes."""
    broken = 0
    for calls in range(30):
        store = Breaking(10**6)
        vault = Vault(store, keys.public, keys)
        object_id = seal(vault)
        store.calls = calls
        try:
            destroy(vault, [object_id], reason="r", decided_by=["a", "b"])
        except StoreUnreachable:
            broken += 1
        store.calls = 10**6
        assert gone(vault, object_id) == (tombstone_name(object_id) in store.objects)
        again = destroy(vault, [object_id], reason="r", decided_by=["a", "b"])
        assert gone(vault, object_id)
        assert list(store.objects) == [tombstone_name(object_id)]
        assert again.signed(keys.public)
    assert 5 < broken < 30


class Clinging(MemoryStore):
    """Says it deleted and did not."""

    def delete(self, name: str) -> None:
        return None


def test_a_store_that_keeps_what_it_should_delete(keys: Keys) -> None:
    """No certificate is given while a store still has the key."""
    vault = Vault(Clinging(), keys.public, keys)
    object_id = seal(vault)
    with pytest.raises(StoreLied):
        destroy(vault, [object_id], reason="r", decided_by=["a", "b"])
    assert gone(vault, object_id)


def test_damaged_objects_can_be_destroyed(keys: Keys) -> None:
    """An object whose envelope is no longer readable goes like any other; the certificate says what is known."""
    store = MemoryStore()
    vault = Vault(store, keys.public, keys)
    object_id = seal(vault)
    store.objects[envelope_name(object_id, 1)] += b"x"
    certificate = destroy(vault, [object_id], reason="r", decided_by=["a", "b"])
    assert certificate.objects[0].document == ""
    assert certificate.objects[0].sealed_at is None
    assert list(store.objects) == [tombstone_name(object_id)]


def test_no_stranger_buries_anything(keys: Keys, other_keys: Keys) -> None:
    """A tombstone that is changed, another's or unsigned does not pass for a destruction."""
    store = MemoryStore()
    vault = Vault(store, keys.public, keys)
    one, two = seal(vault), seal(vault)
    destroy(vault, [one], reason="r", decided_by=["a", "b"])
    octets = store.objects[tombstone_name(one)]
    for at in range(len(octets)):
        store.objects[tombstone_name(one)] = octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]
        with pytest.raises(EnvelopeTampered):
            vault.envelope(one)
    store.objects[tombstone_name(two)] = octets
    with pytest.raises(EnvelopeTampered):
        vault.envelope(two)
    stranger = Vault(MemoryStore(), other_keys.public, other_keys)
    destroy(stranger, [seal(stranger)], reason="r", decided_by=["a", "b"])
    (foreign,) = stranger.store.objects.values()  # type: ignore[attr-defined]
    assert parse_tombstone(foreign).encode() == foreign
    store.objects[tombstone_name(two)] = foreign
    with pytest.raises((EnvelopeTampered, Foreign)):
        vault.envelope(two)


def test_destroying_needs_a_signature(keys: Keys) -> None:
    """Without a station's key nothing is destroyed."""
    store = MemoryStore()
    object_id = seal(Vault(store, keys.public, keys))
    with pytest.raises(Locked):
        destroy(Vault(store, keys.public), [object_id], reason="r", decided_by=["a", "b"])
    assert len(store.objects) == 2
