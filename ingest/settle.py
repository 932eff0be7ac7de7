"""The one gate between a drop folder and the vault: when is a file finished?

Pure: what was seen of a path, and when, goes in; what to do about it comes out. Start-up, events and rescans all ask
here. A file passes when it has been quiet for a while, ends as its format should, and nobody is writing to it. One
that is quiet but never ends is taken once patience runs out, and judged by reading it. An empty file never passes.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from ingest.structure import Ending

_PARTIAL: Final = re.compile(
    r"""
    .*~ | ~.* | .*~syncthing~.* | \#.*\#
    | .*\.( part\d* | partial | incomplete | unfinished | crdownload | opdownload | download | filepart | te?mp\d*
          | sw[a-p] | upload(ing)? | writing | aria2 | !ut | !qb | bc! | lck | lock | inprogress )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLUTTER: Final = re.compile(r"\..* | thumbs\.db | ehthumbs\.db | desktop\.ini | icon\r", re.IGNORECASE | re.VERBOSE)
_CLUTTER_FOLDER: Final = re.compile(
    r"\..* | @eadir | @tmp | \#recycle | \#snapshot | \$recycle\.bin | system\ volume\ information | lost\+found "
    r"| __macosx",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class SettleSettings:
    """How long a file must be left alone before it is taken."""

    quiet_seconds: float = 4.0
    """For a file that ends as its format should and came whole."""
    grown_quiet_seconds: float = 8.0
    """For one that was seen growing: some scanners close a good file after each page and go on with the next."""
    shapeless_quiet_seconds: float = 15.0
    """For a file of a form without an end of its own, such as plain text."""
    rhythm: float = 2.5
    """A writer that paused, and then went on, is given this many times its longest pause."""
    closed_patience_seconds: float = 30.0
    """For a file without its end that, as the kernel says, nobody is writing."""
    patience_seconds: float = 300.0
    """For a file without its end where nobody can say whether it is being written; and the most that rhythm adds."""
    held_patience_seconds: float = 3600.0
    """For a file that does not change while someone keeps it open for writing."""

    @classmethod
    def for_one_pass(cls) -> Self:
        """Return settings for taking what is there and stopping: less patience, since somebody waits for the end."""
        return cls(
            quiet_seconds=2.0,
            grown_quiet_seconds=4.0,
            shapeless_quiet_seconds=4.0,
            closed_patience_seconds=8.0,
            patience_seconds=20.0,
            held_patience_seconds=60.0,
        )


@dataclass(frozen=True, slots=True)
class Glance:
    """What one look at a path showed.

    ``now`` is a monotonic clock in seconds. ``untouched_seconds`` is how long the file system says the file was left
    alone (by its change time, which no program can set), or None where its clock is not ours. ``ending`` and ``held``
    are None until the file has been examined; ``held`` stays None where nobody can say.
    """

    size_bytes: int
    mtime_ns: int
    inode: int
    now: float
    untouched_seconds: float | None = None
    ending: Ending | None = None
    held: bool | None = None


class Decision(StrEnum):
    """What to do about a file now."""

    WAIT = "wait"
    EXAMINE = "examine"
    """Quiet long enough to be worth opening: look at its end and its writers, and ask again."""
    TAKE = "take"
    TAKE_UNENDED = "take-unended"
    """Patience ran out: take it, knowing that it does not end as it should."""


class Stuck(StrEnum):
    """Why a file may never settle by itself."""

    EMPTY = "empty"
    HELD = "held"
    PARTIAL_NAME = "partial-name"
    UNREADABLE = "unreadable"
    FAILING = "failing"
    """Taking it over failed several times."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the gate remembers of a file between two looks."""

    size_bytes: int
    mtime_ns: int
    inode: int
    first_seen: float
    since: float
    """When it was first seen as it is now."""
    grew: bool = False
    longest_pause_seconds: float = 0.0
    ending: Ending | None = None
    held: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer: what to remember, what to do, and in how many seconds it is worth looking again."""

    waiting: Waiting
    decision: Decision
    again_seconds: float
    stuck: Stuck | None = None


def is_clutter(name: str) -> bool:
    """Tell a file that no scanner made: hidden files and those that file managers leave behind."""
    return _CLUTTER.fullmatch(name) is not None


def is_clutter_folder(name: str) -> bool:
    """Tell a folder that belongs to a file server, a file manager or us."""
    return _CLUTTER_FOLDER.fullmatch(name) is not None


def is_partial(name: str) -> bool:
    """Tell a name that programs give to files they have not finished: uploads, downloads, copies, editors."""
    return _PARTIAL.fullmatch(name) is not None


def step(before: Waiting | None, seen: Glance, settings: SettleSettings) -> Verdict:
    """Return what to do about a file, given what was remembered of it and what is seen now."""
    waiting = _remember(before, seen)
    quiet = max(seen.now - waiting.since, seen.untouched_seconds or 0.0)
    if seen.size_bytes == 0:
        stuck = Stuck.EMPTY if quiet >= settings.closed_patience_seconds else None
        return Verdict(waiting, Decision.WAIT, settings.quiet_seconds, stuck)
    rhythm = min(settings.rhythm * waiting.longest_pause_seconds, settings.patience_seconds)
    grown = settings.grown_quiet_seconds if waiting.grew else 0.0
    needed = max(settings.quiet_seconds, grown, rhythm)
    if quiet < needed:
        return Verdict(waiting, Decision.WAIT, needed - quiet)
    if seen.ending is None:
        return Verdict(waiting, Decision.EXAMINE, 0.0)
    needed = max(needed, _needed_seconds(seen.ending, seen.held, settings))
    if quiet < needed:
        stuck = Stuck.HELD if seen.held and quiet >= settings.patience_seconds else None
        again = min(needed - quiet, settings.quiet_seconds) if seen.held else needed - quiet
        return Verdict(waiting, Decision.WAIT, max(again, 0.05), stuck)
    return Verdict(waiting, Decision.TAKE_UNENDED if seen.ending is Ending.OPEN else Decision.TAKE, 0.0)


def _needed_seconds(ending: Ending, held: bool | None, settings: SettleSettings) -> float:
    if held:
        return settings.held_patience_seconds
    if ending is Ending.ENDED:
        return settings.quiet_seconds
    if ending is Ending.SHAPELESS:
        return settings.shapeless_quiet_seconds
    return settings.patience_seconds if held is None else settings.closed_patience_seconds


def _remember(before: Waiting | None, seen: Glance) -> Waiting:
    fresh = Waiting(seen.size_bytes, seen.mtime_ns, seen.inode, first_seen=seen.now, since=seen.now)
    if before is None or before.inode != seen.inode:  # another file, perhaps renamed into place
        return replace(fresh, ending=seen.ending, held=seen.held)
    if (before.size_bytes, before.mtime_ns) == (seen.size_bytes, seen.mtime_ns):
        return replace(before, ending=seen.ending or before.ending, held=seen.held)
    # How long a name was kept by an empty file says nothing of how fast its writer goes on.
    pause = max(before.longest_pause_seconds, seen.now - before.since if before.size_bytes else 0.0)
    return replace(
        fresh,
        first_seen=before.first_seen,
        grew=before.grew or before.size_bytes > 0,
        longest_pause_seconds=pause,
        ending=seen.ending,
        held=seen.held,
    )
