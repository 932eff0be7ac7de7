"""What ``doctor`` says of a watcher and of the drop folders: at work, paused, hanging, dead, or none at all."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from desk import watchers
from desk.home import Home
from dossier.wording import LANGS
from ingest.heartbeat import Beat
from tests.journeys.conftest import new_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def told(home: Home, beat: Beat | None = None) -> list[tuple[str, bool, str]]:
    """Return what is said, with a watcher's last beat: subject, whether it is well, the key of the sentence."""
    if beat is not None:
        home.heartbeat.parent.mkdir(parents=True, exist_ok=True)
        home.heartbeat.write_text(json.dumps(asdict(beat)))
    found = list(watchers.findings(home, home.settings()))
    assert all(one.say(lang) and one.title(lang) and "{" not in one.say(lang) for one in found for lang in LANGS)
    return [(one.subject, one.ok, one.wording.removeprefix("desk.doctor-")) for one in found]


def now(**changes: object) -> Beat:
    at = time.time()
    beat = Beat(os.getpid(), at, at, at, 3, 4, False, {"/": "events", "/tmp": "polling"})
    return replace(beat, **changes)  # type: ignore[arg-type]


def test_a_watcher_at_work(home: Home) -> None:
    """How it is, and each of its folders with how new scans are noticed there."""
    folders = [("drop", True, "drop-events"), ("drop", True, "drop-polling")]
    assert told(home, now()) == [("watcher", True, "watcher-alive"), *folders]
    assert told(home, now(paused=True)) == [("watcher", False, "watcher-paused"), *folders]
    assert told(home, now(looped=time.time() - 700)) == [("watcher", False, "watcher-stuck"), *folders]


def test_a_folder_that_is_gone(home: Home) -> None:
    """The watcher is well and one of its folders is not, whether or not the watcher has noticed yet."""
    for folder, noticed in ((home.path, "away"), (home.path / "missing", "events")):
        beat = now(folders={str(folder): noticed})
        assert told(home, beat) == [("watcher", True, "watcher-alive"), ("drop", False, "drop-away")]


def test_a_watcher_that_was_killed(home: Home, tmp_path: Path) -> None:
    """It is said to have ended, however short ago; its folders are those of the settings, which nobody watches."""
    (tmp_path / "scans").mkdir()
    home.write(home.settings().model_copy(update={"intake": intake(home, tmp_path / "scans")}))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert told(home, now(pid=ended.pid)) == [("watcher", False, "watcher-died"), ("drop", True, "drop-idle")]
    assert list((tmp_path / "scans").iterdir()) == []
    assert told(home, now(beat=time.time() - 90)) == [("watcher", False, "watcher-silent"), ("drop", True, "drop-idle")]


def test_no_watcher(home: Home, tmp_path: Path) -> None:
    """Folders of the settings that could not be watched are told of before anybody tries."""
    assert told(home) == [("watcher", True, "watcher-none")]
    home.write(home.settings().model_copy(update={"intake": intake(home, tmp_path / "missing")}))
    assert told(home) == [("watcher", True, "watcher-none"), ("drop", False, "intake.drop_missing")]


def test_a_beat_of_an_earlier_version(home: Home) -> None:
    """One that does not name the folders is understood."""
    home.heartbeat.parent.mkdir(parents=True, exist_ok=True)
    beat = asdict(now())
    del beat["folders"]
    home.heartbeat.write_text(json.dumps(beat))
    found = list(watchers.findings(home, home.settings()))
    assert [one.wording for one in found] == ["desk.doctor-watcher-alive"]


def intake(home: Home, folder: Path) -> object:
    return home.settings().intake.model_copy(update={"drop": (str(folder),)})
