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


class DescriptorUseless(JuanzongError):
    """The file descriptor that was to give the passphrase is not open, or gives none."""

    exit_code = ExitCode.PASSPHRASE
    wording = "keeping.descriptor-useless"


class PassphrasesDiffer(JuanzongError):
    """The passphrase typed twice was not the same."""

    exit_code = ExitCode.PASSPHRASE
    wording = "cli.passphrases-differ"


def given(descriptor: int | None) -> str | None:
    """Return the passphrase that was handed over without asking, or None; see ``vault.passphrase``.

    Raises:
        DescriptorUseless: the descriptor is not open or gives no text.
        PassphraseMissing: the systemd credential cannot be read.
    """
    try:
        found = given_passphrase(descriptor=descriptor) or None
    except (OSError, UnicodeDecodeError) as fault:
        if descriptor is not None:
            raise DescriptorUseless(descriptor=descriptor) from fault
        raise PassphraseMissing from fault
    if found is None and descriptor is not None:
        raise DescriptorUseless(descriptor=descriptor)
    return found


def ask(lang: Lang, descriptor: int | None = None, *, twice: bool = False, handed: bool = True) -> str:
    """Return the passphrase, asking for it on the terminal where it was not handed over.

    With ``handed`` off only the descriptor counts, not what the environment holds: for a second, new passphrase.

    Raises:
        DescriptorUseless: it was to come from a descriptor that gives none.
        PassphraseMissing: it was not handed over and there is no terminal.
        PassphrasesDiffer: ``twice`` and the two were not the same.
    """
    known = given(descriptor) if handed or descriptor is not None else None
    if known is not None:
        return known
    if not sys.stdin.isatty():
        raise PassphraseMissing
    first = getpass(say("cli.ask-passphrase", lang))
    if twice and getpass(say("cli.ask-passphrase-again", lang)) != first:
        raise PassphrasesDiffer
    return first
