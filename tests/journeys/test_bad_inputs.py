"""Broken, hostile and odd files, all in one run: each gets its answer, and none disturbs another."""

import json
import re
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ocr.specimen import FontsMissing, encode, vehicle_papers
from tests.journeys.conftest import new_home
from tests.journeys.crashing import stand
from tests.journeys.test_process import children_of, start

if TYPE_CHECKING:
    import subprocess

BAD_INPUTS = Path(__file__).parents[2] / "../shared/corpus/dev/bad_inputs"
SECONDS_A_FILE = 60
MOST_CHILD_KIB = 1_500_000
OURS = {"done", "quarantine", ".juanzong"}
REASONS = {
    "opens with password": {"ingest.needs-password"},
    "opens, zero pages": {"ocr.no_pages", "ocr.damaged"},
    "decode error": {"ocr.no_page_readable", "ocr.damaged"},
    "cannot open": {"ocr.damaged"},
}
"""What a file of some reference outcome may be set aside for; others are read, or not documents at all."""


@dataclass(slots=True)
class Watched:
    """A watcher that runs, the lines of its log, and the most memory each process it started ever had, in KiB."""

    process: "subprocess.Popen[bytes]"
    log: Path
    peaks: dict[int, int] = field(default_factory=dict)

    def until_all_are_gone(self, drop: Path, seconds: float, *, but: frozenset[str] = frozenset()) -> None:
        """Return once nothing waits in the drop folder ``but`` these; fails where nothing is taken for ``seconds``."""
        last, before = time.monotonic(), -1
        while waiting := [path for path in waiting_in(drop) if path.name not in but]:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            for child in children_of(self.process.pid):
                self.peaks[child] = max(self.peaks.get(child, 0), peak_kib(child))
            if len(waiting) != before:
                last, before = time.monotonic(), len(waiting)
            assert time.monotonic() - last < seconds, (waiting, self.log.read_text()[-2000:])
            time.sleep(0.3)

    def taken(self) -> list[dict[str, Any]]:
        """Return what the log says was taken."""
        return [line for line in map(json.loads, self.log.read_text().splitlines()) if line["event"] == "taken"]


def waiting_in(drop: Path) -> list[Path]:
    """Return the files of a drop folder that are still there to be taken."""
    return [path for path in drop.rglob("*") if path.is_file() and path.relative_to(drop).parts[0] not in OURS]


def peak_kib(process: int) -> int:
    """Return the most memory a process ever had, 0 where it is gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


@pytest.mark.slow
@pytest.mark.skipif(not BAD_INPUTS.is_dir(), reason="the development corpus is not beside this checkout")
def test_every_difficult_file_ends_somewhere_and_a_good_scan_after_them_is_filed(tmp_path: Path) -> None:
    """Filed, in review, locked or set aside for its right reason, within time and memory; the one watcher lives on."""
    home, drop, log = new_home(tmp_path), tmp_path / "drop", tmp_path / "log"
    drop.mkdir()
    rows = [line.split("\t") for line in (BAD_INPUTS / "REFERENCE.tsv").read_text().splitlines()[1:]]
    outcomes = {row[0].partition("/")[2]: row[2] for row in rows if (BAD_INPUTS.parent / row[0]).stat().st_size}
    assert len(outcomes) > 50
    for name in outcomes:
        (drop / name).parent.mkdir(exist_ok=True)
        (drop / name).write_bytes((BAD_INPUTS / name).read_bytes())
    with log.open("wb") as target:
        process = start(home, "watch", drop, log=target)
    watched = Watched(process, log)
    try:
        watched.until_all_are_gone(drop, 3 * SECONDS_A_FILE)
        (drop / "good.pdf").write_bytes(good())
        watched.until_all_are_gone(drop, SECONDS_A_FILE)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
    slow = {line["capture"]: line["seconds"] for line in watched.taken() if line["seconds"] > SECONDS_A_FILE}
    assert slow == {}
    assert max(watched.peaks.values()) <= MOST_CHILD_KIB
    found = stand(home, drop)
    states = {f"{one.subfolder}/{one.name}": one for one in found.captures}
    assert states["/good.pdf"].state == "filed"
    ends = Counter(one.state for one in found.captures)
    assert ends.keys() <= {"filed", "review", "quarantined", "locked"}
    assert {one.name for one in found.captures if one.state in {"quarantined", "locked"} and not one.error} == set()
    wrong = {
        name: (states[name].state, states[name].error)
        for name, outcome in outcomes.items()
        for begins, reasons in REASONS.items()
        if outcome.startswith(begins) and name in states and states[name].error and states[name].error not in reasons
    }
    assert wrong == {}
    locked = {name for name, outcome in outcomes.items() if outcome.startswith("opens with password")}
    assert {name: states[name].state for name in locked if name in states} == dict.fromkeys(
        locked & states.keys(), "locked"
    )
    assert found.waiting == []
    kept = [name for name in (*found.done, *found.quarantined) if not name.endswith(".reason.txt")]
    assert len(kept) == len(outcomes) + 1


def good() -> bytes:
    """Return a scan that is filed by itself."""
    try:
        (paper,) = vehicle_papers("after them all", kinds=("purchase-invoice",))
    except FontsMissing as missing:
        pytest.skip(str(missing))
    return encode(paper.pages, "pdf", paper.dpi)
