"""Every command, by who is logged in, level and department: with their own keys, as the table of functions says."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app
from desk import sessions
from desk.archive import Archive
from desk.home import Home
from dossier.errors import ExitCode
from tests.cli.conftest import Run, run  # noqa: F401  # a fixture
from tests.desk.office import PASSPHRASE, PASSWORD
from tests.desk.rights.commands import COMMANDS, OPEN
from tests.desk.rights.stage import Place, Stage, refusals, staged
from tests.desk.rights.table import DUTIES, ON, PERSONS, TOLD, grid
from tests.desk.rights.test_functions import PLACES, selection
from vault.keyfile import FAST

_CODES = {"-": ExitCode.REFUSED, "c": ExitCode.REFUSED, ".": ExitCode.NOT_FOUND}


@dataclass(frozen=True, slots=True)
class Street:
    """The archive as people come to it from outside, with a session for each; and a folder to make copies of it in."""

    stage: Stage
    archive: Archive
    """It, held open to read its record."""
    tokens: Mapping[str, str]
    folder: Path

    def copied(self, name: str) -> Path:
        """Return a home like this one, to be changed."""
        target = self.folder / name
        shutil.copytree(self.stage.office.home.path, target)
        return target


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One archive for the whole table; what is let through works on a copy."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        with staged(tmp_path_factory.mktemp("street"), monkeypatch) as made:
            pass
        home = made.office.home
        tokens = {
            name: sessions.login(home, name, PASSWORD, pause=lambda _: None, cost=FAST).token
            for name in PERSONS
            if name != "owner"
        }
        with made.office.owner() as archive:
            yield Street(made, archive, tokens, tmp_path_factory.mktemp("copies"))


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every command by its words."""
    if isinstance(group, TyperGroup):
        for name, child in group.commands.items():
            yield from commands(child, (*path, name))
    else:
        yield " ".join(path)


def cells_of(row: str) -> dict[str, str]:
    """Return who may do what of a command's row, of whichever sort that is."""
    if row in ON:
        return grid(ON[row])
    if row in TOLD:
        # An answer tells of less, or is refused whole.
        return {who: ("-" if cells == "-" * PLACES else "+") * PLACES for who, cells in grid(TOLD[row]).items()}
    named = DUTIES[row].split()
    return {who: ("+" if who in named or named == ["everybody"] else "-") * PLACES for who in PERSONS}


def test_every_command_has_a_row() -> None:
    """A command without a row fails here; the docstring of ``commands`` says what to add."""
    opened = {name for names in OPEN.values() for name in names}
    assert sorted(set(commands(get_command(app))) ^ (COMMANDS.keys() | opened)) == []
    assert COMMANDS.keys() & opened == set()
    assert {row for row, _ in COMMANDS.values()} <= {*ON, *TOLD, *DUTIES}


@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_gets_in_without_logging_in(
    street: Street,
    run: Run,  # noqa: F811  # the fixture
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Logged out, and with a token of somewhere else: no command gets so far as to ask for a right."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    words = _words(command, street.stage.places[0])
    for token in ("", "not-a-token-of-this-archive"):
        monkeypatch.setenv("JUANZONG_TOKEN", token)
        ran = run(*words, "--home", street.stage.office.home.path, passphrase=None)
        assert ran.code == ExitCode.PASSPHRASE, (command, token, ran.code, ran.err)


@pytest.mark.parametrize("command", COMMANDS)
def test_who_may_call_it(
    street: Street,
    run: Run,  # noqa: F811  # the fixture
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For each outcome that the row has, somebody who gets it: the exit code, the sentence, and the record."""
    monkeypatch.chdir(tmp_path)
    cells = cells_of(COMMANDS[command][0])
    seen: set[str] = set()
    for who in sorted(street.tokens, key=lambda name: _turned(command, name)):
        for at in selection(command, cells[who], who):
            if cells[who][at] not in seen:
                seen.add(cells[who][at])
                _try(street, run, command, who, at, cells[who][at], monkeypatch)
    assert seen == set("".join(cells[who] for who in street.tokens))


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_everybody_calls_it(
    street: Street,
    run: Run,  # noqa: F811  # the fixture
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Everybody, each outcome of theirs."""
    monkeypatch.chdir(tmp_path)
    for who in street.tokens:
        cells = cells_of(COMMANDS[command][0])[who]
        for at in selection(command, cells, who):
            _try(street, run, command, who, at, cells[at], monkeypatch)


def _try(
    street: Street,
    run: Run,  # noqa: F811  # the fixture
    command: str,
    who: str,
    at: int,
    wanted: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = street.stage.places[at]
    about = (command, who, place.name)
    home = street.copied(f"{command} {who} {at}") if wanted == "+" else street.stage.office.home.path
    before = refusals(street.archive, who)
    monkeypatch.setenv("JUANZONG_TOKEN", street.tokens[who])
    monkeypatch.setenv("JUANZONG_LANG", "en")
    ran = run(*_words(command, place), "--home", home, passphrase=None)
    monkeypatch.delenv("JUANZONG_TOKEN")
    if wanted == "+":
        refused = _refused(home, who) - before
        shutil.rmtree(home)
        assert ran.code not in {ExitCode.USAGE, ExitCode.PASSPHRASE} or ran.err, about
        # What could not be for another reason is on record as well, with that reason.
        assert refused == 0 or ran.code == ExitCode.REFUSED, (*about, ran.code, ran.err)
        return
    refused = refusals(street.archive, who) - before
    assert (ran.code, refused) == (_CODES[wanted], 1), (*about, ran.code, ran.err)
    assert ran.out == "", about
    assert ran.err.strip(), about


def _words(command: str, place: Place) -> list[str]:
    words = COMMANDS[command][1].split()
    facts = {name: str(getattr(place, name)) for name in place.__slots__} | {"target": place.target.value}
    return [*command.split(), *(word.format(**facts) for word in words)]


def _refused(home: Path, who: str) -> int:
    place = Home(home)
    with Archive.open(place, place.settings(), PASSPHRASE) as archive, archive.index.read():
        return refusals(archive, who)


def _turned(command: str, name: str) -> int:
    """Return a place in the order in which people are tried, another for each command."""
    return (sum(map(ord, command)) + PERSONS.index(name)) % len(PERSONS)
