"""What is coming in: how many scans stand where, the latest of them, and files that people send to the drop folder."""

import os
import secrets
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.capture import drop_folders
from desk.rights import needs, sight
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Deed, Duty
from dossier.wording import Lang, say
from index import journal
from index.tables import Capture, Document
from ingest.heartbeat import last_beat

MOST_NAME_BYTES: Final = 180
_PIECE: Final = 1024**2


class NothingSent(JuanzongError):
    """A file arrived without a byte in it."""

    exit_code = ExitCode.USAGE
    wording = "web.nothing-sent"


class DropUnwritable(JuanzongError):
    """The drop folder takes no file."""

    exit_code = ExitCode.INTAKE
    wording = "web.drop-unwritable"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One scan that was taken over lately."""

    id: str
    name: str
    state: str
    at: datetime
    documents: tuple[tuple[str, str], ...]
    """Number and kind of each."""
    error: str | None
    facts: Mapping[str, Any]

    def note(self, lang: Lang) -> str:
        """Return why it could not be read, in words."""
        return say(self.error, lang, **self.facts) if self.error else ""

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "at": self.at.isoformat(timespec="seconds"),
            "documents": [{"id": number, "kind": kind} for number, kind in self.documents],
            "error": self.note(lang) or None,
        }


@dataclass(frozen=True, slots=True)
class Inbox:
    """How intake stands. ``waiting`` is None where no watcher runs that could tell."""

    waiting: int | None
    reading: int
    filed: int
    review: int
    quarantined: int
    locked: int
    watching: bool
    paused: bool
    latest: tuple[Incoming, ...]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "waiting": self.waiting,
            "reading": self.reading,
            "filed": self.filed,
            "review": self.review,
            "quarantined": self.quarantined,
            "locked": self.locked,
            "watching": self.watching,
            "paused": self.paused,
            "latest": [one.as_json(lang) for one in self.latest],
        }


@needs(Duty.INTAKE)
def inbox(archive: Archive, *, limit: int = 30) -> Inbox:
    """Return how intake stands now, with the scans taken over last, newest first."""
    beat = last_beat(archive.home.heartbeat)
    alive = beat is not None and beat.is_alive(time.time())
    with archive.index.read() as session:
        tally = journal.tally(session)
        # Not even the name of a scan above one's levels is shown.
        levels = sorted(sight(archive, session, Deed.CHANGE).levels)
        seen = select(Capture).where(col(Capture.level).in_(levels))
        rows = session.exec(seen.order_by(col(Capture.claimed).desc()).limit(limit)).all()
        latest = tuple(_incoming(session, row) for row in rows)
    return Inbox(
        waiting=beat.waiting if alive and beat is not None else None,
        reading=sum(tally.get(state, 0) for state in journal.UNFINISHED),
        filed=tally.get(journal.State.FILED, 0),
        review=tally.get(journal.State.REVIEW, 0),
        quarantined=tally.get(journal.State.QUARANTINED, 0),
        locked=tally.get(journal.State.LOCKED, 0),
        watching=alive,
        paused=alive and beat is not None and beat.paused,
        latest=latest,
    )


@needs(Duty.INTAKE)
def receive(archive: Archive, name: str, source: BinaryIO) -> str:
    """Put a file into the first drop folder, whole or not at all, and return the name it has there.

    From there it goes through the same gate as a scanner's. Whose file it was is on record.

    Raises:
        NoDropFolder: the settings name none.
        DropUnwritable: the folder is gone, full or closed.
        NothingSent: there is nothing in it.
    """
    folder = drop_folders(archive, ())[0]
    temporary = folder / f".{secrets.token_hex(8)}.part"
    try:
        size = _copy(source, temporary)
        if not size:
            raise NothingSent(name=name)
        final = _settle(temporary, folder, fitting(name))
    except OSError as fault:
        raise DropUnwritable(folder=folder, fault=fault.strerror or str(fault)) from fault
    finally:
        temporary.unlink(missing_ok=True)
    with archive.index.write() as session:
        archive.note(session, "send", "", {"bytes": size})
    return final


def fitting(name: str) -> str:
    """Return a file name made of what somebody's computer called it: no folders, nothing hidden, not too long."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip().lstrip(".-").strip()
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = plain, ""
    kept = (stem or "scan").encode()[:MOST_NAME_BYTES].decode("utf-8", "ignore")
    return f"{kept}.{ending}" if ending else kept


def _copy(source: BinaryIO, target: Path) -> int:
    size = 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while piece := source.read(_PIECE):
            file.write(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return size


def _settle(temporary: Path, folder: Path, name: str) -> str:
    """Give a file its name without ever writing over another's."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (name, "")
    for number in range(1, 10_000):
        final = name if number == 1 else f"{stem} ({number}){ending}"
        try:
            os.link(temporary, folder / final)
        except FileExistsError:
            continue
        return final
    raise FileExistsError(name)


def _incoming(session: Session, row: Capture) -> Incoming:
    found = session.exec(
        select(Document.id, Document.kind).where(Document.capture == row.id).order_by(col(Document.ordinal))
    ).all()
    documents = tuple((str(number), str(kind)) for number, kind in found)
    return Incoming(row.id, row.name, row.state, row.claimed, documents, row.error, row.error_facts)
