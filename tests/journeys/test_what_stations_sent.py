"""What stations sent: taken over once, opened by no station, kept though it is odd, and brought back from a backup."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desk import backups, destroying, keeping, stations
from desk.archive import Archive
from desk.home import Home
from desk.stationing import Ears
from ingest.station.line import LineDown, SendingRefused
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.crashing import stand
from tests.journeys.machine import NAME, WORDS, Machine, check_filed, near, nowhere, pdf
from tests.servers.scanner import Caller, Sealed
from vault.errors import Locked, NoAccess, Tampered, Unknown
from vault.keyfile import FAST
from vault.levels import Level
from vault.stores.local import LocalStore
from vault.vault import Vault
from vault.wrap import keyring


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Machine]:
    """An archive, served by this process."""
    with near(tmp_path) as made:
        yield made


def test_two_stations_bring_the_same_paper(desk: Machine) -> None:
    """It is captured once; the second is noted where it was, and what came of it is taken away."""
    one, two = desk.scanner("one"), desk.scanner("two")
    for scanner in (one, two, one):
        (scanner.drop / NAME).write_bytes(pdf())
        desk.send(scanner)
        assert scanner.waiting() == []
        desk.pass_on()
    found = stand(desk.home, one.drop)
    assert found.originals == Counter([pdf()])
    assert sorted(seen.folder.split(":")[1] for seen in found.sightings) == ["one", "two"]
    assert (len(found.captures), found.documents, found.loose, found.litter) == (1, 1, [], 0)
    assert all(seen.released is not None for seen in found.sightings)


def test_a_stolen_station_opens_nothing(desk: Machine) -> None:
    """With every key and byte of a PC whose spool is full, nothing opens, nor what it sent; its word can be ended."""
    scanner = desk.scanner("front")
    (scanner.drop / "sent.pdf").write_bytes(pdf(seed=1, size=9))
    desk.send(scanner)
    (scanner.drop / NAME).write_bytes(pdf())
    with pytest.raises(LineDown):
        scanner.one_pass(nowhere())
    keys, station = scanner.keys()
    stores = [LocalStore(place, archive=keys.archive) for place in (scanner.place / "spool", desk.home.store)]
    opened = 0
    for store in stores:
        for vault in (
            Vault(store, keys, station=station),
            Vault(store, keys, station=station, reader=keyring()),
        ):
            for sealed in vault.objects():
                with pytest.raises((Locked, NoAccess)):
                    vault.open(sealed.object_id, document=sealed.document, role=sealed.role)
                opened += 1
    assert opened == 2 * (2 + 2)
    held = scanner.on_disk()
    assert WORDS not in held
    assert NAME.encode() not in held
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        secrets = [key.octets for ring in archive.keys.level_keys.values() for key in ring]
        secrets += [archive.keys.station.signing.seed, archive.keys.station.digest_key, archive.keys.archive.seed]
        assert not [one for one in secrets if one in held or one.hex().encode() in held]
        stations.revoke(archive, "front")
    with pytest.raises(SendingRefused, match="struck off"):
        desk.send(scanner)
    assert scanner.waiting() == [NAME]
    desk.pass_on()
    check_filed(desk, pdf(seed=1, size=9))


def test_a_spool_that_rots_is_sealed_anew(desk: Machine) -> None:
    """What the disk changed in the spool is noticed, and nothing let go: the scan is there, and is sealed again."""
    scanner = desk.scanner("front")
    (scanner.drop / NAME).write_bytes(pdf(1000))
    with pytest.raises(LineDown):
        scanner.one_pass(nowhere())
    for path in (scanner.place / "spool" / "objects").rglob("o*"):
        if path.is_file() and path.stat().st_size > 300:
            path.write_bytes(path.read_bytes()[:-1] + b"x")
    told: list[type] = []
    desk.send(scanner, ears=Ears(on_trouble=lambda one: told.append(type(one))))
    assert scanner.waiting() == [NAME]
    assert [one.__name__ for one in told] == ["SpoiledHere"]
    desk.send(scanner)
    assert scanner.waiting() == []
    desk.pass_on()
    check_filed(desk, pdf(1000))


def test_keys_that_were_turned_reach_the_station(desk: Machine) -> None:
    """After a rotation the station seals to the new key, which it was told by the machine it sends to."""
    scanner = desk.scanner("front")
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        keeping.rotate(archive, Level.ORDINARY)
    (scanner.drop / "a.pdf").write_bytes(pdf(seed=1, size=5))
    desk.send(scanner)
    (scanner.drop / "b.pdf").write_bytes(pdf(seed=2, size=5))
    desk.send(scanner)
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        keys = archive.keys.public
        used = {one.key_id for sealed in archive.vault.objects() for one in sealed.recipients}
        assert {key.public.id for key in keys.reading[Level.ORDINARY]} <= used
    assert scanner.keys()[0].serial == keys.serial
    desk.pass_on()
    check_filed(desk, pdf(seed=1, size=5), pdf(seed=2, size=5))


def test_what_cannot_be_taken_over_stays_and_is_told(desk: Machine) -> None:
    """A number that is another capture's, a ticket of no form: left as it came, the others go on."""
    scanner = desk.scanner("front")
    (scanner.drop / NAME).write_bytes(pdf())
    (first,) = desk.send(scanner)
    desk.pass_on()
    keys, station = scanner.keys()
    with httpx.Client(timeout=30) as client:
        caller = Caller(desk.url, keys.archive, station, client=client)
        shutil.rmtree(desk.home.path / "receiving")
        bad = Sealed.by(keys, station, pdf(seed=3, size=9), capture=first)
        assert caller.deliver(bad).json() == {"state": "stored"}
        good = Sealed.by(keys, station, pdf(seed=4, size=9), name="good.pdf")
        assert caller.deliver(good).json() == {"state": "stored"}
        odd = Sealed.by(keys, station, pdf(seed=5, size=9), name="../../x.pdf")
        assert caller.deliver(odd).json() == {"state": "stored"}
    desk.pass_on()
    found = stand(desk.home, scanner.drop)
    assert {capture.id for capture in found.captures} == {first, good.capture}
    assert found.originals[pdf()] == 1
    assert found.originals[pdf(seed=3, size=9)] == 1, "nothing that came is thrown away because it is odd"
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        (row,) = [capture for capture in found.captures if capture.id == first]
        assert archive.vault.open_bytes(str(row.original), document=first, role="original") == pdf()
        with pytest.raises((Tampered, Unknown)):
            archive.vault.open_bytes(str(row.original), document=good.capture, role="original")


def test_what_nobody_took_over_survives_the_loss_of_the_machine(desk: Machine, tmp_path: Path) -> None:
    """A backup made between receiving and taking over: restored elsewhere, the scan is taken over there, once."""
    scanner = desk.scanner("front")
    (scanner.drop / "a.pdf").write_bytes(pdf(seed=1, size=9))
    desk.send(scanner)
    desk.pass_on()
    (scanner.drop / NAME).write_bytes(pdf())
    desk.send(scanner)
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        backups.backup(archive, str(tmp_path / "copy"))
    shutil.rmtree(desk.home.path)
    again = Home(tmp_path / "again" / "home")
    backups.restore(again, str(tmp_path / "copy"), PASSPHRASE, cost=FAST)
    restored = Machine(again, tmp_path, tmp_path, 0)
    restored.pass_on()
    check_filed(restored, pdf(seed=1, size=9), pdf())


def test_a_destruction_looks_into_no_folder_of_a_scanner_pc(desk: Machine) -> None:
    """What a PC keeps of its own is on that PC: the folder a capture names is none of this machine's."""
    scanner = desk.scanner("front")
    (scanner.drop / NAME).write_bytes(pdf())
    (capture,) = desk.send(scanner)
    desk.pass_on()
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        gone = destroying.destroy(archive, [capture], reason="specimen", decided_by=["a", "b"])
    assert (gone.captures, gone.copies, gone.unseen) == ((capture,), (), ())
    assert desk.send(scanner) == []
