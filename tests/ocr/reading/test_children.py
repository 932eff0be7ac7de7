"""Children: what passes between us and them, and what happens when they die."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.children.frames import Frame, FrameFailed, FrameLate, receive, send
from ocr.children.rendered import Missing, Opened, RawSheet, RenderedFile, checked_sheet
from ocr.children.sandbox import SandboxLevel, command, environment, sandbox_level
from ocr.children.workers import PageNotRead, WorkerPool
from ocr.rendering import RenderingSettings
from ocr.rendering.child import carried

SETTINGS = RenderingSettings()


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9), max_size=4), st.binary(max_size=5000))
def test_frame_arrives_as_it_was_sent(facts: dict[str, Any], payload: bytes) -> None:
    """Facts and bytes come through whole."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=send, args=(ours, Frame("page", facts, payload)))
        sender.start()
        got = receive(theirs, within_seconds=5)
        sender.join()
    assert (got.word, json.dumps(got.facts), bytes(got.payload)) == ("page", json.dumps(facts), payload)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x05\x00\x00\x00",
        b"\xff\xff\xff\xff" + bytes(8),
        b"\x02\x00\x00\x00" + b"\xff" * 8 + b"{}",
        b"\x02\x00\x00\x00" + bytes(8) + b"{]",
        b"\x02\x00\x00\x00" + bytes(8) + b"42",
    ],
)
def test_nonsense_is_no_frame(sent: bytes) -> None:
    """Cut, oversized and garbled frames are refused before memory is given for them."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(sent)
        ours.close()
        with pytest.raises(FrameFailed):
            receive(theirs, within_seconds=2, payload_limit=1000)


def test_silence_ends(reader: object) -> None:
    """One who says nothing is waited for no longer than allowed."""
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(FrameLate):
        receive(theirs, within_seconds=0.05)


def page_frame(page: int, **changed: Any) -> Frame:
    """Return the frame of an empty grey page of 4 × 3 pixels."""
    size: dict[str, Any] = {"number": page, "width": 4, "height": 3, "dpi": 200, "shape": [3, 4], "rotation": 0}
    empty = {"lines": [], "source": "ocr", "engine": "", "codes": [], "covers": [], "doubted": False, "structured": {}}
    facts = size | empty
    return Frame("page", facts | changed, bytes(12))


class ScriptedFork:
    """A child that gives the frames of a script and then dies."""

    def __init__(self, script: Sequence[Frame | type[FrameFailed]], asked: list[Any]) -> None:
        self._script = iter(script)
        self._asked = asked

    def send(self, frame: Frame) -> None:
        self._asked.append((frame.facts["first"], frame.facts["second"]))

    def receive(self, within_seconds: float, payload_limit: int) -> Frame:
        step = next(self._script, FrameFailed)
        if isinstance(step, Frame):
            return step
        raise step

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


class ScriptedForks:
    """Gives one scripted child after the other, and keeps what each was asked for."""

    def __init__(self, *scripts: Sequence[Frame | type[FrameFailed]]) -> None:
        self._scripts = iter(scripts)
        self.asked: list[Any] = []

    def start(self) -> ScriptedFork:
        return ScriptedFork(next(self._scripts), self.asked)


OPENED = Frame("opened", {"count": 4, "whole": 4})


def outcome(forks: ScriptedForks, content: bytes = b"GIF89a") -> list[Any]:
    """Return what reading the scripted file gave: page numbers, or number and reason."""
    rendered = RenderedFile(forks, content, None, SETTINGS)  # type: ignore[arg-type]
    return [
        event.number if isinstance(event, RawSheet) else (event.number, event.reason)
        for event in rendered.pages()
        if not isinstance(event, Opened)
    ]


def test_page_that_kills_its_child_is_failed_and_the_next_child_goes_on() -> None:
    """A child that dies at page 2 costs page 2 only."""
    forks = ScriptedForks([OPENED, page_frame(1), FrameFailed], [OPENED, page_frame(3), page_frame(4)])
    assert outcome(forks) == [1, (2, "ocr.page_broke_reader"), 3, 4]
    assert forks.asked == [(1, False), (3, False)]


def test_second_renderer_tries_the_page_of_a_pdf_that_broke_the_first() -> None:
    """A PDF's page that killed its child is drawn by the second renderer."""
    forks = ScriptedForks(
        [OPENED, page_frame(1), FrameFailed], [OPENED, page_frame(2)], [OPENED, page_frame(3), page_frame(4)]
    )
    assert outcome(forks, b"%PDF-1.7") == [1, 2, 3, 4]
    assert forks.asked == [(1, False), (2, True), (3, False)]


def test_slow_page_is_failed() -> None:
    """A page that takes too long is failed, and the rest goes on."""
    forks = ScriptedForks([OPENED, FrameLate], [OPENED, page_frame(2), page_frame(3), page_frame(4)])
    assert outcome(forks) == [(1, "ocr.page_too_slow"), 2, 3, 4]


@pytest.mark.parametrize(
    "lie",
    [
        {"number": 2},
        {"width": 5},
        {"shape": [3, 4, 4]},
        {"shape": []},
        {"source": "elsewhere"},
        {"lines": [["text", [1, 2, 3], 0.5]]},
        {"lines": [["x" * 300_000, [0, 0, 1, 1], 0.5]]},
        {"dpi": "many"},
        {"codes": 7},
        {"structured": [1]},
    ],
)
def test_page_whose_facts_do_not_agree_is_missing(lie: dict[str, Any]) -> None:
    """What a child says about a page is checked against what it sends."""
    assert isinstance(checked_sheet(page_frame(1), 1, SETTINGS), RawSheet)
    assert isinstance(checked_sheet(page_frame(1, **lie), 1, SETTINGS), Missing)


def test_child_sees_neither_network_nor_home() -> None:
    """In its sandbox a child has no network but its own loopback, no home of ours and none of our environment."""
    if sandbox_level() is not SandboxLevel.BUBBLEWRAP:
        pytest.skip("bubblewrap does not work on this machine")
    spy = (
        "import os, socket, json; from pathlib import Path\n"
        "def reaches():\n"
        "    try: socket.create_connection(('192.0.2.1', 80), timeout=1)\n"
        "    except OSError: return False\n"
        "    return True\n"
        "print(json.dumps([len(socket.if_nameindex()), reaches(), Path.home().exists() and os.listdir(Path.home()),"
        " sorted(os.environ), os.path.exists('/etc/passwd'), len([p for p in os.listdir('/proc') if p.isdigit()])]))"
    )
    order = command("ocr.children.rendering")[:-2]
    seen = subprocess.run([*order, "-c", spy], env=environment("/tmp"), capture_output=True, check=True)
    interfaces, reached, home, names, passwords, processes = json.loads(seen.stdout)
    assert (interfaces, reached, home, passwords) == (1, False, [], False)
    assert not {"JUANZONG_PASSPHRASE", "JUANZONG_HOME", "USER"} & set(names)
    assert processes <= 3


def test_worker_that_dies_is_replaced() -> None:
    """A worker killed over one page costs that page; the next page is read."""
    pool = WorkerPool(1)
    pool.prepare()
    facts = {"dpi": 200, "wall_seconds": 30, "lines": [], "covers": [], "doubted": False, "turn": None}
    facts |= {"engine": "auto", "languages": []}
    page = Frame("read", facts | {"shape": [64, 64]}, np.full((64, 64), 255, np.uint8).tobytes())
    try:
        assert pool.ask(page, 60).facts["blank"] is True
        with pytest.raises(PageNotRead):
            pool.ask(Frame("read", facts | {"shape": [9, 9, 9]}, b"short"), 30)
        assert pool.ask(page, 60).facts["blank"] is True
    finally:
        pool.close()


def test_importing_the_reader_loads_no_parser() -> None:
    """The process that holds keys loads no renderer, decoder or engine."""
    parsers = ("PIL", "pypdfium2", "cv2", "openvino", "docx", "zxingcpp")
    loaded = f"import sys, ocr.reader; print([name for name in {parsers} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_colourless_page_is_handed_over_in_one_channel() -> None:
    """A page without colour travels as a third of its bytes; one coloured pixel keeps all three channels."""
    page = np.full((400, 300, 3), 200, np.uint8)
    assert carried(page).shape == (400, 300)
    assert carried(carried(page)).shape == (400, 300)
    page[7, 9] = (255, 0, 0)
    assert carried(page).shape == (400, 300, 3)
