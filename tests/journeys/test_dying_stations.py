"""A station, or whoever takes over what it sent, dies at any step: a scan is there or stored; one more run ends it."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk import setup
from desk.archive import Archive
from desk.home import Home, IntakeSettings
from desk.stationing import Ears
from index.journal import State
from ingest import received
from ingest.station.capturing import Capturing
from ingest.station.line import Line
from ingest.station.spool import Spool
from ingest.taking import Taking
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.crashing import Stand, dies_at, dies_entering, fresh, one_pass, prepared, stand
from tests.servers.scanner import Scanner
from tests.web.conftest import served
from vault.errors import EnvelopeTampered
from vault.keyfile import FAST
from vault.received import notes
from vault.stores.local import LocalStore
from vault.vault import Vault

NAME = "發票.pdf"
SENT = b"%PDF-1.4\n% SPECIMEN sent\ntrailer\nstartxref\n9\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Site:
    """An archive whose page is served at ``url``, and a scanner PC of it."""

    home: Home
    drop: Path
    url: str
    scanner: Scanner

    def put(self, number: int) -> bytes:
        """Drop a scan on the PC that was never there, and return its bytes."""
        content = b"%%PDF-1.4\n%% SPECIMEN %06d\ntrailer\nstartxref\n9\n%%%%EOF\n" % number
        (self.scanner.drop / NAME).write_bytes(content)
        return content

    def send(self) -> object:
        """Seal, send and let go, once."""
        return self.scanner.one_pass(self.url, ears=Ears())

    def came(self) -> int:
        """Return how many captures came and wait to be taken over."""
        return len(list(notes(LocalStore(self.home.store, archive=self.scanner.keys()[0].archive))))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An archive served by this process: only the station dies."""
    folder = tmp_path_factory.mktemp("dying")
    home = _made(folder)
    scanner = Scanner.enrolled(home, PASSPHRASE, folder / "front", "front")
    (folder / "drop").mkdir()
    with served(home) as url:
        yield Site(home, folder / "drop", url, scanner)


def _made(folder: Path) -> Home:
    home = Home(folder / "home")
    setup.make(home, PASSPHRASE, cost=FAST)
    home.write(home.settings().model_copy(update={"intake": IntakeSettings(reserve_mib=0)}))
    return home


def die_and_go_on(site: Site, dies: Callable[[Callable[[], object]], bool], number: int) -> bool:
    """Die, look, run again, look; return whether there was such a step."""
    content, before = site.put(number), site.came()
    died = dies(site.send)
    there = site.scanner.waiting()
    assert there == [NAME] or site.came() == before + 1 or _leaving(site.scanner), "in the drop folder, or stored"
    if there:
        assert (site.scanner.drop / NAME).read_bytes() == content
    site.send()
    assert site.scanner.waiting() == []
    assert site.came() == before + 1, "stored once"
    kept = [json.loads(note.read_bytes()) for note in (site.scanner.place / "waiting").iterdir()]
    assert all(note["stored"] for note in kept), "one that died before it forgot is known again for a month"
    left = list(LocalStore(site.scanner.place / "spool", archive=site.scanner.keys()[0].archive).names())
    assert left == [], "nothing of it is left on the PC"
    return died


def _leaving(scanner: Scanner) -> bool:
    return any(path.name == NAME for path in scanner.drop.rglob("*"))


def check_all(site: Site, count: int) -> None:
    """Take over what came: each scan is one capture that is filed, and nothing else is there."""
    one_pass(site.home, site.drop)
    found = stand(site.home, site.drop)
    assert len(found.captures) == len(found.originals) >= count
    assert set(found.originals.values()) == {1}
    assert {capture.state for capture in found.captures} == {State.FILED}
    assert (found.sightings, found.loose, found.litter, site.came()) == ([], [], 0, 0)


def test_a_station_dies_at_steps_all_along_the_way(site: Site) -> None:
    """Every 23rd step; the whole sweep runs with the slow tests."""
    steps = itertools.takewhile(
        lambda step: die_and_go_on(site, lambda act: dies_at(step, act), step), itertools.count(2, 23)
    )
    died = len(list(steps))
    assert died >= 3
    check_all(site, died)


@pytest.mark.parametrize(
    "place",
    [
        *(Spool.seal, Vault.seal_bytes, Spool.note_stored, Spool._withdraw, Spool.forget),
        *(Line.begin, Line.piece, Line.finish, Capturing._has_gone),
    ],
    ids=lambda place: place.__qualname__,
)
def test_a_station_dies_between_its_steps(site: Site, place: Callable[..., object]) -> None:
    """At the door of each step: nothing is lost, nothing comes twice."""
    number = 10_000 + sum(map(ord, place.__qualname__))
    assert die_and_go_on(site, lambda act: dies_entering(place, act), number)
    check_all(site, 1)


@pytest.mark.slow
def test_a_station_dies_at_every_step(site: Site) -> None:
    """Each call that changes a file or talks, one after the other."""
    steps = itertools.takewhile(
        lambda step: die_and_go_on(site, lambda act: dies_at(step, act), 20_000 + step), itertools.count(1)
    )
    assert len(list(steps)) >= 60
    check_all(site, 60)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive to which a station has sent one scan."""
    folder = tmp_path_factory.mktemp("sent")
    home = _made(folder)
    (folder / "drop").mkdir()
    with prepared(folder):
        scanner = Scanner.enrolled(home, PASSPHRASE, tmp_path_factory.mktemp("pc") / "front", "front")
        with served(home) as url:
            (scanner.drop / NAME).write_bytes(SENT)
            scanner.one_pass(url)
        yield folder


def crash_and_go_on(template: Path, folder: Path, dies: Callable[[Callable[[], object]], bool]) -> bool:
    """Die while what came is taken over, look, run again, look; return whether there was such a step."""
    home, drop = fresh(template, folder)
    died = dies(lambda: one_pass(home, drop))
    assert originals(home) == [SENT], "it is there, once, at every instant"
    one_pass(home, drop)
    check_taken(stand(home, drop), home)
    return died


def originals(home: Home) -> list[bytes]:
    """Return the originals in the vault; an envelope that was half removed is of something nobody needs any more."""
    found = []
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        for object_id in archive.vault.envelopes.ids():
            with suppress(EnvelopeTampered):
                one = archive.vault.envelope(object_id)
                if one.role == "original":
                    found.append(archive.vault.open_bytes(object_id, document=one.document, role="original"))
    return found


def check_taken(found: Stand, home: Home) -> None:
    """One capture, filed and let go; nothing that no row knows of, and no note."""
    assert found.originals == Counter([SENT])
    assert [(one.state, one.released is not None) for one in found.captures] == [(State.FILED, True)]
    assert (found.documents, found.sightings, found.loose, found.litter) == (1, [], [], 0)
    assert not list((home.store / "received").iterdir())


def test_taking_over_dies_at_steps_all_along_the_way(template: Path, tmp_path: Path) -> None:
    """Every 41st step; the whole sweep runs with the slow tests."""
    steps = itertools.takewhile(
        lambda step: crash_and_go_on(template, tmp_path / "x", lambda act: dies_at(step, act)), itertools.count(3, 41)
    )
    assert len(list(steps)) >= 2


@pytest.mark.parametrize(
    "place", [received.take, Taking.take_sealed, Taking._enter, received._clear, received.drop_note]
)
def test_taking_over_dies_between_its_steps(template: Path, tmp_path: Path, place: Callable[..., object]) -> None:
    """At the door of each step."""
    assert crash_and_go_on(template, tmp_path / "x", lambda act: dies_entering(place, act))


@pytest.mark.slow
def test_taking_over_dies_at_every_step(template: Path, tmp_path: Path) -> None:
    """Each call that changes a file or the index, one after the other."""
    steps = itertools.takewhile(
        lambda step: crash_and_go_on(template, tmp_path / "x", lambda act: dies_at(step, act)), itertools.count(1)
    )
    assert len(list(steps)) >= 40


def test_a_finish_that_broke_off_leaves_nothing(template: Path, tmp_path: Path) -> None:
    """A note whose objects never came whole is of no use after a day: its rests go, and the note with them."""
    home, drop = fresh(template, tmp_path / "x")
    envelopes = sorted((home.store / "keys").rglob("*.00000001"))
    for path in envelopes:
        path.unlink()
    one_pass(home, drop)
    assert list((home.store / "received").iterdir()), "it may still come"
    before, received.UNFINISHED_FOR = received.UNFINISHED_FOR, received.UNFINISHED_FOR * 0
    try:
        one_pass(home, drop)
    finally:
        received.UNFINISHED_FOR = before
    found = stand(home, drop)
    assert (found.captures, found.litter) == ([], 0)
    assert not list((home.store / "received").iterdir())


def test_a_spoiled_note_is_written_again(template: Path, tmp_path: Path) -> None:
    """What stands in its place is known by its ticket: what came is not lost with its note, whatever the disk did."""
    home, drop = fresh(template, tmp_path / "x")
    (note,) = (home.store / "received").iterdir()
    note.write_bytes(b"\0" * note.stat().st_size)
    for _ in range(2):
        one_pass(home, drop)
    check_taken(stand(home, drop), home)
