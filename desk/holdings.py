"""What the archive holds, in numbers: by secrecy level, and where it lies. No name of a dossier or paper is in it."""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, func, select

from desk.archive import Archive
from desk.database import place_of
from desk.grants import levels_held
from desk.rights import needs
from desk.stores import LOCAL
from dossier.rights import LEVELS, Duty, Role
from index import custody, people
from index.places import places
from index.tables import Capture, Document


@dataclass(frozen=True, slots=True)
class LevelState:
    """One secrecy level: documents at it, dossiers marked with it, and who holds its keys."""

    id: str
    documents: int
    dossiers: int
    readers: tuple[str, ...]
    """Who opens all its documents by their standing right."""
    searchers: tuple[str, ...]
    """Who holds its index key alone."""


@dataclass(frozen=True, slots=True)
class Backup:
    """Where a backup lies, when it was last brought up to date, and until when it is kept."""

    place: str
    made: datetime
    kept_until: date | None


@dataclass(frozen=True, slots=True)
class Places:
    """Where sealed objects and the index lie, how many scans of how many bytes, and the backups."""

    store: str
    database: str
    scans: int
    octets: int
    free: int
    backups: tuple[Backup, ...]


@needs(Duty.KEEP)
def levels(archive: Archive) -> list[LevelState]:
    """Return the secrecy levels, lowest first."""
    with archive.index.read() as session:
        documents = dict(session.exec(select(Document.level, func.count()).group_by(col(Document.level))).all())
        marked = Counter(custody.levels_marked(session).values())
        held = [(row.name, levels_held([Role(role) for role in row.roles])) for row in people.people(session)]
    return [
        LevelState(
            level,
            documents.get(level, 0),
            marked[level],
            tuple(name for name, opens in held if opens.get(level)),
            tuple(name for name, opens in held if opens.get(level) is False),
        )
        for level in LEVELS
    ]


@needs(Duty.KEEP)
def where(archive: Archive) -> Places:
    """Return where the archive lies; an address is given without what follows its question mark."""
    with archive.index.read() as session:
        scans, octets = session.exec(select(func.count(), func.coalesce(func.sum(Capture.size), 0))).one()
        known = places(session)
    store, database = archive.settings.store, archive.settings.database
    return Places(
        str(archive.home.store) if store == LOCAL else store.partition("?")[0],
        place_of(archive.home, database),
        int(scans),
        int(octets),
        shutil.disk_usage(archive.home.path).free,
        tuple(Backup(one.name.partition("?")[0], one.made, one.kept_until) for one in known),
    )
