"""Limits that a child puts on itself before it touches a stranger's bytes."""

import ctypes
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use."""

    memory_bytes: int = 1_500_000_000
    cpu_seconds_a_page: int = 20
    file_bytes: int = 64 << 20
    open_files: int = 64


def confine(limits: Limits) -> None:
    """Limit this process: address space, size of files it may write, open files, no core dumps."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    if sys.platform == "linux":  # elsewhere the address space is not what a process uses
        _lower(resource.RLIMIT_AS, limits.memory_bytes)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def allow_cpu(seconds: int) -> None:
    """Give this process ``seconds`` of CPU time from now on; past them the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = spent + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def hide() -> None:
    """Keep other processes of the same user from looking into this one, and from gaining rights through it."""
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _lower(what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (value, value))
