"""A process that dies at any step leaves every scan in its folder or verified in the vault; one more run ends it."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import journal
from index.journal import State
from ingest import moving
from ingest.journey import Journey
from ingest.releasing import Releasing
from ingest.taking import Taking
from tests.journeys.conftest import new_home
from tests.journeys.crashing import Stand, dies_at, dies_entering, fresh, one_pass, prepared, stand

GOOD = b"%PDF-1.4\n% SPECIMEN good\ntrailer\nstartxref\n9\n%%EOF\n"
BROKEN = b"%PDF-1.4\n% SPECIMEN BROKEN\ntrailer\nstartxref\n9\n%%EOF\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home, and a drop folder with one scan."""
    folder = tmp_path_factory.mktemp("template")
    new_home(folder)
    (folder / "drop/A 單位").mkdir(parents=True)
    (folder / "drop/A 單位/發票.pdf").write_bytes(GOOD)
    with prepared(folder):
        yield folder


def safe(found: Stand, content: bytes) -> bool:
    """Tell whether the scan is in the drop folder or verified in the vault."""
    return found.originals[content] > 0 or any("發票" in name for name in found.waiting)


def check_whole(found: Stand, content: bytes) -> None:
    """One verified copy, one place in the journal, and the scan let go once."""
    assert found.originals == Counter({content: 1})
    assert [sighting.name for sighting in found.sightings] == [], "a scan is no duplicate of itself"
    state = State.QUARANTINED if b"BROKEN" in content else State.FILED
    assert [capture.state for capture in found.captures] == [state]
    assert found.documents == (0 if b"BROKEN" in content else 1)
    assert found.waiting == []
    assert len([name for name in (*found.done, *found.quarantined) if name.endswith("發票.pdf")]) == 1


def crash_and_go_on(template: Path, folder: Path, content: bytes, step: int) -> bool:
    """Die at ``step``, look, run again, look; return whether there was such a step."""
    home, drop = fresh(template, folder)
    (drop / "A 單位/發票.pdf").write_bytes(content)
    died = dies_at(step, lambda: one_pass(home, drop))
    assert safe(stand(home, drop), content)
    one_pass(home, drop)
    check_whole(stand(home, drop), content)
    return died


@pytest.mark.parametrize("content", [GOOD, BROKEN], ids=["good", "broken"])
def test_a_death_at_steps_all_along_the_way(template: Path, tmp_path: Path, content: bytes) -> None:
    """Every 41st step; the whole sweep runs with the slow tests."""
    steps = itertools.count(5, 41)
    died = list(itertools.takewhile(bool, (crash_and_go_on(template, tmp_path / "x", content, step) for step in steps)))
    assert len(died) >= 4


@pytest.mark.parametrize("content", [GOOD, BROKEN], ids=["good", "broken"])
@pytest.mark.parametrize("place", [moving.put, Releasing.finish, Journey.go_on, Taking.adopt, journal.sealed])
def test_a_death_at_a_place_on_the_way(
    template: Path, tmp_path: Path, content: bytes, place: Callable[..., object]
) -> None:
    """Taken out of the way and not yet in done; let go and not yet noted; sealed; and so on."""
    home, drop = fresh(template, tmp_path / "x")
    (drop / "A 單位/發票.pdf").write_bytes(content)
    assert dies_entering(place, lambda: one_pass(home, drop))
    one_pass(home, drop)
    check_whole(stand(home, drop), content)


@pytest.mark.slow
@pytest.mark.parametrize("content", [GOOD, BROKEN], ids=["good", "broken"])
def test_a_death_at_every_step(template: Path, tmp_path: Path, content: bytes) -> None:
    """Each call that changes a file or the index, one after the other."""
    steps = itertools.count(1)
    died = list(itertools.takewhile(bool, (crash_and_go_on(template, tmp_path / "x", content, step) for step in steps)))
    assert len(died) >= 100
