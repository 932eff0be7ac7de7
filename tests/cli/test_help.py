"""Help speaks three languages and shows no wording key."""

import re

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cli.app import app
from cli.language import localise
from dossier.wording import LANGS, Lang
from tests.cli.conftest import Run


def commands(group: TyperGroup | TyperCommand, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if isinstance(group, TyperGroup):
        return [path, *(each for name, child in group.commands.items() for each in commands(child, (*path, name)))]  # type: ignore[arg-type]
    return [path]


ALL = commands(get_command(app))  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_help_in_every_language(run: Run, command: tuple[str, ...], lang: Lang) -> None:
    """Every command explains itself in the language asked for."""
    ran = run(*command, "--help", "--lang", lang)
    ran = ran if ran.code == 0 else run(*command, "--lang", lang, "--help")
    assert ran.code == 0, ran.err
    assert not re.search(r"\bcli\.[a-z-]+", ran.out), ran.out
    without_the_name = ran.out.replace("卷宗:", "")
    assert bool(re.search(r"[\u4e00-\u9fff]", without_the_name)) == (lang != "en"), ran.out


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_no_sentence_is_cut_off(run: Run, command: tuple[str, ...], lang: Lang) -> None:
    """A sentence without a space that fits no line goes on in the next; only an ellipsis of our own is shown."""
    tree = get_command(app)
    localise(tree, lang)  # type: ignore[arg-type]  # Typer builds its own group class
    shown = tree
    for name in command:
        assert isinstance(shown, TyperGroup)
        shown = shown.commands[name]
    parts = [*shown.params, *(shown.commands.values() if isinstance(shown, TyperGroup) else [])]
    texts = [shown.help or "", *(getattr(part, "help", None) or "" for part in parts)]
    out = run("--lang", lang, *command, "--help").out
    assert out.count("…") == sum(text.count("…") for text in texts), out


def test_the_contract_names_its_commands() -> None:
    """The commands of the contract that stand today are there under their names."""
    names = {" ".join(path) for path in ALL}
    assert {
        "init", "demo", "watch", "ingest", "read", "search", "dossier list", "dossier show", "report completeness",
        "get", "doctor",
    } <= names  # fmt: skip
