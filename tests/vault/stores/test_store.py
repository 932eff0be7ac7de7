"""What every store must do, asked of each of them."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vault.errors import NameTaken, NameUnknown
from vault.stores.memory import MemoryStore
from vault.stores.store import Store, Stored

LARGE = bytes(range(256)) * (12 * 4096)  # 12 MiB: several parts, several pieces


class Broken(BytesIO):
    """Gives some bytes, then fails for a reason of its own."""

    def read(self, size: int | None = -1) -> bytes:
        octets = super().read(size)
        if not octets:
            raise ZeroDivisionError
        return octets


@pytest.mark.parametrize("content", [b"", b"x", LARGE], ids=["empty", "one", "large"])
def test_gives_back_what_it_keeps(store: Store, content: bytes) -> None:
    """What was put is got back, whole and from any offset."""
    assert store.put("objects/ordinary/ab/one", BytesIO(content)) == len(content)
    assert b"".join(store.get("objects/ordinary/ab/one")) == content
    assert store.size("objects/ordinary/ab/one") == len(content)
    for offset in {0, len(content) // 2, max(0, len(content) - 1), len(content)}:
        assert b"".join(store.get("objects/ordinary/ab/one", offset)) == content[offset:]


def test_overwrites_nothing(store: Store) -> None:
    """A name that is taken stays as it is."""
    store.put("keys/a.1", BytesIO(b"first"))
    with pytest.raises(NameTaken):
        store.put("keys/a.1", BytesIO(b"second"))
    assert b"".join(store.get("keys/a.1")) == b"first"


def test_knows_what_it_has_not(store: Store) -> None:
    """An unknown name has no size, cannot be got, and can be deleted."""
    assert store.size("keys/none") is None
    store.delete("keys/none")
    with pytest.raises(NameUnknown):
        list(store.get("keys/none"))


def test_forgets_what_is_deleted(store: Store) -> None:
    """A deleted name is gone, and free to take again."""
    store.put("keys/a.1", BytesIO(b"first"))
    store.delete("keys/a.1")
    assert store.size("keys/a.1") is None
    assert list(store.names()) == []
    store.put("keys/a.1", BytesIO(b"again"))
    assert b"".join(store.get("keys/a.1")) == b"again"


def test_lists_in_the_order_of_names(store: Store) -> None:
    """Names come in order, with sizes, and only those of the prefix; the store's own marks are not among them."""
    names = ["keys/a/b", "keys/a.1", "keys/a.2", "keys/b", "keys/a-b", "objects/x"]
    for name in names:
        store.put(name, BytesIO(name.encode()))
    assert list(store.names()) == [Stored(name, len(name)) for name in sorted(names)]
    assert [found.name for found in store.names("keys/a.")] == ["keys/a.1", "keys/a.2"]
    assert [found.name for found in store.names("keys/a")] == ["keys/a-b", "keys/a.1", "keys/a.2", "keys/a/b"]
    assert [found.name for found in store.names("keys/a/")] == ["keys/a/b"]
    assert list(store.names("keys/zz")) == []
    assert list(store.names("none/")) == []


def test_keeps_nothing_of_a_source_that_fails(store: Store) -> None:
    """When the source breaks off, nothing is under the name and the source's own error comes through."""
    with pytest.raises(ZeroDivisionError):
        store.put("objects/a", Broken(LARGE))
    assert store.size("objects/a") is None
    assert list(store.names()) == []


@pytest.mark.parametrize("name", ["", "/a", "a/", "../a", "a/../b", "a//b", "A", "a b", ".a", "a/.b", "a\\b", "ä"])
def test_refuses_names_that_lead_elsewhere(store: Store, name: str) -> None:
    """A name that could leave the store, or differs between systems, is not used."""
    with pytest.raises(ValueError, match="not an object name"):
        store.put(name, BytesIO(b"x"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.from_regex(r"\A[a-c]{1,2}(/[a-c.\-]{0,2}[a-c]){0,2}\Z"), st.binary(max_size=8)), st.data())
def test_memory_lists_like_a_sorted_dictionary(objects: dict[str, bytes], data: st.DataObject) -> None:
    """Listing by prefix is the sorted names that start with it."""
    kept: dict[str, bytes] = {}
    store = MemoryStore()
    for name, content in objects.items():
        if "/." in name or "/-" in name:
            continue
        store.put(name, BytesIO(content))
        kept[name] = content
    prefix = data.draw(st.sampled_from(["", "a", "a/", "b/c", *[name[:2] for name in kept if name[:2] != "."]]))
    assert [found.name for found in store.names(prefix)] == [name for name in sorted(kept) if name.startswith(prefix)]
