"""Find the files of a drop folder: nested folders, never through links, never into what is ours."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.scan import RESERVED
from ingest.settle import is_clutter, is_clutter_folder

DEEPEST: Final = 32
"""Folders within folders that are looked into."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a drop folder and what the file system says of it; ``regular`` is False for links and devices."""

    path: Path
    stat: os.stat_result
    regular: bool


def walk(drop: Path, start: Path | None = None, *, failed: Callable[[OSError], None] | None = None) -> Iterator[Found]:
    """Yield the files in ``start`` (by default all of ``drop``), however deep, in no order.

    ``failed`` is told of each folder inside that cannot be read; the others go on.

    Raises:
        OSError: ``start`` itself cannot be read.
    """
    start = start or drop
    depth = len(start.relative_to(drop).parts)
    waiting = [(start, depth)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError as error:
            if folder == start:
                raise
            if failed is not None:
                failed(error)
            continue
        for entry in listed:
            if depth == 0 and entry.name in RESERVED:
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not is_clutter_folder(entry.name) and depth < DEEPEST:
                        waiting.append((folder / entry.name, depth + 1))
                elif not is_clutter(entry.name):
                    found = entry.stat(follow_symlinks=False)
                    yield Found(folder / entry.name, found, stat.S_ISREG(found.st_mode))
            except FileNotFoundError:
                continue  # gone since it was listed


def is_inside(drop: Path, path: Path) -> bool:
    """Tell whether ``walk`` would look at ``path``, as far as its name says."""
    try:
        *folders, name = path.relative_to(drop).parts
    except ValueError:
        return False
    top = folders[0] if folders else name
    return not (top in RESERVED or any(is_clutter_folder(part) for part in folders) or is_clutter(name))
