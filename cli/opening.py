"""Open the archive a command works on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.passphrase import ask, given
from cli.screen import Screen
from cli.tokens import given_token
from desk.archive import Archive
from desk.home import Home
from desk.opening import settle


@contextmanager
def opened(screen: Screen, home: Path, descriptor: int | None) -> Iterator[Archive]:
    """Yield the archive at ``home``, unlocked; asks for the passphrase only when there is an archive to open.

    Where somebody is logged in, they are who asks, and the passphrase is used only if it was handed over.

    Raises:
        NoHome, HomeClosed, SettingsWrong: there is no usable archive at ``home``.
        PassphraseMissing, vault.WrongPassphrase: it cannot be unlocked.
        SessionFileOpen, vault.TokenRefused, vault.SessionEnded: the session in use is none.
    """
    place = Home(home.expanduser())
    settings = place.settings()
    token = given_token(place.path)
    passphrase = ask(screen.lang, descriptor) if token is None else given(descriptor)
    with Archive.open(place, settings, passphrase, token=token) as archive:
        settle(archive)
        yield archive
