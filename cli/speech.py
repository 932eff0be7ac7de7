"""The language of the running command."""

import os
import sys

from cli.language import chosen
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang


class LangUnknown(JuanzongError):
    """A language was asked for that Juanzong does not speak."""

    exit_code = ExitCode.USAGE
    wording = "cli.lang-unknown"


def lang_now(option: str | None) -> Lang:
    """Return the language of this run: the option where it was given, else as ``cli.language.chosen`` says.

    Raises:
        LangUnknown: the option names another language.
    """
    if option and not option.casefold().startswith(("en", "zh")):
        raise LangUnknown(lang=option)
    return chosen(["--lang", option] if option else sys.argv[1:], os.environ)
