"""Broken, hostile and odd files, all in one run: each gets its answer, and none disturbs another."""

import json
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import new_home
from tests.journeys.crashing import stand
from tests.journeys.test_process import page, start

BAD_INPUTS = Path(__file__).parents[2] / "../shared/corpus/dev/bad_inputs"
SECONDS_A_FILE = 60


@pytest.mark.slow
@pytest.mark.skipif(not BAD_INPUTS.is_dir(), reason="the development corpus is not beside this checkout")
def test_every_difficult_file_ends_somewhere_and_a_good_scan_after_them_is_taken(tmp_path: Path) -> None:
    """Filed, in review, locked or quarantined with a reason; the run lives, and goes on with the scan that follows."""
    home, drop = new_home(tmp_path), tmp_path / "drop"
    drop.mkdir()
    rows = [line.split("\t") for line in (BAD_INPUTS / "REFERENCE.tsv").read_text().splitlines()[1:]]
    paths = {row[0].partition("/")[2]: row[2] for row in rows if (BAD_INPUTS.parent / row[0]).stat().st_size}
    assert len(paths) > 50
    for name in paths:
        (drop / name).parent.mkdir(exist_ok=True)
        (drop / name).write_bytes((BAD_INPUTS / name).read_bytes())
    started = time.monotonic()
    run = start(home, "watch", drop, "--once", "--json")
    output, errors = run.communicate(timeout=SECONDS_A_FILE * len(paths))
    assert run.returncode == 0, errors
    assert time.monotonic() - started < SECONDS_A_FILE * len(paths)
    states = {one["name"]: one for one in json.loads(output)["captures"]}
    assert len(states) >= 0.95 * len(paths)  # two may hold the same bytes
    assert {one["state"] for one in states.values()} <= {"filed", "review", "quarantined", "locked", "duplicate"}
    assert all(one["error"] for one in states.values() if one["state"] == "quarantined")
    wrong = {
        name: states[Path(name).name]["state"]
        for name, outcome in paths.items()
        if outcome.startswith("opens with password") and states[Path(name).name]["state"] not in {"locked", "duplicate"}
    }
    assert wrong == {}
    (drop / "good.pdf").write_bytes(page("a good scan"))
    after = start(home, "watch", drop, "--once", "--json")
    output, errors = after.communicate(timeout=120)
    assert after.returncode == 0, errors
    assert [one["state"] for one in json.loads(output)["captures"]] in (["filed"], ["review"])
    found = stand(home, drop)
    assert found.waiting == []
    assert (
        len(found.done) + len([name for name in found.quarantined if not name.endswith(".reason.txt")])
        == len(paths) + 1
    )
