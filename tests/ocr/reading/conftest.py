"""A reader shared by the tests of reading, and pages to read."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.reader import Reader, ReadingSettings

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
TEXT = (
    "车辆购置税完税证明样本",
    "The quick brown fox jumps over the lazy dog",
    "车辆识别代号 LSVAU2180N2012345",
    "样本市虚构汽车销售服务有限公司",
    "Invoice number 12345678 of 2026-03-01",
    "合同编号 SPECIMEN-0042 金额 128000.00",
)


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """A reader with one engine process."""
    with Reader(ReadingSettings(workers=1)) as one:
        yield one


def page_image(lines: tuple[str, ...] = TEXT, *, size: tuple[int, int] = (1000, 700), pixels: int = 34) -> Image.Image:
    """Draw lines of text on white."""
    if not FONT.is_file():
        pytest.skip("the font fonts-wqy-zenhei is not installed")
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), pixels)
    for number, line in enumerate(lines):
        pen.text((70, 60 + number * 2.2 * pixels), line, fill="black", font=font)
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return an image as a file's bytes."""
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()
