"""Every error says something in three languages and ends with a code of its own meaning."""

import importlib
import pkgutil

import cli
import desk
import dossier
import index
import ingest
import ocr
import vault
from dossier.errors import DocumentFailed, ExitCode, JuanzongError, VaultFailed
from dossier.wording import known


def all_errors() -> list[type[JuanzongError]]:
    for package in (cli, desk, dossier, index, ingest, ocr, vault):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # Alembic alone can import its environment.
            if not module.name.endswith(("__main__", ".migrations.env")):
                importlib.import_module(module.name)
    found: list[type[JuanzongError]] = []
    waiting = [JuanzongError]
    while waiting:
        for child in waiting.pop().__subclasses__():
            found.append(child)
            waiting.append(child)
    # Other tests of the same run define errors of their own.
    return [error for error in found if not error.__module__.startswith("tests.")]


def test_every_error_has_a_sentence_and_an_exit_code() -> None:
    """No error class falls back to the words or the code of a fault of ours."""
    errors = [e for e in all_errors() if e not in (DocumentFailed, VaultFailed)]
    assert len(errors) > 20
    for error in errors:
        assert known(error.wording), f"{error.__module__}.{error.__name__}: no wording {error.wording}"
        assert error.wording != JuanzongError.wording, f"{error.__module__}.{error.__name__} has no sentence of its own"
        assert error.exit_code not in (ExitCode.OK, ExitCode.UNEXPECTED), f"{error.__module__}.{error.__name__}"


def test_exit_codes_are_distinct_and_fit_a_byte() -> None:
    """A number never has two meanings."""
    values = [code.value for code in ExitCode.__members__.values()]
    assert len(set(values)) == len(values)
    assert all(0 <= value < 126 for value in values)
