"""Formats by content: signatures, late headers, containers, texts, and whatever else a folder may hold."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.archives import member_names
from ocr.formats import Format, shows_pictures, sniff, sniff_bytes

BAD_INPUTS = Path(__file__).parents[2] / "../shared/corpus/dev/bad_inputs"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def zipped(*names: str, stored: bytes = b"x", before: bytes = b"") -> bytes:
    target = io.BytesIO()
    target.write(before)
    with zipfile.ZipFile(target, "a") as archive:
        for name in names:
            archive.writestr(name, stored)
    return target.getvalue()


SIGNED = [
    (PDF, Format.PDF),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Format.PNG),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", Format.JPEG),
    (b"II*\0\x08\0\0\0", Format.TIFF),
    (b"MM\0*\0\0\0\x08", Format.TIFF),
    (b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", Format.TIFF),
    (b"GIF89a\x01\0\x01\0", Format.GIF),
    (b"RIFF\x24\0\0\0WEBPVP8 ", Format.WEBP),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Format.HEIC),
    (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Format.HEIC),
    (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", Format.AVIF),
    (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", Format.JP2),
    (b"{\\rtf1\\ansi", Format.RTF),
    (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0" + bytes(30), Format.BMP),
    (b"P4\n8 8\n" + bytes(8), Format.PNM),
    (b"%!PS-Adobe-3.0 PDF-1.4\n", Format.PDF),
    (b"%!PS-Adobe-3.0\n", Format.POSTSCRIPT),
    (zipped("OFD.xml", "Doc_0/Document.xml"), Format.OFD),
    (zipped("[Content_Types].xml", "word/document.xml"), Format.DOCX),
    (zipped("[Content_Types].xml", "xl/workbook.xml"), Format.XLSX),
    (zipped("docProps/app.xml", "ppt/presentation.xml", "[Content_Types].xml"), Format.PPTX),
    (zipped("mimetype", stored=b"application/vnd.oasis.opendocument.text"), Format.ODT),
    (zipped("scan1.pdf", "scan2.pdf"), Format.ZIP),
    (zipped(), Format.ZIP),
    (b"", Format.EMPTY),
    (bytes(5000), Format.UNKNOWN),
    (b"BMW X5, \xe8\xbb\x8a\xe4\xb8\xbb".ljust(60, b"."), Format.TEXT),
]


@pytest.mark.parametrize(("content", "expected"), SIGNED, ids=[f"{n}-{kind}" for n, (_, kind) in enumerate(SIGNED)])
def test_signatures(content: bytes, expected: Format) -> None:
    """Each form is known by its own bytes."""
    assert sniff_bytes(content) is expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<!DOCTYPE html><html><body>x</body></html>", Format.HTML),
        ("\ufeff  <!-- page --><HTML>", Format.HTML),
        ('<?xml version="1.0" encoding="UTF-8"?><EInvoice><Header/></EInvoice>', Format.XML),
        ("<?xml version='1.0'?><!DOCTYPE html><html></html>", Format.HTML),
        ("<發票 xmlns='urn:x'><號碼/></發票>", Format.XML),
        ("From: a@example.org\nTo: b@example.org\nSubject: 掃描件\n\nSPECIMEN", Format.EML),
        ("Received: from x by y\n\tfor z; Mon, 1 Jan 2024\nMIME-Version: 1.0\n\nx", Format.EML),
        ("From someone Mon Jan  1 00:00:00 2024\nFrom: a@b\nDate: x\n\n", Format.EML),
        ("Subject: a note that is not mail\njust text\n", Format.TEXT),
        ("車架號：SPECIMEN\n", Format.TEXT),
        ("a < b and c > d", Format.TEXT),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_texts_in_the_encodings_offices_use(content: str, expected: Format, encoding: str) -> None:
    """Mail, markup and plain text are told apart whatever they are encoded in."""
    if encoding == "gb18030":
        content = content.removeprefix("\ufeff")
    assert sniff_bytes(content.encode(encoding)) is expected


def test_text_in_big5() -> None:
    """Traditional Chinese text in Big5 is text."""
    assert sniff_bytes("車輛買賣合約書，樣本。".encode("big5")) is Format.TEXT


def test_text_cut_inside_a_character() -> None:
    """The head of a long text may end inside a character."""
    content = "樣本".encode() * 40000
    assert sniff(content[:65537], size=len(content)) is Format.TEXT


@given(st.binary(max_size=1000))
def test_a_pdf_header_counts_within_its_first_1024_bytes(junk: bytes) -> None:
    """Junk before the header of a PDF does not hide it, unless the junk is itself a file of another form."""
    junk = b"\x00" + junk  # no signature starts with a null and this length
    if junk[4:8] == b"ftyp" or junk[257:262] == b"ustar":
        return
    assert sniff_bytes(junk + PDF) is Format.PDF


def test_a_pdf_after_printer_commands_and_web_headers() -> None:
    """Print jobs and saved downloads put lines of text before the header."""
    assert sniff_bytes(b"\x1b%-12345X@PJL SET X=1\r\n@PJL ENTER LANGUAGE=PDF\r\n" + PDF) is Format.PDF
    assert sniff_bytes(b"HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: application/pdf\r\n\r\n" + PDF) is Format.PDF


def test_a_pdf_without_a_header() -> None:
    """Objects at the start and a trailer at the end make a PDF that readers open."""
    assert (
        sniff_bytes(b"%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF")
        is Format.PDF
    )


def test_a_page_about_pdf_is_not_one() -> None:
    """Text that mentions a header but has no end of a PDF stays what it is."""
    assert sniff_bytes(b"<html><body>A file starts with %PDF-1.7</body></html>") is Format.HTML
    assert sniff_bytes(b"From: a@b\nSubject: %PDF-1.7\nDate: x\n\nhello") is Format.EML


def test_the_first_byte_decides_between_two_forms() -> None:
    """A file that is two things at once is what it starts as."""
    assert sniff_bytes(PDF + zipped("word/document.xml", "[Content_Types].xml")) is Format.PDF
    assert sniff_bytes(zipped("a.pdf", stored=PDF)) is Format.ZIP
    assert sniff_bytes(b"\xff\xd8\xff\xfe\0\x0a" + PDF) is Format.JPEG


def test_a_document_inside_an_archive_does_not_make_the_archive_one() -> None:
    """Only the archive's own members count, not those of a stored archive within."""
    assert sniff_bytes(zipped("contract.docx", stored=zipped("[Content_Types].xml", "word/document.xml"))) is Format.ZIP


def test_a_large_container_is_known_from_either_end() -> None:
    """The directory at the end decides, and the first headers where it is out of sight."""
    content = zipped("[Content_Types].xml", "media/image.bin", "word/document.xml", stored=bytes(100_000))
    assert sniff(content[:4096], tail=content[-4096:], size=len(content)) is Format.DOCX
    cut = zipped("OFD.xml", "Doc_0/Document.xml")[:60]
    assert sniff(cut, size=len(cut)) is Format.OFD


def test_an_office_file_under_a_password() -> None:
    """A locked workbook is an OLE file with an encrypted package."""
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage\0".encode("utf-16-le") + bytes(100)
    assert sniff_bytes(content) is Format.LOCKED_OFFICE


@given(st.lists(st.text(min_size=1, max_size=20).filter(lambda name: "\0" not in name and "/" not in name), max_size=5))
def test_member_names_are_those_of_the_archive(names: list[str]) -> None:
    """The names read from the ends are those that zipfile reads."""
    names = [name.encode("utf-8", "replace").decode() for name in dict.fromkeys(names)]
    content = zipped(*dict.fromkeys(names), before=b"junk before")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert member_names(content, content, len(content)) == [info.orig_filename for info in archive.infolist()]


def test_only_files_with_pictures_are_worth_loading_networks_for() -> None:
    """An image and a scanned PDF are, a PDF of text and a letter are not."""
    assert shows_pictures(b"\xff\xd8\xff\xe0\0\x10JFIF")
    assert shows_pictures(PDF.replace(b"endobj", b"endobj 2 0 obj<</Subtype/Image>>stream", 1))
    assert not shows_pictures(PDF)
    assert not shows_pictures(b"Dear Sir or Madam")


@given(st.binary(max_size=3000), st.binary(max_size=300), st.integers(0, 2**40))
def test_nothing_raises(head: bytes, tail: bytes, size: int) -> None:
    """Any bytes get an answer."""
    assert isinstance(sniff(head, tail=tail, size=size), Format)


@pytest.mark.skipif(not BAD_INPUTS.is_dir(), reason="the development corpus is not beside this checkout")
def test_the_difficult_files_are_what_their_table_says() -> None:
    """Broken and misnamed files of many programs are known for what they are."""
    rows = [line.split("\t") for line in (BAD_INPUTS / "REFERENCE.tsv").read_text().splitlines()[1:]]
    assert len(rows) > 50
    expected = {"pdf": {Format.PDF}, "zip-based": {Format.OFD, Format.DOCX, Format.PPTX, Format.XLSX, Format.ZIP}}
    wrong = {
        path: (kind, found)
        for path, kind, *_ in rows
        if kind != "other"
        and (found := sniff_bytes((BAD_INPUTS.parent / path).read_bytes())) not in expected.get(kind, {kind.casefold()})
    }
    assert wrong == {}
