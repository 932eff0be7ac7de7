"""Every error of the vault has its exit code and its sentence in three languages."""

import inspect
from collections import defaultdict
from typing import get_args

import pytest

from dossier import wording
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang
from vault import errors

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, JuanzongError) and kind.__module__ == "vault.errors"
]


def test_there_are_errors_to_check() -> None:
    """The sweep below is over something."""
    assert len(KINDS) > 25


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", get_args(Lang))
def test_each_error_says_what_happened(kind: type[JuanzongError], lang: Lang) -> None:
    """Each error has a sentence in every language and an exit code that is not "unexpected"."""
    facts: defaultdict[str, str] = defaultdict(lambda: "x")
    template = wording.section("vault")[kind.wording.partition(".")[2]][lang]
    assert template.format_map(facts)
    assert kind.exit_code not in (ExitCode.OK, ExitCode.UNEXPECTED)


def test_each_sentence_is_used_by_one_error() -> None:
    """No two errors share a sentence, and no sentence is left over."""
    assert sorted(kind.wording for kind in KINDS) == sorted(f"vault.{name}" for name in wording.section("vault"))
