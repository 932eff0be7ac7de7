"""Where a command takes the passphrase from: handed over without asking, or a prompt."""

import sys
from getpass import getpass

from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang, say
from vault.passphrase import given_passphrase


class PassphraseMissing(JuanzongError):
    """No passphrase was given and there is nobody to ask."""

    exit_code = ExitCode.PASSPHRASE
    wording = "cli.passphrase-missing"


class PassphrasesDiffer(JuanzongError):
    """The passphrase typed twice was not the same."""

    exit_code = ExitCode.PASSPHRASE
    wording = "cli.passphrases-differ"


def given(descriptor: int | None) -> str | None:
    """Return the passphrase that was handed over without asking, or None; see ``vault.passphrase``.

    Raises:
        PassphraseMissing: the descriptor is not open or gives no text.
    """
    try:
        return given_passphrase(descriptor=descriptor) or None
    except (OSError, UnicodeDecodeError) as fault:
        raise PassphraseMissing from fault


def ask(lang: Lang, descriptor: int | None = None, *, twice: bool = False, handed: bool = True) -> str:
    """Return the passphrase, asking for it on the terminal where it was not handed over.

    With ``handed`` off only the descriptor counts, not what the environment holds: for a second, new passphrase.

    Raises:
        PassphraseMissing: it was not handed over and there is no terminal.
        PassphrasesDiffer: ``twice`` and the two were not the same.
    """
    known = given(descriptor) if handed or descriptor is not None else None
    if known is not None:
        return known
    if descriptor is not None or not sys.stdin.isatty():
        raise PassphraseMissing
    first = getpass(say("cli.ask-passphrase", lang))
    if twice and getpass(say("cli.ask-passphrase-again", lang)) != first:
        raise PassphrasesDiffer
    return first
