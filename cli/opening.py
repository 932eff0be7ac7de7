"""Open the archive a command works on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.passphrase import ask
from cli.screen import Screen
from desk.archive import Archive
from desk.home import Home


@contextmanager
def opened(screen: Screen, home: Path, descriptor: int | None) -> Iterator[Archive]:
    """Yield the archive at ``home``, unlocked; asks for the passphrase only when there is an archive to open.

    Raises:
        NoHome, HomeClosed, SettingsWrong: there is no usable archive at ``home``.
        PassphraseMissing, vault.WrongPassphrase: it cannot be unlocked.
    """
    place = Home(home.expanduser())
    settings = place.settings()
    with Archive.open(place, settings, ask(screen.lang, descriptor)) as archive:
        yield archive
