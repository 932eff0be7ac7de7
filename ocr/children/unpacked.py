"""Our side of taking a container apart: file after file from a child, each checked."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from ocr.children.forks import Fork, Forks
from ocr.children.frames import Frame, FrameFailed, FrameLate
from ocr.children.rendered import NotOpened, reason_of
from ocr.rendering import MOST_MEMBER_BYTES, MOST_MEMBERS, RenderingSettings

WALL_SECONDS: Final = 50.0
"""How long a child may take over all of a container, not counting the time its files are dealt with here."""
LONGEST_NAME: Final = 400


@dataclass(frozen=True, slots=True)
class Member:
    """A file out of a container: its name there, and its bytes or the wording key of why they cannot be had."""

    name: str
    content: bytes
    refused: str | None = None


def unpacked(forks: Forks, content: bytes, password: str | None, settings: RenderingSettings) -> Iterator[Member]:
    """Yield what a container holds, in its order.

    A child that dies or takes too long ends the list with a nameless refusal, since what came before it is sound.

    Raises:
        NotOpened: nothing can be had of it; the reason is a wording key.
    """
    left, count = WALL_SECONDS, 0
    with forks.start() as child:
        frame = _first(
            child, Frame("open", {"unpack": True, "password": password, "settings": asdict(settings)}, content)
        )
        while frame.word == "member" and count <= MOST_MEMBERS:
            yield _member(frame)
            count += 1
            began = time.monotonic()
            frame = _next(child, left)
            left = max(left - (time.monotonic() - began), 0.1)
    if frame.word == "failed":
        if not count:
            raise NotOpened(reason_of(frame))
        yield Member("", b"", reason_of(frame))


def _first(child: Fork, order: Frame) -> Frame:
    try:
        child.send(order)
    except FrameFailed:
        return Frame("failed", {"reason": "ocr.file_broke_reader"})
    return _next(child, WALL_SECONDS)


def _next(child: Fork, within_seconds: float) -> Frame:
    """Return the child's next frame; one that says so where there is none to come."""
    try:
        frame = child.receive(within_seconds, MOST_MEMBER_BYTES)
    except FrameLate:
        return Frame("failed", {"reason": "ocr.file_too_slow"})
    except FrameFailed:
        return Frame("failed", {"reason": "ocr.file_broke_reader"})
    return frame if frame.word in {"member", "end"} else Frame("failed", {"reason": reason_of(frame)})


def _member(frame: Frame) -> Member:
    name = str(frame.facts.get("name", ""))[:LONGEST_NAME]
    refused = reason_of(frame) if frame.facts.get("reason") else None
    return Member(name, bytes(frame.payload), refused)
