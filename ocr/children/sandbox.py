"""How far a child is shut in: bubblewrap where it works, else resource limits only."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

OUR_PARTS: Final = ("ocr", "dossier")
"""The packages a child runs."""

_PROBE_SECONDS: Final = 10.0
_SYSTEM_FOLDERS: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt")
_SYSTEM_FILES: Final = (
    "/sys/devices/system/cpu",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/alternatives",
    "/etc/libreoffice",
)
_PROC_CHOICES: Final = (
    ("--proc", "/proc"),
    # Inside a container a fresh /proc may be forbidden; ours must not be lent, it shows other processes.
    ("--tmpfs", "/proc", "--ro-bind", "/proc/cpuinfo", "/proc/cpuinfo", "--ro-bind", "/proc/meminfo", "/proc/meminfo"),
)


class SandboxLevel(StrEnum):
    """What stands between a stranger's bytes and the machine."""

    BUBBLEWRAP = "bubblewrap"
    """Own namespaces: no network, no other process in sight, a file system that holds programs only."""
    LIMITS = "limits"
    """Memory, CPU, file and time limits, an empty environment; the file system and network are in reach."""


def sandbox_level() -> SandboxLevel:
    """Return the level in force on this machine."""
    return SandboxLevel.BUBBLEWRAP if _bubblewrap() else SandboxLevel.LIMITS


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules as a child."""
    return [*_bubblewrap(), sys.executable, "-B", "-s", "-m", module, *arguments]


def environment(scratch: str) -> dict[str, str]:
    """Return the whole environment of a child: nothing of ours but where programs and Tesseract's data are."""
    kept = {name: os.environ[name] for name in ("TESSDATA_PREFIX",) if name in os.environ}
    one_thread = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(str(folder.parent) for folder in _our_folders())),
        **one_thread,
        **kept,
    }


@contextmanager
def scratch_folder() -> Iterator[str | None]:
    """Give a private folder in memory for the temporary files of the programs a child runs, None where there is none.

    Under bubblewrap that is the child's own /tmp, which nobody else sees and which goes with it.
    """
    if sandbox_level() is SandboxLevel.BUBBLEWRAP:
        yield "/tmp"  # noqa: S108  a file system in memory of the child's own
        return
    memory = Path("/dev/shm")  # noqa: S108
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="juanzong-", dir=memory) as folder:
        yield folder


@cache
def _bubblewrap() -> tuple[str, ...]:
    """Return bubblewrap's command line, empty where it is missing or may not do what we need."""
    program = shutil.which("bwrap")
    if sys.platform != "linux" or program is None:
        return ()
    for proc in _PROC_CHOICES:
        line = (program, *_arguments(proc))
        try:
            # A network interface other than the loopback would show that the namespace is not ours.
            probe = subprocess.run(
                [*line, sys.executable, "-S", "-c", "import socket;print(len(socket.if_nameindex()))"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if probe.returncode == 0 and probe.stdout.strip() == b"1":
            return line
    return ()


def _arguments(proc: Sequence[str]) -> Iterator[str]:
    yield from ("--unshare-all", "--new-session", "--cap-drop", "ALL")
    for folder in _SYSTEM_FOLDERS:
        path = Path(folder)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), folder)
        elif path.is_dir():
            yield from ("--ro-bind", folder, folder)
    for name in _SYSTEM_FILES:
        yield from ("--ro-bind-try", name, name)
    yield from ("--dev", "/dev", *proc, "--tmpfs", "/tmp")  # noqa: S108  inside the child's own name space
    for path in dict.fromkeys([Path(sys.prefix), Path(sys.base_prefix), *_our_folders(), *_language_data()]):
        if not any(path.is_relative_to(folder) for folder in _SYSTEM_FOLDERS):
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--chdir", "/")


def _our_folders() -> list[Path]:
    specs = [find_spec(part) for part in OUR_PARTS]
    return [Path(spec.origin).resolve().parent for spec in specs if spec is not None and spec.origin is not None]


def _language_data() -> list[Path]:
    folder = os.environ.get("TESSDATA_PREFIX")
    return [Path(folder).resolve()] if folder and Path(folder).is_dir() else []
