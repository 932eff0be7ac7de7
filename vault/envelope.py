"""The envelope of a sealed object: what it is, and who can unwrap its key (docs/vault-format.md §5).

It has two parts. The *capture* says what was sealed and never changes; the station that sealed it signs it. The
*access* says to whom the object key is wrapped; it is written anew, and signed, for every loan and rotation.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

from vault.aad import object_aad
from vault.levels import Level, level_of
from vault.octets import Cursor, Malformed, Writer
from vault.signing import SIGNATURE_SIZE, SigningKey, VerifyKey
from vault.wrap import SUITE_X25519, WRAPPED_SIZE

MAGIC: Final = b"JZENV"
VERSION: Final = 1
CAPTURE_PURPOSE: Final = "juanzong capture 1"
ACCESS_PURPOSE: Final = "juanzong access 1"
MOST_RECIPIENTS: Final = 1000
MOST_BYTES: Final = 512 * 1024
"""No envelope of ours is larger; more is not read."""
_LEVELS: Final = {Level.ORDINARY: 1, Level.CONFIDENTIAL: 2, Level.SECRET: 3}
_LEVEL_NUMBERS: Final = {number: level for level, number in _LEVELS.items()}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS: Final = 253_402_300_799_000
"""The last second of the year 9999: what a date can hold."""


class Holder(IntEnum):
    """What a recipient's key is."""

    LEVEL = 1
    RECOVERY = 2
    LOAN = 3


@dataclass(frozen=True, slots=True)
class Recipient:
    """One key that unwraps the object key."""

    holder: Holder
    key_id: str
    wrapped: bytes = field(repr=False)
    who: str = ""
    """The borrower of a loan, as the archive's user register names them."""
    until: datetime | None = None
    """When a loan ends."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What was sealed, as the station that did so signed it."""

    object_id: str
    archive: str
    document: str
    role: str
    level: Level
    sealed_at: datetime
    content_sha256: bytes
    """SHA-256 of the ciphertext."""
    content_size: int
    """Size of the ciphertext in bytes."""
    station: str
    """Key id of the capture station."""
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A capture, and the recipients of its key as ``signer`` last wrote them."""

    capture: Capture
    revision: int
    """Counts from 1; every change of recipients is one more."""
    recipients: tuple[Recipient, ...]
    """In the order of key ids, each once."""
    signer: str
    signature: bytes = field(repr=False)

    @property
    def object_id(self) -> str:
        """The object's id."""
        return self.capture.object_id

    @property
    def document(self) -> str:
        """The document the object is part of."""
        return self.capture.document

    @property
    def role(self) -> str:
        """What part of the document the object is."""
        return self.capture.role

    @property
    def level(self) -> Level:
        """The object's secrecy level."""
        return self.capture.level

    def aad(self) -> bytes:
        """Return the associated data the object was sealed with."""
        one = self.capture
        return object_aad(archive=one.archive, document=one.document, object_id=one.object_id, role=one.role)


def to_milliseconds(moment: datetime) -> int:
    """Return whole milliseconds since 1970-01-01T00:00:00Z."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(count: int) -> datetime:
    """Return the moment ``count`` milliseconds after 1970-01-01T00:00:00Z.

    Raises:
        Malformed: later than the year 9999.
    """
    if count > _LATEST_MS:
        raise Malformed("no such date")
    return _EPOCH + timedelta(milliseconds=count)


def capture(
    *,
    object_id: str,
    archive: str,
    document: str,
    role: str,
    level: Level,
    sealed_at: datetime,
    content_sha256: bytes,
    content_size: int,
    station: SigningKey,
) -> Capture:
    """State what was sealed and sign it as ``station``."""
    unsigned = Capture(
        object_id=object_id,
        archive=archive,
        document=document,
        role=role,
        level=level,
        sealed_at=from_milliseconds(to_milliseconds(sealed_at)),
        content_sha256=content_sha256,
        content_size=content_size,
        station=station.public.id,
        signature=b"",
    )
    return replace(unsigned, signature=station.sign(CAPTURE_PURPOSE, _capture_octets(unsigned)))


def envelope(what: Capture, recipients: tuple[Recipient, ...], *, revision: int, signer: SigningKey) -> Envelope:
    """Put recipients to a capture and sign the whole as ``signer``.

    Raises:
        ValueError: two recipients have one key id.
    """
    ordered = tuple(sorted(recipients, key=lambda recipient: recipient.key_id))
    if len({recipient.key_id for recipient in ordered}) != len(ordered):
        raise ValueError("a key id stands once in an envelope")
    unsigned = Envelope(what, revision, ordered, signer.public.id, b"")
    return replace(unsigned, signature=signer.sign(ACCESS_PURPOSE, _access_octets(unsigned)))


def encode(whole: Envelope) -> bytes:
    """Return the canonical bytes of an envelope."""
    return _access_octets(whole) + whole.signature


def parse(octets: bytes) -> Envelope:
    """Read an envelope; its signatures are not checked here (see ``signed_by``).

    Raises:
        Malformed: an unknown version, cut short, followed by anything, or not the bytes ``encode`` would write.
    """
    if len(octets) > MOST_BYTES:
        raise Malformed("too long")
    cursor = Cursor(octets)
    if cursor.fixed(len(MAGIC)) != MAGIC or cursor.number(1) != VERSION:
        raise Malformed("unknown version")
    what = _parse_capture(cursor)
    revision = cursor.number(4)
    count = cursor.number(2)
    if revision == 0 or count > MOST_RECIPIENTS:
        raise Malformed("out of range")
    recipients = tuple(_parse_recipient(cursor) for _ in range(count))
    ids = [recipient.key_id for recipient in recipients]
    if ids != sorted(set(ids)):
        raise Malformed("recipients out of order")
    whole = Envelope(what, revision, recipients, cursor.text(), cursor.fixed(SIGNATURE_SIZE))
    cursor.end()
    return whole


def signed_by(whole: Envelope, capture_station: VerifyKey, signer: VerifyKey) -> bool:
    """Tell whether both parts carry the signatures of these keys."""
    return capture_station.verifies(
        whole.capture.signature, CAPTURE_PURPOSE, _capture_octets(whole.capture)
    ) and signer.verifies(whole.signature, ACCESS_PURPOSE, _access_octets(whole))


def _capture_octets(what: Capture) -> bytes:
    return (
        Writer()
        .fixed(MAGIC)
        .number(VERSION, 1)
        .text(what.object_id)
        .text(what.archive)
        .text(what.document)
        .text(what.role)
        .number(_LEVELS[what.level], 1)
        .number(to_milliseconds(what.sealed_at), 8)
        .fixed(what.content_sha256)
        .number(what.content_size, 8)
        .text(what.station)
        .done()
    )


def _access_octets(whole: Envelope) -> bytes:
    writer = Writer().fixed(_capture_octets(whole.capture)).fixed(whole.capture.signature)
    writer.number(whole.revision, 4).number(len(whole.recipients), 2)
    for one in whole.recipients:
        writer.number(one.holder, 1).text(one.key_id).number(SUITE_X25519, 1).blob(one.wrapped)
        # 0 stands for "no end": no loan ends in 1970.
        writer.text(one.who).number(to_milliseconds(one.until) if one.until else 0, 8)
    return writer.text(whole.signer).done()


def _parse_capture(cursor: Cursor) -> Capture:
    object_id, archive, document, role = cursor.text(), cursor.text(), cursor.text(), cursor.text()
    level = _LEVEL_NUMBERS.get(cursor.number(1))
    # The level stands twice, here and in the id, so that an object cannot be shown under another level's name.
    if level is None or level_of(object_id) is not level:
        raise Malformed("level and id disagree")
    return Capture(
        object_id=object_id,
        archive=archive,
        document=document,
        role=role,
        level=level,
        sealed_at=from_milliseconds(cursor.number(8)),
        content_sha256=cursor.fixed(32),
        content_size=cursor.number(8),
        station=cursor.text(),
        signature=cursor.fixed(SIGNATURE_SIZE),
    )


def _parse_recipient(cursor: Cursor) -> Recipient:
    number = cursor.number(1)
    if number not in Holder._value2member_map_:
        raise Malformed("unknown holder")
    key = cursor.text()
    if cursor.number(1) != SUITE_X25519:
        raise Malformed("unknown suite")
    wrapped = cursor.blob(most=WRAPPED_SIZE)
    who = cursor.text()
    until = cursor.number(8)
    if len(wrapped) != WRAPPED_SIZE or (number == Holder.LOAN) != bool(until):
        raise Malformed("recipient out of form")
    return Recipient(Holder(number), key, wrapped, who, from_milliseconds(until) if until else None)
