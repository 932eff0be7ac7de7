"""Archives and mails are taken apart in a child, within caps; what is attached to a PDF is read after it."""

import gzip
import io
import tarfile
import zipfile
from email.message import EmailMessage

import pypdfium2 as pdfium
import pytest

from ocr.children.rendered import NotOpened
from ocr.children.unpacked import Member
from ocr.reader import Reader, parted


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(files: dict[str, bytes], mode: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link.pdf")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return target.getvalue()


def mail(*attached: tuple[str, bytes], text: str = "SPECIMEN letter") -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "SPECIMEN", "a@example.org"
    message.set_content(text)
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


FILES = {"甲/發票.pdf": b"%PDF-1.4 one", "two.txt": b"second"}


@pytest.mark.parametrize(
    "content",
    [zipped(FILES), tarred(FILES, "w"), tarred(FILES, "w:gz"), mail(*FILES.items())],
    ids=["zip", "tar", "tar.gz", "mail"],
)
def test_what_a_container_holds(reader: Reader, content: bytes) -> None:
    """Every file comes out under its name; folders and links do not."""
    assert list(reader.unpack(content)) == [Member(name, held) for name, held in FILES.items()]


def test_a_name_in_a_chinese_code_page(reader: Reader) -> None:
    """Archives of old programs do not say how their names are written."""
    content = zipped({"AAAA.pdf": b"%PDF"}).replace(b"AAAA.pdf", "发票".encode("gb18030") + b".pdf")
    assert [one.name for one in reader.unpack(content)] == ["发票.pdf"]


def test_a_single_packed_file(reader: Reader) -> None:
    """It has no name of its own."""
    assert list(reader.unpack(gzip.compress(b"words"))) == [Member("", b"words")]


def test_a_mail_in_a_mail(reader: Reader) -> None:
    """What was forwarded comes out whole."""
    outer = EmailMessage()
    outer["Subject"] = "outer"
    outer.set_content("see below")
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("SPECIMEN inside")
    outer.add_attachment(inner)
    (held,) = reader.unpack(bytes(outer))
    assert b"SPECIMEN inside" in held.content


def test_bombs_are_refused_file_by_file(reader: Reader) -> None:
    """A member that unpacks to more than is held is named; the others come."""
    (big, small) = reader.unpack(zipped({"big": bytes(130 << 20), "small": b"x"}))
    assert (big.name, big.refused, small.content) == ("big", "ocr.member_too_large", b"x")


def test_an_archive_of_too_many(reader: Reader) -> None:
    """The list ends at the cap, and says so."""
    found = list(reader.unpack(zipped({f"{n}": b"x" for n in range(400)})))
    assert len(found) == 201
    assert found[-1].refused == "ocr.too_many_members"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no archive", "ocr.not_a_document"),
        (zipped(FILES)[:80], "ocr.damaged"),
        (gzip.compress(bytes(1000))[:20], "ocr.damaged"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(40), "ocr.archive"),
    ],
    ids=["none", "cut", "packed and cut", "7z"],
)
def test_what_cannot_be_taken_apart(reader: Reader, content: bytes, reason: str) -> None:
    """It says why."""
    with pytest.raises(NotOpened) as refused:
        list(reader.unpack(content))
    assert refused.value.reason == reason


def test_what_is_attached_to_a_pdf_is_a_document_of_its_own(reader: Reader) -> None:
    """The pages of both are there, each in a document of its own; a mail's can be left out."""
    document = pdfium.PdfDocument.new()
    document.new_page(300, 300)
    document.new_attachment("letter.txt").set_data(b"SPECIMEN attached letter\nDear reader, this is a letter.\n")
    target = io.BytesIO()
    document.save(target)
    reading = reader.read(target.getvalue())
    assert [document.pages for document in reading.documents] == [(1,), (2,)]
    assert "attached letter" in reading.pages[1].text
    letter = mail(("a.txt", b"SPECIMEN attached words and more of them"))
    assert [len(reader.read(letter, alone=alone).pages) for alone in (False, True)] == [2, 1]


def test_parts_have_the_pages_between_their_starts() -> None:
    """No page is lost or twice, whatever the child says."""
    assert [list(part) for part in parted("abcde", [1, 3, 9])] == [["a", "b"], ["c", "d", "e"]]  # type: ignore[arg-type]
    assert [list(part) for part in parted("abc", [])] == [["a", "b", "c"]]  # type: ignore[arg-type]
