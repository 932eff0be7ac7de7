"""What stays of a destroyed object: a signed statement that it is gone (docs/vault-format.md §10)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from vault.envelope import from_milliseconds, to_milliseconds
from vault.octets import Cursor, Malformed, Writer
from vault.signing import SIGNATURE_SIZE, SigningKey, VerifyKey

MAGIC: Final = b"JZTMB"
VERSION: Final = 1
PURPOSE: Final = "juanzong tombstone 1"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The object ``object_id`` of ``archive`` was destroyed; whoever shows it again shows a replay."""

    object_id: str
    archive: str
    destroyed_at: datetime
    signer: str
    signature: bytes = field(repr=False)

    def signed_by(self, signer: VerifyKey) -> bool:
        """Tell whether this key signed it."""
        return signer.verifies(self.signature, PURPOSE, _octets(self))

    def encode(self) -> bytes:
        """Return its canonical bytes."""
        return _octets(self) + self.signature


def tombstone(object_id: str, archive: str, destroyed_at: datetime, signer: SigningKey) -> Tombstone:
    """State that an object is destroyed and sign it."""
    moment = from_milliseconds(to_milliseconds(destroyed_at))
    unsigned = Tombstone(object_id, archive, moment, signer.public.id, b"")
    return replace(unsigned, signature=signer.sign(PURPOSE, _octets(unsigned)))


def parse_tombstone(octets: bytes) -> Tombstone:
    """Read a tombstone; its signature is not checked here.

    Raises:
        Malformed: an unknown version, cut short, or followed by anything.
    """
    cursor = Cursor(octets)
    if cursor.fixed(len(MAGIC)) != MAGIC or cursor.number(1) != VERSION:
        raise Malformed("unknown version")
    stone = Tombstone(
        object_id=cursor.text(),
        archive=cursor.text(),
        destroyed_at=from_milliseconds(cursor.number(8)),
        signer=cursor.text(),
        signature=cursor.fixed(SIGNATURE_SIZE),
    )
    cursor.end()
    return stone


def _octets(stone: Tombstone) -> bytes:
    writer = Writer().fixed(MAGIC).number(VERSION, 1).text(stone.object_id).text(stone.archive)
    return writer.number(to_milliseconds(stone.destroyed_at), 8).text(stone.signer).done()
