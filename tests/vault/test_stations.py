"""Capture stations: they seal unattended, open nothing, and can be struck off."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.vault.conftest import PASSPHRASE, Archive, make_archive
from vault.backup import backup
from vault.destroy import put_tombstone
from vault.enrolment import join, new_enrolment
from vault.errors import EnrolmentRefused, EnvelopeTampered, KeysDamaged, KeysExist, KeysMissing, KeysOpen, Locked
from vault.keys import unlock
from vault.private import Keys
from vault.rewrap import rewrap
from vault.snapshot import snapshots
from vault.stations import keep_station, new_station, open_station, revoke_station
from vault.stores.memory import MemoryStore
from vault.tombstone import tombstone
from vault.vault import Vault


def enrol_station(home: Path, keys: Keys, name: str, station_home: Path) -> Keys:
    """Enrol a station and give it its folder."""
    enrolled, station = new_station(home, keys, name)
    keep_station(station_home, enrolled.public, station)
    return enrolled


def test_a_station_seals_and_opens_nothing(archive: Archive, memory: MemoryStore, tmp_path: Path) -> None:
    """What a scanner PC seals the archive opens; the PC itself cannot, and has no reading key on its disk."""
    keys = enrol_station(archive.home, archive.keys, "scanner 1", tmp_path / "station")
    public, station = open_station(tmp_path / "station")
    assert public == keys.public == unlock(archive.home, PASSPHRASE).public
    watcher = Vault(memory, public, station=station)
    object_id = watcher.seal_bytes(b"specimen", document="d1", role="original").object_id
    with pytest.raises(Locked):
        watcher.open(object_id, document="d1", role="original")
    assert Vault(memory, keys.public, keys).open_bytes(object_id, document="d1", role="original") == b"specimen"
    with pytest.raises(Locked):
        station.digest(b"x")
    on_disk = b"".join(path.read_bytes() for path in (tmp_path / "station").rglob("*") if path.is_file())
    secret = [key.octets for ring in keys.level_keys.values() for key in ring]
    secret += [*keys.index_keys.values(), keys.audit.seed, keys.archive.seed, keys.station.signing.seed]
    secret.append(keys.station.digest_key)
    assert not any(one in on_disk or one.hex().encode() in on_disk for one in secret)


def test_a_stolen_station_is_struck_off(archive: Archive, memory: MemoryStore, tmp_path: Path) -> None:
    """From its revocation on, what it seals is refused; what it sealed before still opens."""
    keys = enrol_station(archive.home, archive.keys, "scanner 1", tmp_path / "station")
    public, station = open_station(tmp_path / "station")
    now = datetime.now(UTC)
    before = Vault(memory, public, station=station, clock=lambda: now - timedelta(hours=1))
    after = Vault(memory, public, station=station, clock=lambda: now + timedelta(hours=1))
    good, bad = (one.seal_bytes(b"s", document="d", role="original").object_id for one in (before, after))
    keys = revoke_station(archive.home, keys, station.signing.public.id, now=now)
    vault = Vault(memory, keys.public, keys)
    assert vault.open_bytes(good, document="d", role="original") == b"s"
    with pytest.raises(EnvelopeTampered):
        vault.open(bad, document="d", role="original")
    with pytest.raises(KeyError):
        revoke_station(archive.home, keys, "none")
    assert unlock(archive.home, PASSPHRASE).public == keys.public


def test_what_was_sealed_within_the_same_second_still_opens(
    archive: Archive, memory: MemoryStore, tmp_path: Path
) -> None:
    """A station struck off in the middle of a second: what it sealed earlier in that second is honest, later is not."""
    enrol_station(archive.home, archive.keys, "scanner 1", tmp_path / "station")
    public, station = open_station(tmp_path / "station")
    second = datetime.now(UTC).replace(microsecond=0)
    before, after = (second + timedelta(milliseconds=some) for some in (100, 900))
    good, bad = (
        Vault(memory, public, station=station, clock=lambda at=at: at).seal_bytes(b"s", document="d", role="original")
        for at in (before, after)
    )
    struck = second + timedelta(milliseconds=500)
    revoke_station(archive.home, unlock(archive.home, PASSPHRASE), station.signing.public.id, now=struck)
    keys = unlock(archive.home, PASSPHRASE)
    vault = Vault(memory, keys.public, keys)
    assert vault.open_bytes(good.object_id, document="d", role="original") == b"s"
    with pytest.raises(EnvelopeTampered):
        vault.open(bad.object_id, document="d", role="original")


def test_a_station_only_captures(archive: Archive, memory: MemoryStore, tmp_path: Path) -> None:
    """A scanner PC's key changes no recipients, buries nothing and makes no snapshot that anyone believes."""
    keys = enrol_station(archive.home, archive.keys, "scanner 1", tmp_path / "station")
    public, station = open_station(tmp_path / "station")
    desk, thief = Vault(memory, keys.public, keys), Vault(memory, public, station=station)
    one, two = (desk.seal_bytes(b"s", document="d", role="original").object_id for _ in range(2))
    rewrap(thief, desk.envelope(one), desk.envelope(one).recipients)
    with pytest.raises(EnvelopeTampered):
        desk.open(one, document="d", role="original")
    put_tombstone(memory, tombstone(two, public.archive, datetime.now(UTC), station.signing))
    with pytest.raises(EnvelopeTampered):
        desk.open(two, document="d", role="original")
    target = MemoryStore()
    backup(thief, target, home=archive.home)
    assert list(snapshots(target)) == []


def test_a_stations_files_are_checked(archive: Archive, tmp_path: Path) -> None:
    """Missing, changed, open or another archive's files are refused; enrolling twice in one place too."""
    home = tmp_path / "station"
    keys = enrol_station(archive.home, archive.keys, "scanner 1", home)
    with pytest.raises(KeysExist):
        enrol_station(archive.home, keys, "scanner 2", home)
    path = home / "keys" / "station.json"
    octets = path.read_bytes()
    for changed in (octets[:-1], octets + b"\n", octets.replace(b'"version":2', b'"version":1'), b"[]"):
        path.write_bytes(changed)
        with pytest.raises(KeysDamaged):
            open_station(home)
    path.write_bytes(octets)
    path.chmod(0o644)
    with pytest.raises(KeysOpen):
        open_station(home)
    path.chmod(0o600)
    other = make_archive(tmp_path / "other")
    (home / "keys" / "archive.json").write_bytes(other.keys.public.document)
    with pytest.raises(KeysDamaged):
        open_station(home)
    path.unlink()
    with pytest.raises(KeysMissing):
        open_station(home)


def test_an_enrolment_opens_with_its_code_alone(archive: Archive, tmp_path: Path) -> None:
    """As it was given or as people type it; never with another code, changed, late, revoked, or twice in a place."""
    until = datetime.now(UTC) + timedelta(days=1)
    keys, station = new_station(archive.home, archive.keys, "scanner 1")
    file, code = new_enrolment(keys.public, station, until)
    assert station.signing.seed not in file
    assert station.signing.seed.hex().encode() not in file
    other = new_enrolment(keys.public, station, until)[1]
    place = tmp_path / "station"
    for octets, typed, now in (
        (file, other, None),
        (file, "", None),
        (file, code, until),
        (file.replace(b'"version":1', b'"version":2'), code, None),
        (file.replace(until.strftime("%Y").encode(), b"9998"), code, None),
        (file[:-9], code, None),
        (b"[]", code, None),
    ):
        with pytest.raises(EnrolmentRefused):
            join(octets, typed, place, now=now)
        assert not place.exists()
    assert join(file, code.lower().replace("-", " ").replace("0", "o"), place) == (keys.public, station.signing.public)
    assert open_station(place)[1].signing == station.signing
    with pytest.raises(KeysExist):
        join(file, code, place)
    gone = revoke_station(archive.home, keys, station.signing.public.id)
    with pytest.raises(EnrolmentRefused):
        join(*new_enrolment(gone.public, station, until), tmp_path / "second")
