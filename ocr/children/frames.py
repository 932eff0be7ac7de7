"""Frames between us and a child over a stream socket: a small JSON head and a payload of bytes.

What comes from a child is as untrusted as the document it parsed: sizes are capped before memory is given.
"""

import json
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_SIZES: Final = struct.Struct("<IQ")
ORDER: Final = struct.Struct("<cQ")
"""An order to the fork server: ``S`` (start, with a socket) or ``K`` (kill), and the child's number."""
MOST_HEAD_BYTES: Final = 64 << 20
MOST_PAYLOAD_BYTES: Final = 2 << 30


class FrameFailed(Exception):
    """The other side is gone, sends nonsense, or too much."""


class FrameLate(FrameFailed):
    """The other side did not answer in time."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``word`` says what it is about, ``facts`` are JSON values, ``payload`` is raw bytes."""

    word: str
    facts: Mapping[str, Any]
    payload: bytes | bytearray | memoryview = b""


def send(channel: socket.socket, frame: Frame) -> None:
    """Send a frame.

    Raises:
        FrameFailed: the other side is gone.
    """
    head = json.dumps([frame.word, frame.facts], ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    payload = memoryview(frame.payload).cast("B")
    try:
        channel.sendall(_SIZES.pack(len(head), len(payload)) + head)
        if len(payload):
            channel.sendall(payload)
    except TimeoutError as late:
        raise FrameLate from late
    except OSError as gone:
        raise FrameFailed from gone


def receive(
    channel: socket.socket, *, within_seconds: float | None = None, payload_limit: int = MOST_PAYLOAD_BYTES
) -> Frame:
    """Receive a frame whole, ``within_seconds`` in all.

    Raises:
        FrameLate: it did not come in time.
        FrameFailed: the other side is gone, or what it sent is no frame or too large.
    """
    end = None if within_seconds is None else time.monotonic() + within_seconds
    head_size, payload_size = _SIZES.unpack(_take(channel, _SIZES.size, end))
    if head_size > MOST_HEAD_BYTES or payload_size > payload_limit:
        raise FrameFailed
    try:
        word, facts = json.loads(_take(channel, head_size, end))
    except (ValueError, TypeError, RecursionError) as nonsense:
        raise FrameFailed from nonsense
    if not isinstance(word, str) or not isinstance(facts, dict):
        raise FrameFailed
    return Frame(word, facts, _take(channel, payload_size, end))


def _take(channel: socket.socket, size: int, end: float | None) -> bytearray:
    taken = bytearray(size)
    view = memoryview(taken)
    while view:
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            raise FrameLate
        try:
            channel.settimeout(left)
            count = channel.recv_into(view)
        except TimeoutError as late:
            raise FrameLate from late
        except OSError as gone:
            raise FrameFailed from gone
        if not count:
            raise FrameFailed
        view = view[count:]
    channel.settimeout(None)
    return taken
