"""Rights are keys: a level is granted, an object lent, and what ends is gone from the store."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.vault.conftest import Archive
from vault.envelope import Holder
from vault.errors import GrantRefused, KeysDamaged, LoanEnded, NoAccess, Replayed, WeakPassphrase, WrongPassphrase
from vault.keyfile import FAST
from vault.keys import Keys
from vault.lend import end_loans, lend
from vault.levels import Level
from vault.seal import envelope_name
from vault.stores.memory import MemoryStore
from vault.users import (
    change_user_password,
    grant_level,
    new_user,
    open_grant,
    open_user_key,
    user_public_key,
    user_ring,
)
from vault.vault import Vault
from vault.witness import FileWitness
from vault.wrap import PrivateKey, new_private_key

PASSWORD = "lantern copper meadow ninety"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """Says what it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock()


@pytest.fixture
def wang() -> PrivateKey:
    """A borrower's key."""
    return new_private_key("user")


@pytest.fixture
def desk(memory: MemoryStore, keys: Keys, clock: Clock, tmp_path: Path) -> Vault:
    """The unlocked vault of the records desk."""
    return Vault(memory, keys.public, keys, clock=clock, witness=FileWitness(tmp_path / "witness"))


def reader(desk: Vault, *keys: PrivateKey) -> Vault:
    """The same store as a person with these keys has it."""
    return Vault(desk.store, desk.public, reader=user_ring(keys[0]), clock=desk.clock, witness=desk.witness)


def read(vault: Vault, object_id: str) -> bytes:
    """The content of the one document of these tests."""
    return vault.open_bytes(object_id, document="d1", role="original")


def test_a_loan_opens_until_its_date(desk: Vault, clock: Clock, wang: PrivateKey) -> None:
    """The borrower opens that object and no other, to the minute it ends."""
    one, two = (desk.seal_bytes(b"specimen", document="d1", role="original").object_id for _ in range(2))
    lent = lend(desk, one, borrower=wang.public, who="wang", until=NOON + timedelta(days=3))
    assert [(found.who, found.until) for found in lent.recipients if found.holder is Holder.LOAN] == [
        ("wang", NOON + timedelta(days=3))
    ]
    assert read(reader(desk, wang), one) == b"specimen"
    with pytest.raises(NoAccess):
        read(reader(desk, wang), two)
    with pytest.raises(NoAccess):
        read(reader(desk, new_private_key("user")), one)
    clock.now += timedelta(days=3) - timedelta(milliseconds=1)
    assert read(reader(desk, wang), one) == b"specimen"
    clock.now += timedelta(milliseconds=1)
    with pytest.raises(LoanEnded):
        read(reader(desk, wang), one)
    assert read(desk, one) == b"specimen"


def test_a_returned_loan_is_gone_from_the_store(desk: Vault, wang: PrivateKey, memory: MemoryStore) -> None:
    """After the return nothing in the store is wrapped to the borrower, and an old envelope put back is refused."""
    object_id = desk.seal_bytes(b"specimen", document="d1", role="original").object_id
    lend(desk, object_id, borrower=wang.public, who="wang", until=NOON + timedelta(days=1))
    kept_aside = memory.objects[envelope_name(object_id, 2)]
    after = end_loans(desk, object_id, who="wang")
    assert after.revision == 3
    assert desk.envelopes.revisions(object_id) == [3]
    assert wang.public.id.encode() not in b"".join(memory.objects.values())
    with pytest.raises(NoAccess):
        read(reader(desk, wang), object_id)
    memory.objects[envelope_name(object_id, 2)] = kept_aside
    del memory.objects[envelope_name(object_id, 3)]
    with pytest.raises(Replayed):
        read(reader(desk, wang), object_id)


def test_only_ended_loans_are_swept(desk: Vault, clock: Clock, wang: PrivateKey) -> None:
    """Without a name, exactly the loans that have run out end; standing recipients never do."""
    object_id = desk.seal_bytes(b"specimen", document="d1", role="original").object_id
    li = new_private_key("user")
    lend(desk, object_id, borrower=wang.public, who="wang", until=NOON + timedelta(days=1))
    lend(desk, object_id, borrower=li.public, who="li", until=NOON + timedelta(days=2))
    assert end_loans(desk, object_id).revision == 3
    clock.now += timedelta(days=1)
    left = end_loans(desk, object_id)
    assert sorted(one.who for one in left.recipients) == ["", "", "li"]
    assert {one.holder for one in left.recipients} == set(Holder)


def test_a_loan_is_prolonged_by_lending_again(desk: Vault, clock: Clock, wang: PrivateKey) -> None:
    """One person has one loan of an object; a date in the past is no loan."""
    object_id = desk.seal_bytes(b"specimen", document="d1", role="original").object_id
    lend(desk, object_id, borrower=wang.public, who="wang", until=NOON + timedelta(days=1))
    lend(desk, object_id, borrower=wang.public, who="wang", until=NOON + timedelta(days=9))
    clock.now += timedelta(days=5)
    assert read(reader(desk, wang), object_id) == b"specimen"
    with pytest.raises(ValueError, match="future"):
        lend(desk, object_id, borrower=wang.public, who="wang", until=clock.now)


def test_a_granted_level_opens_that_level(desk: Vault, keys: Keys) -> None:
    """A grant gives the level's objects and index key to that person, and nothing of the other levels."""
    made = new_user("wang", PASSWORD, cost=FAST)
    private = open_user_key("wang", made.sealed, PASSWORD)
    assert user_public_key(made.public) == private.public
    grant = open_grant(keys.public, grant_level(keys, Level.CONFIDENTIAL, private.public), private)
    assert grant.level is Level.CONFIDENTIAL
    assert grant.index_key == keys.index_key(Level.CONFIDENTIAL)
    person = Vault(desk.store, desk.public, reader=user_ring(private, grant), clock=desk.clock)
    for level in Level:
        object_id = desk.seal_bytes(b"specimen", document="d1", role="original", level=level).object_id
        if level is Level.CONFIDENTIAL:
            assert read(person, object_id) == b"specimen"
        else:
            with pytest.raises(NoAccess):
                read(person, object_id)


def test_a_grant_is_for_one_person_and_archive(keys: Keys, other_keys: Keys, wang: PrivateKey) -> None:
    """Another person, another archive, a changed or cut grant: all refused."""
    grant = grant_level(keys, Level.SECRET, wang.public)
    with pytest.raises(GrantRefused):
        open_grant(keys.public, grant, new_private_key("user"))
    with pytest.raises(GrantRefused):
        open_grant(other_keys.public, grant, wang)
    for at in range(len(grant)):
        with pytest.raises(GrantRefused):
            open_grant(keys.public, grant[:at] + bytes([grant[at] ^ 1]) + grant[at + 1 :], wang)
        with pytest.raises(GrantRefused):
            open_grant(keys.public, grant[:at], wang)
    with pytest.raises(GrantRefused):
        open_grant(keys.public, grant + b"\x00", wang)


def test_a_persons_key_is_under_their_password() -> None:
    """Only the person's own password opens, also after a change; one person's key is not another's."""
    made = new_user("wang", PASSWORD, cost=FAST)
    private = open_user_key("wang", made.sealed, PASSWORD)
    with pytest.raises(WrongPassphrase):
        open_user_key("wang", made.sealed, "wrong")
    with pytest.raises(KeysDamaged):
        open_user_key("li", made.sealed, PASSWORD)
    changed = change_user_password("wang", made.sealed, PASSWORD, "another quiet maple lantern", cost=FAST)
    assert open_user_key("wang", changed, "another quiet maple lantern") == private
    with pytest.raises(WrongPassphrase):
        open_user_key("wang", changed, PASSWORD)
    with pytest.raises(WeakPassphrase):
        new_user("wang", "secret", cost=FAST)
    assert private.octets not in made.sealed


def test_lending_needs_a_key_that_opens(archive: Archive, memory: MemoryStore, wang: PrivateKey) -> None:
    """Who cannot open an object cannot lend it."""
    keys = archive.keys
    desk = Vault(memory, keys.public, keys)
    object_id = desk.seal_bytes(b"specimen", document="d1", role="original", level=Level.SECRET).object_id
    outsider = Vault(memory, keys.public, station=keys.station, reader=user_ring(wang))
    with pytest.raises(NoAccess):
        lend(outsider, object_id, borrower=wang.public, who="wang", until=datetime.now(UTC) + timedelta(days=1))
