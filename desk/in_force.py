"""What is in force as the files have it now: settings, packs, kinds and calendar, noticed by their times.

Long-running programs (the page, a watcher, a worker) ask at each request or round; a look costs a few file times, and
only a file that changed is read again. What cannot be used leaves in force what was, and is told.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import overload

from desk.archive import Archive
from desk.home import Home, Settings
from dossier.errors import JuanzongError
from dossier.filing import Shelf

Stamp = tuple[tuple[str, int, int], ...]


def stamp(home: Home, settings: Settings) -> Stamp:
    """Return times and sizes of the files that say what is in force; one that is not there is not among them."""
    named = [home.beside(name) for name in settings.packs if name.endswith(".toml")]
    named += [home.beside(settings.calendar.file)] if settings.calendar.file else []
    kinds = home.beside("kinds")
    return tuple(_times([home.settings_file, *named, kinds, *(kinds.glob("*.toml") if kinds.is_dir() else ())]))


class Changes:
    """Tells once whenever the files of a home have changed. Safe to use from many threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._settings: Settings | None = None
        self._seen: Stamp = ()

    def told(self) -> bool:
        """Tell whether something changed since the last time this was asked; the first look only remembers.

        Raises:
            NoHome, HomeClosed, SettingsWrong: the settings were changed and cannot be read.
        """
        with self._lock:
            if self._settings is None:
                self._settings = self._home.settings()
                self._seen = stamp(self._home, self._settings)
                return False
            now = stamp(self._home, self._settings)
            if now == self._seen:
                return False
            self._seen = now  # before reading, so that what cannot be read is told once
            self._settings = self._home.settings()
            self._seen = stamp(self._home, self._settings)
            return True


class InForce:
    """An archive that follows its files. ``shelves`` may be kept: they are always those of now."""

    def __init__(self, archive: Archive, refused: Callable[[JuanzongError], None] = lambda _: None) -> None:
        self.archive = archive
        self.shelves: Sequence[Shelf] = _Shelves(self)
        self._refused = refused
        self._lock = threading.Lock()
        self._untold = False
        self._changes = Changes(archive.home)
        self._changes.told()

    def look(self) -> None:
        """Take up what changed; what cannot be used is told and changes nothing."""
        with self._lock:
            try:
                if self._changes.told():
                    self.archive = self.archive.renewed()
                    self._untold = True
            except JuanzongError as fault:
                self._refused(fault)

    def taken_up(self) -> bool:
        """Look, and tell once of whatever was taken up since this was asked last, by this look or another."""
        self.look()
        with self._lock:
            told, self._untold = self._untold, False
        return told


class _Shelves(Sequence[Shelf]):
    """Where documents may be filed, as the packs have it at each look."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force

    def _now(self) -> Sequence[Shelf]:
        self._in_force.look()
        return self._in_force.archive.shelves

    @overload
    def __getitem__(self, index: int) -> Shelf: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Shelf]: ...

    def __getitem__(self, index: int | slice) -> Shelf | Sequence[Shelf]:
        return self._now()[index]

    def __len__(self) -> int:
        return len(self._now())

    def __iter__(self) -> Iterator[Shelf]:
        return iter(self._now())


def _times(files: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        yield str(file), status.st_mtime_ns, status.st_size
