"""Our side of a fork server: start a child, talk to it, kill it."""

import itertools
import os
import signal
import socket
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from ocr.children.frames import ORDER, Frame, receive, send
from ocr.children.sandbox import command, environment, scratch_folder


class ReadingAbandoned(Exception):
    """The program is about to stop: what was being read is neither read nor at fault."""


RENDERING = "ocr.children.rendering"
"""The fork server of children that open a stranger's files."""


class Fork:
    """One child."""

    def __init__(self, number: int, channel: socket.socket, forks: "Forks") -> None:
        self._number = number
        self._channel = channel
        self._forks = forks

    def send(self, frame: Frame) -> None:
        """Send a frame to the child.

        Raises:
            FrameFailed: it is gone.
        """
        send(self._channel, frame)

    def receive(self, within_seconds: float, payload_limit: int) -> Frame:
        """Return the child's next frame.

        Raises:
            FrameLate: it did not come in time.
            FrameFailed: the child is gone or sends nonsense.
        """
        return receive(self._channel, within_seconds=within_seconds, payload_limit=payload_limit)

    def stop(self) -> None:
        """Hang up and kill the child, from any thread; whoever waits for its answer gets none, at once."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        self._forks.kill(self._number)

    def close(self) -> None:
        """Kill the child."""
        self._forks.kill(self._number)
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Forks:
    """A running fork server; starts again by itself when something killed it."""

    def __init__(self, module: str = RENDERING) -> None:
        """Make ready to run ``module``, one of ours that is a fork server."""
        self._module = module
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._open = ExitStack()
        self._abandoned = False

    def abandon(self) -> None:
        """End the fork server and every child for good."""
        with self._lock:
            self._abandoned = True
            self._stop()

    def prepare(self) -> None:
        """Have the fork server start and load what its children need, if it does not run; nobody waits for it.

        What keeps it from starting is raised when a child is asked for.
        """
        with self._lock, suppress(OSError):
            if not self._abandoned:
                self._running()

    def start(self) -> Fork:
        """Fork a child.

        Raises:
            OSError: no child can be started on this machine.
            ReadingAbandoned: none is to be started any more.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            if self._abandoned:
                ours.close()
                raise ReadingAbandoned
            number = next(self._numbers)
            order = ORDER.pack(b"S", number)
            try:
                socket.send_fds(self._running(), [order], [theirs.fileno()])
            except OSError:
                self._stop()
                socket.send_fds(self._running(), [order], [theirs.fileno()])
        return Fork(number, ours, self)

    def kill(self, number: int) -> None:
        """Kill a child and all it started; one that has ended is let be."""
        with self._lock, suppress(OSError):
            if self._control is not None:
                self._control.sendall(ORDER.pack(b"K", number))

    def close(self) -> None:
        """End the fork server and with it every child."""
        with self._lock:
            self._stop()

    def _running(self) -> socket.socket:
        if self._control is None or self._server is None or self._server.poll() is not None:
            self._stop()
            scratch = self._open.enter_context(scratch_folder())
            self._control, theirs = socket.socketpair()
            with theirs:
                self._server = start_child(self._module, theirs, scratch or os.devnull)
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            end(self._server)
        self._control = self._server = None
        self._open.close()


def start_child(module: str, channel: socket.socket, scratch: str) -> subprocess.Popen[bytes]:
    """Start one of our modules as a confined child that speaks over ``channel``."""
    return subprocess.Popen(
        command(module, str(channel.fileno())),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("JUANZONG_CHILD_STDERR") else subprocess.DEVNULL,
        env=environment(scratch),
        pass_fds=[channel.fileno()],
        cwd="/",
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes], within_seconds: float = 1.0) -> None:
    """Wait a moment for a child whose socket was closed, then kill it."""
    try:
        process.wait(within_seconds)
    except subprocess.TimeoutExpired:
        kill(process)
        process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and, under bubblewrap, the process inside, which would outlive the one that was started."""
    with suppress(OSError, ValueError):
        for inner in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(inner), signal.SIGKILL)
    process.kill()
