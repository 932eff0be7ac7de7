"""Where a command takes somebody's session from: ``JUANZONG_TOKEN``, or the session file that ``login`` wrote."""

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import Final

from dossier.errors import ExitCode, JuanzongError
from vault.durable import make_private_folder, write_durably

ENVIRONMENT: Final = "JUANZONG_TOKEN"
_MOST: Final = 1024


class NotLoggedIn(JuanzongError):
    """There is no session to end or to use."""

    exit_code = ExitCode.PASSPHRASE
    wording = "people.not-logged-in"


class SessionFileOpen(JuanzongError):
    """The session file can be read by other accounts."""

    exit_code = ExitCode.PASSPHRASE
    wording = "people.session-open"


def given_token(home: Path) -> str | None:
    """Return the token of the session in use for an archive, or None.

    Raises:
        SessionFileOpen: the session file is not one's own alone.
    """
    named = os.environ.get(ENVIRONMENT, "").strip()
    if named:
        return named
    path = session_file(home)
    try:
        mode = path.stat().st_mode
        if os.name != "nt" and mode & 0o077:
            raise SessionFileOpen(path=path, mode=oct(stat.S_IMODE(mode)))
        return path.read_text(encoding="ascii")[:_MOST].strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def keep_token(home: Path, token: str) -> Path:
    """Write the session file, readable by this account alone, and return where it is."""
    path = session_file(home)
    make_private_folder(path.parent)
    write_durably(path, token.encode("ascii") + b"\n")
    return path


def drop_token(home: Path) -> None:
    """Remove the session file."""
    session_file(home).unlink(missing_ok=True)


def session_file(home: Path) -> Path:
    """Return where this account keeps its session for the archive at ``home``."""
    state = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    name = sha256(str(home.expanduser().absolute()).encode()).hexdigest()[:16]
    return Path(state) / "juanzong" / f"session-{name}"
