"""Hostile and odd files, made here: bombs, loops, lies, wrong names, locks; each with how it must end."""

import base64
import bz2
import gzip
import io
import random
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

READ = frozenset({"filed", "review"})
BROKEN = frozenset({"ocr.damaged", "ocr.no_pages", "ocr.no_page_readable", "ocr.file_broke_reader"})
LOCKED = frozenset({"ingest.needs-password"})
ARCHIVE = frozenset({"ocr.archive"})
ODD = frozenset({"ocr.not_a_document"})
TOO_BIG = frozenset({"ocr.page_too_big", "ocr.no_page_readable", "ocr.damaged"})


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and the states or reasons it may end with; ``members`` are names of captures that come out of it."""

    name: str
    content: bytes
    ends: frozenset[str]


def all_of_them() -> Iterator[Hostile]:
    """Yield every file."""
    yield from _pdfs()
    yield from _pictures()
    yield from _packed()
    yield from _office()
    yield from _mails()
    yield from _others()


def image(words: str = "SPECIMEN") -> Image.Image:
    """Return a small drawn page."""
    made = Image.new("L", (260, 90), 255)
    ImageDraw.Draw(made).text((20, 30), words, fill=0, font_size=26)
    return made


def saved(form: str, made: Image.Image | None = None, **options: object) -> bytes:
    """Return a picture as a file."""
    target = io.BytesIO()
    (made or image()).save(target, form, **options)
    return target.getvalue()


def pdf_of(objects: list[bytes], root: int = 1, extra: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1, with a sound cross-reference table."""
    made, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, extra, start)
    return bytes(made)


def stream(octets: bytes, about: bytes = b"") -> bytes:
    """Return a PDF stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(octets), octets)


def typed(words: str = "SPECIMEN page", **options: object) -> bytes:
    """Return a PDF with one page of text."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(300, 160), invariant=1, **options)
    canvas.drawString(30, 100, words)
    canvas.drawString(30, 70, "nothing here is real, made for a test of readers")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _one_page(content: bytes, about: bytes = b"", resources: bytes = b"", box: bytes = b"0 0 200 200") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>" % (box, resources)
    return pdf_of(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(content, about)]
    )


def _pdfs() -> Iterator[Hostile]:
    whole = typed()
    ends = READ | BROKEN
    cycle = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count 9>>"]
    yield Hostile("pdf/page-tree-in-itself.pdf", pdf_of(cycle), ends)
    many = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 10000/Kids[%s]>>" % b" ".join(b"%d 0 R" % n for n in range(3, 10003)),
    ]
    many += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"] * 10_000
    yield Hostile("pdf/ten-thousand-pages.pdf", pdf_of(many), frozenset({"review"}))
    lie = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 2147483647>>"]
    yield Hostile("pdf/two-billion-pages.pdf", pdf_of(lie), ends)
    bomb = zlib.compress(bytes(160 << 20), 9)
    yield Hostile("pdf/bomb-in-content.pdf", _one_page(bomb, b"/Filter/FlateDecode"), ends)
    twice = zlib.compress(zlib.compress(bytes(256 << 20), 9), 9)
    yield Hostile("pdf/bomb-twice-packed.pdf", _one_page(twice, b"/Filter[/FlateDecode/FlateDecode]"), ends)
    pictured = b"/XObject<</I 5 0 R>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<<%s>>>>" % pictured
    about = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceGray"
    head = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    show = stream(b"200 0 0 200 0 0 cm /I Do")
    huge = stream(zlib.compress(bytes(100 << 20), 9), about + b"/Filter/FlateDecode")
    yield Hostile("pdf/picture-of-3600-megapixels.pdf", pdf_of([*head, show, huge]), ends)
    jbig2 = stream(
        b"\x00\x00\x00\x00\x30\x00\x01\x00\x00\x00\x13" + b"\xff" * 8 + bytes(11), about + b"/Filter/JBIG2Decode"
    )
    yield Hostile("pdf/jbig2-of-four-billion-pixels.pdf", pdf_of([*head, show, jbig2]), ends)
    yield Hostile("pdf/page-of-a-thousand-miles.pdf", _one_page(b"", box=b"0 0 1e9 1e9"), ends | TOO_BIG)
    yield Hostile("pdf/page-of-no-size.pdf", _one_page(b"0 0 m", box=b"0 0 0 0"), ends)
    nested = b"[" * 200_000 + b"]" * 200_000
    yield Hostile("pdf/arrays-in-arrays.pdf", pdf_of([*head[:2], b"<</Type/Page/Parent 2 0 R/X %s>>" % nested]), ends)
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>>>"
    yield Hostile("pdf/form-in-itself.pdf", pdf_of([*head, show, stream(b"/I Do /I Do", form)]), ends)
    yield Hostile("pdf/operators-without-end.pdf", _one_page(b"q " * 3_000_000), ends)
    yield Hostile("pdf/startxref-in-itself.pdf", whole[: whole.rindex(b"startxref")] + b"startxref\n9\n%%EOF\n", ends)
    for share in (2, 5, 8):
        yield Hostile(f"pdf/cut-at-{share}0-percent.pdf", whole[: len(whole) * share // 10], ends)
    noise = random.Random(3)
    spoilt = bytearray(typed("SPECIMEN spoilt"))
    for _ in range(60):
        spoilt[noise.randrange(20, len(spoilt))] = noise.randrange(256)
    yield Hostile("pdf/spoilt-here-and-there.pdf", bytes(spoilt), ends)
    for strength in (40, 128):
        locked = typed(f"locked {strength}", encrypt=StandardEncryption("geheim", "owner", strength=strength))
        yield Hostile(f"pdf/locked-{strength}.pdf", locked, LOCKED)
    owner = typed("owner", encrypt=StandardEncryption("", "owner", canPrint=0, strength=128))
    yield Hostile("pdf/owner-password-only.pdf", owner, READ)
    yield Hostile("pdf/words-before-the-head.pdf", b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + typed("late"), READ)
    yield Hostile("pdf/rubbish-after-the-end.pdf", typed("tail") + bytes(70_000), READ)


def _tiff(directories: list[bytes], following: list[int]) -> bytes:
    made, at = bytearray(b"II*\0\x08\0\0\0"), 8
    for entries, after in zip(directories, following, strict=True):
        made += struct.pack("<H", len(entries) // 12) + entries + struct.pack("<I", after)
        at = len(made)
    return bytes(made) + bytes(max(0, 200 - at))


def _entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


def _png(width: int, height: int, octets: bytes, kind: int = 0) -> bytes:
    def chunk(name: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))

    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", octets) + chunk(b"IEND", b"")


def _pictures() -> Iterator[Hostile]:
    ends = BROKEN | TOO_BIG | READ
    yield Hostile("image/bomb.png", _png(60_000, 60_000, zlib.compress(bytes(64 << 20), 9)), TOO_BIG)
    yield Hostile("image/said-to-be-huge.png", _png(2**31 - 1, 2**31 - 1, zlib.compress(b"x")), TOO_BIG)
    text = zlib.compress(bytes(128 << 20), 9)
    packed = b"note\0\0" + text
    picture = saved("PNG")
    extra = struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    yield Hostile("image/bomb-in-a-note.png", picture[:33] + extra + picture[33:], ends)
    yield Hostile("image/cut.png", saved("PNG")[:-40], ends)
    yield Hostile("image/cut.jpg", saved("JPEG", quality=95)[:-300], ends)
    lie = bytearray(saved("JPEG"))
    at = lie.index(b"\xff\xc0")
    lie[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    yield Hostile("image/said-to-be-huge.jpg", bytes(lie), ends)
    page = b"".join([_entry(256, 3, 1, 10), _entry(257, 3, 1, 10), _entry(273, 4, 1, 150), _entry(279, 4, 1, 20)])
    yield Hostile("image/directory-after-itself.tif", _tiff([page], [8]), ends)
    yield Hostile("image/two-directories-in-a-ring.tif", _tiff([page, page], [8 + 6 + len(page), 8]), ends)
    wide = b"".join(
        [_entry(256, 4, 1, 2**31), _entry(257, 4, 1, 2**31), _entry(273, 4, 1, 8), _entry(279, 4, 1, 2**31)]
    )
    yield Hostile("image/said-to-be-huge.tif", _tiff([wide], [0]), ends)
    sheets = [image(f"SPECIMEN {number}") for number in range(3)]
    several = saved("TIFF", sheets[0], save_all=True, append_images=sheets[1:])
    yield Hostile("image/three-pages.tif", several, READ)
    yield Hostile("image/three-pages-cut.tif", several[: len(several) * 2 // 3], ends)
    bilevel = saved("TIFF", Image.new("1", (20_000, 20_000), 1), compression="group4")
    yield Hostile("image/400-megapixels-of-white.tif", bilevel, ends)
    frames = [Image.new("P", (40, 40), number % 250) for number in range(3000)]
    yield Hostile(
        "image/three-thousand-frames.gif", saved("GIF", frames[0], save_all=True, append_images=frames[1:]), ends
    )
    yield Hostile(
        "image/said-to-be-huge.gif",
        b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6) + b",\0\0\0\0\xff\xff\xff\xff\0\x08\x01\0\0;",
        ends,
    )
    for form in ("BMP", "PPM", "WEBP", "JPEG2000"):
        whole = saved(form)
        yield Hostile(f"image/cut.{form.lower()}", whole[: len(whole) * 2 // 3], ends)
    yield Hostile(
        "image/said-to-be-huge.bmp",
        b"BM"
        + struct.pack("<IHHI", 200, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 2**31 - 1, 2**31 - 1, 1, 24, 0, 0, 0, 0, 0, 0)
        + bytes(146),
        ends | ODD,
    )
    yield Hostile("image/said-to-be-huge.pgm", b"P5\n2000000000 2000000000\n255\n" + bytes(200), ends)
    box = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic"
    yield Hostile("image/nothing-inside.heic", box + struct.pack(">I", 2**32 - 1) + b"meta" + bytes(300), ends | ODD)
    yield Hostile("image/one-pixel-high.png", saved("PNG", Image.new("L", (30_000, 1), 255)), ends)


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def _packed() -> Iterator[Hostile]:
    partly = frozenset({"ingest.archive-partly"})
    empty = frozenset({"ingest.archive-empty", "ocr.damaged"})
    yield Hostile("packed/nothing-inside.zip", _zip({}), empty)
    yield Hostile("packed/folders-only.zip", _zip({"a/": b"", "a/b/": b""}), empty)
    yield Hostile("packed/bomb.zip", _zip({"zeros.bin": bytes(160 << 20)}), partly | empty)
    level = _zip({"page.pdf": typed("deep in")})
    for depth in range(12):
        level = _zip({f"{depth}.zip": level}, zipfile.ZIP_STORED)
    yield Hostile("packed/in-one-another.zip", level, partly | READ)
    slip = _zip(
        {
            "../../../../tmp/slipped.pdf": typed("slip one"),
            "/etc/slipped.pdf": typed("slip two"),
            "..\\..\\slipped.pdf": typed("slip three"),
        }
    )
    yield Hostile("packed/names-that-climb.zip", slip, READ)
    lots = _zip({f"{number}.txt": b"SPECIMEN %d" % number for number in range(12_000)}, zipfile.ZIP_STORED)
    yield Hostile("packed/twelve-thousand-files.zip", lots, partly | empty)
    same = io.BytesIO()
    with zipfile.ZipFile(same, "w") as archive:
        archive.writestr("a.pdf", typed("first of the name"))
        archive.writestr("A.pdf", typed("other of the name"))
    yield Hostile("packed/cut.zip", _zip({"a.pdf": typed("lost")})[:-40], BROKEN | ODD | ARCHIVE | partly | empty)
    spoilt = bytearray(_zip({"a.pdf": typed("spoilt") * 3}))
    spoilt[60:160] = bytes(100)
    yield Hostile("packed/spoilt.zip", bytes(spoilt), partly | BROKEN)
    flagged = bytearray(_zip({"a.pdf": typed("flagged")}, zipfile.ZIP_STORED))
    flagged[6] |= 1
    flagged[flagged.rindex(b"PK\x01\x02") + 8] |= 1
    yield Hostile("packed/locked.zip", bytes(flagged), LOCKED)
    yield Hostile(
        "packed/bomb.gz", gzip.compress(bytes(160 << 20), 9), partly | empty | frozenset({"ocr.member_too_large"})
    )
    yield Hostile("packed/page.pdf.gz", gzip.compress(typed("in gzip")), READ)
    tarred = io.BytesIO()
    with tarfile.open(fileobj=tarred, mode="w") as tar:
        for name, kind in (("up", tarfile.SYMTYPE), ("dev", tarfile.CHRTYPE), ("hard", tarfile.LNKTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            tar.addfile(entry)
        page = typed("in tar")
        entry = tarfile.TarInfo("../../slipped.pdf")
        entry.size = len(page)
        tar.addfile(entry, io.BytesIO(page))
    yield Hostile("packed/links-and-devices.tar", tarred.getvalue(), READ | partly)
    seven = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<IQQI", 0, 0, 0, 0)
    yield Hostile("packed/seven.7z", seven + bytes(40), ARCHIVE)
    yield Hostile("packed/locked.rar", b"Rar!\x1a\x07\x01\x00" + bytes(60), ARCHIVE)
    yield Hostile("packed/page.bz2", bz2.compress(typed("in bzip2")), ODD | ARCHIVE)
    yield Hostile(
        "packed/list-that-lies.zip",
        _zip({"a.pdf": typed("said small")}).replace(struct.pack("<I", len(typed("said small"))), struct.pack("<I", 5)),
        partly | READ | BROKEN,
    )


_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)
_WORD = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _docx(body: bytes, doctype: bytes = b"", **more: bytes) -> bytes:
    document = b'<?xml version="1.0"?>%s<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (
        doctype,
        _WORD,
        body,
    )
    parts = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "word/document.xml": document}
    return _zip(parts | {f"word/{name}": content for name, content in more.items()})


def _ole(entry: str) -> bytes:
    """Return an OLE compound file with one stream of this name (MS-CFB)."""
    names = [("Root Entry", 5, 0xFFFFFFFE, 0), (entry, 2, 2, 4096)]
    directory = b""
    for number, (name, kind, start, size) in enumerate(names):
        octets = name.encode("utf-16-le")
        directory += octets.ljust(64, b"\0") + struct.pack("<HBB", len(octets) + 2, kind, 1)
        child = 1 if number == 0 else 0xFFFFFFFF
        directory += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", start, size)
    directory = directory.ljust(512, b"\0")
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 432
    return head[:512] + struct.pack("<128I", *table) + directory + b"SPECIMEN".ljust(4096, b"\0")


def _office() -> Iterator[Hostile]:
    ends = READ | BROKEN | ODD | frozenset({"ocr.needs_libreoffice"})
    laughs = b'<!DOCTYPE x [<!ENTITY a "SPECIMEN">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10)
    )
    yield Hostile("office/entities.docx", _docx(b"<w:p><w:r><w:t>&k;</w:t></w:r></w:p>", laughs + b"]>"), ends)
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    yield Hostile("office/outside-entity.docx", _docx(b"<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", outside), ends)
    yield Hostile(
        "office/bomb.docx",
        _docx(b"<w:p><w:r><w:t>" + b"SPECIMEN " * (16 << 20) + b"</w:t></w:r></w:p>"),
        ends | TOO_BIG | ARCHIVE,
    )
    yield Hostile(
        "office/macros.docx",
        _docx(b"<w:p><w:r><w:t>SPECIMEN letter</w:t></w:r></w:p>", **{"vbaProject.bin": b"\xd0\xcf" * 99}),
        ends,
    )
    yield Hostile(
        "office/tables-in-tables.docx",
        _docx(b"<w:tbl><w:tr><w:tc>" * 20_000 + b"</w:tc></w:tr></w:tbl>" * 20_000),
        ends,
    )
    yield Hostile("office/locked.docx", _ole("EncryptedPackage"), LOCKED)
    yield Hostile("office/macros.doc", _ole("WordDocument"), ends)
    yield Hostile("office/unknown.ole", _ole("Nobody knows"), ends)
    yield Hostile("office/deep.rtf", b"{\\rtf1 " + b"{" * 100_000 + b"SPECIMEN" + b"}" * 100_001, ends)
    head = b'<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"><ofd:DocBody>'
    ofd = {"OFD.xml": head + b"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"}
    yield Hostile("office/without-its-document.ofd", _zip(ofd), ends)
    ring = (
        b'<?xml version="1.0"?><ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages>'
        + b'<ofd:Page ID="1" BaseLoc="Document.xml"/>' * 5000
        + b"</ofd:Pages></ofd:Document>"
    )
    yield Hostile("office/pages-in-a-ring.ofd", _zip(ofd | {"Doc_0/Document.xml": ring}), ends)
    yield Hostile(
        "office/bomb.ofd",
        _zip(ofd | {"Doc_0/Document.xml": ring, "Doc_0/Res/big.bin": bytes(160 << 20)}),
        ends | ARCHIVE,
    )


def _mails() -> Iterator[Hostile]:
    ends = READ | BROKEN | ODD | frozenset({"ingest.archive-partly"})
    head = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: SPECIMEN %s\r\nMIME-Version: 1.0\r\n"
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3000))
    yield Hostile("mail/parts-in-parts.eml", head % b"deep" + deep, ends)
    bomb = base64.encodebytes(gzip.compress(bytes(160 << 20), 9))
    body = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSPECIMEN words\r\n"
    body += b"--b\r\nContent-Type: application/gzip\r\nContent-Disposition: attachment; filename=z.gz\r\n"
    body += b"Content-Transfer-Encoding: base64\r\n\r\n"
    yield Hostile("mail/bomb-attached.eml", head % b"bomb" + body + bomb + b"\r\n--b--\r\n", ends)
    odd = b'Content-Type: text/plain; charset="no-such-charset"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    odd += b"\r\n=ZZ=C4=E3=BA=C3 SPECIMEN \xff\xfe\r\n"
    yield Hostile("mail/odd-charset.eml", head % b"odd" + odd, ends)


def _others() -> Iterator[Hostile]:
    whole = typed("both at once")
    yield Hostile(
        "other/pdf-and-zip.pdf",
        whole + _zip({"inner.txt": b"SPECIMEN inner"}),
        READ | frozenset({"ingest.archive-partly"}),
    )
    gif = saved("GIF")
    yield Hostile("other/gif-and-script.gif", gif + b"<script>alert(1)</script>", READ | BROKEN)
    yield Hostile("other/jpeg-and-zip.jpg", saved("JPEG") + _zip({"x.txt": b"SPECIMEN x"}), READ | BROKEN)
    yield Hostile("other/picture-called.pdf", saved("PNG", image("SPECIMEN png")), READ | BROKEN)
    yield Hostile("other/pdf-called.jpg", typed("pdf called jpg"), READ)
    yield Hostile(
        "other/program-called.pdf", b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0" + bytes(3000), ODD
    )
    yield Hostile("other/elf", b"\x7fELF\x02\x01\x01" + bytes(3000), ODD)
    yield Hostile("other/null-bytes.pdf", bytes(300_000), ODD)
    yield Hostile("other/noise.pdf", random.Random(5).randbytes(120_000), ODD)
    yield Hostile("other/one-byte", b"x", READ | ODD)
    yield Hostile("other/utf16.txt", "SPECIMEN 樣本 文字".encode("utf-16"), READ | ODD)
    yield Hostile("other/gb18030.txt", "樣本 合同 甲方 乙方 簽訂".encode("gb18030") * 5, READ | ODD)
    yield Hostile("other/one-line-of-ten-megabytes.txt", b"SPECIMEN " * (10 << 17), READ | ODD | BROKEN)
    yield Hostile(
        "other/entities.xml",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "SPECIMEN"><!ENTITY b "'
        + b"&a;" * 9999
        + b'">]><x>'
        + b"&b;" * 9999
        + b"</x>",
        READ | ODD | BROKEN,
    )
    yield Hostile("other/deep.html", b"<html>" + b"<div>" * 200_000 + b"SPECIMEN" + b"</html>", READ | ODD | BROKEN)
    yield Hostile(
        "other/script.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script><text>SPECIMEN</text></svg>',
        READ | ODD,
    )
    yield Hostile("other/loop.ps", b"%!PS-Adobe-3.0\n{ } loop\n%%EOF\n", ODD | BROKEN)
    yield Hostile("other/-rf ~ $(x) \n\x01\u202efdp.pdf", typed("odd name"), READ)
    yield Hostile("other/" + "名" * 83 + ".pdf", typed("long name"), READ)


def really_locked_zip() -> bytes | None:
    """Return a ZIP under a password as Info-ZIP writes it; None where it is not there."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.pdf").write_bytes(typed("under a password"))
        try:
            subprocess.run(["zip", "-q", "-P", "geheim", "locked.zip", "a.pdf"], cwd=folder, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return (Path(folder) / "locked.zip").read_bytes()
