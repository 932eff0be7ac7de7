"""Processes that read page images, each on one thread: networks are loaded once for all; only clean pixels come in."""

import os
import signal
import socket
import sys
from functools import partial

import cv2
import numpy as np

from dossier.reading import Line
from ocr.children import fork_server
from ocr.children.frames import Frame, FrameFailed, receive, send
from ocr.engines import EngineChoice, Pixels
from ocr.engines.models import ModelFailed
from ocr.engines.page import PageOrder, PageReader, PageSettings
from ocr.engines.rapid import RapidEngine
from ocr.engines.tesseract import TesseractEngine, TesseractSettings


def main(control: socket.socket) -> None:
    """Load the networks, then fork a worker for every one that is asked for over ``control``."""
    cv2.setNumThreads(1)
    try:
        engine = RapidEngine.loaded()
    except ModelFailed as failed:
        fork_server.serve(control, partial(refuse, model=str(failed.facts["model"])))
        return
    fork_server.serve(control, partial(serve, engine=engine))


def refuse(channel: socket.socket, model: str) -> None:
    """Say which network is not the one that was tested."""
    send(channel, Frame("failed", {"model": model}))


def serve(channel: socket.socket, engine: RapidEngine) -> None:
    """Read the page images that come over ``channel`` until it closes."""
    engine.warm()  # what hung after the fork would hang here, and not over somebody's page
    send(channel, Frame("ready", {}))
    while True:
        try:
            order = receive(channel)
        except FrameFailed:
            return
        # One who never answers must not outlive the process that would have killed it.
        signal.alarm(int(order.facts["wall_seconds"]) + 5)
        inferred = engine.cpu_seconds
        read = _reader(engine, order).read(_page_order(order))
        lines = [[line.text, line.box, round(line.confidence, 4)] for line in read.lines]
        facts = {
            "width": read.width,
            "height": read.height,
            "rotation": read.rotation,
            "engine": read.engine,
            "lines": lines,
            "blank": read.blank,
            "own_text": read.own_text,
            "signatures": [[one.label, one.box, one.ink, one.share] for one in read.signatures],
            "inference_seconds": engine.cpu_seconds - inferred,
        }
        signal.alarm(0)
        send(channel, Frame("read", facts))


def _reader(engine: RapidEngine, order: Frame) -> PageReader:
    """Return a reader that reads as the order asks, with the networks that are loaded."""
    languages = tuple(order.facts["languages"])
    second = TesseractEngine(TesseractSettings(languages=languages) if languages else None)
    return PageReader(engine, second, PageSettings(engine=EngineChoice(order.facts["engine"])))


def _page_order(order: Frame) -> PageOrder:
    facts = order.facts
    return PageOrder(
        image=_pixels(order),
        dpi=facts["dpi"],
        lines=tuple(Line(text, tuple(box), sure) for text, box, sure in facts["lines"]),
        covers=tuple(tuple(box) for box in facts["covers"]),
        doubted=facts["doubted"],
        turn=facts["turn"],
    )


def _pixels(order: Frame) -> Pixels:
    image = np.frombuffer(order.payload, np.uint8).reshape(order.facts["shape"])
    return image if image.ndim == 3 else np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB), np.uint8)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)
