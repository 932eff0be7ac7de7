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
from typing import IO

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


def pages(words: str, count: int) -> bytes:
    """Return a file of many full pages, enough to be read for a while."""
    sheets = []
    for number in range(count):
        image = Image.new("L", (1240, 1754), 255)
        pen = ImageDraw.Draw(image)
        for line in range(28):
            pen.text((90, 80 + 58 * line), f"SPECIMEN {words} {number} line {line} of many", fill=0, font_size=36)
        sheets.append(image)
    target = io.BytesIO()
    sheets[0].save(target, "PDF", resolution=150, save_all=True, append_images=sheets[1:])
    return target.getvalue()


def children_of(process: int) -> list[int]:
    """Return the processes that a process started, however deep."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children_of(int(child))]
    return found


def command(home: Home, *arguments: str | Path) -> list[str]:
    code = "from cli.main import main; main()"
    return [sys.executable, "-c", code, *map(str, arguments), "--home", str(home.path)]


def start(home: Home, *arguments: str | Path, log: IO[bytes] | None = None) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"JUANZONG_PASSPHRASE": PASSPHRASE, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command(home, *arguments),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if log is None else log,
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


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
def test_it_stops_in_the_midst_of_reading(home: Home, tmp_path: Path) -> None:
    """Long files half read, more waiting: within ten seconds all is as if reading had not begun; no child is left."""
    drop = tmp_path / "drop"
    contents = [pages(f"long {number}", 40) for number in range(3)]
    for number, content in enumerate(contents):
        (drop / f"{number}.pdf").write_bytes(content)
    process = start(home, "watch", drop)
    try:
        wait(process, lambda: any(b"engines.worker" in cmdline(child) for child in children_of(process.pid)))
        time.sleep(2)  # well into the first pages
        children = children_of(process.pid)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
        took = time.monotonic() - asked
    finally:
        process.kill()
    assert process.returncode == 0, log
    assert took < 10
    assert [child for child in children if cmdline(child)] == []
    found = stand(home, drop)
    assert len(found.waiting) == 3
    assert {(capture.state, capture.attempts) for capture in found.captures} <= {("sealed", 0)}
    assert found.documents == 0


def test_the_log_tells_numbers_and_nothing_out_of_documents(home: Home, tmp_path: Path) -> None:
    """One object a line: what happened, to which capture and documents."""
    drop = tmp_path / "drop"
    (drop / "secret name.pdf").write_bytes(page("secret words"))
    process = start(home, "watch", drop)
    wait(process, lambda: bool(list(drop.glob("done/*/*.pdf"))))
    process.send_signal(signal.SIGTERM)
    output, log = process.communicate(timeout=20)
    lines = [json.loads(line) for line in log.decode().splitlines()]
    started, hears, taken_line, stopped = (line["event"] for line in lines)
    assert (started, taken_line, stopped) == ("started", "taken", "stopped")
    assert hears in {"events", "polling"}  # as the file system of the test's folder allows
    (taken,) = [line for line in lines if line["event"] == "taken"]
    (capture,) = stand(home, drop).captures
    assert (taken["capture"], taken["state"], taken["pages"]) == (capture.id, capture.state, 1)
    assert taken["documents"] == [f"{capture.id}-1"]
    assert output == b""
    assert "secret" not in log.decode()


def cmdline(process: int) -> bytes:
    """Return how a process was started, empty where it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


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
