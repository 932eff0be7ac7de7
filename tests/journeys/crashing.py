"""Run a pass of the watcher in a child process that is killed at its nth step, and look at what is left."""

import inspect
import io
import itertools
import os
import shutil
import signal
import sys
import threading
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, Self

from sqlalchemy import Engine
from sqlmodel import select

from desk import capture
from desk.archive import Archive
from desk.home import Home
from desk.taken import Taken
from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from index import engine as index_engine
from index.journal import State, comings
from index.tables import Capture, Document, Sighting
from ingest.settle import SettleSettings
from ocr.children.unpacked import Member
from tests.journeys.conftest import PASSPHRASE, no_tick

VIN = "1M8GDM9AXKP042788"
STEPS = frozenset(
    {
        *("open", "link", "rename", "replace", "unlink", "remove", "mkdir", "rmdir", "fsync", "write", "truncate"),
        *("execute", "executemany", "commit", "rollback"),
    }
)
"""Names of calls into C that change a file system or the index; before each of them the process may die."""


class PlainReader:
    """Stands in for the reader: finds one filed paper in any bytes, in no time."""

    def __init__(self, _: object = None) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def abandon(self) -> None:
        pass

    def unpack(self, content: bytes, *, password: str | None = None) -> Iterator[Member]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield Member(name, archive.read(name))

    def read(self, content: bytes, name: str = "", **_: object) -> Reading:
        if b"BROKEN" in content:
            return Reading((), (), error="ingest.no-document")
        return self.filed(name)

    def filed(self, _: str = "") -> Reading:
        """Return a reading that is filed."""
        line = Line("SPECIMEN 購車發票", (0, 0, 10, 10), 0.99)
        page = Page(1, 100, 100, 72, 0, "ocr", "plain", line.text, (line,))
        fields = {"vin": FieldValue(VIN, 0.99, 1, checked="check-digit")}
        return Reading((page,), (Recognised("purchase-invoice", "invoice", 0.99, False, fields, (1,)),))


class NoWait(SettleSettings):
    """Takes every file at the first look."""

    @classmethod
    def for_one_pass(cls) -> "NoWait":
        return cls(
            quiet_seconds=0,
            grown_quiet_seconds=0,
            shapeless_quiet_seconds=0,
            closed_patience_seconds=0,
            patience_seconds=0,
        )


@contextmanager
def sql_kept() -> Iterator[None]:
    """Let every index that is opened in the block use the SQL written for the first: nearly half of a pass's time.

    All of them must be copies of one archive.
    """
    real, first = index_engine.sqlalchemy_engine, list[Engine]()

    def made(*arguments: Any, **options: Any) -> Engine:
        engine = real(*arguments, **options)
        first[:] = first or [engine]
        engine.dialect, engine._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return engine

    index_engine.sqlalchemy_engine = made
    try:
        yield
    finally:
        index_engine.sqlalchemy_engine = real


def one_pass(home: Home, drop: Path) -> list[Taken]:
    """Take what lies in ``drop``, as ``watch --once`` does, with the plain reader and without waiting."""
    before = capture.Reader, capture.SettleSettings
    capture.Reader, capture.SettleSettings = PlainReader, NoWait  # type: ignore[misc, assignment]
    try:
        with Archive.open(home, home.settings(), PASSPHRASE) as archive:
            return capture.watch_once(archive, [drop], stop=threading.Event(), tick=no_tick)
    finally:
        capture.Reader, capture.SettleSettings = before  # type: ignore[misc]


@contextmanager
def prepared(template: Path) -> Iterator[None]:
    """Do what only a first pass has to, on a copy, so that the passes of the block cost what they do themselves."""
    with sql_kept(), TemporaryDirectory() as folder:
        home, drop = fresh(template, Path(folder) / "copy")
        (drop / "first.pdf").write_bytes(b"%PDF-1.4\n% SPECIMEN first\ntrailer\nstartxref\n9\n%%EOF\n")
        one_pass(home, drop)
        stand(home, drop)
        yield


def dies_at(step: int, act: Callable[[], object]) -> bool:
    """Run ``act`` in a child killed before its nth step, counted over all its threads; tell whether that came."""
    counted = itertools.count(1)
    return _dies(
        lambda frame, event, function: event == "c_call" and _changes(frame, function) and next(counted) == step, act
    )


def dies_entering(place: Callable[..., object], act: Callable[[], object]) -> bool:
    """Run ``act`` in a child killed when any of its threads enters a function; tell whether that came."""
    code = inspect.unwrap(place).__code__
    return _dies(lambda frame, event, _: event == "call" and frame.f_code is code, act)


def _dies(now: Callable[[FrameType, str, Any], bool], act: Callable[[], object]) -> bool:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:

        def watch(frame: FrameType, event: str, function: Any) -> None:
            if now(frame, event, function):
                os.kill(os.getpid(), signal.SIGKILL)

        threading.setprofile(watch)
        sys.setprofile(watch)
        try:
            act()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 3)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}, code
    return code != 0


def _changes(frame: FrameType, function: Any) -> bool:
    """Tell a call that changes something that lasts; a text's ``replace``, a query and a look into a file do not."""
    if function.__name__ not in STEPS or isinstance(function.__self__, str | bytes | list | set | dict | deque):
        return False
    if function.__name__ == "execute":
        return not str(frame.f_locals.get("statement", "")).startswith("SELECT")
    return not (function.__name__ == "open" and frame.f_locals.get("mode") in {"r", "rb"})


@dataclass(frozen=True, slots=True)
class Stand:
    """What an archive and its drop folder hold."""

    captures: list[Capture]
    sightings: list[Sighting]
    documents: int
    originals: Counter[bytes]
    """The verified originals in the vault, by content."""
    loose: list[str]
    """Sealed objects that the index does not know."""
    litter: int
    """Bytes in the store that belong to no envelope."""
    waiting: list[str]
    done: list[str]
    quarantined: list[str]


def stand(home: Home, drop: Path) -> Stand:
    """Open everything and say how it stands; each object is verified on the way."""
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        with archive.index.read() as session:
            captures = list(session.exec(select(Capture)).all())
            sightings = list(session.exec(select(Sighting)).all())
            documents = len(session.exec(select(Document)).all())
            session.expunge_all()
        known = {ref for row in captures for ref in (row.original, row.record, row.reading, *comings(row)) if ref}
        originals: Counter[bytes] = Counter()
        loose = []
        kept = set()
        for envelope in archive.vault.objects():
            archive.vault.verify(envelope.object_id)
            kept.add(envelope.object_id)
            if envelope.role == "original":
                content = archive.vault.open_bytes(envelope.object_id, document=envelope.document, role="original")
                originals[content] += 1
            if envelope.object_id not in known:
                loose.append(f"{envelope.role} {envelope.object_id}")
        assert _promised(captures) <= kept, "the journal says of an object that is not there that it is sealed"
        litter = sum(1 for one in archive.vault.store.names() if not any(part in one.name for part in kept))
    files = [str(path.relative_to(drop)) for path in sorted(drop.rglob("*")) if path.is_file()]
    return Stand(
        captures,
        sightings,
        documents,
        originals,
        loose,
        litter,
        waiting=[name for name in files if not name.startswith(("done/", "quarantine/", ".juanzong/"))],
        done=[name for name in files if name.startswith("done/")],
        quarantined=[name for name in files if name.startswith("quarantine/")],
    )


def _promised(captures: list[Capture]) -> set[str]:
    """Return the objects that captures claim to be sealed; an id noted for an object to come is no such claim."""
    originals = [ref for row in captures if row.state != State.CLAIMED for ref in (row.original, row.record)]
    readings = [row.reading for row in captures]
    return {ref for ref in (*originals, *readings) if ref}


def fresh(template: Path, folder: Path) -> tuple[Home, Path]:
    """Copy a prepared home and drop folder into an emptied ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder, copy_function=shutil.copy)
    return Home(folder / "home"), folder / "drop"
