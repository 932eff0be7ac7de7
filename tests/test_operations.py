"""The page on operations: every command in it is there, every file it names, every figure a worker serves."""

import re
import shlex
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {
        found.split("#")[0].strip()
        for found in [*re.findall(r"`(juanzong [^`]+)`", TEXT), *re.findall(r"^    (juanzong .+)$", TEXT, re.MULTILINE)]
    }
)


def test_there_are_some() -> None:
    """The page was found, and its commands in it."""
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_is_understood(line: str) -> None:
    """The command is there, and so is each option."""
    command = get_command(app)
    words = shlex.split(line)[1:]
    while words and isinstance(command, TyperGroup):
        assert words[0] in command.commands, line
        command = command.commands[words.pop(0)]
    known = {option for one in command.params for option in one.opts}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


def test_what_it_names_is_there() -> None:
    """Files and modules that it names exist."""
    files = set(re.findall(r"`((?:tests|deploy)/[\w/.-]+\w)`", TEXT)) | set(re.findall(r"-f (deploy/\S+?)`", TEXT))
    modules = {name.replace(".", "/") + ".py" for name in re.findall(r"python -m (bench\.[\w.]+\w)", TEXT)}
    assert [name for name in sorted(files | modules) if not (ROOT / name).exists()] == []
    assert [name for name in re.findall(r"\]\(([\w-]+\.md)\)", TEXT) if not (ROOT / "docs" / name).exists()] == []


def test_its_figures_are_served() -> None:
    """Each figure in the table is one that workers serve."""
    served = (ROOT / "desk/metrics.py").read_text(encoding="utf-8")
    for name in re.findall(r"`juanzong_(\w+?)(?:_total)?(?:\{[^`]*\})?`", TEXT):
        assert name in served, name
