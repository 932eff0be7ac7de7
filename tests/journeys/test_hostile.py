"""Files made to hurt, a hundred of them, in one run: each ends where it should, and none takes the watcher along."""

import signal
import sys
from pathlib import Path

import pytest

from ingest.scan import shown
from tests.journeys.conftest import new_home
from tests.journeys.crashing import stand
from tests.journeys.hostile import LOCKED, Hostile, all_of_them, really_locked_zip
from tests.journeys.test_bad_inputs import MOST_CHILD_KIB, SECONDS_A_FILE, Watched, good
from tests.journeys.test_process import start


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
def test_every_hostile_file_ends_where_it_should(tmp_path: Path) -> None:
    """In its stated state for its right reason, within time and memory; a good scan after them is filed."""
    home, drop, log = new_home(tmp_path), tmp_path / "drop", tmp_path / "log"
    files = {one.name: one for one in all_of_them()}
    locked = really_locked_zip()
    if locked is not None:
        files["packed/under-a-password.zip"] = Hostile("packed/under-a-password.zip", locked, LOCKED)
    assert len(files) > 80
    for one in files.values():
        (drop / one.name).parent.mkdir(parents=True, exist_ok=True)
        (drop / one.name).write_bytes(one.content)
    with (drop / "other/sparse.pdf").open("wb") as sparse:
        sparse.truncate(300 << 20)
    (drop / "other/empty.pdf").touch()
    with log.open("wb") as target:
        process = start(home, "watch", drop, log=target)
    watched = Watched(process, log)
    try:
        watched.until_all_are_gone(drop, 3 * SECONDS_A_FILE, but=frozenset({"empty.pdf"}))
        (drop / "good.pdf").write_bytes(good())
        watched.until_all_are_gone(drop, SECONDS_A_FILE, but=frozenset({"empty.pdf"}))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
    assert {line["capture"]: line["seconds"] for line in watched.taken() if line["seconds"] > SECONDS_A_FILE} == {}
    assert max(watched.peaks.values()) <= MOST_CHILD_KIB
    found = stand(home, drop)
    ended = {f"{one.subfolder}/{one.name}": one for one in found.captures if one.parent is None}
    assert ended["/good.pdf"].state == "filed"
    assert ended["other/sparse.pdf"].error == "ingest.too-large"
    assert found.waiting == ["other/empty.pdf"]
    as_kept = {shown_name(name): one for name, one in files.items()}
    wrong = {
        name: (ended[name].state, ended[name].error)
        for name, one in as_kept.items()
        if not {ended[name].state, ended[name].error} & one.ends
    }
    assert wrong == {}
    assert not (drop / "slipped.pdf").exists()
    assert not Path("/tmp/slipped.pdf").exists()


def shown_name(name: str) -> str:
    """Return the name that a file is captured under."""
    folder, _, own = name.partition("/")
    return f"{folder}/{shown(own)}"
