"""Keys at rest: made once, opened by passphrase or paper, refused when anything is not as it must be."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.conftest import PASSPHRASE, Archive, make_archive
from vault import keyfile, recovery
from vault.errors import (
    KeysChanged,
    KeysDamaged,
    KeysExist,
    KeysMissing,
    KeysOpen,
    WeakPassphrase,
    WrongPassphrase,
    WrongRecoveryCode,
)
from vault.keyfile import FAST, PRODUCTION, Cost
from vault.keys import change_passphrase, create_keys, has_keys, public_keys, recover, save_keys, unlock
from vault.levels import Level
from vault.passphrase import given_passphrase, strength_bits

NEW = "another quiet maple lantern"
FILES = ["archive.json", "private.box", "recovery.box"]


def test_a_new_archive_opens(archive: Archive) -> None:
    """The passphrase opens the keys, and they belong to the public ones."""
    assert has_keys(archive.home)
    assert unlock(archive.home, PASSPHRASE) == archive.keys
    assert public_keys(archive.home) == archive.keys.public
    assert len({archive.keys.index_key(level) for level in Level}) == 3
    assert all(len(archive.keys.index_key(level)) == 32 for level in Level)


def test_keys_are_never_overwritten(archive: Archive) -> None:
    """Making keys twice is refused, also when only one of the files is left."""
    for name in FILES:
        for other in FILES:
            (archive.home / "keys" / other).rename(archive.home / "keys" / f"{other}.aside")
        (archive.home / "keys" / f"{name}.aside").rename(archive.home / "keys" / name)
        with pytest.raises(KeysExist):
            create_keys(archive.home, PASSPHRASE, cost=FAST)
        for other in FILES:
            if other != name:
                (archive.home / "keys" / f"{other}.aside").rename(archive.home / "keys" / other)
    assert unlock(archive.home, PASSPHRASE) == archive.keys


@pytest.mark.parametrize("wrong", ["", "x", PASSPHRASE + " ", PASSPHRASE.upper(), NEW])
def test_a_wrong_passphrase_opens_nothing(archive: Archive, wrong: str) -> None:
    """Only the passphrase itself opens."""
    with pytest.raises(WrongPassphrase):
        unlock(archive.home, wrong)


def test_no_secret_is_on_disk_or_in_a_printout(archive: Archive) -> None:
    """Neither key files nor printed values hold a private key, the passphrase or the recovery code."""
    keys = archive.keys
    secret = [keys.archive.seed, keys.audit.seed, keys.station.signing.seed, keys.station.digest_key]
    secret += [*keys.index_keys.values(), *(key.octets for ring in keys.level_keys.values() for key in ring)]
    secret += [recovery.recovery_key(archive.code).octets, keys.box.octets if keys.box else b""]
    texts = [PASSPHRASE.encode(), archive.code.encode(), archive.code.replace("-", "").encode()]
    shown = repr(keys) + repr(keys.reading) + repr(recovery.recovery_key(archive.code))
    assert len(secret) == 12
    for path in archive.home.rglob("*"):
        octets = path.read_bytes() if path.is_file() else b""
        for one in secret:
            assert one not in octets
            assert one.hex().encode() not in octets
        assert not any(text in octets for text in texts)
    for one in secret:
        assert one.hex() not in shown
        assert repr(one) not in shown


def test_the_passphrase_changes(archive: Archive) -> None:
    """After a change the new passphrase opens the same keys and the old one none."""
    change_passphrase(archive.home, PASSPHRASE, NEW, cost=FAST)
    assert unlock(archive.home, NEW) == archive.keys
    with pytest.raises(WrongPassphrase):
        unlock(archive.home, PASSPHRASE)
    with pytest.raises(WeakPassphrase):
        change_passphrase(archive.home, NEW, "weak", cost=FAST)
    with pytest.raises(WrongPassphrase):
        change_passphrase(archive.home, PASSPHRASE, NEW, cost=FAST)


def test_the_code_on_paper_recovers(archive: Archive, tmp_path: Path) -> None:
    """With only public and recovery file, the code opens everything, however it is typed."""
    (archive.home / "keys" / "private.box").unlink()
    typed = archive.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert recover(archive.home, typed, NEW, cost=FAST) == archive.keys
    assert unlock(archive.home, NEW) == archive.keys


def test_another_code_recovers_nothing(archive: Archive, tmp_path: Path) -> None:
    """Another archive's code, and one with any character mistyped, is refused."""
    other = make_archive(tmp_path / "other")
    with pytest.raises(WrongRecoveryCode):
        recover(archive.home, other.code, NEW, cost=FAST)
    for at in range(5, len(archive.code)):
        if archive.code[at] == "-":
            continue
        typed = archive.code[:at] + ("2" if archive.code[at] != "2" else "3") + archive.code[at + 1 :]
        with pytest.raises(WrongRecoveryCode):
            recovery.recovery_key(typed)
    for typed in ("", "JZR1", archive.code[:-1], archive.code + "0", "é" * 36):
        with pytest.raises(WrongRecoveryCode):
            recovery.recovery_key(typed)
    assert unlock(archive.home, PASSPHRASE) == archive.keys


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_told(archive: Archive, name: str) -> None:
    """Each missing key file is named; a missing recovery file is made again from the private one."""
    (archive.home / "keys" / name).unlink()
    if name == "recovery.box":
        assert unlock(archive.home, PASSPHRASE) == archive.keys
        assert (archive.home / "keys" / name).exists()
    else:
        with pytest.raises(KeysMissing, match=name):
            unlock(archive.home, PASSPHRASE)


@pytest.mark.parametrize("name", FILES[:2])
def test_every_changed_or_cut_key_file_is_refused(archive: Archive, name: str) -> None:
    """No byte of a key file can be changed, and no length cut, without an error of its own."""
    path = archive.home / "keys" / name
    octets = path.read_bytes()
    changes = [octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :] for at in range(0, len(octets), 3)]
    cuts = [octets[:length] for length in range(0, len(octets), 17)]
    for changed in [*changes, *cuts, octets + b"\n"]:
        path.write_bytes(changed)
        # A changed box and a wrong passphrase look alike: neither opens.
        with pytest.raises((KeysDamaged, WrongPassphrase)):
            unlock(archive.home, PASSPHRASE)
    path.write_bytes(octets)
    assert unlock(archive.home, PASSPHRASE) == archive.keys


def test_every_changed_recovery_file_is_refused(archive: Archive) -> None:
    """A changed recovery file recovers nothing."""
    path = archive.home / "keys" / "recovery.box"
    octets = path.read_bytes()
    for at in range(0, len(octets), 7):
        if 33 <= at < 37:  # the serial in the clear is a hint for renewal only; what is sealed says the same
            continue
        path.write_bytes(octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :])
        with pytest.raises((KeysDamaged, WrongRecoveryCode)):
            recover(archive.home, archive.code, NEW, cost=FAST)


def test_files_open_to_others_are_refused(archive: Archive) -> None:
    """Permissions that let other accounts in are an error that names file and mode, not a warning."""
    keys = archive.home / "keys"
    for path, mode in (
        (keys / "private.box", 0o640),
        (keys / "private.box", 0o604),
        (keys / "private.box", 0o620),
        (keys, 0o750),
        (keys, 0o701),
    ):
        before = path.stat().st_mode
        path.chmod(mode)
        with pytest.raises(KeysOpen, match=oct(mode)):
            unlock(archive.home, PASSPHRASE)
        path.chmod(before)
    (keys / "archive.json").chmod(0o622)
    with pytest.raises(KeysOpen):
        public_keys(archive.home)
    (keys / "archive.json").chmod(0o644)
    assert public_keys(archive.home) == archive.keys.public


def test_another_archives_public_file_is_refused(archive: Archive, tmp_path: Path) -> None:
    """Public keys put in another archive's place are noticed when the private ones are opened."""
    other = make_archive(tmp_path / "other")
    shutil.copy(other.home / "keys" / "archive.json", archive.home / "keys" / "archive.json")
    with pytest.raises(KeysDamaged):
        unlock(archive.home, PASSPHRASE)


def test_a_link_is_no_key_file(archive: Archive, tmp_path: Path) -> None:
    """A key file that is a symbolic link is not followed."""
    path = archive.home / "keys" / "private.box"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeysDamaged):
        unlock(archive.home, PASSPHRASE)


def test_an_older_public_file_is_replaced(archive: Archive) -> None:
    """An outdated public file of the same archive, left by a crash or put back, does not stay."""
    path = archive.home / "keys" / "archive.json"
    old = path.read_bytes()
    changed = archive.keys.with_public(archive.keys.public)
    save_keys(archive.home, changed, was=archive.keys)
    path.write_bytes(old)
    assert unlock(archive.home, PASSPHRASE).public.serial == 2
    assert public_keys(archive.home).serial == 2


def test_two_programs_do_not_undo_each_other(archive: Archive) -> None:
    """A change made from keys that are no longer those on disk is refused."""
    save_keys(archive.home, archive.keys.with_public(archive.keys.public), was=archive.keys)
    with pytest.raises(KeysChanged):
        save_keys(archive.home, archive.keys.with_public(archive.keys.public), was=archive.keys)


def test_a_cost_beyond_the_cap_is_not_paid(archive: Archive) -> None:
    """A key file that asks for a terabyte of memory is refused at once."""
    key = keyfile.box_key("archive keys", "x", FAST)
    for cost in (Cost(2**30, 1, 1), Cost(64, 2**31, 1), Cost(64 * 200, 1, 200), Cost(8, 1, 4), Cost(64, 0, 1)):
        octets = replace(key, cost=cost).seal(b"x")
        with pytest.raises(KeysDamaged):
            keyfile.open_box(octets, "archive keys", "x", path="x")


def test_a_box_opens_for_its_purpose_only(archive: Archive) -> None:
    """A box of one purpose is none of another."""
    octets = keyfile.box_key("user", "x", FAST).seal(b"secret")
    assert keyfile.open_box(octets, "user", "x", path="x")[0] == b"secret"
    with pytest.raises(KeysDamaged):
        keyfile.open_box(octets, "archive keys", "x", path="x")


def test_the_default_cost_is_the_stated_one() -> None:
    """Production keys take 256 MiB and three passes."""
    assert Cost(memory_kib=262_144, passes=3, lanes=4) == PRODUCTION
    assert keyfile.box_key("user", "x").cost == PRODUCTION


def test_composed_and_decomposed_characters_are_one_passphrase() -> None:
    """A passphrase typed on a system that decomposes characters still opens."""
    octets = keyfile.box_key("user", "Zürich café", FAST).seal(b"secret")
    assert keyfile.open_box(octets, "user", "Zu\u0308rich cafe\u0301", path="x")[0] == b"secret"


@pytest.mark.parametrize(
    "weak",
    [
        *("", "12345678", "password", "Password123!", "qwertyuiop", "20261123", "aaaaaaaaaaaaaaaaaaaaaaaa", "juanzong"),
        *("abcdefghijklmnopqrstuvwxyz", "correct horse", "密码密码密码密码", "aaa bbb ccc ddd eee", "Tr0ub4dor&3"),
        *("password password password password password", "1qaz2wsx", "123123123123123123", "春眠春眠春眠春眠春眠"),
    ],
)
def test_weak_passphrases_are_refused(tmp_path: Path, weak: str) -> None:
    """What a guesser tries first makes no archive."""
    with pytest.raises(WeakPassphrase):
        create_keys(tmp_path, weak, cost=FAST)
    assert not has_keys(tmp_path)


@pytest.mark.parametrize(
    "strong", [PASSPHRASE, NEW, "kX9$vQ2!mR7z", "春眠不觉晓处处闻啼鸟", "correct horse battery staple"]
)
def test_strong_passphrases_are_taken(tmp_path: Path, strong: str) -> None:
    """Four words, a dozen mixed characters or a line of verse will do."""
    create_keys(tmp_path, strong, cost=FAST)
    assert unlock(tmp_path, strong).public == public_keys(tmp_path)


@given(st.text(max_size=60))
def test_strength_never_fails(text: str) -> None:
    """Any text has a strength, and more text is never weaker by much."""
    assert 0 <= strength_bits(text) <= 20 * len(text)


def test_a_passphrase_may_come_without_a_prompt(tmp_path: Path) -> None:
    """A descriptor goes before a systemd credential, and that before the environment."""
    (tmp_path / "juanzong-passphrase").write_text("from systemd\n")
    given_file = tmp_path / "descriptor"
    given_file.write_text("from descriptor\n")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path), "JUANZONG_PASSPHRASE": "from environment"}
    with given_file.open("rb") as file:
        assert given_passphrase(descriptor=file.fileno(), environment=environment) == "from descriptor"
    assert given_passphrase(environment=environment) == "from systemd"
    assert given_passphrase(environment={"JUANZONG_PASSPHRASE": "from environment"}) == "from environment"
    assert given_passphrase(environment={}) is None


def test_the_same_bytes_have_one_digest(archive: Archive, tmp_path: Path) -> None:
    """The digest depends on bytes and archive, and on nothing else."""
    other = make_archive(tmp_path / "other")
    path = tmp_path / "scan"
    path.write_bytes(b"x" * 3_000_000)
    with path.open("rb") as file:
        assert archive.keys.digest(file) == archive.keys.digest(path.read_bytes())
    assert archive.keys.digest(b"a") != archive.keys.digest(b"b")
    assert archive.keys.digest(b"a") != other.keys.digest(b"a")


def test_audit_signatures(archive: Archive, tmp_path: Path) -> None:
    """What the audit key signed, the public keys confirm; nothing else, and no station's signature."""
    signature = archive.keys.sign_audit(b"head")
    assert archive.keys.public.verify_audit(signature, b"head")
    assert not archive.keys.public.verify_audit(signature, b"other head")
    assert not archive.keys.public.verify_audit(archive.keys.station.signing.sign("juanzong audit 1", b"head"), b"head")
