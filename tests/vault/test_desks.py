"""What a person may sign with at the desk is wrapped to them; what they do not hold is withheld, not guessed."""

from pathlib import Path

import pytest

from tests.vault.conftest import Archive
from vault.checkpoints import open_checkpoint, sign_checkpoint
from vault.desks import grant_desk, holds, keys_of, open_desk_grant
from vault.errors import CheckpointRefused, GrantRefused, Locked
from vault.keys import Keys
from vault.levels import Level
from vault.stores.memory import MemoryStore
from vault.users import grant_level, open_grant
from vault.vault import Vault
from vault.wrap import new_private_key


def test_a_desk_grant_gives_what_was_granted(keys: Keys, memory: MemoryStore) -> None:
    """A station seals and an auditor signs checkpoints; each is refused the other, and nobody makes grants."""
    clerk, auditor = new_private_key("user"), new_private_key("user")
    opened = open_desk_grant(keys.public, grant_desk(keys, clerk.public, station=True, audit=False), clerk)
    index = open_grant(keys.public, grant_level(keys, Level.ORDINARY, clerk.public, reading=False), clerk)
    work = keys_of(keys.public, [index], opened)
    kept = Vault(memory, keys.public, work).seal_bytes(b"specimen", document="d", role="original")
    assert Vault(memory, keys.public, keys).open_bytes(kept.object_id, document="d", role="original") == b"specimen"
    assert work.digest(b"x") == keys.digest(b"x")
    assert (work.index_key(), holds(work, Level.ORDINARY)) == (keys.index_key(), False)
    with pytest.raises(Locked):
        sign_checkpoint(work, 1, bytes(32))
    with pytest.raises(Locked):
        grant_level(work, Level.ORDINARY, auditor.public)
    opened = open_desk_grant(keys.public, grant_desk(keys, auditor.public, station=False, audit=True), auditor)
    witness = keys_of(keys.public, [], opened)
    assert open_checkpoint(keys.public, sign_checkpoint(witness, 7, bytes(32))).size == 7
    with pytest.raises(Locked):
        Vault(memory, keys.public, witness).seal_bytes(b"x", document="d", role="original")


def test_a_desk_grant_is_for_one_person_and_archive(keys: Keys, other_keys: Keys) -> None:
    """Another person, another archive, a changed or cut grant: all refused."""
    person = new_private_key("user")
    grant = grant_desk(keys, person.public, station=True, audit=True)
    with pytest.raises(GrantRefused):
        open_desk_grant(keys.public, grant, new_private_key("user"))
    with pytest.raises(GrantRefused):
        open_desk_grant(other_keys.public, grant, person)
    for at in range(len(grant)):
        with pytest.raises(GrantRefused):
            open_desk_grant(keys.public, grant[:at] + bytes([grant[at] ^ 1]) + grant[at + 1 :], person)
        with pytest.raises(GrantRefused):
            open_desk_grant(keys.public, grant[:at], person)


def test_a_checkpoint_is_this_archives_and_unchanged(keys: Keys, other_keys: Keys) -> None:
    """Any changed character of what is signed, or another archive's note, is refused."""
    note = sign_checkpoint(keys, 12, bytes(range(32)))
    assert open_checkpoint(keys.public, note).root == bytes(range(32))
    with pytest.raises(CheckpointRefused):
        open_checkpoint(other_keys.public, note)
    for at in range(note.index("\n\n")):
        with pytest.raises(CheckpointRefused):
            open_checkpoint(keys.public, note[:at] + chr(ord(note[at]) ^ 1) + note[at + 1 :])
    for wrong in ("", "x", note[: len(note) // 2], note.replace("12", "12 ")):
        with pytest.raises(CheckpointRefused):
            open_checkpoint(keys.public, wrong)


def test_the_home_shows_no_secret(archive: Archive) -> None:
    """Withheld keys print nothing and hold nothing."""
    work = keys_of(archive.keys.public, [], None)
    assert work.archive.seed == b""
    assert str(archive.keys.archive.seed) not in repr(work)
    assert isinstance(archive.home, Path)
