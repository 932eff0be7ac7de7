"""The command itself, as a process: it watches, stops when asked, and is killed without warning."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw

from desk.home import Home
from ingest.heartbeat import last_beat
from tests.journeys.conftest import PASSPHRASE, new_home
from tests.journeys.crashing import stand

ROOT = Path(__file__).parents[2]


def page(words: str) -> bytes:
    """Return a small drawn page."""
    image = Image.new("L", (700, 240), 255)
    ImageDraw.Draw(image).text((30, 80), f"SPECIMEN {words}", fill=0, font_size=40)
    target = io.BytesIO()
    image.save(target, "PDF", resolution=150)
    return target.getvalue()


def command(home: Home, *arguments: str | Path) -> list[str]:
    code = "from cli.main import main; main()"
    return [sys.executable, "-c", code, *map(str, arguments), "--home", str(home.path)]


def start(home: Home, *arguments: str | Path) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"JUANZONG_PASSPHRASE": PASSPHRASE, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command(home, *arguments), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def wait(process: "subprocess.Popen[bytes]", holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "drop").mkdir()
    return new_home(tmp_path)


def test_it_watches_and_stops_when_asked(home: Home, tmp_path: Path) -> None:
    """A scan dropped while it runs is taken; asked to stop in the middle of another, it ends within ten seconds."""
    drop, first = tmp_path / "drop", page("one")
    process = start(home, "watch", drop)
    try:
        wait(process, lambda: last_beat(home.heartbeat) is not None)
        (drop / "one.pdf").write_bytes(first)
        wait(process, lambda: bool(list(drop.glob("done/*/one.pdf"))))
        (drop / "two.pdf").write_bytes(page("two"))
        time.sleep(2.6)  # just taken, or about to be
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=20)
        assert time.monotonic() - asked < 10
        assert process.returncode == 0, output
    finally:
        process.kill()
    assert last_beat(home.heartbeat) is None
    found = stand(home, drop)
    assert len(found.waiting) + len(found.done) == 2
    assert found.originals[first] == 1


@pytest.mark.slow
def test_killed_without_warning_again_and_again(home: Home, tmp_path: Path) -> None:
    """However often it dies in the middle, each scan ends filed or in review, once."""
    drop, chance = tmp_path / "drop", Random(5)
    contents = {f"{number}.pdf": page(f"paper number {number}") for number in range(5)}
    for name, content in contents.items():
        (drop / name).write_bytes(content)
    for _ in range(3):
        process = start(home, "watch", drop, "--once", "--json")
        time.sleep(2.5 + chance.random() * 3)
        process.kill()
        process.wait()
        found = stand(home, drop)
        for name, content in contents.items():
            assert found.originals[content] == 1 or (drop / name).read_bytes() == content
    last = start(home, "watch", drop, "--once", "--json")
    output, errors = last.communicate(timeout=120)
    assert last.returncode == 0, errors
    json.loads(output)
    found = stand(home, drop)
    assert found.waiting == []
    assert {content: found.originals[content] for content in contents.values()} == dict.fromkeys(contents.values(), 1)
    assert {capture.state for capture in found.captures} <= {"filed", "review"}
    assert len(found.done) == 5
