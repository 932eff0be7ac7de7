"""Tell what a file is from its bytes, never from its name.

A signature at the very first byte decides. Only then come the forms that may start later or have no signature: a PDF
after junk (ISO 32000-1 annex H.3.4.1: readers accept the header within the first 1024 bytes), mail by its headers,
markup, plain text.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from ocr.archives import member_names

HEAD_BYTES: Final = 65536
"""How much of the start of a file ``sniff`` likes to see; less is allowed."""
TAIL_BYTES: Final = 65536 + 22
"""How much of its end: the ZIP end record with the longest comment, and small central directories."""
PDF_HEADER_WITHIN_BYTES: Final = 1024


class Format(StrEnum):
    """What the bytes of a file are."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    GIF = "gif"
    BMP = "bmp"
    WEBP = "webp"
    HEIC = "heic"
    AVIF = "avif"
    JP2 = "jp2"
    PNM = "pnm"
    OFD = "ofd"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    DOC = "doc"
    XLS = "xls"
    PPT = "ppt"
    MSG = "msg"
    LOCKED_OFFICE = "locked-office"
    """An Office document under a password: an OLE file around an encrypted package (MS-OFFCRYPTO)."""
    OLE = "ole"
    """An OLE compound file of an application we do not know."""
    RTF = "rtf"
    POSTSCRIPT = "postscript"
    EML = "eml"
    XML = "xml"
    HTML = "html"
    ZIP = "zip"
    SEVENZIP = "7z"
    RAR = "rar"
    GZIP = "gzip"
    TAR = "tar"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


IMAGES: Final = frozenset(
    {
        Format.PNG,
        Format.JPEG,
        Format.TIFF,
        Format.GIF,
        Format.BMP,
        Format.WEBP,
        Format.HEIC,
        Format.AVIF,
        Format.JP2,
        Format.PNM,
    }
)
ARCHIVES: Final = frozenset({Format.ZIP, Format.SEVENZIP, Format.RAR, Format.GZIP, Format.TAR})
CONTAINERS: Final = frozenset({Format.ZIP, Format.TAR, Format.GZIP, Format.EML})
"""Formats that hold files which are taken out of them, each to be captured by itself."""
ZIPPED: Final = frozenset(
    {Format.ZIP, Format.OFD, Format.DOCX, Format.XLSX, Format.PPTX, Format.ODT, Format.ODS, Format.ODP}
)
"""Formats that are ZIP files outside."""
OLE_BASED: Final = frozenset({Format.DOC, Format.XLS, Format.PPT, Format.MSG, Format.LOCKED_OFFICE, Format.OLE})

_SIGNATURES: Final[tuple[tuple[bytes, Format], ...]] = (
    (b"%PDF-", Format.PDF),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"II+\x00\x08\x00\x00\x00", Format.TIFF),  # BigTIFF: offsets of 8 bytes
    (b"MM\x00+\x00\x08\x00\x00", Format.TIFF),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Format.JP2),
    (b"\xff\x4f\xff\x51", Format.JP2),
    (b"{\\rtf", Format.RTF),
    (b"%!PS", Format.POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", Format.POSTSCRIPT),  # EPS with a preview before the PostScript
    (b"7z\xbc\xaf\x27\x1c", Format.SEVENZIP),
    (b"Rar!\x1a\x07", Format.RAR),
    (b"\x1f\x8b\x08", Format.GZIP),
)
_ZIP_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")
_OLE_SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIF_BRANDS: Final = frozenset({b"mif1", b"msf1", b"miaf"})
_OLE_STREAMS: Final[tuple[tuple[str, Format], ...]] = (
    ("EncryptedPackage", Format.LOCKED_OFFICE),
    ("__properties_version1.0", Format.MSG),
    ("WordDocument", Format.DOC),
    ("Workbook", Format.XLS),
    ("PowerPoint Document", Format.PPT),
)
_ODF_KINDS: Final[tuple[tuple[bytes, Format], ...]] = (
    (b"application/vnd.oasis.opendocument.text", Format.ODT),
    (b"application/vnd.oasis.opendocument.spreadsheet", Format.ODS),
    (b"application/vnd.oasis.opendocument.presentation", Format.ODP),
)
_OOXML_PARTS: Final[tuple[tuple[str, Format], ...]] = (
    ("word/", Format.DOCX),
    ("xl/", Format.XLSX),
    ("ppt/", Format.PPTX),
)
_PDF_HEADER: Final = re.compile(rb"%PDF-\d|%!PS-Adobe-\d\.\d PDF-\d")
_PDF_OBJECT: Final = re.compile(rb"(?<!\d)\d{1,10}[ \t\r\n]+\d{1,5}[ \t\r\n]+obj\b")
_HEADER_LINE: Final = re.compile(r"([!-9;-~]+):[ \t]?")
_MAIL_HEADERS: Final = frozenset(
    {
        *(
            "from",
            "to",
            "cc",
            "bcc",
            "sender",
            "reply-to",
            "subject",
            "date",
            "return-path",
            "received",
            "delivered-to",
        ),
        *("message-id", "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding"),
        *("dkim-signature", "x-mailer"),
    }
)
_HTML_START: Final = re.compile(
    r"<(!doctype\s+html|html|head|body|title|meta|script|style|table|div|center|frameset|form|font|h[1-6]|p|br)\b",
    re.IGNORECASE,
)
_XML_START: Final = re.compile(r"<(\?xml\b|[^\W\d][\w.:-]*(\s[^<>]*)?/?>)")
_MARKUP_PREAMBLE: Final = re.compile(r"\s*(<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def sniff_bytes(content: bytes) -> Format:
    """Return what ``content`` is."""
    return sniff(content[:HEAD_BYTES], tail=content[-TAIL_BYTES:], size=len(content))


def shows_pictures(content: bytes) -> bool:
    """Tell images, and PDFs with pictures, from files whose text needs no reading; cheap and not certain."""
    kind = sniff_bytes(content)
    return kind in IMAGES or (kind is Format.PDF and b"/Image" in content)


def sniff(head: bytes, *, tail: bytes = b"", size: int) -> Format:
    """Return what a file is, from its first and last bytes and its size in bytes.

    ``head`` and ``tail`` may overlap, and either may be shorter than HEAD_BYTES and TAIL_BYTES; ``tail`` ends where
    the file ends. Never raises: what cannot be told is UNKNOWN.
    """
    if size == 0 or not head:
        return Format.EMPTY
    if not tail:
        tail = head if len(head) >= size else b""
    known = _by_signature(head) or _by_container(head, tail, size) or _by_header(head)
    if known is not None:
        return known
    text = _text_of(head, whole=len(head) >= size)
    wording = _by_wording(text) if text is not None else None
    if wording in (None, Format.TEXT, Format.EML, Format.HTML) and _is_late_pdf(head, tail, wording):
        return Format.PDF
    return wording or Format.UNKNOWN


def _is_late_pdf(head: bytes, tail: bytes, wording: Format | None) -> bool:
    """Tell a PDF whose header comes late, or is missing while its objects and its end are there."""
    ends = b"startxref" in tail or b"%%EOF" in tail
    first = head[: PDF_HEADER_WITHIN_BYTES + 8]
    if _PDF_HEADER.search(first):
        return ends or wording in (None, Format.TEXT)
    return ends and _PDF_OBJECT.search(first) is not None


def _by_signature(head: bytes) -> Format | None:
    if head.startswith(b"%!PS-Adobe-") and _PDF_HEADER.match(head):
        return Format.PDF
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    return None


def _by_container(head: bytes, tail: bytes, size: int) -> Format | None:
    if head.startswith(_ZIP_SIGNATURES):
        return _zipped(head, tail, size)
    if head.startswith(_OLE_SIGNATURE):
        return _ole(head, tail)
    if head[4:8] == b"ftyp":
        return _heif(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    return None


def _by_header(head: bytes) -> Format | None:
    if _is_bmp(head):
        return Format.BMP
    if re.match(rb"P[1-6][ \t\r\n]+(#|\d)", head):
        return Format.PNM
    if head[257:262] == b"ustar":
        return Format.TAR
    return None


def _zipped(head: bytes, tail: bytes, size: int) -> Format:
    names = member_names(head, tail, size)
    if any(name.upper() == "OFD.XML" for name in names):
        return Format.OFD
    if any(name.casefold() == "[content_types].xml" for name in names):
        for part, kind in _OOXML_PARTS:
            if any(name.replace("\\", "/").casefold().startswith(part) for name in names):
                return kind
    if "mimetype" in names:
        for kind_name, kind in _ODF_KINDS:
            if kind_name in head[:256]:  # ODF 1.2 part 3, 3.3: stored first, uncompressed
                return kind
    return Format.ZIP


def _ole(head: bytes, tail: bytes) -> Format:
    for stream, kind in _OLE_STREAMS:
        entry = stream.encode("utf-16-le") + b"\x00\x00"
        if entry in head or entry in tail:
            return kind
    if "Book".encode("utf-16-le") + b"\x00\x00" in head:  # Excel 5
        return Format.XLS
    return Format.OLE


def _heif(head: bytes) -> Format | None:
    length = int.from_bytes(head[:4], "big")
    box = head[8 : max(16, min(length, 512))]
    brands = {box[at : at + 4] for at in range(0, len(box), 4) if at != 4}  # the second is the minor version
    if brands & _AVIF_BRANDS:
        return Format.AVIF
    if brands & (_HEIC_BRANDS | _HEIF_BRANDS):
        return Format.HEIC
    return None


def _is_bmp(head: bytes) -> bool:
    """Tell a bitmap from any text that starts with "BM", by its information header's size and its one plane."""
    if head[:2] != b"BM" or len(head) < 26:
        return False
    information = int.from_bytes(head[14:18], "little")
    planes_at = 22 if information == 12 else 26
    return information in {12, 16, 40, 52, 56, 64, 108, 124} and head[planes_at : planes_at + 2] == b"\x01\x00"


def _by_wording(text: str) -> Format:
    if _is_mail(text):
        return Format.EML
    start = text.lstrip("\ufeff \t\r\n\x0c")
    rest, declared = _after_preamble(start)
    if _HTML_START.match(rest):
        return Format.HTML
    if declared or _XML_START.match(start) or rest.startswith("<!DOCTYPE"):
        return Format.XML
    return Format.TEXT


def _after_preamble(text: str) -> tuple[str, bool]:
    """Return the markup after comments and processing instructions, and whether it declares itself XML."""
    declared = text.startswith("<?xml")
    while match := _MARKUP_PREAMBLE.match(text):
        text = text[match.end() :]
    return text.lstrip(), declared


def _is_mail(text: str) -> bool:
    """Tell whether a text opens with a block of mail headers (RFC 5322): two that mail has, or one and nothing else."""
    known = strange = 0
    for line in _header_lines(text):
        match = _HEADER_LINE.match(line)
        if match is None:
            strange += 1
            break
        known += match[1].casefold() in _MAIL_HEADERS
    return known >= 2 or (known == 1 and not strange and text.casefold().startswith(("from:", "received:", "return-")))


def _header_lines(text: str) -> Iterator[str]:
    lines = text.lstrip("\ufeff\r\n").splitlines()
    if lines and lines[0].startswith("From "):  # the envelope line of an mbox
        del lines[0]
    for line in lines:
        if not line:
            return
        if line[0] not in " \t":
            yield line


def _text_of(head: bytes, *, whole: bool) -> str | None:
    """Return ``head`` as text where it is one, in the encodings that office texts come in."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030", "big5hkscs")
    for encoding in encodings:
        for cut in range(1 if whole else 4):  # the last character may be cut
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            if not _CONTROL.search(text):
                return text
    return None
