"""Sealing and opening: nothing is called kept before it is proven, nothing is shown before it is verified."""

import io
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.faults import Breaking, Filling, Flipping, Forgetful, Halving, Lengthening, Stale
from vault.envelope import parse
from vault.errors import (
    ContentLost,
    ContentTampered,
    EnvelopeTampered,
    Foreign,
    Locked,
    NoAccess,
    Replayed,
    SourceFailed,
    StoreFull,
    StoreLied,
    StoreUnreachable,
    Tampered,
    Unknown,
)
from vault.keys import Keys
from vault.levels import Level
from vault.rewrap import rewrap
from vault.seal import envelope_name, object_name
from vault.stores.memory import MemoryStore
from vault.stores.store import Store
from vault.stream import sealed_size
from vault.vault import HELD_SIZE, Vault
from vault.witness import FileWitness
from vault.wrap import keyring

TEXT = "卷宗 SPECIMEN／樣本 0123456789".encode()


def seal(vault: Vault, content: bytes = TEXT, document: str = "d1", level: Level = Level.ORDINARY) -> str:
    """Seal bytes as the original of a document and return the object id."""
    return vault.seal_bytes(content, document=document, role="original", level=level).object_id


def opened(vault: Vault, object_id: str, document: str = "d1") -> bytes:
    """The content of an original."""
    return vault.open_bytes(object_id, document=document, role="original")


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("size", [0, 1, 100_000, HELD_SIZE, 3 * HELD_SIZE])
def test_what_is_sealed_opens(store: Store, keys: Keys, size: int, level: Level) -> None:
    """Every size, level and store gives back what was sealed."""
    if size > 100_000 and level is not Level.SECRET:
        pytest.skip("large objects once are enough")
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    vault = Vault(store, keys.public, keys)
    sealed = vault.seal(io.BytesIO(content), document="d1", role="original", level=level)
    assert opened(vault, sealed.object_id) == content
    assert sealed.plain_size == size
    assert sealed.sealed_size == sealed.envelope.capture.content_size == sealed_size(size)
    assert vault.envelope(sealed.object_id) == sealed.envelope
    assert [found.object_id for found in vault.objects(level)] == [sealed.object_id]
    assert vault.verify(sealed.object_id) == sealed.envelope


def test_the_store_sees_nothing_readable(vault: Vault, memory: MemoryStore) -> None:
    """Neither the content nor a digest of it is in the store."""
    seal(vault, TEXT * 100)
    everything = b"".join(memory.objects.values()) + "".join(memory.objects).encode()
    assert TEXT[:16] not in everything
    assert len(memory.objects) == 2


def test_equal_contents_look_different(vault: Vault, memory: MemoryStore) -> None:
    """Sealing the same bytes twice gives nothing by which to tell."""
    one, two = seal(vault), seal(vault)
    assert memory.objects[object_name(one)] != memory.objects[object_name(two)]
    assert vault.envelope(one).capture.content_sha256 != vault.envelope(two).capture.content_sha256


def test_without_private_keys_nothing_opens(vault: Vault, memory: MemoryStore, keys: Keys) -> None:
    """Public keys alone check, a station alone seals; neither opens anything."""
    object_id = seal(vault)
    watcher = Vault(memory, keys.public)
    assert watcher.verify(object_id).document == "d1"
    with pytest.raises(Locked):
        opened(watcher, object_id)
    with pytest.raises(Locked):
        seal(watcher)
    station = Vault(memory, keys.public, station=keys.station)
    assert opened(vault, seal(station)) == TEXT
    with pytest.raises(Locked):
        opened(station, object_id)
    with pytest.raises(NoAccess):
        opened(Vault(memory, keys.public, reader=keyring()), object_id)


def test_each_level_has_its_own_key(vault: Vault, memory: MemoryStore, keys: Keys) -> None:
    """The reading key of one level opens no other."""
    ids = {level: seal(vault, level=level) for level in Level}
    for held, wanted in itertools.product(Level, Level):
        reader = Vault(memory, keys.public, reader=keyring(*keys.level_keys[held]))
        if held is wanted:
            assert opened(reader, ids[wanted]) == TEXT
        else:
            with pytest.raises(NoAccess):
                opened(reader, ids[wanted])


def test_another_document_or_role_is_refused(vault: Vault) -> None:
    """An object opens as the document and role it was sealed as, and as nothing else."""
    object_id = seal(vault)
    with pytest.raises(Foreign):
        vault.open(object_id, document="d2", role="original")
    with pytest.raises(Foreign):
        vault.open(object_id, document="d1", role="reading")


def test_unknown_objects(vault: Vault) -> None:
    """What was never sealed, or is no object id at all, is unknown."""
    for object_id in ("o" + "a" * 26, "", "x", "../../etc/passwd", "O" + "a" * 26, "oaaa"):
        with pytest.raises(Unknown):
            vault.open(object_id, document="d1", role="original")


def test_every_flipped_byte_of_an_object_is_refused(vault: Vault, memory: MemoryStore) -> None:
    """Whatever byte of the ciphertext is changed, nothing is given out."""
    name = object_name(seal(vault, b"SPECIMEN"))
    octets = memory.objects[name]
    for at in range(len(octets)):
        memory.objects[name] = octets[:at] + bytes([octets[at] ^ 0x10]) + octets[at + 1 :]
        with pytest.raises(ContentTampered):
            vault.open(name[-27:], document="d1", role="original")


def test_every_flipped_byte_of_an_envelope_is_refused(vault: Vault, memory: MemoryStore) -> None:
    """Whatever byte of the envelope is changed, nothing is given out."""
    object_id = seal(vault)
    name = envelope_name(object_id, 1)
    octets = memory.objects[name]
    for at in range(len(octets)):
        memory.objects[name] = octets[:at] + bytes([octets[at] ^ 0x10]) + octets[at + 1 :]
        with pytest.raises((EnvelopeTampered, Foreign)):
            vault.open(object_id, document="d1", role="original")


def test_every_cut_is_refused(vault: Vault, memory: MemoryStore) -> None:
    """Object and envelope cut at any length, or followed by a byte, are refused."""
    object_id = seal(vault, b"SPECIMEN")
    for name, error in ((object_name(object_id), ContentTampered), (envelope_name(object_id, 1), EnvelopeTampered)):
        octets = memory.objects[name]
        for cut in [*(octets[:length] for length in range(len(octets))), octets + b"\x00"]:
            memory.objects[name] = cut
            with pytest.raises(error):
                vault.open(object_id, document="d1", role="original")
        memory.objects[name] = octets
    assert opened(vault, object_id) == b"SPECIMEN"


def test_a_large_object_changed_at_its_end_shows_nothing(vault: Vault, memory: MemoryStore) -> None:
    """Not even the good first segments of a changed object are given out."""
    object_id = seal(vault, bytes(2 * HELD_SIZE))
    name = object_name(object_id)
    memory.objects[name] = memory.objects[name][:-1] + bytes([memory.objects[name][-1] ^ 1])
    with pytest.raises(ContentTampered):
        vault.open(object_id, document="d1", role="original")


def test_a_store_that_changes_its_mind_shows_nothing_false(vault: Vault, memory: MemoryStore) -> None:
    """When the ciphertext changes between check and opening, no changed segment is given out."""
    content = bytes(2 * HELD_SIZE)
    object_id = seal(vault, content)
    name = object_name(object_id)
    pieces = vault.open(object_id, document="d1", role="original")
    memory.objects[name] = memory.objects[name][:-1] + bytes([memory.objects[name][-1] ^ 1])
    given_out = b""
    with pytest.raises(ContentTampered):  # noqa: PT012  # what is given out before the refusal is looked at
        for piece in pieces:
            given_out += piece
    assert content.startswith(given_out)
    assert len(given_out) < len(content)


def put_in_place(memory: MemoryStore, taken: str, placed: str, *, parts: str) -> None:
    """Put the object, the envelope, or both of ``taken`` where those of ``placed`` are."""
    if "object" in parts:
        memory.objects[object_name(placed)] = memory.objects[object_name(taken)]
    if "envelope" in parts:
        memory.objects[envelope_name(placed, 1)] = memory.objects[envelope_name(taken, 1)]


@pytest.mark.parametrize("parts", ["object", "envelope", "object envelope"])
def test_another_documents_object_in_its_place_is_refused(vault: Vault, memory: MemoryStore, parts: str) -> None:
    """Objects and envelopes of other documents and levels cannot be put in one's place."""
    for other in (
        seal(vault, document="d2"),
        seal(vault, document="d1"),
        seal(vault, document="d1", level=Level.SECRET),
        seal(vault, document="d1", level=Level.CONFIDENTIAL),
    ):
        object_id = seal(vault)
        put_in_place(memory, other, object_id, parts=parts)
        with pytest.raises(Tampered) as caught:
            vault.open(object_id, document="d1", role="original")
        assert type(caught.value) is (ContentTampered if parts == "object" else Foreign)


@pytest.mark.parametrize("parts", ["object", "envelope", "object envelope"])
def test_another_archives_object_is_refused(
    vault: Vault, memory: MemoryStore, other_keys: Keys, parts: str, keys: Keys
) -> None:
    """What another archive sealed, under whatever name, is refused; also when it was sealed to our keys."""
    stranger = Vault(memory, other_keys.public, other_keys)
    other, object_id = seal(stranger), seal(vault)
    put_in_place(memory, other, object_id, parts=parts)
    with pytest.raises(Tampered):
        vault.open(object_id, document="d1", role="original")
    with pytest.raises(Foreign):
        vault.open(other, document="d1", role="original")
    # A forger knows every public key of ours and our archive's id, but is no station of ours.
    forger = Vault(memory, keys.public, station=other_keys.station)
    with pytest.raises(EnvelopeTampered):
        vault.open(seal(forger), document="d1", role="original")


def test_a_lost_object_is_told(vault: Vault, memory: MemoryStore) -> None:
    """An envelope without its object is a loss, an object without its envelope is nothing."""
    one, two = seal(vault), seal(vault)
    del memory.objects[object_name(one)]
    del memory.objects[envelope_name(two, 1)]
    with pytest.raises(ContentLost):
        vault.open(one, document="d1", role="original")
    with pytest.raises(Unknown):
        vault.open(two, document="d1", role="original")


@pytest.mark.parametrize(
    ("lie", "error"),
    [(Forgetful, StoreLied), (Halving, StoreLied), (Lengthening, StoreLied), (Flipping, StoreLied)],
    ids=lambda one: one.__name__,
)
def test_a_store_that_lies_is_found_out(keys: Keys, lie: Callable[[], MemoryStore], error: type[Exception]) -> None:
    """Success is believed only after everything was read back."""
    store = lie()
    with pytest.raises(error):
        seal(Vault(store, keys.public, keys))
    assert store.objects == {}


@pytest.mark.parametrize("lie", [Forgetful, Halving, Flipping], ids=lambda one: one.__name__)
def test_a_store_that_lies_about_envelopes_alone_is_found_out(keys: Keys, lie: type[MemoryStore]) -> None:
    """An envelope that was not kept as it was given is found at once: without it the object could never be opened."""

    class Sly(lie):  # type: ignore[misc, valid-type]  # whichever lie it is
        """Lies about envelopes, new ones and changed ones, and about nothing else."""

        honest = False

        def put(self, name: str, source: BinaryIO) -> int:
            lying = name.startswith("keys/") and not self.honest
            return int(super().put(name, source) if lying else MemoryStore.put(self, name, source))

    store = Sly()
    vault = Vault(store, keys.public, keys)
    with pytest.raises(StoreLied):
        seal(vault)
    assert store.objects == {}
    store.honest = True
    object_id = seal(vault)
    store.honest = False
    found = vault.envelope(object_id)
    with pytest.raises(StoreLied):
        rewrap(vault, found, found.recipients)
    assert opened(vault, object_id) == TEXT, "the envelope before it still counts"


def test_a_store_that_gives_stale_objects_is_found_out(keys: Keys) -> None:
    """A store that gives back an earlier object for a new one is refused at sealing and at opening."""
    store = Stale()
    vault = Vault(store, keys.public, keys)
    honest = Vault(MemoryStore(), keys.public, keys)
    first = seal(vault)
    assert opened(vault, first) == TEXT
    refused = 0
    for _ in range(8):  # ids are random: those that sort before the first are given back rightly
        try:
            seal(vault)
        except StoreLied:
            refused += 1
        second = seal(honest)
        store.objects.update(honest.store.objects)  # type: ignore[attr-defined]
        if min(first, second) == first:
            with pytest.raises(Tampered):
                vault.open(second, document="d1", role="original")
    assert len(store.objects) >= 2
    assert refused + len(list(store.names("keys/"))) > 8


def test_a_full_store_keeps_nothing(keys: Keys) -> None:
    """When the object or its envelope no longer fits, the error says so and nothing half stays."""
    for room in (0, len(TEXT), sealed_size(len(TEXT)), sealed_size(len(TEXT)) + 100):
        store = Filling(room)
        with pytest.raises(StoreFull):
            seal(Vault(store, keys.public, keys))
        assert store.objects == {}


def test_a_store_that_stops_in_the_middle(keys: Keys) -> None:
    """Wherever the store stops answering, sealing raises, and what opens afterwards is whole."""
    outcomes = set()
    for calls in range(8):
        store = Breaking(calls)
        vault = Vault(store, keys.public, keys)
        try:
            object_id = seal(vault, bytes(200_000))
        except StoreUnreachable:
            outcomes.add("refused")
            store.calls = 10**6
            assert all(opened(vault, found.object_id) == bytes(200_000) for found in vault.objects())
        else:
            outcomes.add("kept")
            store.calls = 10**6
            assert opened(vault, object_id) == bytes(200_000)
            store.calls = 2  # enough to find the envelope, not to read the content
            with pytest.raises(StoreUnreachable):
                opened(vault, object_id)
    assert outcomes == {"refused", "kept"}


class Belated(MemoryStore):
    """Keeps an envelope and then says that it timed out."""

    def put(self, name: str, source: BinaryIO) -> int:
        size = super().put(name, source)
        if name.startswith("keys/"):
            raise StoreUnreachable(store=self.label, reason="timed out")
        return size


def test_an_envelope_that_arrived_after_all_is_no_loss(keys: Keys) -> None:
    """When the store reports a failure and had kept the envelope, nothing that looks damaged is left."""
    store = Belated()
    with pytest.raises(StoreUnreachable):
        seal(Vault(store, keys.public, keys))
    assert store.objects == {}


class Unreadable(io.RawIOBase):
    """A scan on a failing disk."""

    def read(self, size: int = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_scan_that_cannot_be_read_is_not_the_stores_fault(store: Store, keys: Keys) -> None:
    """A read error of the scan is the document's failure, and nothing of it is kept."""
    vault = Vault(store, keys.public, keys)
    with pytest.raises(SourceFailed):
        vault.seal(Unreadable(), document="d1", role="original")  # type: ignore[arg-type]
    assert list(store.names()) == []


def test_revoked_stations_seal_no_more(vault: Vault, memory: MemoryStore, keys: Keys) -> None:
    """What a station says it sealed after it was struck off is refused; what it sealed before still opens."""
    before, after = seal(vault), seal(vault)
    moments = sorted(vault.envelope(one).capture.sealed_at for one in (before, after))
    station = replace(keys.public.stations[0], revoked=moments[1])
    reader = Vault(memory, replace(keys.public, stations=(station,)), keys)
    if moments[0] < moments[1]:
        assert opened(reader, before) == TEXT
    with pytest.raises(EnvelopeTampered):
        opened(reader, after)


def test_an_older_envelope_is_not_taken_back(memory: MemoryStore, keys: Keys, tmp_path: Path) -> None:
    """When the store shows an older revision than this archive has seen, nothing opens."""
    witness = FileWitness(tmp_path / "witness")
    vault = Vault(memory, keys.public, keys, witness=witness)
    object_id = seal(vault)
    assert opened(vault, object_id) == TEXT
    witness.note([(object_id, 2)])
    with pytest.raises(Replayed):
        opened(vault, object_id)
    assert FileWitness(tmp_path / "witness").least(object_id) == 2


def test_what_is_withdrawn_leaves_nothing(store: Store, keys: Keys) -> None:
    """A withdrawn object is unknown, and its bytes are gone from the store."""
    vault = Vault(store, keys.public, keys)
    object_id = seal(vault)
    vault.withdraw(object_id)
    vault.withdraw(object_id)
    assert list(store.names()) == []
    with pytest.raises(Unknown):
        vault.envelope(object_id)


def test_progress_is_told(vault: Vault) -> None:
    """The callback hears of bytes, rising to all of them."""
    heard: list[tuple[int, int | None]] = []
    size = 3 * 1024 * 1024
    vault.seal(
        io.BytesIO(bytes(size)),
        document="d1",
        role="original",
        progress=lambda done, total: heard.append((done, total)),
        total=size,
    )
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] >= size
    assert {total for _, total in heard} == {size}


def test_moments_are_kept_to_the_millisecond(memory: MemoryStore, keys: Keys) -> None:
    """The envelope carries the clock's time, in UTC."""
    noon = datetime(2026, 11, 23, 12, 0, 0, 123_456, tzinfo=UTC)
    vault = Vault(memory, keys.public, keys, clock=lambda: noon)
    sealed_at = vault.envelope(seal(vault)).capture.sealed_at
    assert timedelta(0) <= noon - sealed_at < timedelta(milliseconds=1)
    assert parse(memory.objects[envelope_name(seal(vault), 1)]).capture.sealed_at == sealed_at


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.binary(max_size=2000),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50),
    st.sampled_from(Level),
)
def test_any_document_and_role(vault: Vault, content: bytes, document: str, role: str, level: Level) -> None:
    """Whatever documents and roles are called, what is sealed as one opens as that one."""
    sealed = vault.seal_bytes(content, document=document, role=role, level=level)
    assert vault.open_bytes(sealed.object_id, document=document, role=role) == content
