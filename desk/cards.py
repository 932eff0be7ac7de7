"""The cards of people's keys beside the index: what a log-in needs before the index can be opened.

A card holds nothing that is secret without the person's own password, and is written from the register; whoever opens
the archive with its passphrase puts back cards that are missing. Failed log-ins are noted beside the cards, since
nobody who fails holds a key of the record; the next opening takes them over into it.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from desk.home import Home
from index.people import Person, fold_name
from vault.durable import make_private_folder, write_durably
from vault.keyfile import MOST_BYTES

FREE_TRIES: Final = 3
LONGEST_PAUSE: Final = 30.0
"""Seconds; the lock-out slows a guesser and never bars the person."""


@dataclass(frozen=True, slots=True)
class Card:
    """One person's keys as they lie on disk."""

    name: str
    sealed: bytes = field(repr=False)
    grants: tuple[bytes, ...] = field(repr=False)
    desk: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Aside:
    """Something noted beside the record, because nobody who could write in it was there: what, about whom, when."""

    what: str
    name: str
    at: datetime


class Cards:
    """The folder of cards, sessions and failed log-ins of one home."""

    def __init__(self, home: Home) -> None:
        self.folder = home.path / "people"
        self.sessions = self.folder / "sessions"

    def write(self, person: Person) -> None:
        """Write a person's card as the register has them."""
        make_private_folder(self.folder)
        content = {
            "desk": person.desk,
            "grants": [person.grants[level] for level in sorted(person.grants)],
            "name": person.name,
            "sealed": person.sealed.hex(),
        }
        write_durably(self._path(person.name), json.dumps(content, sort_keys=True).encode())

    def read(self, name: str) -> Card | None:
        """Return the card of a person; None when there is none, or it is no card."""
        try:
            octets = self._path(name).read_bytes()[:MOST_BYTES]
            content: Any = json.loads(octets)
            return Card(
                str(content["name"]),
                bytes.fromhex(content["sealed"]),
                tuple(bytes.fromhex(one) for one in content["grants"]),
                bytes.fromhex(content["desk"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def has(self, name: str) -> bool:
        """Tell whether a person has a card."""
        return self._path(name).is_file()

    def remove(self, name: str) -> None:
        """Take a person's card away, and the count of their failed log-ins."""
        self._path(name).unlink(missing_ok=True)
        self._tries(name).unlink(missing_ok=True)

    def keep_session(self, number: str, sealed: bytes) -> None:
        """Keep a session."""
        make_private_folder(self.sessions)
        write_durably(self.sessions / number, sealed)

    def session(self, number: str) -> bytes | None:
        """Return a session by number, None when it is gone."""
        try:
            return (self.sessions / number).read_bytes()[:MOST_BYTES]
        except OSError:
            return None

    def end_session(self, number: str) -> None:
        """Take a session away: its token opens nothing from now on."""
        (self.sessions / number).unlink(missing_ok=True)

    def all_sessions(self) -> Iterator[tuple[str, bytes]]:
        """Yield every session by number."""
        if self.sessions.is_dir():
            for path in sorted(self.sessions.iterdir()):
                if path.is_file() and not path.name.startswith("."):
                    yield path.name, path.read_bytes()[:MOST_BYTES]

    def failed(self, name: str) -> None:
        """Note a failed log-in, for the record and to slow the next."""
        self.note("login-failed", name)
        _append(self._tries(name), datetime.now(UTC).isoformat(timespec="seconds"))

    def note(self, what: str, name: str) -> None:
        """Note something that the record takes over when the archive is opened next."""
        make_private_folder(self.folder)
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        _append(self.folder / "aside", json.dumps({"at": moment, "name": name[:200], "what": what}))

    def pause(self, name: str) -> float:
        """Return how many seconds the next log-in under this name has to wait: 1, 2, 4 … after the first three."""
        try:
            tries = len(self._tries(name).read_bytes().splitlines())
        except OSError:
            return 0.0
        return min(LONGEST_PAUSE, 2.0 ** (tries - FREE_TRIES)) if tries >= FREE_TRIES else 0.0

    def passed(self, name: str) -> None:
        """Forget the failed log-ins of a person who got in."""
        self._tries(name).unlink(missing_ok=True)

    def take_asides(self) -> list[Aside]:
        """Return what the record does not have yet, and forget it here."""
        path, taken = self.folder / "aside", self.folder / f".aside.{time.monotonic_ns()}"
        if not path.is_file():
            return []
        try:
            path.rename(taken)
        except FileNotFoundError:  # another program took them over at the same moment
            return []
        found = []
        for line in taken.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                one = json.loads(line)
                found.append(Aside(str(one["what"]), str(one["name"]), datetime.fromisoformat(one["at"])))
            except (ValueError, KeyError, TypeError):
                found.append(Aside("unreadable", "?", datetime.now(UTC)))
        taken.unlink(missing_ok=True)
        return found

    def _path(self, name: str) -> Path:
        return self.folder / f"{_digest(name)}.json"

    def _tries(self, name: str) -> Path:
        return self.folder / f"{_digest(name)}.tries"


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    path.chmod(0o600)


def _digest(name: str) -> str:
    # A name may hold characters that no file name may.
    return sha256(fold_name(name).encode()).hexdigest()[:32]
