"""Move an archive's index to another database, and bring the tables of an older one up to date."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desk.archive import Archive
from desk.database import make_database, open_database, place_of
from desk.home import Home
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Duty
from index import record
from index.migrating import migrate
from index.moving import Moved, copy
from ingest.heartbeat import last_beat
from vault.keys import unlock


class WatcherRuns(JuanzongError):
    """The index was to be moved while the watcher writes to it."""

    exit_code = ExitCode.INTAKE
    wording = "finding.watcher-runs"


@dataclass(frozen=True, slots=True)
class Move:
    """Where the index is and was, and what was copied; None where it was there already."""

    place: str
    before: str
    moved: Moved | None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        moved = {"rows": self.moved.rows, "pages": self.moved.pages} if self.moved else None
        return {"place": self.place, "before": self.before, "moved": moved}


@needs(Duty.KEEP)
def move(archive: Archive, database: str, tick: Callable[[int, int, str], None]) -> Move:
    """Copy the index into another, empty database, compare both, and use that from now on.

    The old one is left as it is. Nothing may write meanwhile: other commands wait, the watcher must be stopped.

    Raises:
        WatcherRuns
        DatabaseUnclear, index.IndexExists, index.IndexMissing, index.IndexStuck: it cannot be moved there.
        index.LevelClosed: this person does not hold every level.
        index.IndexDiffers, index.AuditBroken: the copy, or the original, is not sound; nothing was changed.
    """
    place, before = place_of(archive.home, database), place_of(archive.home, archive.settings.database)
    if database == archive.settings.database:
        return Move(place, before, None)
    beat = last_beat(archive.home.heartbeat)
    if beat is not None and beat.is_alive(time.time()):
        raise WatcherRuns(process=beat.pid)
    target = make_database(archive.home, database, archive.keys)
    try:
        settings = archive.settings.model_copy(update={"database": database})
        # The settings change while nobody else can write to what is about to be left.
        moved = copy(
            archive.index,
            target,
            lambda done, of: tick(done, of, ""),
            then=lambda: archive.home.write(settings),
        )
        with target.write() as session:
            facts = {"from": before, "rows": moved.rows, "pages": moved.pages}
            record.append(session, archive.who, "move-database", archive.keys.public.archive, facts)
    finally:
        target.close()
    return Move(place, before, moved)


def bring_up(home: Home, passphrase: str) -> tuple[str, str]:
    """Bring the tables of an archive's index to the version in force; return the version before and after.

    Raises:
        vault.WrongPassphrase: see the vault.
        index.IndexTooNew, index.IndexDamaged, index.IndexStuck: they cannot be.
    """
    index = open_database(home, home.settings(), unlock(home.path, passphrase), any_version=True)
    try:
        return migrate(index)
    finally:
        index.close()
