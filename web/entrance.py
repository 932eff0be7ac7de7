"""Let somebody in: open the archive with what they hold, and keep it for as long as their visit lasts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from starlette.concurrency import run_in_threadpool

from desk import opening, sessions
from desk.archive import Archive, session_of
from desk.home import Home
from desk.sharing import SharedIndexes
from dossier.errors import ExitCode, JuanzongError
from web.visits import Visit, Visits

OWNER = ""
"""The name of a visit that was opened with the archive's own passphrase."""


class TooSoon(JuanzongError):
    """Too many tries to sign in, one after the other."""

    exit_code = ExitCode.REFUSED
    wording = "web.too-soon"


def enter(home: Home, name: str, password: str, code: str, indexes: SharedIndexes, identified_by: str = "") -> Visit:
    """Open the archive for a person of the register, or, without a name, with the archive's own passphrase.

    The index is one of ``indexes``: people with the same keys share what is open. ``identified_by`` is the identity
    provider that said who it is; the password opens the keys all the same.

    Raises:
        LoginRefused, CodeNeeded, vault.WrongPassphrase: who it is was not proven.
        NoHome, SettingsWrong, index.IndexFailed, vault.StoreFailed: there is no usable archive.
    """
    if not name.strip():
        return _visit(home, OWNER, password, None, indexes)
    logged_in = sessions.login(home, name, password, code=code, identified_by=identified_by)
    return _visit(home, logged_in.name, None, logged_in.token, indexes)


def prove(home: Home, visit: Visit, password: str, code: str) -> None:
    """Take the password of the visit's person once more.

    Raises:
        LoginRefused, CodeNeeded, vault.WrongPassphrase: it is not theirs.
    """
    if visit.name == OWNER:
        sessions.prove_owner(home, password)
    else:
        sessions.logout(home, sessions.login(home, visit.name, password, code=code).token)
    visit.prove()


async def by_token(home: Home, visits: Visits, token: str, indexes: SharedIndexes) -> Visit:
    """Return the visit of a token that ``juanzong login`` gave; the first request with it opens the archive.

    Raises:
        vault.TokenRefused, vault.SessionEnded: it opens nothing, or no longer.
    """
    found = visits.of(token)
    if found is not None:
        return found
    visit = await run_in_threadpool(_visit, home, "", None, token, indexes)
    visits.begin(visit, token)
    return visit


@contextmanager
def signing(home: Home, visit: Visit, passphrase: str) -> Iterator[Archive]:
    """Give the archive as opened with its own passphrase, which signs what is granted, and the visit's person asking.

    Without a passphrase the archive as the visit has it is given: enough where nothing is granted.

    Raises:
        vault.WrongPassphrase: it does not open the archive's keys.
    """
    if visit.name == OWNER or not passphrase:
        yield visit.archive
        return
    with Archive.open(home, home.settings(), passphrase) as opened:
        yield opened.asked_by(visit.asker)


def lasts(home: Home, visit: Visit) -> bool:
    """Tell whether the session a visit rests on still stands: it may have been ended elsewhere, with its account."""
    if visit.session_token is None:
        return True
    try:
        session_of(home, visit.session_token)
    except JuanzongError:
        return False
    return True


def _visit(home: Home, name: str, passphrase: str | None, token: str | None, indexes: SharedIndexes) -> Visit:
    closing = ExitStack()
    try:
        archive = closing.enter_context(
            Archive.open(home, home.settings(), passphrase, token=token, indexes=indexes.opened)
        )
        if token is not None and name:
            closing.callback(_log_out, home, token)
        opening.settle(archive)
        visit = Visit(name if passphrase is not None else archive.asker.name, archive, closing.pop_all(), token)
    finally:
        closing.close()
    return visit


def _log_out(home: Home, token: str) -> None:
    try:
        sessions.logout(home, token)
    except JuanzongError:
        return  # it ended by itself, or somebody else ended it
