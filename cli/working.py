"""``worker``: reads what waits in the queue."""

import logging
import os
import socket
import threading
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from cli.jsonlog import JsonLog
from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from cli.stopping import stopping
from dossier.errors import JuanzongError
from index.queue import Mended
from ingest.pipeline import Done

_LIBRARIES: Final = ("procrastinate", "psycopg", "psycopg.pool", "asyncio")
"""Their own logs are for programmers, and no JSON; what matters of them is told here."""


class WorkLog:
    """What a worker does, in JSON lines."""

    def __init__(self) -> None:
        self._log = JsonLog()

    def done(self, one: Done) -> None:
        """Log a capture that is done."""
        facts = {"reason": one.error} if one.error else {}
        seconds = round(one.seconds, 2)
        self.write(
            "read",
            capture=one.capture,
            state=one.state.value,
            documents=list(one.documents),
            pages=one.pages,
            seconds=seconds,
            **facts,
        )

    def trouble(self, fault: BaseException, capture: str) -> None:
        """Log what kept a capture, or the worker as a whole; the text of a fault is left out, it may quote a page."""
        reason = fault.wording if isinstance(fault, JuanzongError) else type(fault).__name__
        self.write("trouble", reason=reason, **({"capture": capture} if capture else {}))

    def mended(self, mended: Mended) -> None:
        """Log what a sweep put right."""
        self.write("mended", **asdict(mended))

    def write(self, event: str, **facts: Any) -> None:
        """Write one line."""
        self._log.write(event, **facts)


def worker(
    *,
    places: Annotated[int, typer.Option("--places", min=0, max=256, help="working.opt-places")] = 0,
    metrics: Annotated[int | None, typer.Option("--metrics", min=1, max=65535, help="working.opt-metrics")] = None,
    home: Home = DEFAULT_HOME,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Read what waits in the queue."""
    # The queue's library takes a while to load; no other command waits for it.
    from desk.working import work  # noqa: PLC0415
    from ingest.worker import Heard  # noqa: PLC0415

    screen = Screen(lang_now(lang), as_json=False)
    for name in _LIBRARIES:
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    stop, log = threading.Event(), WorkLog()
    with opened(screen, home, passphrase_fd) as archive, stopping(stop):
        log.write("started", host=socket.gethostname(), process=os.getpid())
        work(archive, stop=stop, heard=Heard(log.done, log.trouble, log.mended), places=places or None, metrics=metrics)
        log.write("stopped")
