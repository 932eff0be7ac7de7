"""Our side of rendering a file: page after page from a child, checked; a new child goes on after one that died."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from dossier.reading import Box, Code, Line
from ocr.children.forks import Fork, Forks
from ocr.children.frames import Frame, FrameFailed, FrameLate
from ocr.rendering import RenderingSettings

MOST_TEXT: Final = 200_000
"""Characters that the text a file carries may have on one page."""


_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
MOST_VIEW_BYTES: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class Opened:
    """The file has ``count`` pages, of which ``taken`` are read; the files in it begin at the pages ``starts``."""

    count: int
    taken: int
    starts: tuple[int, ...] = (1,)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A page as the child gave it, its shape checked. ``pixels`` is empty when its text needs no image."""

    number: int
    width: int
    height: int
    dpi: int
    shape: tuple[int, ...]
    pixels: bytes | bytearray | memoryview
    lines: tuple[Line, ...]
    source: str
    engine: str
    codes: tuple[Code, ...]
    covers: tuple[Box, ...]
    doubted: bool
    rotation: int
    structured: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Missing:
    """A page that cannot be had, and why (a wording key)."""

    number: int
    reason: str


class NotOpened(Exception):
    """The file cannot be opened; the argument is the wording key of the reason."""

    @property
    def reason(self) -> str:
        """The wording key."""
        return str(self.args[0])


class RenderedFile:
    """A file whose pages come from children, one child as long as it lives."""

    def __init__(
        self, forks: Forks, content: bytes, password: str | None, settings: RenderingSettings, *, alone: bool = False
    ) -> None:
        self._alone = alone
        self._forks = forks
        self._content = content
        self._password = password
        self._settings = settings
        self._count = 0
        self._whole = 0

    def pages(self) -> Iterator[Opened | RawSheet | Missing]:
        """Yield ``Opened``, then every page or what it is missing for; one in place of all that are too many.

        Raises:
            NotOpened: the file cannot be opened.
        """
        first, lost = 1, 0.0
        while not self._count or first <= self._count:
            began = time.monotonic()
            for event in self._run(first):
                yield event
                if isinstance(event, RawSheet | Missing):
                    first = event.number + 1
                    lost += time.monotonic() - began if isinstance(event, Missing) else 0.0
                began = time.monotonic()
            if lost > self._settings.lost_seconds:
                break
        for number in range(first, self._count + 1):
            yield Missing(number, "ocr.file_too_slow")
        if self._whole > self._count:
            yield Missing(self._count + 1, "ocr.too_many_pages")

    def page(self, number: int) -> RawSheet | Missing:
        """Return one page.

        Raises:
            NotOpened: the file cannot be opened.
        """
        for event in self._run(number, number):
            if isinstance(event, RawSheet | Missing):
                return event
        return Missing(number, "ocr.no_such_page")

    def view(self, number: int, dpi: int, *, photo: bool = False) -> bytes:
        """Return one page to look at: as a PNG, or as a ``photo`` (JPEG), which takes a tenth of the time to write.

        Raises:
            NotOpened: the file or the page cannot be shown; the reason is a wording key.
        """
        with self._forks.start() as child:
            opened = self._open(child, number, number, view=-dpi if photo else dpi)
            if not 1 <= number <= opened.taken:
                raise NotOpened("ocr.no_such_page")
            try:
                frame = child.receive(self._settings.page_wall_seconds, MOST_VIEW_BYTES)
            except FrameLate as late:
                raise NotOpened("ocr.page_too_slow") from late
            except FrameFailed as died:
                raise NotOpened("ocr.page_broke_reader") from died
        if frame.word != "view" or not bytes(frame.payload[:8]).startswith(_JPEG if photo else _PNG):
            raise NotOpened(reason_of(frame))
        return bytes(frame.payload)

    def _run(self, first: int, last: int = 0) -> Iterator[Opened | RawSheet | Missing]:
        """Yield the pages that one child gives; the page it dies at is missing."""
        with self._forks.start() as child:
            opened = self._open(child, first, last)
            if not self._count:
                self._count, self._whole = opened.taken, opened.count
                yield opened
            for number in range(first, (last or self._count) + 1):
                try:
                    frame = child.receive(self._settings.page_wall_seconds, self._settings.carried_pixels * 4)
                except FrameLate:
                    yield Missing(number, "ocr.page_too_slow")
                    return
                except FrameFailed:
                    yield self._second_try(number)
                    return
                checked = checked_sheet(frame, number, self._settings)
                yield checked
                if isinstance(checked, Missing) and frame.word == "page":
                    return

    def _second_try(self, number: int) -> RawSheet | Missing:
        """Return a page that broke the first renderer as the second draws it, where it is a PDF's."""
        missing = Missing(number, "ocr.page_broke_reader")
        if b"%PDF-" not in self._content[:1024]:
            return missing
        with self._forks.start() as child:
            try:
                self._open(child, number, number, second=True)
                frame = child.receive(self._settings.page_wall_seconds, self._settings.carried_pixels * 4)
            except (NotOpened, FrameFailed):
                return missing
            return checked_sheet(frame, number, self._settings)

    def _open(self, child: Fork, first: int, last: int, *, second: bool = False, view: int = 0) -> Opened:
        order = {
            "first": first,
            "last": last,
            "password": self._password,
            "settings": asdict(self._settings),
            "second": second,
            "view": view,
            "alone": self._alone,
        }
        try:
            child.send(Frame("open", order, self._content))
            frame = child.receive(self._settings.page_wall_seconds * 2, 0)
        except FrameLate as late:
            raise NotOpened("ocr.file_too_slow") from late
        except FrameFailed as died:
            raise NotOpened("ocr.file_broke_reader") from died
        if frame.word != "opened":
            raise NotOpened(reason_of(frame))
        try:
            whole, taken = int(frame.facts["whole"]), int(frame.facts["count"])
            starts = tuple(int(start) for start in frame.facts.get("starts", [1]))
        except (KeyError, TypeError, ValueError) as nonsense:
            raise NotOpened("ocr.file_broke_reader") from nonsense
        if not 1 <= taken <= self._settings.most_pages or (self._count and taken != self._count):
            raise NotOpened("ocr.damaged")
        return Opened(whole, taken, starts)


def reason_of(frame: Frame) -> str:
    """Return the wording key a child sent; anything but one of ours is not believed."""
    reason = frame.facts.get("reason")
    return reason if isinstance(reason, str) and reason.startswith("ocr.") and len(reason) < 40 else "ocr.damaged"


def checked_sheet(frame: Frame, number: int, settings: RenderingSettings) -> RawSheet | Missing:
    """Return the page in ``frame`` when it is what was asked for and its sizes agree, else what is wrong with it."""
    facts = frame.facts
    if frame.word == "page_failed":
        return Missing(number, reason_of(frame))
    try:
        shape = tuple(int(side) for side in facts["shape"])
        width, height = int(facts["width"]), int(facts["height"])
        lines = tuple(Line(str(text), box_of(box), float(sure)) for text, box, sure in facts["lines"])
        sheet = RawSheet(
            number=int(facts["number"]),
            width=width,
            height=height,
            dpi=int(facts["dpi"]),
            shape=shape,
            pixels=frame.payload,
            lines=lines,
            source=str(facts["source"]),
            engine=str(facts["engine"]),
            codes=tuple(Code(str(kind), str(text), box_of(box)) for kind, text, box in facts["codes"]),
            covers=tuple(box_of(box) for box in facts["covers"]),
            doubted=bool(facts["doubted"]),
            rotation=int(facts["rotation"]) % 360,
            structured={str(name): str(value) for name, value in dict(facts["structured"]).items()},
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return Missing(number, "ocr.page_broke_reader")
    return sheet if sheet.number == number and _agrees(sheet, settings) else Missing(number, "ocr.page_wrong_size")


def _agrees(sheet: RawSheet, settings: RenderingSettings) -> bool:
    if sum(len(line.text) for line in sheet.lines) > MOST_TEXT or sheet.source not in {
        "ocr",
        "text-layer",
        "structured",
    }:
        return False
    if not sheet.shape:
        return len(sheet.pixels) == 0 and 0 < sheet.width < 1_000_000 and 0 < sheet.height < 1_000_000
    channels = sheet.shape[2] if len(sheet.shape) == 3 else 1
    area = sheet.width * sheet.height
    return (
        sheet.shape[:2] == (sheet.height, sheet.width)
        and channels in (1, 3)
        and 0 < area <= settings.carried_pixels * 1.05
        and len(sheet.pixels) == area * channels
    )


def box_of(value: Any) -> Box:
    """Return four numbers as a box.

    Raises:
        TypeError, ValueError: they are not four numbers.
    """
    left, top, right, bottom = (int(side) for side in value)
    return (left, top, right, bottom)
