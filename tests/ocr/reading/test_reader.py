"""Reading whole files: what comes out for good, odd, broken and hostile bytes."""

import io
import tempfile
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from bench.reading.scores import character_f1, squeezed
from dossier.wording import known
from ocr.engines import EngineChoice
from ocr.programs import LanguageMissing, missing_programs
from ocr.reader import PageNotShown, Reader, ReadingSettings
from tests.ocr.reading.conftest import TEXT, encoded, page_image

CORPUS = Path(__file__).parents[3] / "../shared/corpus/dev"
TRUTH = squeezed("".join(TEXT))


def pdf(draw: object = None, *, pages: int = 1, **options: object) -> bytes:
    """Make a PDF whose pages ``draw`` draws on."""
    content = io.BytesIO()
    sheet = canvas.Canvas(content, pagesize=(595, 842), **options)
    for number in range(pages):
        if callable(draw):
            draw(sheet, number + 1)
        sheet.showPage()
    sheet.save()
    return content.getvalue()


def test_picture_is_read_in_chinese_and_english(reader: Reader) -> None:
    """A page of Simplified Chinese and English comes out whole, line by line, in order."""
    reading = reader.read(encoded(page_image()))
    assert reading.error is None
    page = reading.pages[0]
    assert page.failed is None
    assert not page.blank
    assert character_f1(TRUTH, squeezed(page.text)) > 0.97
    assert [line.text[:6] for line in page.lines][:2] == ["车辆购置税完", "The qu"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_picture_is_set_upright(reader: Reader, turn: int) -> None:
    """A page fed sideways or on its head is turned back, and the turn is told."""
    turned = page_image().rotate(turn, expand=True)  # Pillow turns against the clock
    page = reader.read(encoded(turned)).pages[0]
    assert page.rotation == turn
    assert (page.width, page.height) == (1000, 700)
    assert character_f1(TRUTH, squeezed(page.text)) > 0.97


def test_leaning_picture_keeps_its_order(reader: Reader) -> None:
    """A page that lies 3° askew is read line by line all the same."""
    leaning = page_image().rotate(3, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    page = reader.read(encoded(leaning)).pages[0]
    assert character_f1(TRUTH, squeezed(page.text)) > 0.97
    assert "LSVAU2180N2012345" in page.text
    assert page.text.index("fox") < page.text.index("LSVAU") < page.text.index("SPECIMEN")


def test_lines_longer_than_pieces_are_read_whole(reader: Reader) -> None:
    """A strip that is much wider than high, with lines along all of it, loses none of them."""
    lines = ("既然是自己選的路就要走完 " + TEXT[1], TEXT[5] + " " + TEXT[2], TEXT[3] + TEXT[0])
    page = reader.read(encoded(page_image(lines, size=(1200, 290), pixels=30))).pages[0]
    assert character_f1(squeezed("".join(lines)), squeezed(page.text)) > 0.97


def test_exif_orientation_counts(reader: Reader) -> None:
    """A photo whose camera was held sideways is shown as the camera says."""
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = encoded(page_image().rotate(90, expand=True), "JPEG", exif=exif, quality=90)
    page = reader.read(photo).pages[0]
    assert (page.width, page.height, page.rotation) == (1000, 700, 0)
    assert character_f1(TRUTH, squeezed(page.text)) > 0.97


def test_text_over_transparency_is_seen(reader: Reader) -> None:
    """Black print on a transparent ground is read over white."""
    image = page_image()
    clear = Image.new("RGBA", image.size, (0, 0, 0, 0))
    clear.paste(Image.new("RGB", image.size, "black"), mask=image.convert("L").point(lambda value: 255 - value))
    assert character_f1(TRUTH, squeezed(reader.read(encoded(clear)).pages[0].text)) > 0.97


def test_sixteen_bit_grey_is_read(reader: Reader) -> None:
    """A 16-bit grey TIFF is read like any other."""
    grey = page_image().convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    assert character_f1(TRUTH, squeezed(reader.read(encoded(grey, "TIFF")).pages[0].text)) > 0.97


def test_every_page_of_a_tiff_is_read(reader: Reader) -> None:
    """A TIFF with three pages gives three, the empty one blank."""
    first, last = page_image(TEXT[:1]), page_image(TEXT[1:2])
    empty = Image.new("RGB", first.size, "white")
    content = encoded(first, "TIFF", save_all=True, append_images=[empty, last])
    pages = reader.read(content).pages
    assert [page.number for page in pages] == [1, 2, 3]
    assert [page.blank for page in pages] == [False, True, False]
    assert "fox" in pages[2].text


def test_print_under_a_red_stamp_is_read(reader: Reader) -> None:
    """A red stamp over a line does not hide it."""
    image = page_image(("LSVAU2180N2012345", "样本市虚构汽车销售服务有限公司"))
    red = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(red)
    pen.ellipse((120, 20, 320, 220), outline=(205, 40, 50), width=9)
    pen.polygon([(220, 60), (245, 150), (170, 90), (270, 90), (195, 150)], fill=(205, 40, 50))
    assert "LSVAU2180N2012345" in reader.read(encoded(ImageChops.multiply(image, red))).pages[0].text


def test_faded_print_is_read_and_an_empty_sheet_stays_blank(reader: Reader) -> None:
    """Print in the palest grey is no blank page; the grain of a scanner on an empty sheet is."""
    faded = page_image().point(lambda value: 228 + value // 12)
    page = reader.read(encoded(faded)).pages[0]
    assert not page.blank
    assert character_f1(TRUTH, squeezed(page.text)) > 0.95
    grain = Image.effect_noise((1000, 1400), 18).point(lambda value: min(255, 105 + value))
    assert reader.read(encoded(grain, "JPEG", quality=60)).pages[0].blank


def test_text_layer_is_taken_without_reading_the_image(reader: Reader) -> None:
    """A PDF with sane text of its own is not read from its image, and its lines have places on the page."""
    page = reader.read(pdf(lambda sheet, _: sheet.drawString(72, 700, "Specimen agreement between two parties"))).pages[
        0
    ]
    assert page.source == "text-layer"
    assert page.text == "Specimen agreement between two parties"
    left, top, right, bottom = page.lines[0].box
    assert abs(left - 72 * 200 / 72) < 12
    assert abs(bottom - (842 - 700) * 200 / 72) < 25
    assert left < right < page.width
    assert top < bottom < page.height


def test_hidden_text_over_a_scan_is_not_believed(reader: Reader) -> None:
    """What another program guessed under a scan does not count; the scan is read."""

    def draw(sheet: canvas.Canvas, _: int) -> None:
        sheet.drawImage(ImageReader(page_image(size=(1000, 1415))), 0, 0, 595, 842)
        text = sheet.beginText(60, 780)
        text.setTextRenderMode(3)
        for _line in range(6):
            text.textLine("wr0ng guess by s0me 0ther program altogether")
        sheet.drawText(text)

    page = reader.read(pdf(draw)).pages[0]
    assert page.source == "ocr"
    assert "wr0ng" not in page.text
    assert character_f1(TRUTH, squeezed(page.text)) > 0.97


def test_locked_pdf_waits_for_its_password(reader: Reader) -> None:
    """A PDF under a password says so, refuses a wrong one, and opens with the right one."""
    lock = pdfencrypt.StandardEncryption("open", canPrint=1, strength=128)
    content = pdf(lambda sheet, _: sheet.drawString(72, 700, "Specimen under a password"), encrypt=lock)
    assert (reader.read(content).locked, reader.read(content).error) == (True, "ocr.locked")
    assert reader.read(content, password="wrong").error == "ocr.wrong_password"
    assert reader.read(content, password="open").pages[0].text == "Specimen under a password"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ocr.empty"),
        (b"\x00\x01\x02\x03" * 40, "ocr.not_a_document"),
        (b"PK\x05\x06" + bytes(18), "ocr.archive"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "ocr.damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "ocr.damaged"),
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(reader: Reader, content: bytes, reason: str) -> None:
    """Bytes that are no document give an error that has words, and no pages."""
    reading = reader.read(content)
    assert (reading.error, reading.pages) == (reason, ())
    assert known(reason)


def test_decompression_bomb_is_refused(reader: Reader) -> None:
    """A small PNG that would unfold to gigabytes is not decoded."""

    def chunk(name: bytes, held: bytes) -> bytes:
        return len(held).to_bytes(4, "big") + name + held + zlib.crc32(name + held).to_bytes(4, "big")

    head = (60_000).to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    assert reader.read(bomb).error == "ocr.page_too_big"


def test_giant_page_is_drawn_small(reader: Reader) -> None:
    """A page five metres square is drawn at a lower resolution, which is recorded, and still read."""

    def draw(sheet: canvas.Canvas, _: int) -> None:
        sheet.setPageSize((14400, 14400))
        sheet.setFont("Helvetica", 900)
        sheet.setFillColorRGB(0, 0, 0)
        path = sheet.beginPath()
        path.rect(100, 100, 9000, 9000)
        sheet.drawPath(path)

    page = reader.read(pdf(draw)).pages[0]
    assert page.failed is None
    assert page.dpi < 30
    assert page.width * page.height <= 12_600_000


def test_one_bad_page_does_not_stop_the_others(reader: Reader) -> None:
    """A TIFF whose second page is damaged gives the first and the third."""
    pages = [page_image(TEXT[index : index + 1]) for index in range(3)]
    content = bytearray(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"))
    with Image.open(io.BytesIO(content)) as image:
        image.seek(1)
        start = image.tag_v2[273][0]
    content[start : start + 400] = b"\xff" * 400
    read = reader.read(bytes(content)).pages
    assert [page.failed for page in read] == [None, "ocr.page_damaged", None]
    assert not read[1].blank
    assert "fox" not in read[0].text


@pytest.mark.parametrize(("data", "how"), [(b"\0" * 900, "DCTDecode"), (b"\1" * 900, "FlateDecode")])
def test_picture_that_cannot_be_decoded_is_a_failed_page_and_no_blank_one(
    reader: Reader, data: bytes, how: str
) -> None:
    """A PDF page whose only picture is damaged looks white; it is told as damaged, its white neighbour as blank."""
    found = reader.read(pdf_of_pictures((data, how), (zlib.compress(b"\xff" * 240_000), "FlateDecode"))).pages
    assert [page.failed for page in found] == ["ocr.page_damaged", None]
    assert [page.blank for page in found] == [False, True]


def pdf_of_pictures(*pictures: tuple[bytes, str]) -> bytes:
    """Make a PDF with a page for each picture of 400 × 600 grey pixels, given as its data and their filter."""
    kids = " ".join(f"{3 * number + 3} 0 R" for number in range(len(pictures)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pictures)}>>".encode()]
    about = b"/Type/XObject/Subtype/Image/Width 400/Height 600/ColorSpace/DeviceGray/BitsPerComponent 8"
    for number, (data, how) in enumerate(pictures):
        first, drawing = 3 * number + 3, b"400 0 0 600 0 0 cm /I Do"
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>"
            % (first + 1, first + 2),
            b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
            b"<<%s/Filter/%s/Length %d>>stream\n%s\nendstream" % (about, how.encode(), len(data), data),
        ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return content + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(content),
    )


def test_order_of_many_files_is_kept(reader: Reader) -> None:
    """Files read side by side come back in the order they were given."""
    files = [(str(number), encoded(page_image((f"SPECIMEN {number}{number}",)))) for number in range(5)]
    answers = list(reader.read_many(files))
    assert [name for name, _ in answers] == ["0", "1", "2", "3", "4"]
    assert all(f"{name}{name}" in reading.pages[0].text for name, reading in answers)


def test_page_can_be_looked_at(reader: Reader) -> None:
    """A page is drawn as a PNG at the resolution asked for; a page that is not there is refused."""
    content = pdf(lambda sheet, number: sheet.drawString(72, 700, f"Specimen {number}"), pages=2)
    with Image.open(io.BytesIO(reader.render_page(content, 2, 72))) as shown:
        assert shown.size == (595, 842)
    with pytest.raises(PageNotShown, match="no such page"):
        reader.render_page(content, 3, 72)


def test_nothing_of_a_document_is_left_on_disk(reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Reading, with the second engine as well, leaves no file behind where temporary files go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    noise = Image.effect_noise((600, 200), 90).convert("RGB")
    reader.read(encoded(noise))
    reader.read(encoded(page_image()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_every_bad_input_is_survived(reader: Reader) -> None:
    """Whatever the corpus of bad files holds, each gives a reading whose every reason has words."""
    folder = CORPUS / "bad_inputs"
    if not folder.is_dir():
        pytest.skip("the corpus of bad inputs is not here")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".tsv"]
    assert files
    for name, reading in reader.read_many((path.name, path.read_bytes()) for path in files):
        assert reading.error is None or known(reading.error), name
        assert all(page.failed is None or known(page.failed) for page in reading.pages), name
        assert all(not (page.blank and page.failed) for page in reading.pages), name


def test_language_that_tesseract_lacks_is_said_before_anything_is_read() -> None:
    """A language that is not installed is refused by name, with the package to install and what is there."""
    with pytest.raises(LanguageMissing) as refused:
        Reader(ReadingSettings(workers=1, languages=("xx_nowhere",)))
    assert "xx_nowhere" in refused.value.say("en")
    assert "tesseract-ocr-xx-nowhere" in refused.value.say("en")


def test_tesseract_reads_on_request() -> None:
    """With Tesseract asked for, the page says that it read it."""
    if missing_programs():
        pytest.skip("Tesseract or one of its languages is not installed")
    with Reader(ReadingSettings(workers=1, engine=EngineChoice.TESSERACT)) as tesseract:
        (page,) = tesseract.read(encoded(page_image())).pages
    assert page.engine == "tesseract"
    assert "SPECIMEN" in page.text
