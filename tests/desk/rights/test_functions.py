"""Every function of the desk, who asks, level, department: let through, refused or not told of, as the table says."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

import desk
from desk.access import CopyWantsApproval
from desk.archive import Archive
from desk.destroying import TwoPeople
from desk.loans import PaperWantsCustodian
from desk.retrieval import NoSuchDocument
from desk.rights import Refused
from desk.routing import DecidedByYou, NotTheApprover
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import LANGS
from index.errors import NoSuchThing
from tests.desk.rights import calls
from tests.desk.rights.stage import Place, Stage, refusals, staged
from tests.desk.rights.table import COUNTING, DUTIES, NOBODYS, ON, PERSONS, TOLD, grid

PLACES = 9
_NOT_THEIRS = (Refused, NotTheApprover, DecidedByYou, PaperWantsCustodian, TwoPeople)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One archive for the whole table; nothing that is called here changes it."""
    with pytest.MonkeyPatch.context() as monkeypatch, staged(tmp_path_factory.mktemp("rights"), monkeypatch) as made:
        yield made
    calls.pages().close()
    calls.pages.cache_clear()


def acting() -> Iterator[str]:
    """Yield every public function and method of the desk that is handed an archive, or a home to act on."""
    for module in pkgutil.walk_packages(desk.__path__, "desk."):
        found = importlib.import_module(module.name)
        for name, one in vars(found).items():
            if name.startswith("_") or getattr(one, "__module__", "") != module.name:
                continue
            called = f"{module.name.removeprefix('desk.')}.{name}"
            if inspect.isfunction(one):
                if _is_handed(one):
                    yield called
            elif inspect.isclass(one):
                methods = inspect.getmembers(one, inspect.isfunction)
                yield from (
                    called if method in {"__init__", "__call__"} else f"{called}.{method}"
                    for method, code in methods
                    if (not method.startswith("_") or method in {"__init__", "__call__"}) and _is_handed(code)
                )


def _is_handed(function: Callable[..., object]) -> bool:
    given = [str(one.annotation) for one in inspect.signature(function).parameters.values()]
    return any("Archive" in one or "desk.home.Home" in one or "rights.Asker" in one for one in given)


def outcome(call: Callable[[], object]) -> tuple[str, JuanzongError | None]:
    """Call, and return the cell of the grid that what came of it belongs to, with the error if it was one.

    Whatever stops the call after the right was asked, as a word that is missing, means that it was let through.
    """
    try:
        call()
    except CopyWantsApproval as error:
        return "c", error
    except _NOT_THEIRS as error:
        return "-", error
    except (NoSuchThing, NoSuchDocument) as error:
        return ".", error
    except (JuanzongError, OSError, ValueError, TypeError):
        return "+", None
    return "+", None


def selection(row: str, cells: str, person: str) -> list[int]:
    """Return the cells of a line that the quick test calls: each outcome once, in places that move from row to row."""
    turn = sum(map(ord, row + person)) % PLACES
    order = [(turn + step) % PLACES for step in range(PLACES)]
    return sorted(next(at for at in order if cells[at] == one) for one in set(cells))


def test_every_function_has_a_row() -> None:
    """A function that acts for somebody and is in no row fails here; the docstring of ``table`` says what to add."""
    rows = {row.partition(" ")[0] for row in (*ON, *TOLD, *DUTIES, *COUNTING)}
    nobodys = {name for names in NOBODYS.values() for name in names}
    found = set(acting())

    def is_nobodys(name: str) -> bool:
        return any(name == one or name.startswith(f"{one}.") for one in nobodys)

    without = sorted(name for name in found if name not in rows and not is_nobodys(name))
    assert without == [], (
        f"add to ON, TOLD or DUTIES (and calls.py), or to NOBODYS, of {Path(__file__).parent}/table.py"
    )
    assert sorted(rows - found) == [], "rows of functions that are no more"
    assert sorted(one for one in nobodys if not any(name == one or name.startswith(f"{one}.") for name in found)) == []
    assert rows & {name for name in rows if is_nobodys(name)} == set()
    assert set(ON) == set(calls.ON)
    assert {*TOLD, *COUNTING} == {*calls.TOLD, "reports.overview.overview"}
    assert set(DUTIES) == set(calls.DUTIES)
    assert len(found) > 150


def test_every_guarded_function_acts_for_somebody() -> None:
    """What ``needs`` guards has a row of its own: none of it is among those that act for nobody."""
    rows = {row.partition(" ")[0] for row in (*ON, *TOLD, *DUTIES, *COUNTING)}
    guarded = {
        f"{module.name.removeprefix('desk.')}.{name}"
        for module in pkgutil.walk_packages(desk.__path__, "desk.")
        for name, one in vars(importlib.import_module(module.name)).items()
        if inspect.isfunction(one) and one.__module__ == module.name and getattr(one, "needs", None) is not None
    }
    assert guarded <= rows


@pytest.mark.parametrize("row", ON)
def test_who_may_do_it_to_which_dossier(stage: Stage, row: str) -> None:
    """Every person, every outcome of theirs: as the table says, and a refusal is on record and gives nothing away."""
    for person, cells in grid(ON[row]).items():
        for at in selection(row, cells, person):
            _try(stage, row, person, stage.places[at], cells[at])


@pytest.mark.slow
@pytest.mark.parametrize("row", ON)
def test_who_may_do_it_to_every_dossier(stage: Stage, row: str) -> None:
    """The whole table: every function × person × level × department."""
    for person, cells in grid(ON[row]).items():
        for place, wanted in zip(stage.places, cells, strict=True):
            _try(stage, row, person, place, wanted)


def _try(stage: Stage, row: str, person: str, place: Place, wanted: str) -> None:
    about = (row, person, place.name)
    with stage.played(person) as archive:
        before = refusals(archive)
        came, error = outcome(lambda: calls.ON[row](archive, place))
        assert came == wanted, about
        if error is None:
            return
        assert refusals(archive) == before + 1, (*about, "not on record, or twice")
    for lang in LANGS:
        said = error.say(lang)
        given = {place.key, place.document, place.capture, place.old}
        told = [mark for mark in place.told if mark in said and not (wanted != "." and mark in given)]
        typed = [mark for mark in told if mark in str(error.facts.get("id", error.facts.get("document", "")))]
        assert told == typed, (*about, said)
    if wanted in "-c":
        assert error.exit_code is ExitCode.REFUSED


@pytest.mark.parametrize("row", TOLD)
def test_what_an_answer_tells_of(stage: Stage, row: str) -> None:
    """Every person is told of exactly the dossiers that the table says, or refused."""
    for person, cells in grid(TOLD[row]).items():
        with stage.played(person) as archive:
            before, answer = refusals(archive), list[object]()
            came, _ = outcome(partial(_answer, answer, calls.TOLD[row], archive, stage))
            if cells == "-" * PLACES:
                assert (came, refusals(archive)) == ("-", before + 1), (row, person)
                continue
            told = "".join("+" if _tells(repr(answer), place) else "." for place in stage.places)
            assert (came, told) == ("+", cells), (row, person)


@pytest.mark.parametrize("row", COUNTING)
def test_what_is_only_counted(stage: Stage, row: str) -> None:
    """Reports that only count name no dossier; whoever may list nothing gets none."""
    call = calls.TOLD.get(row, lambda archive, _: calls.overview_of(archive))
    for person, cells in grid("list").items():
        with stage.played(person) as archive:
            answer = list[object]()
            came, _ = outcome(partial(_answer, answer, call, archive, stage))
            assert came == ("-" if cells == "-" * PLACES else "+"), (row, person)
            hidden = [place for place, cell in zip(stage.places, cells, strict=True) if cell == "."]
            assert not any(_tells(repr(answer), place) for place in hidden), (row, person)


def _answer(answer: list[object], call: calls.Told, archive: Archive, stage: Stage) -> None:
    answer.append(call(archive, stage.places))


def _tells(answer: str, place: Place) -> bool:
    return any(mark in answer for mark in (*place.told, *place.numbers)) or bool(re.search(rf"\b{place.key}\b", answer))


@pytest.mark.parametrize("row", DUTIES)
def test_who_may_do_it_at_all(stage: Stage, row: str) -> None:
    """Every person: let through to the work, or refused on record."""
    named = DUTIES[row].split()
    for person in PERSONS:
        wanted = "+" if person == "owner" or person in named or named == ["everybody"] else "-"
        with stage.played(person) as archive:
            before = refusals(archive)
            came, error = outcome(lambda: calls.DUTIES[row](archive))
            assert came == wanted or (person == "owner" and came == "."), (row, person)
            assert isinstance(archive, Archive)
            if wanted == "-":
                assert refusals(archive) == before + 1, (row, person)
            assert (error is None) or error.exit_code in {ExitCode.REFUSED, ExitCode.NOT_FOUND}
