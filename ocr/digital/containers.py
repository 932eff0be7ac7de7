"""Take archives and mails apart: the files they hold, one after the other, with a cap on each and on all."""

import email
import email.policy
import gzip
import io
import posixpath
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import IO, Final

from ocr.digital.mail import MAIL_FAULTS
from ocr.formats import Format, sniff_bytes
from ocr.rendering import MOST_MEMBER_BYTES, MOST_MEMBERS, FileFailed

MOST_LISTED: Final = 10_000
"""Entries of a list of contents that are looked at."""
MOST_BYTES: Final = 512 << 20
MOST_PARTS: Final = 500
DEEPEST_PARTS: Final = 20
SMALL_PICTURE_BYTES: Final = 16 << 10
"""Below this a picture shown within a mail is taken for a logo."""
# The standard library folds some headers anew for ever, and an enclosed mail should stay as it was.
_AS_IT_CAME: Final = email.policy.default.clone(refold_source="none")
_ENCRYPTED: Final = 0x1
_STRONG: Final = 99
"""Compression method that WinZip gives to members under AES (APPNOTE 4.4.5, AE-x)."""
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    EOFError,
    LookupError,
    struct.error,
    RecursionError,
)
_TAR_FAULTS: Final = (tarfile.TarError, zlib.error, OSError, ValueError, EOFError, OverflowError, LookupError)


@dataclass(frozen=True, slots=True)
class Held:
    """A file inside another: its name there, and its bytes or the wording key of why they cannot be had."""

    name: str
    content: bytes = b""
    refused: str | None = None


def held_files(content: bytes, kind: Format, password: str | None) -> Iterator[Held]:
    """Yield what a container holds, empty files and folders left out; what is past the caps is refused by name.

    Raises:
        FileFailed: it is damaged, or locked; also in the middle.
    """
    left = MOST_BYTES
    for number, held in enumerate(_files(content, kind, password)):
        if number >= MOST_MEMBERS:
            yield Held(held.name, refused="ocr.too_many_members")
            return
        left -= len(held.content)
        yield held if left >= 0 else Held(held.name, refused="ocr.member_too_large")


def _files(content: bytes, kind: Format, password: str | None) -> Iterator[Held]:
    match kind:
        case Format.ZIP:
            return _zipped(content, password)
        case Format.TAR:
            return _tarred(io.BytesIO(content), "r|")
        case Format.GZIP:
            return _gzipped(content)
        case Format.EML:
            return _enclosed(content)
    raise FileFailed("ocr.archive")


def _zipped(content: bytes, password: str | None) -> Iterator[Held]:
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
        entries = [
            entry for entry in opened.infolist()[:MOST_LISTED] if not entry.filename.endswith("/") and entry.file_size
        ]
    except _ZIP_FAULTS as fault:
        raise FileFailed("ocr.damaged") from fault
    locked = [entry for entry in entries if entry.flag_bits & _ENCRYPTED and entry.compress_type != _STRONG]
    if locked and password is None:
        raise FileFailed("ocr.locked")
    if locked and not _fits(opened, locked[0], password):
        raise FileFailed("ocr.wrong_password")
    for entry in entries:
        name = _zip_name(entry)
        if entry.compress_type == _STRONG:
            yield Held(name, refused="ocr.archive")
            continue
        try:
            with opened.open(entry, pwd=_secret(password)) as source:
                yield _capped(name, source)
        except (*_ZIP_FAULTS, RuntimeError):
            yield Held(name, refused="ocr.damaged")


def _fits(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, password: str | None) -> bool:
    try:
        with opened.open(entry, pwd=_secret(password)) as source:
            source.read(1)
    except RuntimeError:
        return False
    except _ZIP_FAULTS:
        return True  # that member is damaged; the password was let in
    return True


def _secret(password: str | None) -> bytes | None:
    return None if password is None else password.encode()


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name; where the archive does not say how it is written, as the usual programs write it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _tarred(source: IO[bytes], mode: str) -> Iterator[Held]:
    try:
        with tarfile.open(fileobj=source, mode=mode) as opened:  # type: ignore[call-overload]
            for count, entry in enumerate(opened):
                if count >= MOST_LISTED:
                    return
                if entry.isfile() and entry.size:  # links and devices are no scans
                    member = opened.extractfile(entry)
                    if member is not None:
                        yield _capped(entry.name, member)
    except _TAR_FAULTS as fault:
        raise FileFailed("ocr.damaged") from fault


def _gzipped(content: bytes) -> Iterator[Held]:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as source:
            head = source.read(1024)
        if sniff_bytes(head) is Format.TAR:
            yield from _tarred(io.BytesIO(content), "r|gz")
            return
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as source:
            held = _capped("", source)  # type: ignore[arg-type]
    except (zlib.error, OSError, EOFError, struct.error) as fault:
        raise FileFailed("ocr.damaged") from fault
    if held.content or held.refused:
        yield held


def _enclosed(content: bytes) -> Iterator[Held]:
    try:
        message = email.message_from_bytes(content, policy=_AS_IT_CAME)
        parts = list(_parts(message, 0))[:MOST_PARTS]
    except MAIL_FAULTS as fault:
        raise FileFailed("ocr.damaged") from fault
    for number, part in enumerate(parts, start=1):
        try:
            held = _attachment(part, number)
        except MAIL_FAULTS:
            held = Held(f"{number}", refused="ocr.damaged")
        if held is not None:
            yield held


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """Yield the leaves of a mail; a mail inside a mail is one."""
    if depth > DEEPEST_PARTS:
        return
    if message.get_content_maintype() == "multipart" and isinstance(message.get_payload(), list):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)
    else:
        yield message


def _attachment(part: Message, number: int) -> Held | None:
    """Return a part of a mail as a file; None where it is the mail's own text, a signature or a logo."""
    kind, name = part.get_content_type(), part.get_filename() or ""
    attached = isinstance(part, EmailMessage) and part.is_attachment()
    if kind == "message/rfc822":
        inner = part.get_payload()
        mail = inner[0] if isinstance(inner, list) and inner else None
        return Held(name or f"{number}.eml", mail.as_bytes()) if isinstance(mail, Message) else None
    if kind in _SIGNATURES or (kind.startswith("text/") and not attached and not name):
        return None
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return None
    if kind.startswith("image/") and not attached and len(content) < SMALL_PICTURE_BYTES:
        return None
    if len(content) > MOST_MEMBER_BYTES:
        return Held(name, refused="ocr.member_too_large")
    return Held(name or f"{number}.{posixpath.basename(kind)}", content)


def _capped(name: str, source: IO[bytes]) -> Held:
    content = source.read(MOST_MEMBER_BYTES + 1)
    if len(content) > MOST_MEMBER_BYTES:
        return Held(name, refused="ocr.member_too_large")
    return Held(name, content)
