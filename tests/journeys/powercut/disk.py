"""What a disk may hold after a power cut: the recorded calls are replayed, and what was not synced may be missing."""

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from random import Random

_HEAD = struct.Struct("<cQQII")
FOLDERS = frozenset("CMRLU")
"""Calls that change names, which last once their folder was synced."""


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call; ``file`` tells files apart, also those that had the same inode one after the other."""

    what: str
    file: int
    offset: int
    a: bytes
    b: bytes

    @property
    def path(self) -> str:
        return os.fsdecode(self.a)

    @property
    def target(self) -> str:
        return os.fsdecode(self.b)

    def folders(self) -> set[str]:
        """Return the folders whose names it changes."""
        names = [self.path, self.target] if self.what in "RL" else [self.path]
        return {str(PurePosixPath(name).parent) for name in names[-1 if self.what == "L" else 0 :]}


@dataclass(slots=True)
class Disk:
    """Names and what they lead to: a file's number, or None for a folder."""

    names: dict[str, int | None] = field(default_factory=dict)
    contents: dict[int, bytearray] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> "Disk":
        """Read a folder; files go by their inodes."""
        disk = cls()
        for path in root.rglob("*"):
            if path.is_dir():
                disk.names[str(path)] = None
            else:
                inode = path.stat().st_ino
                disk.names[str(path)] = inode
                disk.contents[inode] = bytearray(path.read_bytes())
        disk.names[str(root)] = None
        return disk

    def copy(self) -> "Disk":
        return Disk(dict(self.names), {file: bytearray(content) for file, content in self.contents.items()})

    def apply(self, call: Call) -> None:
        """Do what a call did, where what it was done to is there."""
        match call.what:
            case "M":
                self.names[call.path] = None
            case "C":
                self.names[call.path] = call.file
                self.contents.setdefault(call.file, bytearray())
            case "L":
                self.names[call.target] = call.file
                self.contents.setdefault(call.file, bytearray())
            case "R":
                if self.names.get(call.path) == call.file:
                    del self.names[call.path]
                self.names[call.target] = call.file
                self.contents.setdefault(call.file, bytearray())
            case "U":
                self.names.pop(call.path, None)
            case "W":
                self.write(call.file, call.offset, call.a)
            case "T":
                content = self.contents.setdefault(call.file, bytearray())
                del content[call.offset :]
                content.extend(bytes(call.offset - len(content)))

    def write(self, file: int, offset: int, octets: bytes) -> None:
        content = self.contents.setdefault(file, bytearray())
        content.extend(bytes(max(offset - len(content), 0)))
        content[offset : offset + len(octets)] = octets

    def state(self) -> tuple[tuple[str, bytes | None], ...]:
        """Return what can be reached, in order: a name whose folder is not there is not."""
        found: dict[str, bytes | None] = {}
        for name in sorted(self.names):
            parent = str(PurePosixPath(name).parent)
            if found and parent not in found:
                continue
            file = self.names[name]
            found[name] = None if file is None else bytes(self.contents.get(file, b""))
        return tuple(found.items())


def calls(journal: bytes, start: Disk) -> list[Call]:
    """Return the recorded calls; an inode that was used again is another file."""
    known = {inode: inode for inode in start.contents}
    fresh = max(known, default=0) + 10**12
    found, at = list[Call](), 0
    while at + _HEAD.size <= len(journal):
        what, inode, offset, a_size, b_size = _HEAD.unpack_from(journal, at)
        at += _HEAD.size
        a, b = journal[at : at + a_size], journal[at + a_size : at + a_size + b_size]
        at += a_size + b_size
        if what == b"C":
            fresh += 1
            known[inode] = fresh
        found.append(Call(what.decode(), known.get(inode, inode), offset, a, b))
    return found


def kept_for_sure(done: Sequence[Call], *, ordered: bool = False) -> set[int]:
    """Return which of the calls a sync that came after them made last.

    By what POSIX promises, a folder's sync keeps the names of that folder; on a file system with an ``ordered`` journal
    of names (ext4, XFS, Btrfs, NTFS, APFS) it also keeps every change of names before.
    """
    sure: set[int] = set()
    files: set[int] = set()
    folders: set[str] = set()
    for place in range(len(done) - 1, -1, -1):
        call = done[place]
        if call.what == "F":
            files.add(call.file)
        elif call.what == "D":
            folders.add(call.path)
        elif (call.what in FOLDERS and call.folders() & folders) or (call.what in "WT" and call.file in files):
            sure.add(place)
    if ordered:
        newest = max((place for place in sure if done[place].what in FOLDERS), default=-1)
        sure |= {place for place in range(newest) if done[place].what in FOLDERS}
    return sure


Keep = Callable[[Call], bool]
ORDERED = "in order"
"""Begins the name of every way of losing that keeps the order of names."""


def after_cut(
    start: Disk, done: Sequence[Call], keep: Keep, *, torn: Random | None = None, ordered: bool = False
) -> Disk:
    """Return the disk when the power goes after ``done``: of what was not synced, what ``keep`` says is there.

    With ``torn``, a write that was not synced may have arrived in part.
    """
    disk, sure = start.copy(), kept_for_sure(done, ordered=ordered)
    for place, call in enumerate(done):
        if place in sure:
            disk.apply(call)
        elif keep(call):
            if torn is not None and call.what == "W" and len(call.a) > 1 and torn.random() < 0.5:
                sector = 512 * torn.randint(0, len(call.a) // 512)
                disk.write(call.file, call.offset, call.a[:sector])
            else:
                disk.apply(call)
    return disk


def cuts(start: Disk, recorded: Sequence[Call], *, seeds: int = 3) -> Iterator[tuple[str, Disk]]:
    """Yield every different disk that a power cut at any call may leave, by some ways of losing what was not synced.

    All of it is lost; names arrived and bytes did not (a file is empty or short); bytes arrived and names did not; and
    at random, in any order and torn.
    """
    ways: list[tuple[str, Keep, Random | None]] = [
        (f"{ORDERED} nothing", lambda _: False, None),
        (f"{ORDERED} names only", lambda call: call.what in FOLDERS, None),
        (f"{ORDERED} bytes only", lambda call: call.what in "WT", None),
        ("nothing", lambda _: False, None),
        ("bytes only", lambda call: call.what in "WT", None),
    ]
    for seed in range(seeds):
        chance = Random(seed)
        ways.append((f"by chance {seed}", lambda _, chance=chance: chance.random() < 0.5, Random(seed + 100)))  # type: ignore[misc]
    seen: set[int] = set()
    for place in range(len(recorded) + 1):
        for name, keep, torn in ways:
            disk = after_cut(start, recorded[:place], keep, torn=torn, ordered=name.startswith(ORDERED))
            mark = hash(disk.state())
            if mark not in seen:
                seen.add(mark)
                yield f"{name} after call {place}", disk


def lay(disk: Disk, root: Path, folder: Path) -> None:
    """Write a disk that was ``root`` into an emptied ``folder``."""
    for name, content in disk.state():
        place = folder / Path(name).relative_to(root)
        if content is None:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            place.write_bytes(content)
            place.chmod(0o600)
