"""Mail (RFC 5322, MIME) as rows of text and the files attached to it."""

import email
import email.policy
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from typing import Final

from ocr.digital.office_text import decoded, html_rows, text_rows
from ocr.digital.packed import PackageFailed
from ocr.digital.typeset import Row

MOST_PARTS: Final = 200
_SHOWN_HEADERS: Final = ("From", "To", "Cc", "Date", "Subject")
MAIL_FAULTS: Final = (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError)
"""What the standard library's mail parser raises on headers and bodies that break its rules."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its shown headers and body as rows, its attachments as bytes."""

    rows: tuple[Row, ...]
    attachments: tuple[bytes, ...]


def open_mail(content: bytes) -> Mail:
    """Return a mail's text and attachments.

    Raises:
        PackageFailed: it is no mail that can be taken apart.
    """
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        headers = [(name, str(message[name])) for name in _SHOWN_HEADERS if message[name]]
        attachments: list[bytes] = []
        bodies: list[tuple[Row, ...]] = []
        for count, part in enumerate(message.walk()):
            if count >= MOST_PARTS or not isinstance(part, EmailMessage) or part.is_multipart():
                continue
            held = part.get_payload(decode=True)
            if not isinstance(held, bytes):
                continue
            kind = part.get_content_type()
            if part.is_attachment() or not kind.startswith("text/"):
                attachments.append(held)
            elif kind == "text/html":
                if not bodies:
                    bodies.append(tuple(html_rows(decoded(held))))
            else:
                bodies.insert(0, tuple(text_rows(decoded(held))))
    except MAIL_FAULTS as fault:
        raise PackageFailed from fault
    if not headers and not bodies and not attachments:
        raise PackageFailed
    rows: list[Row] = [(f"{name}: {value}",) for name, value in headers]
    return Mail((*rows, *(bodies[0] if bodies else ())), tuple(attachments))
