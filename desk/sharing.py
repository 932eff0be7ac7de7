"""One open index for everybody with the same keys, in a program that many use at once.

An open index keeps decrypted pages in memory. Were each visitor's their own, the same pages would be decrypted for
each, and twenty visitors would need twenty times the memory.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from desk.archive import index_of
from desk.home import Home, Settings
from index.engine import Index
from vault.keys import Keys
from vault.levels import Level

_NO_FILE: Final = (0, 0)


@dataclass(slots=True)
class _Held:
    index: Index
    users: int = 0


class SharedIndexes:
    """Indexes that are open; each is closed when the last who uses it leaves. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[bytes, _Held] = {}

    @contextmanager
    def opened(self, home: Home, settings: Settings, keys: Keys) -> Iterator[Index]:
        """Give the index as these keys open it: the one that is open already, or a new one.

        Raises:
            index.IndexFailed: it cannot be opened.
        """
        name = _name(home, settings, keys)
        with self._lock:
            held = self._open.get(name)
            if held is None:
                held = self._open[name] = _Held(index_of(home, settings, keys))
            held.users += 1
        try:
            yield held.index
        finally:
            with self._lock:
                held.users -= 1
                if not held.users:
                    del self._open[name]
                    held.index.close()


def _name(home: Home, settings: Settings, keys: Keys) -> bytes:
    """Return what two must have in common to share: the place, the very file, and the key of each level."""
    stood = home.index.stat() if home.index.exists() else None
    # A file put in the old one's place, as by a restore, is another index, though the keys are the same.
    file = (stood.st_dev, stood.st_ino) if stood is not None else _NO_FILE
    known = sha256(repr((str(home.path), settings.database, file)).encode())
    for level in Level:
        if level is Level.ORDINARY or level in keys.index_keys:
            known.update(level.value.encode() + keys.index_key(level))
    return known.digest()
