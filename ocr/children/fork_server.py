"""A process that children are forked from: it has loaded all they need, so a child costs milliseconds.

It never sees a document: each arrives over a socket that only the forked child reads. Orders come over the control
socket: ``S`` with a number and a socket starts a child, ``K`` with a number kills it and whatever it started.
"""

import gc
import os
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

from ocr.children.frames import ORDER
from ocr.children.limits import hide

Work = Callable[[socket.socket], None]
"""What a child does, from first to last, with whom its socket leads to."""


def serve(control: socket.socket, work: Work) -> None:
    """Start children, which do ``work``, and kill them, until the control socket closes."""
    hide()
    gc.freeze()  # what is loaded stays shared with the children
    running: dict[int, int] = {}
    waker, wakened = socket.socketpair()
    waker.setblocking(False)
    wakened.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    try:
        while True:
            ready, _, _ = select.select([control, wakened], [], [])
            if wakened in ready:
                wakened.recv(4096)
                _reap(running)
            if control in ready and not _obey(control, running, work):
                return
    finally:
        for pid in running.values():
            _kill(pid)


def _obey(control: socket.socket, running: dict[int, int], work: Work) -> bool:
    """Carry out one order; False when the control socket has closed."""
    order, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
    if len(order) < ORDER.size:
        return False
    word, number = ORDER.unpack(order)
    if word == b"K" and number in running:
        _kill(running[number])
    if word == b"S" and descriptors:
        with socket.socket(fileno=descriptors[0]) as channel:
            pid = os.fork()
            if not pid:
                _become_child(control, channel, work)
            running[number] = pid
    return True


def _become_child(control: socket.socket, channel: socket.socket, work: Work) -> None:
    """Run one child to its end; never returns."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        control.close()
        work(channel)
        status = 0
    finally:
        os._exit(status)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)  # it may not have its own group yet


def _reap(running: dict[int, int]) -> None:
    for number, pid in list(running.items()):
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del running[number]
