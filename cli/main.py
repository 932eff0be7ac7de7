"""Entry point: pick the language, run the command, turn an error into one sentence and an exit code."""

import atexit
import errno
import gc
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from rich.markup import escape
from typer._click.exceptions import ClickException
from typer.main import get_command

from cli.app import app
from cli.language import chosen, localise
from cli.mistakes import frame, told
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang, say

_INTERRUPTED: Final = 130
"""What the option parser makes of an interrupt at the keyboard."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # a library's word to programmers; it may name a path, and breaks a JSON log
    atexit.register(gc.freeze)  # what is left goes with the process; looking through it would only hold up the end
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = chosen(given, os.environ)
    if sys.stdout is None:  # the shell closed it: `juanzong … >&-`
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # lives as long as the process
    command = get_command(app)
    frame(lang)
    localise(command, lang, escape)  # type: ignore[arg-type]  # Typer builds its own group class
    try:
        try:
            code = command(given, prog_name="juanzong", standalone_mode=False)
        finally:
            sys.stdout.flush()
    except ClickException as mistake:
        sys.stderr.write(told(mistake, lang))
        sys.exit(ExitCode.USAGE)
    except JuanzongError as error:
        sys.stderr.write(error.say(lang) + "\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (`juanzong search … | head`): nothing to report, and nowhere to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)
    except OSError as fault:
        if fault.errno not in {errno.ENOSPC, errno.EIO, errno.EBADF}:
            _unexpected(fault, lang)
        sys.stderr.write(say("cli.output-lost", lang, fault=fault.strerror) + "\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OUTPUT)
    except Exception as fault:  # noqa: BLE001  # the top loop: whatever is left is a fault of ours
        _unexpected(fault, lang)
    if code == _INTERRUPTED:
        sys.stderr.write(say("cli.interrupted", lang) + "\n")
    sys.exit(code or ExitCode.OK)


def _unexpected(fault: Exception, lang: Lang) -> NoReturn:
    sys.stderr.write(say("errors.unexpected", lang) + "\n")
    if os.environ.get("JUANZONG_DEBUG"):
        traceback.print_exception(fault)
    else:
        sys.stderr.write(f"  {_where(fault)}\n{say('cli.debug-hint', lang)}\n")
    sys.exit(ExitCode.UNEXPECTED)


def _where(fault: Exception) -> str:
    """Return what kind of fault it was and where; its text is left out, since it may quote a document."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = next((one for one in reversed(frames) if "site-packages" not in one.filename), frames[-1])
    return f"{type(fault).__name__} in {Path(place.filename).stem}:{place.lineno} ({place.name})"
