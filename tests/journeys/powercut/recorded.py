"""Run a pass of the watcher in a process whose calls to the file system are recorded, or end at one of them.

As a program: loads everything once and then, for each order on standard input, forks a child that does one pass.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from desk.home import Home
from dossier.errors import VaultFailed
from tests.journeys.crashing import one_pass, prepared

SOURCE = Path(__file__).with_name("recorder.c")
ROOT = Path(__file__).parents[3]
FAILED = 4
"""How a pass ends that says that nothing can be kept now."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """The program that runs passes, and the folder that its journals go to."""

    process: "subprocess.Popen[str]"
    journal: Path

    def run(self, folder: Path, *, kill_at: int = 0, full_from: int = 0) -> tuple[bool, bytes]:
        """Do a pass over ``folder/drop`` into ``folder/home``; tell whether it was ended on the way; what it did.

        It is killed in its call number ``kill_at``; from number ``full_from`` on the disk is full.
        """
        order = {"folder": str(folder), "journal": str(self.journal), "kill_at": kill_at, "full_from": full_from}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        assert code in ({0, FAILED} if full_from else {0, -signal.SIGKILL}), code
        return code != 0, self.journal.read_bytes()


@contextmanager
def recorder(folder: Path, template: Path) -> Iterator[Recorder]:
    """Compile what records, and give a program that has it loaded; skips the test where there is no compiler.

    ``template`` is a folder with a home and a drop folder like those that passes are to be done over.
    """
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("what records calls to the file system needs Linux and a C compiler")
    library = folder / "recorder.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl", "-lpthread"], check=True)
    environment = os.environ | {"LD_PRELOAD": str(library), "JUANZONG_RECORDER": str(library)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.powercut.recorded", str(template)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Recorder(process, folder / "journal")
        finally:
            process.kill()


def main(template: Path) -> None:
    """Carry out orders until there are none."""
    library = ctypes.CDLL(os.environ["JUANZONG_RECORDER"])
    with prepared(template):
        for line in sys.stdin:
            order = json.loads(line)
            child = os.fork()
            if child == 0:
                _carry_out(order, library)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
            sys.stdout.flush()


def _carry_out(order: dict[str, Any], library: ctypes.CDLL) -> NoReturn:
    status = 3
    try:
        journal = os.open(order["journal"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        at, full = ctypes.c_long(order["kill_at"]), ctypes.c_long(order["full_from"])
        library.recorder_begin(os.fsencode(order["folder"]), journal, at, full)
        folder = Path(order["folder"])
        one_pass(Home(folder / "home"), folder / "drop")
        status = 0
    except (VaultFailed, OSError):
        status = FAILED
    finally:
        if status not in {0, FAILED}:
            traceback.print_exc()
        os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
