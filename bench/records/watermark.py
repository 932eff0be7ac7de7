"""A ten-page contract as a watermarked, searchable copy: seconds against the limit of two, stage by stage.

.venv/bin/python -m bench.records.watermark
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image, ImageDraw

from desk.copies import DPI
from desk.print.copies import CopiedPage, copy_pdf
from ocr.reader import Reader, ReadingSettings, cores
from ocr.watermark import Stamped, stamp

PAGES, LIMIT = 10, 2.0


def contract() -> bytes:
    """Return a scanned contract of ten A4 pages at 200 dpi, as a PDF of pictures."""
    pages = []
    for number in range(PAGES):
        page = Image.effect_noise((1654, 2339), 12).convert("RGB").point(lambda value: min(255, value + 100))
        pen = ImageDraw.Draw(page)
        for line in range(44):
            pen.text(
                (150, 150 + line * 46),
                f"{number + 1}.{line + 1}  " + "lorem ipsum dolor sit amet " * 4,
                fill=(20, 20, 20),
            )
        pages.append(page)
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return out.getvalue()


def main() -> int:
    """Draw, stamp and lay out; print each and the ratio to the limit."""
    content, marks = contract(), ("copy for li", "2026-11-23 18:40", "request iv5nnnm54dukrrub")
    lines = tuple(
        (f"line {number} of a page that was read", (100, 30 * number, 1100, 30 * number + 22)) for number in range(44)
    )
    with Reader(ReadingSettings(workers=1)) as reader, ThreadPoolExecutor(max(2, cores())) as threads:
        reader.render_page(content, 1, DPI, photo=True)
        copy_pdf("warm", marks, [])
        begun = time.perf_counter()

        def draw(number: int) -> Stamped:
            return stamp(reader.render_page(content, number, DPI, photo=True), marks)

        stamped = list(threads.map(draw, range(1, PAGES + 1)))
        marked = time.perf_counter()
        pages = [CopiedPage(one.jpeg, (one.width, one.height), DPI, lines, 1240, 1754) for one in stamped]
        size = len(copy_pdf("contract", marks, pages))
        done = time.perf_counter()
    whole = done - begun
    print(f"draw and stamp {marked - begun:.2f} s, lay out {done - marked:.2f} s")
    print(f"{size / 1e6:.1f} MB")
    print(f"{PAGES} pages in {whole:.2f} s: {whole / LIMIT:.2f} of the limit of {LIMIT:.0f} s")
    return whole > LIMIT


if __name__ == "__main__":
    sys.exit(main())
