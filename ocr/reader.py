"""Read files: bytes in, a Reading out. What parses a stranger's bytes, and what reads pixels, are other processes."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, Self, cast

from dossier.errors import DocumentFailed, ExitCode
from dossier.reading import Line, Page, PageSource, Reading, Recognised, SignatureRoom
from dossier.wording import Lang, say
from ocr.children.forks import Forks, ReadingAbandoned
from ocr.children.frames import Frame
from ocr.children.rendered import Missing, NotOpened, Opened, RawSheet, RenderedFile, box_of
from ocr.children.unpacked import Member, unpacked
from ocr.children.workers import PageNotRead, WorkerPool
from ocr.classify.lessons import Lesson
from ocr.engines import EngineChoice
from ocr.formats import shows_pictures
from ocr.layout import text_of, turned_box
from ocr.programs import LANGUAGES, need_languages
from ocr.recognise import recognise, warm
from ocr.rendering import RenderingSettings

MOST_PAGES_AT_ONCE: Final = 12
"""Documents among more pages than these take long enough to recognise that a stop would be felt to wait for them."""
BEAT_SECONDS: Final = 0.2
_LOCKED: Final = frozenset({"ocr.locked", "ocr.wrong_password"})


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How files are read; ``workers`` is the number of engine processes, each on one thread."""

    rendering: RenderingSettings = field(default_factory=RenderingSettings)
    workers: int = field(default_factory=cores)
    read_wall_seconds: float = 60.0
    engine: EngineChoice = EngineChoice.AUTO
    languages: tuple[str, ...] = ()
    """What Tesseract is asked for, as it calls languages; none: Chinese in both scripts and English."""


class PageNotShown(DocumentFailed):
    """A page cannot be drawn to look at; the sentence is that of the reason."""

    exit_code: ClassVar[ExitCode] = ExitCode.UNREADABLE
    wording: ClassVar[str] = "ocr.page_not_shown"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``."""
        return say(self.reason, lang)


class Reader:
    """Reads files, many at a time; owns the child processes until it is closed. Safe to use from many threads."""

    def __init__(self, settings: ReadingSettings | None = None) -> None:
        """Make ready to read; processes start when there is something to read.

        Raises:
            LanguageMissing: Tesseract is asked for by name and lacks a language, or is not there.
        """
        self.settings = settings or ReadingSettings()
        if self.settings.languages or self.settings.engine is EngineChoice.TESSERACT:
            need_languages(self.settings.languages or LANGUAGES)
        self._forks = Forks()
        self._workers = WorkerPool(self.settings.workers)
        self._threads = ThreadPoolExecutor(self.settings.workers, thread_name_prefix="read-page")
        # Pages rendered but not yet read wait in memory: few, however many files are open.
        self._counting = threading.Lock()
        self._inference_seconds = 0.0
        self._prepared = False
        self._abandoned = threading.Event()
        self._in_flight = threading.BoundedSemaphore(self.settings.workers * 2)

    @property
    def inference_seconds(self) -> float:
        """CPU time that the networks have taken so far, in all workers."""
        return self._inference_seconds

    def read(
        self,
        content: bytes,
        name: str = "",
        *,
        password: str | None = None,
        lessons: Sequence[Lesson] = (),
        alone: bool = False,
    ) -> Reading:
        """Read a file: its pages, and the documents recognised in them. ``name`` decides nothing.

        ``lessons`` are kinds that people decided for documents, from which the like is known again. Files that the
        file encloses are read after it, each a part of its own; ``alone`` leaves out those of a mail.

        Never raises for what the file holds: a file that cannot be read has ``error``, a page that cannot ``failed``.

        Raises:
            EngineFailed, ModelFailed: this machine cannot read at all.
            ReadingAbandoned: ``abandon`` was called meanwhile.
        """
        del name
        opened: Opened | None = None
        pending: list[Page | Future[Page]] = []
        structured: dict[int, dict[str, str]] = {}
        if shows_pictures(content):
            self._prepare()
        file = RenderedFile(self._forks, content, password, self.settings.rendering, alone=alone)
        try:
            for event in file.pages():
                self._go_on()
                match event:
                    case Opened():
                        opened = event
                    case Missing(number, reason):
                        pending.append(missing_page(number, reason))
                    case RawSheet():
                        structured[event.number] = dict(event.structured)
                        pending.append(self._page(event))
        except NotOpened as failed:
            self._go_on()
            if opened is None:
                return Reading((), (), failed.reason, failed.reason in _LOCKED)
        pages = tuple(page if isinstance(page, Page) else page.result() for page in pending)
        self._go_on()
        if opened is None or all(page.failed for page in pages):
            return Reading(pages, (), "ocr.no_page_readable")
        parts = [(part, _data(part, structured)) for part in parted(pages, opened.starts)]
        if len(pages) <= MOST_PAGES_AT_ONCE:
            return Reading(pages, _recognised(parts, lessons))
        return Reading(pages, self._unless_abandoned(lambda: _recognised(parts, lessons)))

    def _prepare(self) -> None:
        """Have loaded what the first page and the first document need while the page is drawn and read."""
        self._workers.prepare()
        with self._counting:
            prepared, self._prepared = self._prepared, True
        if not prepared:
            threading.Thread(target=warm, daemon=True, name="prepare").start()

    def unpack(self, content: bytes, *, password: str | None = None) -> Iterator[Member]:
        """Yield the files that an archive or a mail holds, one after the other; what cannot be had says why.

        Raises:
            NotOpened: nothing can be had of it; the reason is a wording key.
            ReadingAbandoned: ``abandon`` was called meanwhile.
        """
        for member in unpacked(self._forks, content, password, self.settings.rendering):
            self._go_on()
            yield member
        self._go_on()

    def read_many(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Reading]]:
        """Yield every file's name and reading in the order given, each as soon as it and those before it are done.

        Files are taken from ``files`` a few ahead of what is read, so an iterator may load them as it goes.
        """
        ahead = self.settings.workers + 1
        with ThreadPoolExecutor(ahead, thread_name_prefix="read-file") as threads:
            waiting: list[tuple[str, Future[Reading]]] = []
            for name, content in files:
                waiting.append((name, threads.submit(self.read, content, name)))
                if len(waiting) > ahead:
                    first, reading = waiting.pop(0)
                    yield first, reading.result()
            for first, reading in waiting:
                yield first, reading.result()

    def read_page(self, content: bytes, number: int, rotation: int, *, password: str | None = None) -> Page:
        """Read page ``number`` of a file as it stands when turned by ``rotation`` degrees clockwise in all.

        Raises:
            PageNotShown: the file cannot be opened, has no such page, or the page has no image to turn.
        """
        try:
            sheet = RenderedFile(self._forks, content, password, self.settings.rendering).page(number)
        except NotOpened as failed:
            raise PageNotShown(failed.reason) from failed
        if isinstance(sheet, Missing):
            raise PageNotShown(sheet.reason)
        if not sheet.shape:
            raise PageNotShown("ocr.page_without_image")
        return self._read_image(sheet, (rotation - sheet.rotation) % 360)

    def render_page(
        self, content: bytes, number: int, dpi: int = 150, *, password: str | None = None, photo: bool = False
    ) -> bytes:
        """Return page ``number`` of a file to look at, as a PNG, or quickly as a ``photo`` (JPEG).

        Raises:
            PageNotShown: the file cannot be opened, has no such page, or the page cannot be drawn.
        """
        try:
            return RenderedFile(self._forks, content, password, self.settings.rendering).view(number, dpi, photo=photo)
        except NotOpened as failed:
            raise PageNotShown(failed.reason) from failed

    def abandon(self) -> None:
        """Have everything that is being read end soon with ReadingAbandoned, for a program that must stop."""
        self._abandoned.set()
        self._workers.abandon()
        self._forks.abandon()

    def _go_on(self) -> None:
        if self._abandoned.is_set():
            raise ReadingAbandoned

    def close(self) -> None:
        """End every child process; what is being read is waited for."""
        self._threads.shutdown()
        self._workers.close()
        self._forks.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _unless_abandoned(self, work: Callable[[], tuple[Recognised, ...]]) -> tuple[Recognised, ...]:
        """Return what ``work`` comes to, or raise ReadingAbandoned; nobody waits then for what it still computes."""
        done: Future[tuple[Recognised, ...]] = Future()

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as fault:  # noqa: BLE001  raised again where it is waited for
                done.set_exception(fault)

        threading.Thread(target=run, daemon=True, name="recognise").start()
        while not wait([done], BEAT_SECONDS).done:
            self._go_on()
        return done.result()

    def _page(self, sheet: RawSheet) -> Page | Future[Page]:
        if not sheet.shape:
            return page_of(sheet)
        self._in_flight.acquire()
        reading = self._threads.submit(self._read_image, sheet)
        reading.add_done_callback(lambda _: self._in_flight.release())
        return reading

    def _read_image(self, sheet: RawSheet, turn: int | None = None) -> Page:
        wall = self.settings.read_wall_seconds
        facts = {
            "shape": sheet.shape,
            "dpi": sheet.dpi,
            "wall_seconds": wall,
            "lines": [[line.text, line.box, line.confidence] for line in sheet.lines],
            "covers": sheet.covers,
            "doubted": sheet.doubted,
            "turn": turn,
            "engine": self.settings.engine,
            "languages": self.settings.languages,
        }
        order = Frame("read", facts, sheet.pixels)
        try:
            answer = self._workers.ask(order, wall).facts
        except PageNotRead:
            return missing_page(sheet.number, "ocr.page_not_read")
        with self._counting:
            self._inference_seconds += float(answer["inference_seconds"])
        lines = tuple(Line(text, box_of(box), sure) for text, box, sure in answer["lines"])
        found = answer["rotation"]
        codes = tuple(replace(code, box=turned_box(code.box, found, sheet.width, sheet.height)) for code in sheet.codes)
        return replace(
            page_of(sheet),
            width=answer["width"],
            height=answer["height"],
            rotation=(sheet.rotation + found) % 360,
            codes=codes,
            source="text-layer" if answer["own_text"] else "ocr",
            engine=answer["engine"],
            text=text_of(lines),
            lines=lines,
            blank=answer["blank"] and not sheet.codes,
            signatures=tuple(
                SignatureRoom(label, box_of(box), ink, share) for label, box, ink, share in answer["signatures"]
            ),
        )


def _recognised(
    parts: Sequence[tuple[Sequence[Page], dict[str, str] | None]], lessons: Sequence[Lesson]
) -> tuple[Recognised, ...]:
    return tuple(one for part, data in parts for one in recognise(part, data, lessons))


def parted(pages: Sequence[Page], starts: Sequence[int]) -> Iterator[Sequence[Page]]:
    """Yield the pages of each file among those read as one, given the numbers of their first pages."""
    cuts = sorted({0, *(start - 1 for start in starts if 0 < start <= len(pages))})
    for begin, end in zip(cuts, [*cuts[1:], len(pages)], strict=True):
        yield pages[begin:end]


def _data(pages: Sequence[Page], structured: Mapping[int, Mapping[str, str]]) -> dict[str, str] | None:
    """Return the values that came as data on any of these pages; of two for one name the first counts."""
    found: dict[str, str] = {}
    for page in reversed(pages):
        found |= structured.get(page.number, {})
    return found or None


def page_of(sheet: RawSheet) -> Page:
    """Return the page that a sheet is by the text that its file carries."""
    return Page(
        number=sheet.number,
        width=sheet.width,
        height=sheet.height,
        dpi=sheet.dpi,
        rotation=sheet.rotation,
        source=cast("PageSource", sheet.source),
        engine=sheet.engine,
        text=text_of(sheet.lines),
        lines=sheet.lines,
        codes=sheet.codes,
        blank=not sheet.lines and not sheet.codes,
    )


def missing_page(number: int, reason: str) -> Page:
    """Return a page that could not be read: failed, never blank."""
    return Page(number, 0, 0, 0, 0, "ocr", "", "", (), failed=reason)
