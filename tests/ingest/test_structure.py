"""Structural endings: whole files end, files cut anywhere before do not."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ingest.structure import Ending, ends
from ocr.formats import Format, sniff_bytes

BAD_INPUTS = Path(__file__).parents[2] / "../shared/corpus/dev/bad_inputs"


def picture(kind: str, *, pages: int = 1, **options: object) -> bytes:
    """Return a small noisy picture of SPECIMEN sort."""
    first, *others = [Image.effect_noise((64, 48), 80 + page).convert("RGB") for page in range(pages)]
    target = io.BytesIO()
    if pages > 1:
        options |= {"save_all": True, "append_images": others}
    first.save(target, kind, **options)
    return target.getvalue()


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("[Content_Types].xml", "x" * 100)
        made.writestr("word/document.xml", "x" * 1000)
    return target.getvalue()


def mail() -> bytes:
    return (
        b'From: a@example.org\nTo: b@example.org\nContent-Type: multipart/mixed;\n boundary="=b1"\n\n'
        b"--=b1\n\nSPECIMEN\n--=b1--\n"
    )


HEIC_START = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\0\0\x10metaXXXXXXXX"
WHOLE: list[tuple[str, Callable[[], bytes], int]] = [
    # name, maker, how many of the last bytes may be missing without it showing
    ("pdf", lambda: picture("PDF", pages=2), 6),
    ("png", lambda: picture("PNG"), 0),
    ("jpeg", lambda: picture("JPEG"), 0),
    ("jpeg progressive", lambda: picture("JPEG", progressive=True), 0),
    ("gif", lambda: picture("GIF", pages=3), 0),
    ("tiff", lambda: picture("TIFF", pages=3), 16),
    ("tiff packed", lambda: picture("TIFF", pages=2, compression="tiff_lzw"), 16),
    ("webp", lambda: picture("WEBP"), 0),
    ("bmp", lambda: picture("BMP"), 0),
    ("docx", archive, 0),
    ("eml", mail, 1),
    ("rtf", lambda: b"{\\rtf1 SPECIMEN}", 0),
    ("xml", lambda: b"<?xml version='1.0'?><!-- x --><a:Invoice><b>1</b></a:Invoice>\n", 1),
    ("heic", lambda: HEIC_START + b"\0\0\x02\x08mdat" + b"\1" * 512, 0),
]
CASES = [pytest.param(make, slack, id=name) for name, make, slack in WHOLE]


@pytest.mark.parametrize(("make", "slack"), CASES)
def test_a_whole_file_ends_and_a_cut_one_does_not(make: Callable[[], bytes], slack: int) -> None:
    """The end is seen, and its absence wherever the file is cut."""
    content = make()
    kind = sniff_bytes(content)
    assert ends(content, kind) is Ending.ENDED
    cuts = {*range(len(content) - slack - 60, len(content) - slack), *range(30, len(content) - slack, 97)}
    wrong = [cut for cut in cuts if cut >= 30 and ends(content[:cut], kind) is Ending.ENDED]
    assert wrong == []


@pytest.mark.parametrize("name", ["pdf", "png", "jpeg", "webp", "heic", "docx"])
def test_room_set_aside_before_the_bytes_came(name: str) -> None:
    """A copy that reserved its full size and is half written does not count as whole."""
    content = next(make for known, make, _ in WHOLE if known == name)()
    half = content[: len(content) // 2] + bytes(len(content) - len(content) // 2)
    assert ends(half, sniff_bytes(content)) is Ending.OPEN


@pytest.mark.parametrize("kind", ["PDF", "PNG", "JPEG", "GIF", "TIFF", "WEBP"])
@pytest.mark.parametrize("after", [b"\r\n", bytes(512), b"trailing words of a mail gateway\r\n", b"\x00\xff" * 400])
def test_bytes_after_the_end_do_not_hide_it(kind: str, after: bytes) -> None:
    """Programs on the way put line ends, padding and footers behind files."""
    content = picture(kind)
    assert ends(content + after, sniff_bytes(content)) is Ending.ENDED


def test_a_photo_with_a_film_behind_it() -> None:
    """Cameras put hundreds of kilobytes behind the end of a picture."""
    assert ends(picture("JPEG") + bytes(range(250)) * 2000, Format.JPEG) is Ending.ENDED


def test_the_end_of_a_preview_is_not_that_of_the_picture() -> None:
    """A cut photo whose header holds a whole small picture is not whole."""
    preview = picture("JPEG")
    header = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview
    assert ends(header + picture("JPEG")[2:-500], Format.JPEG) is Ending.OPEN
    assert ends(header + picture("JPEG")[2:], Format.JPEG) is Ending.ENDED


def test_a_web_pdf_whose_first_part_arrived() -> None:
    """A linearized file carries an end mark near its start; its declared length tells."""
    first = b"%PDF-1.4\n1 0 obj<</Linearized 1/L 90000/H[1 2]/O 3/E 4/N 1/T 5>>endobj\nstartxref\n0\n%%EOF\n"
    assert ends(first, Format.PDF) is Ending.OPEN
    assert ends(first + bytes(90000 - len(first)), Format.PDF) is Ending.OPEN
    assert ends(first + b"1" * 89900 + b"\nstartxref\n9\n%%EOF\n", Format.PDF) is Ending.ENDED


def test_a_tiff_between_two_pages_is_whole_and_inside_one_is_not() -> None:
    """A page-by-page writer patches the chain: only a whole directory with its pixels counts."""
    content = picture("TIFF", pages=2)
    assert ends(b"II*\0\0\0\0\0" + content[8:], Format.TIFF) is Ending.OPEN  # header before any directory
    assert ends(b"II*\0\x08\0\0\0\0\0", Format.TIFF) is Ending.OPEN


def test_a_chain_that_bites_its_tail_ends() -> None:
    """More waiting cures no loop; reading judges."""
    directory = struct.pack("<HHHIIHHII", 2, 256, 3, 1, 1, 257, 3, 1, 1) + struct.pack("<I", 8)
    assert ends(b"II*\0\x08\0\0\0" + directory, Format.TIFF) is Ending.ENDED


def test_forms_without_an_end() -> None:
    """Plain text and unknown bytes have none; an empty file has not begun."""
    assert ends(b"SPECIMEN", Format.TEXT) is Ending.SHAPELESS
    assert ends(b"\x00" * 100, Format.UNKNOWN) is Ending.SHAPELESS
    assert ends(b"", Format.UNKNOWN) is Ending.OPEN
    assert ends(b"", Format.PDF) is Ending.OPEN


def test_a_huge_file_is_judged_by_a_few_small_reads(tmp_path: Path) -> None:
    """Size does not matter: a sparse file of 8 GiB is judged at once."""
    path = tmp_path / "huge.pdf"
    with path.open("wb") as made:
        made.write(b"%PDF-1.7\n")
        made.truncate(8 << 30)
        made.seek(0, 2)
        made.write(b"startxref\n9\n%%EOF\n")
    started = time.process_time()
    for kind in Format:
        ends(path, kind)
    assert time.process_time() - started < 2


@pytest.mark.skipif(not BAD_INPUTS.is_dir(), reason="the development corpus is not beside this checkout")
def test_every_difficult_file_gets_an_answer_quickly() -> None:
    """Broken, huge and hostile files are judged within bounds, and nearly all have an end."""
    paths = [path for path in BAD_INPUTS.rglob("*") if path.is_file() and path.suffix != ".tsv"]
    assert len(paths) > 50
    answers = {}
    for path in paths:
        started = time.process_time()
        answers[path] = ends(path, sniff_bytes(path.read_bytes()))
        assert time.process_time() - started < 1, path.name
    assert sum(answer is Ending.ENDED for answer in answers.values()) > 0.8 * len(paths)
