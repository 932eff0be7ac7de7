"""``station``: a scanner PC is enrolled, joins with file and code, seals and opens nothing, and is struck off."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from desk.archive import Archive
from desk.home import Home
from index import record
from tests.cli.conftest import PASSPHRASE, Run
from vault.errors import EnvelopeTampered, Locked, NoAccess
from vault.keys import public_keys
from vault.stations import open_station
from vault.stores.memory import MemoryStore
from vault.vault import Vault
from vault.wrap import keyring


def _descriptor(text: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return reading


def _joined(run: Run, home: Path, place: Path, name: str = "front desk") -> dict[str, str]:
    file = place.with_suffix(".enrolment")
    made = run("station", "enrol", name, "-o", file, "--home", home, "--json").json
    done = run("station", "join", file, "--station", place, "--code-fd", _descriptor(made["code"]), "--json")
    assert (done.code, done.json["station"], file.exists()) == (0, made["station"], False)
    return made


def test_a_scanner_pc_seals_and_can_never_read_back(run: Run, home: Path, tmp_path: Path) -> None:
    """With everything that is on that PC no object opens; the archive opens it; no secret of the archive is there."""
    place = tmp_path / "pc"
    made = _joined(run, home, place)
    public, station = open_station(place)
    store = MemoryStore()
    scanner = Vault(store, public, station=station)
    sealed = scanner.seal_bytes(b"specimen", document="d1", role="original")
    with pytest.raises(Locked):
        scanner.open(sealed.object_id, document="d1", role="original")
    with pytest.raises(NoAccess):
        Vault(store, public, station=station, reader=keyring()).open(sealed.object_id, document="d1", role="original")
    with pytest.raises(Locked):
        station.digest(b"specimen")
    on_disk = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    with Archive.open(Home(home), Home(home).settings(), PASSPHRASE) as archive:
        keys = archive.keys
        opened = Vault(store, keys.public, keys).open_bytes(sealed.object_id, document="d1", role="original")
        assert (opened, sealed.envelope.capture.station) == (b"specimen", made["station"])
        secrets = [key.octets for ring in keys.level_keys.values() for key in ring]
        secrets += [*keys.index_keys.values(), keys.audit.seed, keys.archive.seed, keys.station.signing.seed]
        secrets.append(keys.station.digest_key)
    assert secrets
    assert not [one for one in secrets if one in on_disk or one.hex().encode() in on_disk]
    assert [path.stat().st_mode & 0o077 for path in (place, place / "keys", place / "keys/station.json")] == [0, 0, 0]


def test_a_station_struck_off_seals_no_more(run: Run, home: Path, tmp_path: Path) -> None:
    """What it sealed before opens, what it seals after does not; both acts are on record; its name is free again."""
    place = tmp_path / "pc"
    made = _joined(run, home, place)
    public, station = open_station(place)
    store = MemoryStore()
    scanner = Vault(store, public, station=station)
    shown = run("station", "list", "--home", home, "--json").json["stations"]
    assert [(one["name"], one["desk"], one["revoked"]) for one in shown][1:] == [("front desk", False, None)]
    earlier = public.stations[-1].made - timedelta(hours=1)
    before = Vault(store, public, station=station, clock=lambda: earlier).seal_bytes(b"1", document="d", role="r")
    done = run("station", "revoke", "Front Desk", "--home", home, "--json")
    assert done.code == 0
    after = scanner.seal_bytes(b"2", document="d", role="r").object_id
    with Archive.open(Home(home), Home(home).settings(), PASSPHRASE) as archive:
        desk = Vault(store, archive.keys.public, archive.keys)
        assert desk.open_bytes(before.object_id, document="d", role="r") == b"1"
        with pytest.raises(EnvelopeTampered):
            desk.open(after, document="d", role="r")
        with archive.index.read() as session:
            acts = [(one.what, one.about) for one in record.entries(session) if one.what.startswith("station-")]
    assert acts == [("station-enrolled", made["station"]), ("station-revoked", made["station"])]
    assert run("station", "revoke", "front desk", "--home", home).code == 70
    assert run("station", "enrol", "front desk", "-o", tmp_path / "again", "--home", home).code == 0


def test_what_cannot_be_enrolled_or_joined_changes_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    """A name in use, a file that is there, a wrong code, a second station in one place."""
    place = tmp_path / "pc"
    _joined(run, home, place)
    serial = public_keys(home).serial
    there = tmp_path / "there"
    there.write_bytes(b"mine")
    for name, file, code in (
        ("FRONT desk", tmp_path / "a", 2),
        ("a/b", tmp_path / "a", 2),
        (" ", tmp_path / "a", 2),
        ("second", there, 72),
        ("second", tmp_path / "none" / "a", 72),
    ):
        assert run("station", "enrol", name, "-o", file, "--home", home).code == code
    assert (public_keys(home).serial, there.read_bytes(), (tmp_path / "a").exists()) == (serial, b"mine", False)
    file = tmp_path / "second.enrolment"
    made = run("station", "enrol", "second", "-o", file, "--home", home, "--json").json
    wrong = _descriptor("0" * 32)
    assert run("station", "join", file, "--station", tmp_path / "two", "--code-fd", wrong).code == 12
    assert run("station", "join", file, "--station", place, "--code-fd", _descriptor(made["code"])).code == 12
    assert run("station", "join", file, "--station", tmp_path / "two").code == 11
    assert (file.exists(), (tmp_path / "two").exists()) == (True, False)
