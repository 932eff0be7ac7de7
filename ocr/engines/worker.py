"""A process that reads page images: its models are loaded once, it runs on one thread and takes clean pixels only."""

import os
import signal
import socket
import sys

import cv2
import numpy as np

from dossier.reading import Line
from ocr.children.frames import Frame, FrameFailed, receive, send
from ocr.children.limits import hide
from ocr.engines import EngineChoice, Pixels
from ocr.engines.models import ModelFailed
from ocr.engines.page import PageOrder, PageReader, PageSettings
from ocr.engines.rapid import RapidEngine
from ocr.engines.tesseract import TesseractEngine, TesseractSettings


def serve(channel: socket.socket) -> None:
    """Read the page images that come over ``channel`` until it closes."""
    hide()
    cv2.setNumThreads(1)
    try:
        engine = RapidEngine()
    except ModelFailed as failed:
        send(channel, Frame("failed", {"model": failed.facts["model"]}))
        return
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
    serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)
