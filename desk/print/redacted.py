"""Draw a scan anew with parts of it blacked out: pictures and the text that is left, nothing of the file it came as."""

from concurrent.futures import ThreadPoolExecutor

from desk.print.copies import CopiedPage, copy_pdf
from dossier.reading import Reading
from dossier.redaction import Area
from ocr.reader import Reader, ReadingSettings, cores
from ocr.redacting import black_out

DPI = 200


def redacted_pdf(content: bytes, clean: Reading, before: Reading, areas: tuple[Area, ...]) -> bytes:
    """Return a PDF of all pages of a scan, upright, with the areas black and the text of ``clean`` below the pictures.

    ``before`` is the reading of the scan as it is, whose pages say how they lie and how large the areas' pages are.

    Raises:
        ocr.PageNotShown: a page cannot be drawn.
        PrintFontMissing: no Chinese font is installed.
    """
    lies = {page.number: page for page in before.pages}
    with Reader(ReadingSettings(workers=1)) as reader, ThreadPoolExecutor(max(2, cores())) as threads:

        def draw(number: int) -> CopiedPage:
            page = lies[number]
            picture = reader.render_page(content, number, DPI, photo=True)
            boxes = [area.box for area in areas if area.page == number]
            drawn = black_out(picture, boxes, width=page.width, height=page.height, clockwise=page.rotation)
            lines = next(
                tuple((line.text, line.box) for line in one.lines) for one in clean.pages if one.number == number
            )
            return CopiedPage(drawn.jpeg, (drawn.width, drawn.height), DPI, lines, page.width, page.height)

        return copy_pdf("", (), threads.map(draw, sorted(lies)))
