"""Where a command takes the passphrase from: a file descriptor, a systemd credential, the environment, or a prompt."""

import os
import sys
from getpass import getpass
from pathlib import Path

from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang, say

CREDENTIAL = "juanzong-passphrase"
"""Name of the systemd credential (``LoadCredential=juanzong-passphrase:…``)."""


class PassphraseMissing(JuanzongError):
    """No passphrase was given and there is nobody to ask."""

    exit_code = ExitCode.PASSPHRASE
    wording = "cli.passphrase-missing"


class PassphrasesDiffer(JuanzongError):
    """The passphrase typed twice was not the same."""

    exit_code = ExitCode.PASSPHRASE
    wording = "cli.passphrases-differ"


def given(descriptor: int | None) -> str | None:
    """Return the passphrase that was handed over without asking, or None.

    ``descriptor`` is an open file descriptor to read it from; else the systemd credential ``juanzong-passphrase``,
    else ``JUANZONG_PASSPHRASE``. One line end at the end is not part of it.

    Raises:
        PassphraseMissing: the descriptor is not open or gives nothing.
    """
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, "rb", closefd=False) as source:
                text = source.read().decode()
        except (OSError, UnicodeDecodeError) as fault:
            raise PassphraseMissing from fault
        return _line(text) or _nothing()
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder and (credential := Path(folder) / CREDENTIAL).is_file():
        return _line(credential.read_text(encoding="utf-8"))
    return os.environ.get("JUANZONG_PASSPHRASE") or None


def ask(lang: Lang, descriptor: int | None = None, *, twice: bool = False) -> str:
    """Return the passphrase, asking for it on the terminal where it was not handed over.

    Raises:
        PassphraseMissing: it was not handed over and there is no terminal.
        PassphrasesDiffer: ``twice`` and the two were not the same.
    """
    handed = given(descriptor)
    if handed is not None:
        return handed
    if not sys.stdin.isatty():
        raise PassphraseMissing
    first = getpass(say("cli.ask-passphrase", lang))
    if twice and getpass(say("cli.ask-passphrase-again", lang)) != first:
        raise PassphrasesDiffer
    return first


def _line(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")


def _nothing() -> str:
    raise PassphraseMissing
