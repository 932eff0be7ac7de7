"""Files of very many pages: what is read of them, what is said of the rest, and that a stop does not wait for them."""

import io
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dossier.reading import Recognised
from ocr import reader as reading
from ocr.children.forks import Forks, ReadingAbandoned
from ocr.children.rendered import Missing, Opened, RawSheet, RenderedFile
from ocr.reader import Reader, ReadingSettings
from ocr.rendering import RenderingSettings
from ocr.rendering.pdf import PdfSheets

WORDS = "SPECIMEN of a manual whose pages hold a text of their own, and a picture beside it"


def manual(pages: int, *, words: str = WORDS, side: float = 90) -> bytes:
    """Return a PDF whose pages have some lines of text and a picture of ``side`` points."""
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 255, (80, 80), np.uint8))
    picture, target = ImageReader(noise), io.BytesIO()
    canvas = Canvas(target, pagesize=(300, 300), invariant=1)
    for number in range(1, pages + 1):
        for line in range(3):
            canvas.drawString(10, 280 - 12 * line, f"{words} {number}"[:50])
        canvas.drawImage(picture, 10, 10, side, side)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def read_from_image(content: bytes, settings: RenderingSettings) -> list[int]:
    """Return the pages whose image is asked for."""
    sheets = PdfSheets(content, None, settings)
    return [number for number, sheet in enumerate(sheets.sheets(), start=1) if sheet.pixels is not None]


def test_pictures_far_back_in_a_long_text_are_left() -> None:
    """Up to a page all pictures are read; on later ones the text that the page holds is enough."""
    assert read_from_image(manual(6), RenderingSettings(pictured_pages=4)) == [1, 2, 3, 4]


@pytest.mark.parametrize("other", [{"words": "9", "side": 90}, {"side": 250}], ids=["hardly a text", "a large picture"])
def test_pictures_that_are_the_page_are_always_read(other: dict[str, object]) -> None:
    """A page that is a picture with a line above it is read however far back it comes."""
    assert read_from_image(manual(6, **other), RenderingSettings(pictured_pages=4)) == [1, 2, 3, 4, 5, 6]  # type: ignore[arg-type]


@pytest.fixture
def forks() -> Iterator[Forks]:
    made = Forks()
    yield made
    made.close()


def test_pages_past_the_most_are_said_to_be_missing(forks: Forks) -> None:
    """What is left of a file that is too long fails with its reason, as one page; it does not vanish."""
    settings = RenderingSettings(most_pages=3, pictured_pages=0)
    events = list(RenderedFile(forks, manual(5), None, settings).pages())
    assert events[0] == Opened(5, 3, (1,))
    assert [type(event) for event in events[1:]] == [RawSheet, RawSheet, RawSheet, Missing]
    assert events[-1] == Missing(4, "ocr.too_many_pages")
    assert all(one.number + 1 == other.number for one, other in pairwise(events[1:]))  # type: ignore[union-attr]


def test_two_thousand_empty_pages_take_no_time(forks: Forks) -> None:
    """Empty pages are looked at twice until that was in vain often enough; a page after them is read all the same."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(300, 300), invariant=1)
    for _ in range(1999):
        canvas.showPage()
    canvas.drawString(10, 200, "SPECIMEN words on the last of very many pages")
    canvas.showPage()
    canvas.save()
    events = list(RenderedFile(forks, target.getvalue(), None, RenderingSettings()).pages())
    sheets = [event for event in events if isinstance(event, RawSheet)]
    assert len(sheets) == 2000
    assert not any(sheet.lines or sheet.pixels for sheet in sheets[30:-1])
    assert "very many" in sheets[-1].lines[0].text


def test_a_stop_does_not_wait_for_a_long_file_to_be_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given up while documents are looked for among very many pages, reading ends at once."""
    begun, end = threading.Event(), threading.Event()

    def slow(*_: object) -> tuple[Recognised, ...]:
        begun.set()
        end.wait(30)
        return ()

    monkeypatch.setattr(reading, "recognise", slow)
    settings = ReadingSettings(RenderingSettings(pictured_pages=0, checked_pages=0), workers=1)
    with Reader(settings) as reader:

        def give_up() -> None:
            begun.wait(30)
            reader.abandon()

        threading.Thread(target=give_up).start()
        with pytest.raises(ReadingAbandoned):
            reader.read(manual(20))
        ended = time.monotonic()
    assert begun.is_set()
    assert time.monotonic() - ended < 5
    end.set()
