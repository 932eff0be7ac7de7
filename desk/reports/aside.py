"""Judge all open dossiers in a process of their own, so that whoever uses the page meanwhile need not wait for it.

Ten thousand dossiers take some fifteen seconds of a processor, and threads of one interpreter share one. The process
is given, over a pipe, the keys of the index and of no object: it can read what is known of papers, and no paper.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from desk.archive import Archive
from desk.database import open_database
from desk.home import Home
from desk.policies import packs_in_force, site_calendar
from desk.reports.judging import Judging, wanted_fields
from desk.reports.scope import Scope
from desk.reports.standing import AllJudged, Standing, standing_of
from dossier.errors import JuanzongError
from dossier.pack import Pack
from dossier.sitecalendar import SiteCalendar
from index import record
from index.browsing import browse
from vault.levels import Level

LONGEST_SECONDS: Final = 900
NICE: Final = 5
"""By how much it gives way to those who wait for a page."""


@dataclass(frozen=True, slots=True)
class OnlyIndexKeys:
    """The keys of an index's shelves, without any other."""

    index_keys: Mapping[Level, bytes]

    def index_key(self, level: Level = Level.ORDINARY) -> bytes:
        """Return the key of a level's shelf."""
        return self.index_keys[level]


@dataclass(frozen=True, slots=True)
class _Rules:
    packs: Mapping[str, Pack]
    calendar: SiteCalendar


def judged_aside(archive: Archive, day: date) -> AllJudged | None:
    """Return how all open dossiers stand on a day, as a process of its own found it; None where that failed.

    They are seen with the levels that the archive's keys open, by the packs that its home has in force.
    """
    keys = {level.value: archive.keys.index_key(level).hex() for level in Level if level in archive.keys.index_keys}
    order = {"home": str(archive.home.path), "keys": keys, "day": day.isoformat()}
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-s", "-m", __name__],
            input=json.dumps(order).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(folder).resolve()) for folder in sys.path)},
            check=True,
            timeout=LONGEST_SECONDS,
        )
        return _told(json.loads(done.stdout), archive.packs)
    except (OSError, subprocess.SubprocessError, ValueError, LookupError):
        return None  # whoever asked judges them where it is


def judge_all(home: Home, keys: OnlyIndexKeys, day: date) -> Iterator[Mapping[str, Any]]:
    """Yield where the record is, then each open dossier of the packs in force with its documents.

    Raises:
        JuanzongError: the archive cannot be used.
    """
    settings = home.settings()
    rules = _Rules(packs_in_force(home, settings), site_calendar(home, settings))
    index = open_database(home, settings, keys)
    try:
        judging = Judging(rules)
        with index.read() as session:
            yield {"seq": record.size(session)}
            wanted = Scope().kinds(rules.packs)
            for id_, dossier in browse(session, kinds=wanted, open_on=day, fields=wanted_fields(rules.packs)):
                row = standing_of(rules.packs, id_, judging.judged(dossier, day)).as_row()
                yield {"standing": row, "documents": [document.id for document in dossier.documents]}
    finally:
        index.close()


def _told(lines: list[Mapping[str, Any]], packs: Mapping[str, Pack]) -> AllJudged:
    first, *others = lines
    standings = [Standing.from_row(line["standing"], packs) for line in others]
    holders = {name: one.id for one, line in zip(standings, others, strict=True) for name in line["documents"]}
    return AllJudged(int(first["seq"]), {one.id: one for one in standings}, holders)


def main() -> int:
    """Do what the order on standard input says, and answer on standard output."""
    os.nice(NICE)
    order = json.loads(sys.stdin.buffer.read())
    keys = OnlyIndexKeys({Level(level): bytes.fromhex(key) for level, key in order["keys"].items()})
    try:
        lines = list(judge_all(Home(Path(order["home"])), keys, date.fromisoformat(order["day"])))
    except JuanzongError as failed:
        return int(failed.exit_code)
    sys.stdout.buffer.write(json.dumps(lines).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
