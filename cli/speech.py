"""The language of the running command."""

import os
import sys

from cli.language import chosen
from dossier.wording import Lang


def lang_now(option: str | None) -> Lang:
    """Return the language of this run: the option where it was given, else as ``cli.language.chosen`` says."""
    return chosen(["--lang", option] if option else sys.argv[1:], os.environ)
